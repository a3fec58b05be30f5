// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Whether the library accepts values that a random test has drawn. For programs without Catch2, which `refusal` needs.

#ifndef FLUXGATE_TESTS_SUPPORT_ACCEPTS_HPP
#define FLUXGATE_TESTS_SUPPORT_ACCEPTS_HPP

#if defined(__cpp_exceptions)
#include <stdexcept>
#else
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#endif

/// Whether `act` is not refused. Without exceptions a refusal ends the program, so a child process tries it.
template <class Act>
bool accepts(const Act& act) {
#if defined(__cpp_exceptions)
  try {
    act();
  } catch (const std::invalid_argument&) {
    return false;
  }
  return true;
#else
  const pid_t child = fork();
  if (child == 0) {
    close(STDERR_FILENO);
    act();
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) std::abort();
  const bool accepted = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!accepted && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)) std::abort();  // neither
  return accepted;
#endif
}

#endif
