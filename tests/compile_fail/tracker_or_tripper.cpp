// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: | joins policies of one kind

#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto policy = TypeOf<std::runtime_error>{} | FailureStreak{3};
#else
auto policy = TypeOf<std::runtime_error>{} | TypeOf<std::logic_error>{};
#endif
