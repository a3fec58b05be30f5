// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: & joins policies of one kind

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto policy = FailureRate{0.5} & Random{0.5};
#else
auto policy = FailureRate{0.5} & MinRequests{5};
#endif
