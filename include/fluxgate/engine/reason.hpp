// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The reason of a transition, in words for its listeners.

#ifndef FLUXGATE_ENGINE_REASON_HPP
#define FLUXGATE_ENGINE_REASON_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/permits/questions.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/questions.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The command that leads to a state.
constexpr const char* command_to(State state) noexcept {
  switch (state) {
    case State::closed: return "reset()";
    case State::disabled: return "disable()";
    case State::metrics_only: return "metrics_only()";
    default: return "force_open()";
  }
}

inline std::string calls_in(const Metrics& metrics) {
  const std::uint64_t total = metrics.total_count();
  return concat({text(total), total == 1 ? " call, " : " calls, ", text(metrics.failure_count()), " failed"});
}

/// What fired, with its values; in a round of probes with the best values that the round can still reach.
template <class Tripper, class Permit>
std::string what_fired(const CallContext& context, const Tripper& tripper, [[maybe_unused]] const Permit& permit) {
  CallContext judged = context;
  std::string outlook;
  if constexpr (probes_in<Permit>() == 1) {
    if (context.state == State::half_open) {
      judged = at_best(context, find_probes(permit).count());
      const std::uint64_t missing = judged.metrics.total_count() - context.metrics.total_count();
      if (missing != 0)
        outlook = concat({" even if the other ", text(missing), missing == 1 ? " succeeds" : " succeed"});
    }
  }
  if (context.state == State::half_open && !fires(tripper, judged)) return calls_in(context.metrics);
  const std::string fired = explain(tripper, judged);
  return concat({fired.empty() ? description_of(tripper) : fired, outlook});
}

/// Why a breaker leaves the phase of `context`, which had to last for `hold`. Empty if a user's description throws:
/// that must not keep the breaker from opening.
template <class Tripper, class Permit>
std::string reason_for(State to, Cause cause, const CallContext& context, std::chrono::nanoseconds hold,
                       const Tripper& tripper, [[maybe_unused]] const Permit& permit) noexcept {
  FLUXGATE_TRY {
    switch (cause) {
      case Cause::tripped: return what_fired(context, tripper, permit);
      case Cause::recovered: return calls_in(context.metrics);
      case Cause::retry_due: return concat({"retry due after ", rounded(hold)});
      case Cause::probes_lost:
        if constexpr (probes_in<Permit>() == 1) {
          return concat({"no verdict of ", find_probes(permit).describe(), ": outcomes are missing"});
        }
        break;
      case Cause::manual: return command_to(to);
      case Cause::override_ended: return concat({command_to(context.state), " lasted ", rounded(hold)});
    }
    return {};
  }
  FLUXGATE_CATCH_ALL { return {}; }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
