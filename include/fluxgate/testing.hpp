// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An environment under a test's control: time passes when told to, chance falls as scripted.

#ifndef FLUXGATE_TESTING_HPP
#define FLUXGATE_TESTING_HPP

#include <chrono>
#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/environment.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// A cheap handle: copies share one clock and one script, so the test keeps one and the breaker gets another.
/// Any member may be called from any thread.
class ManualEnvironment {
 public:
  /// The monotonic clock starts at zero.
  ManualEnvironment() : ManualEnvironment{std::chrono::steady_clock::time_point{}} {}
  /// The monotonic clock starts at `start`, the wall clock at the first second of 2020, UTC.
  explicit ManualEnvironment(std::chrono::steady_clock::time_point start) : world_{std::make_shared<World>()} {
    world_->now = start;
  }

  std::chrono::steady_clock::time_point now() const noexcept {
    const std::lock_guard lock{world_->mutex};
    return world_->now;
  }
  std::chrono::steady_clock::time_point coarse_now() const noexcept { return now(); }
  std::chrono::system_clock::time_point wall_now() const noexcept {
    const std::lock_guard lock{world_->mutex};
    return world_->wall;
  }
  /// The next scripted draw, or the fixed one when the script is at its end.
  double uniform() const noexcept {
    const std::lock_guard lock{world_->mutex};
    if (world_->script.empty()) return world_->uniform;
    const double draw = world_->script.front();
    world_->script.pop_front();
    return draw;
  }

  /// Moves both clocks, each as far as it goes; a negative step makes them jump back.
  template <class Rep, class Period>
  void advance(std::chrono::duration<Rep, Period> step) {
    const std::chrono::nanoseconds nanoseconds = detail::to_nanoseconds(step);
    const std::lock_guard lock{world_->mutex};
    move(world_->now, nanoseconds);
    move(world_->wall, std::chrono::duration_cast<std::chrono::system_clock::duration>(nanoseconds));
  }

  template <detail::Unitless N>
  void advance(N) {
    detail::refuse_unitless<N>();
  }

  /// Every draw gives `draw` from now on; drops what is left of a script.
  /// @throws std::invalid_argument unless 0 <= draw < 1
  void set_uniform(double draw) {
    check(draw);
    const std::lock_guard lock{world_->mutex};
    world_->script.clear();
    world_->uniform = draw;
  }

  /// The next draws, in order, behind those already queued.
  /// @throws std::invalid_argument unless 0 <= draw < 1 for each; then none is queued
  void script_uniform(std::initializer_list<double> draws) {
    for (const double draw : draws) check(draw);
    const std::lock_guard lock{world_->mutex};
    world_->script.insert(world_->script.end(), draws);
  }

 private:
  struct World {
    mutable std::mutex mutex;
    std::chrono::steady_clock::time_point now{};
    std::chrono::system_clock::time_point wall{std::chrono::seconds{1'577'836'800}};
    std::deque<double> script;
    double uniform = 0.5;
  };

  template <class Time>
  static void move(Time& time, typename Time::duration step) noexcept {
    const bool forward = step.count() > 0;
    const Time end = forward ? Time::max() : Time::min();
    // The room to the end in its own direction; where that does not fit either, the step does.
    const bool near = forward == (time.time_since_epoch().count() > 0);
    time = near && (forward ? step > end - time : step < end - time) ? end : time + step;
  }

  static void check(double draw) {
    detail::require(draw >= 0.0 && draw < 1.0, "ManualEnvironment", "draw", draw, "[0, 1)");
  }

  std::shared_ptr<World> world_;
};

static_assert(Environment<ManualEnvironment>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
