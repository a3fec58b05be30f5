// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Children of a fork that never outlive their test.

#ifndef FLUXGATE_TESTS_SUPPORT_CHILD_HPP
#define FLUXGATE_TESTS_SUPPORT_CHILD_HPP

#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGALRM is POSIX
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#if defined(__SANITIZE_THREAD__)
#define FLUXGATE_TESTS_UNDER_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FLUXGATE_TESTS_UNDER_TSAN
#endif
#endif

#if defined(FLUXGATE_TESTS_UNDER_TSAN)
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreserved-identifier"  // the sanitizer's name
#endif
/// The thread sanitizer would otherwise end a child that starts a thread, and miss the parent's threads in it.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "die_after_fork=0:report_thread_leaks=0"; }
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
#endif

/// How a child that does `body` ends: "well" where that gives true in time.
inline std::string end_of_child(const std::function<bool()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(body() ? 0 : 1);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return "nowhere";
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGALRM ? "stuck" : "killed";
  return WEXITSTATUS(status) == 0 ? "well" : "badly";
}

#endif
