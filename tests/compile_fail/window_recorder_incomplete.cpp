// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: what a window names as its recorder must be a Recorder, with its types, constants and functions

#include <string>

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

template <class Atomics, Needs needs>
class MyRecorder : public detail::CountRecorder<Atomics, needs> {
 public:
  explicit MyRecorder(const CountWindow& window) : detail::CountRecorder<Atomics, needs>{window} {}
#ifdef REJECTED
  void metrics() const = delete;
#endif
};

struct MyWindow : CountWindow {
  using CountWindow::CountWindow;
  template <class Atomics, Needs needs>
  using recorder = MyRecorder<Atomics, needs>;
};

CircuitBreaker cb{Config{.window = MyWindow{10}}};
