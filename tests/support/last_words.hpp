// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What ends the program, tried in a child process.

#ifndef FLUXGATE_TESTS_SUPPORT_LAST_WORDS_HPP
#define FLUXGATE_TESTS_SUPPORT_LAST_WORDS_HPP

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <string>

#include "catch.hpp"

namespace fluxgate {

/// How a child process ended.
struct End {
  bool finished;  ///< `body` returned
  bool aborted;
  std::string words;  ///< what it said on stderr
};

/// How a child process ends that runs `body`, and that has twenty seconds for it.
template <class Body>
End end_of(Body body) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(pipe(pipe_ends.data()) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    std::signal(SIGABRT, SIG_DFL);
    alarm(20);
    body();
    _exit(0);
  }
  close(pipe_ends[1]);
  std::string words;
  std::array<char, 256> buffer{};
  for (ssize_t size = 0; (size = read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    words.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(pipe_ends[0]);
  // An emulator adds a line of its own.
  words.resize(std::min(words.size(), words.find("qemu: ")));
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, words};
}

/// What a child process says on stderr before it aborts; empty where it does not abort.
template <class Body>
std::string last_words(Body body) {
  const End end = end_of(body);
  return end.aborted ? end.words : std::string{};
}

}  // namespace fluxgate

#endif
