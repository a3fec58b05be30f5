// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: tracker, tripper and permit must be copyable.

#include <memory>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
const auto enabled = [] { return std::make_unique<bool>(true); };
#else
const auto enabled = [] { return std::make_shared<bool>(true); };
#endif

CircuitBreaker cb{Config{.tracker = [flag = enabled()](const Failure&) { return *flag; }}};
