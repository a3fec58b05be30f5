// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A window of the calls in a span of time.

#ifndef FLUXGATE_WINDOWS_TIME_WINDOW_HPP
#define FLUXGATE_WINDOWS_TIME_WINDOW_HPP

#include <chrono>
#include <cstdint>
#include <ratio>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/in_template.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/windows/window.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The calls of the last `span`, in buckets of `bucket`; drops one bucket at a time, also while nothing is recorded.
///
/// Choose it when calls must be recent to count. Not for verdicts on few calls: give the tripper a `MinRequests`. The
/// span's oldest end is as coarse as one bucket, and calls are forgotten up to one bucket early. In HALF_OPEN it
/// forgets nothing. Recording is O(1) and reads the clock, the coarse one where a bucket is at least half a second; a
/// verdict reads every bucket in use. Memory grows with the number of buckets, not with the traffic.
///
/// A value that does not change; the recorder that the breaker makes of it is shared by all threads. Resilience4j calls
/// such a window TIME_BASED.
class TimeWindow : detail::Rebound<TimeWindow> {
 public:
  /// The largest number of buckets.
  static constexpr std::uint64_t max_buckets = 3'600;

  /// Durations in any unit.
  /// @throws std::invalid_argument unless bucket >= 1ms and span is a whole number of buckets, from 1 to 3600
  template <class Rep, class Period, class BucketRep = std::int64_t, class BucketPeriod = std::ratio<1>>
  constexpr explicit TimeWindow(std::chrono::duration<Rep, Period> span,
                                std::chrono::duration<BucketRep, BucketPeriod> bucket = std::chrono::seconds{1})
      : span_{detail::to_nanoseconds(span)}, bucket_{detail::to_nanoseconds(bucket)} {
    using namespace std::chrono_literals;
    detail::require(bucket_ >= 1ms, "TimeWindow", "bucket", bucket_, "[1ms, span]");
    if (span_ < bucket_ || span_ % bucket_ != 0ns || span_ / bucket_ > static_cast<std::int64_t>(max_buckets)) {
      detail::refuse(detail::concat(
          {"TimeWindow: span ", detail::text(span_), " is not in [1, 3600] whole buckets of ", detail::text(bucket_)}));
    }
  }

  template <detail::Unitless N, class Bucket = std::chrono::seconds>
  constexpr explicit TimeWindow(N, Bucket = {}) {
    detail::refuse_unitless<N>();
  }
  template <class Rep, class Period, detail::Unitless N>
  constexpr TimeWindow(std::chrono::duration<Rep, Period>, N) {
    detail::refuse_unitless<N>();
  }

  /// How far back calls count.
  constexpr std::chrono::nanoseconds span() const noexcept { return span_; }
  /// The step in which calls leave the window.
  constexpr std::chrono::nanoseconds bucket() const noexcept { return bucket_; }
  /// The number of buckets in the span.
  constexpr std::uint32_t buckets() const noexcept { return static_cast<std::uint32_t>(span_ / bucket_); }
  std::string describe() const {
    return detail::concat({"TimeWindow{", detail::text(span_), ", ", detail::text(bucket_), "}"});
  }

  friend constexpr bool operator==(const TimeWindow&, const TimeWindow&) = default;

 private:
  std::chrono::nanoseconds span_;
  std::chrono::nanoseconds bucket_;
};

static_assert(Window<TimeWindow>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
