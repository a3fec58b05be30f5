// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A system without the memory to register a handler for forks. In a program of its own, since it is asked once.

#include <pthread.h>

#include <cerrno>
#include <new>

#include <fluxgate/listeners/background.hpp>
#include <fluxgate/signal.hpp>

#include "support/catch.hpp"

/// Instead of the system's.
extern "C" int pthread_atfork(void (*)(), void (*)(), void (*)()) noexcept { return ENOMEM; }

namespace {

TEST_CASE("where forks would go unnoticed, no Background is made, at the first attempt and later") {
  for (int attempts = 0; attempts != 2; ++attempts) {
    CAPTURE(attempts);
    CHECK_THROWS_AS(fluxgate::Background{[](const fluxgate::Signal&) {}}, std::bad_alloc);
  }
}

}  // namespace
