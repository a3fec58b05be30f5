// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// An environment that a test controls: its clocks and its random draws.

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

/// An environment with two clocks that stand still and draws that follow a script. Copies are cheap and share one clock
/// and one script, so the test keeps one copy and the breaker gets another. All members are thread-safe.
class ManualEnvironment {
 public:
  /// The monotonic clock starts at zero.
  ManualEnvironment() : ManualEnvironment{std::chrono::steady_clock::time_point{}} {}
  /// The monotonic clock starts at `start`, the wall clock at the first second of 2020, UTC.
  explicit ManualEnvironment(std::chrono::steady_clock::time_point start) : world_{std::make_shared<World>()} {
    world_->now = start;
  }

  /// The monotonic clock.
  std::chrono::steady_clock::time_point now() const noexcept {
    const std::lock_guard lock{world_->mutex};
    return world_->now;
  }
  /// The same as `now`.
  std::chrono::steady_clock::time_point coarse_now() const noexcept { return now(); }
  /// The wall clock.
  std::chrono::system_clock::time_point wall_now() const noexcept {
    const std::lock_guard lock{world_->mutex};
    return world_->wall;
  }
  /// The next draw of the script; after its end, the fixed draw, at first 0.5.
  double uniform() const noexcept {
    const std::lock_guard lock{world_->mutex};
    if (world_->script.empty()) return world_->uniform;
    const double draw = world_->script.front();
    world_->script.pop_front();
    return draw;
  }

  /// Advances both clocks, each at most to its limit; a negative step moves them back.
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

  /// Fixes all further draws to `draw`; drops the rest of the script.
  /// @throws std::invalid_argument unless 0 <= draw < 1
  void set_uniform(double draw) {
    check(draw);
    const std::lock_guard lock{world_->mutex};
    world_->script.clear();
    world_->uniform = draw;
  }

  /// Appends draws to the script.
  /// @throws std::invalid_argument unless 0 <= draw < 1 for each; none is appended then
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
    // A clock can pass `end` only from the same side of zero, where `end - time` does not overflow.
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
