// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The state of a breaker as a value, from which another breaker can begin.

#ifndef FLUXGATE_SNAPSHOT_HPP
#define FLUXGATE_SNAPSHOT_HPP

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The state of a breaker at one moment: what `snapshot()` gives and `restore()` takes. A plain value without clock
/// times, so that it means the same in another process and on another machine.
/// `fluxgate/text/snapshot_text.hpp` has its text.
struct Snapshot {
  std::string name{};                    ///< the breaker's name
  State state{};                         ///< the state at that moment
  std::chrono::nanoseconds in_state{0};  ///< how long ago `state` began
  std::uint32_t reopens = 0;             ///< as in Info
  /// How long OPEN or an override (FORCED_OPEN, DISABLED, METRICS_ONLY) still lasts; zero if the next call ends it,
  /// empty if time does not. Without meaning in the other states.
  std::optional<std::chrono::nanoseconds> remaining{};
  Metrics metrics{};                        ///< counts of the window, which began with `state`
  std::chrono::nanoseconds window_span{0};  ///< how far back a TimeWindow counts; zero for other windows
  std::uint64_t consecutive_failures = 0;   ///< as in CallContext; zero if the tripper has no FailureStreak
  std::string reason{};                     ///< of the Override that made the state, as in Info
  PolicyTexts policies{};                   ///< for people: `restore()` does not read them

  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// The beginning of a breaker, for its constructor: a snapshot, and how old it is. Made by `restore()`.
class Restored {
 public:
  /// What to begin with.
  const Snapshot& snapshot() const noexcept { return snapshot_; }
  /// The time since the snapshot was taken.
  std::chrono::nanoseconds age() const noexcept { return age_; }

 private:
  template <class Rep, class Period>
  friend Restored restore(Snapshot snapshot, std::chrono::duration<Rep, Period> age);

  Restored(Snapshot&& snapshot, std::chrono::nanoseconds age) noexcept : snapshot_{std::move(snapshot)}, age_{age} {}

  Snapshot snapshot_;
  std::chrono::nanoseconds age_;
};

namespace detail {

/// The most calls that a snapshot may count: sums and parts of them are calculated with 64 bits.
inline constexpr std::uint64_t most_calls = std::uint64_t{1} << 62U;

/// Refuses what no breaker can have been in.
inline void validate(const Snapshot& snapshot, std::chrono::nanoseconds age) {
  const auto refuse_value = [&](std::initializer_list<std::string_view> what) {
    refuse(concat({"circuit breaker '", snapshot.name, "': restore: ", concat(what)}));
  };
  const auto check_duration = [&](std::string_view what, std::chrono::nanoseconds value) {
    if (value.count() < 0) refuse_value({what, " ", text(value), " is not in [0s, 292 years]"});
  };
  const auto check_count = [&](std::string_view what, std::uint64_t value, std::uint64_t most) {
    if (value > most) refuse_value({what, " ", text(value), " is not in [0, ", text(most), "]"});
  };
  check_duration("age", age);
  if (snapshot.state > State::forced_open) {
    refuse_value({"state ", text(static_cast<std::uint64_t>(snapshot.state)), " is not in [0, 5]"});
  }
  check_duration("in_state", snapshot.in_state);
  check_count("reopens", snapshot.reopens, std::numeric_limits<std::uint16_t>::max());
  check_duration("remaining", snapshot.remaining.value_or(std::chrono::nanoseconds{}));
  const Metrics& metrics = snapshot.metrics;
  check_count("total_count", metrics.total_count(), most_calls);
  check_count("failure_count", metrics.failure_count(), metrics.total_count());
  check_duration("total_duration", metrics.total_duration());
  for (const SlowCount& slow : metrics.slow_counts()) {
    check_duration("slow threshold", slow.threshold);
    check_count("slow count", slow.count, metrics.total_count());
  }
  check_duration("window_span", snapshot.window_span);
  check_count("bytes of the reason:", snapshot.reason.size(), Override::longest_reason);
  if (snapshot.reason.find('\0') != std::string::npos) refuse_value({"reason has a NUL; it must have none"});
}

}  // namespace detail

/// The beginning of a breaker that goes on where another ended, perhaps in another process or with other policies:
///
///     CircuitBreaker payment{config, restore(snapshot, age)};
///
/// State and reopens are as they were; what was to last for a time lasts for the rest of it, less the `age` of the
/// snapshot. In CLOSED and METRICS_ONLY the window holds the same counts as one old block, in which failures and slow
/// calls are spread evenly. HALF_OPEN begins anew, without outcomes. No listener hears of it. docs/snapshot.md has the
/// details. Both values are copied.
/// @throws std::invalid_argument for values that no breaker can have had, with the snapshot's name, the value and the
///   allowed range
template <class Rep, class Period>
Restored restore(Snapshot snapshot, std::chrono::duration<Rep, Period> age) {
  const std::chrono::nanoseconds exact = detail::to_nanoseconds(age);
  detail::validate(snapshot, exact);
  return Restored{std::move(snapshot), exact};
}
/// The same for a snapshot that has just been taken.
inline Restored restore(Snapshot snapshot) { return restore(std::move(snapshot), std::chrono::nanoseconds{}); }
template <detail::Unitless N>
void restore(const Snapshot&, N) {
  detail::refuse_unitless<N>();
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
