// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a window's recorder is made from the window.

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

template <class Atomics, Needs needs>
class MyRecorder : public detail::CountRecorder<Atomics, needs> {
 public:
#ifdef REJECTED
  explicit MyRecorder(int size) : detail::CountRecorder<Atomics, needs>{CountWindow { size }} {}
#else
  explicit MyRecorder(const CountWindow& window) : detail::CountRecorder<Atomics, needs>{window} {}
#endif
};

struct MyWindow : CountWindow {
  using CountWindow::CountWindow;
  template <class Atomics, Needs needs>
  using recorder = MyRecorder<Atomics, needs>;
};

CircuitBreaker cb{Config{.window = MyWindow{10}}};
