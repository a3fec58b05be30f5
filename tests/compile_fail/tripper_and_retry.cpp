// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: & joins policies of one kind

#include <chrono>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto policy = Closed{} & Cooldown{std::chrono::seconds{3}};
#else
auto policy = Closed{} & FailureStreak{3};
#endif
