// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: | joins policies of one kind, trackers or trippers, or callables of such a kind

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

#ifdef REJECTED
auto permit = Random{0.5} | AllowAll{};
#else
auto permit = Random{0.5} & AllowAll{};
#endif
