// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a listener is a copyable callable on const Signal&, as in [](const Signal& signal) {...}

#include <memory>
#include <utility>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

void use() {
  auto own = std::make_unique<int>(1);
#ifdef REJECTED
  const Listener listener{[own = std::move(own)](const Signal&) { ++*own; }};
#else
  const Listener listener{[own = std::shared_ptr<int>{std::move(own)}](const Signal&) { ++*own; }};
#endif
}
