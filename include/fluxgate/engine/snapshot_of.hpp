// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Puts a snapshot of a breaker together.

#ifndef FLUXGATE_ENGINE_SNAPSHOT_OF_HPP
#define FLUXGATE_ENGINE_SNAPSHOT_OF_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// What a snapshot says besides an Info, of the same moment.
struct Besides {
  std::chrono::nanoseconds in_state{0};
  std::uint64_t consecutive_failures = 0;
};

inline Snapshot snapshot_of(Info&& info, const Besides& besides, std::chrono::nanoseconds window_span,
                            PolicyTexts&& policies) {
  return {.name = std::move(info.name),
          .state = info.state,
          .in_state = besides.in_state,
          .reopens = info.reopens,
          .remaining = info.state == State::open ? info.retry_after : info.override_ends_after,
          .metrics = info.metrics,
          .window_span = window_span,
          .consecutive_failures = besides.consecutive_failures,
          .reason = std::move(info.reason),
          .policies = std::move(policies)};
}

/// The texts of all policies but the tracker. `slow_threshold`: zero without one.
template <class Recorder, class Tripper, class Retry, class Permit>
PolicyTexts texts_of([[maybe_unused]] const Recorder& recorder, const Tripper& tripper, const Retry& retry,
                     const Permit& permit, std::chrono::nanoseconds slow_threshold) {
  PolicyTexts texts;
  if constexpr (requires { recorder.window(); }) {
    texts.window = description_of(recorder.window());
  } else {
    texts.window = "custom";
  }
  texts.tripper = description_of(tripper);
  texts.retry = description_of(retry);
  texts.permit = description_of(permit);
  if (slow_threshold.count() != 0) texts.slow_threshold = text(slow_threshold);
  return texts;
}

/// How far back a recorder's window counts; zero if it does not count by time.
template <class Recorder>
std::chrono::nanoseconds span_of([[maybe_unused]] const Recorder& recorder) noexcept {
  if constexpr (requires { std::chrono::nanoseconds{recorder.window().span()}; }) {
    return recorder.window().span();
  } else {
    return {};
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
