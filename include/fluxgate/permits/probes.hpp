// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A number of calls may test recovery, and their outcomes decide.

#ifndef FLUXGATE_PERMITS_PROBES_HPP
#define FLUXGATE_PERMITS_PROBES_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/permits/permit.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Admits at most `count` calls per HALF_OPEN round, and closes the breaker when their outcomes are in, unless the
/// tripper fires over all of them. Opens it as soon as that is certain: if the tripper would fire even if every missing
/// outcome were a success that took no time, or if none of the calls succeeded. A neutral call gives its place back.
///
/// `patience` is for probes that are lost or hang: if all places are taken and no verdict comes within `patience` of
/// the last admission, the next call reopens the breaker. While a place is free, the round waits for callers.
///
/// Choose it to bound what a sick dependency gets, and to judge on a known number of calls. Not to warm up a cold one
/// step by step: then `RampUp`, alone or beside it by `&`. A tree of permits holds at most one `Probes`.
///
/// Costs one or two atomic writes for a call that takes a place, and one more for its outcome. Immutable, so threads
/// share it; the engine counts the places. Resilience4j calls it permittedNumberOfCallsInHalfOpenState.
class Probes : public PermitOperand<Probes> {
 public:
  /// `count` in calls, `patience` in any unit.
  /// @throws std::invalid_argument unless 1 <= count <= 1000000 and patience > 0; the breaker refuses more than 30000
  ///   over a CountWindow, and fewer than the tripper waits for
  template <detail::Count N, class Rep, class Period>
  constexpr Probes(N count, std::chrono::duration<Rep, Period> patience)
      : count_{static_cast<std::uint32_t>(detail::to_count(count, 1'000'000, "Probes", "count", "[1, 1000000]"))},
        patience_{detail::to_nanoseconds(patience)} {
    detail::require(patience_.count() > 0, "Probes", "patience", patience_, "(0s, 292 years]");
  }
  template <detail::Count N, detail::Unitless Patience>
  constexpr Probes(N, Patience) {
    detail::refuse_unitless<Patience>();
  }
  /// Admits: the engine claims the place itself, after every other permit of the tree has admitted.
  constexpr bool operator()(const PermitContext&) const noexcept { return true; }
  /// The calls of a round.
  constexpr std::uint32_t count() const noexcept { return count_; }
  /// The time that a full round has for its verdict.
  constexpr std::chrono::nanoseconds patience() const noexcept { return patience_; }
  std::string describe() const {
    return detail::concat({"Probes{", detail::text(std::uint64_t{count_}), ", ", detail::text(patience_), "}"});
  }
  friend constexpr bool operator==(const Probes&, const Probes&) = default;

 private:
  std::uint32_t count_;
  std::chrono::nanoseconds patience_;
};

static_assert(Permit<Probes>);

namespace detail {

/// The Probes of the default permit: construction raises its count to what the tripper waits for in HALF_OPEN.
class DefaultProbes : public Probes {
 public:
  using Probes::Probes;

  constexpr void raise_to(std::uint64_t least) {
    if (least > count()) *this = DefaultProbes{least, patience()};
  }
};

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
