// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a running breaker cannot change.

#ifndef FLUXGATE_ENGINE_RETUNING_HPP
#define FLUXGATE_ENGINE_RETUNING_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/permits/probes.hpp>
#include <fluxgate/permits/questions.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether a recorder tells its window from others.
template <class R, class W>
concept KnowsWindow = requires(const R& recorder, const W& window) {
  { recorder.window() == window } -> std::convertible_to<bool>;
};
/// Whether a tracker tells whether another is the same.
template <class T>
inline constexpr bool tells_sameness = std::is_empty_v<T> || std::equality_comparable<T>;

/// Refuses a window other than the recorder's, a threshold where no call is timed, and a round that the block has no room
/// for.
template <class R, class AnyBlock, class C>
void refuse_other_frame(const R& recorder, const AnyBlock& block, bool timed, const C& config, Refusal refusal) {
  static_assert(
      KnowsWindow<R, decltype(C::window)>,
      "fluxgate: to retune a breaker with a window of your own, give its recorder a window() and the window an "
      "operator==.");
  if (!(recorder.window() == config.window)) {
    refusal({"retune: window ", description_of(config.window), " must stay ", description_of(recorder.window())});
  }
  if (config.slow_threshold.has_value() && !timed) {
    refusal({"retune: slow_threshold ", text(config.slow_threshold.value_or_zero()),
             " must stay absent, since the breaker was made to measure no times"});
  }
  if constexpr (probes_in<decltype(C::permit)>() == 1) {
    const std::size_t room = block.cells().size();
    std::uint32_t most = find_probes(config.permit).count();
    if (recorder.cells(most) <= room) return;
    while (recorder.cells(most) > room) --most;
    refusal({"retune: Probes: count ", text(std::uint64_t{find_probes(config.permit).count()}), " is not in [1, ",
             text(std::uint64_t{most}), "], for which the breaker was made with room"});
  }
}

/// Refuses a tracker other than the breaker's.
template <class T>
void refuse_other_tracker(const T& tracker, const T& given, Refusal refusal) {
  static_assert(
      tells_sameness<T>,
      "fluxgate: retune keeps the tracker, and cannot tell whether this one is the same: give what it holds an "
      "operator==, or no members.");
  if constexpr (!std::is_empty_v<T>) {
    if (!(tracker == given)) {
      refusal({"retune: tracker ", description_of(given), " must stay ", description_of(tracker)});
    }
  }
}

/// Refuses a name or labels that are given and are not the breaker's.
template <class C>
void refuse_other_name(const Labels& labels, const C& config, Refusal refusal) {
  if (config.name != refusal.name && config.name != "default") {
    refusal({"retune: name '", config.name, "' must stay '", refusal.name, "'"});
  }
  if (!config.labels.empty() && config.labels != labels) {
    refusal({"retune: labels {", text(config.labels), "} must stay {", text(labels), "}"});
  }
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
