// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a transition tells its listeners of its reason.

#ifndef FLUXGATE_ENGINE_REASON_HPP
#define FLUXGATE_ENGINE_REASON_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include <fluxgate/expression.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/permits.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/text.hpp>
#include <fluxgate/tripper_tree.hpp>

namespace fluxgate::inline FLUXGATE_ABI::detail {

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

/// Why a breaker leaves the phase that `context` is of, and that had to last for `hold`. Empty where a user's words throw:
/// they do not keep the breaker from opening.
template <class Tripper, class Permit>
std::string reason_for(State to, Cause cause, const CallContext& context, std::chrono::nanoseconds hold,
                       const Tripper& tripper, [[maybe_unused]] const Permit& permit) noexcept {
  FLUXGATE_TRY {
    switch (cause) {
      case Cause::tripped: {
        std::string fired = explain(tripper, context);
        if (!fired.empty()) return fired;
        return description_of(tripper);
      }
      case Cause::recovered: return calls_in(context.metrics);
      case Cause::retry_due: return concat({"retry due after ", rounded(hold)});
      case Cause::probes_lost:
        if constexpr (probes_in<Permit>() == 1) {
          return concat({"no verdict of ", find_probes(permit).describe(), ": not all outcomes came in time"});
        }
        break;
      case Cause::manual: return command_to(to);
    }
    return {};
  }
  FLUXGATE_CATCH_ALL { return {}; }
}

}  // namespace fluxgate::inline FLUXGATE_ABI::detail

#endif
