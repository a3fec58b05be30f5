// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The recorder of a window, and what it allows the core to leave undone.

#ifndef FLUXGATE_ENGINE_WINDOW_RECORDER_OF_HPP
#define FLUXGATE_ENGINE_WINDOW_RECORDER_OF_HPP

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/state/phase.hpp>
#include <fluxgate/engine/window/count_recorder.hpp>
#include <fluxgate/engine/window/recorder.hpp>
#include <fluxgate/engine/window/time_recorder.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/trippers/traits.hpp>
#include <fluxgate/windows/count_window.hpp>
#include <fluxgate/windows/time_window.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The recorder of a window: the one that it names.
template <class W, class Atomics, Needs needs>
struct recorder_of {
  using type = typename W::template recorder<Atomics, needs>;
};
template <class Atomics, Needs needs>
struct recorder_of<CountWindow, Atomics, needs> {
  using type = detail::CountRecorder<Atomics, needs>;
};
template <class Atomics, Needs needs>
struct recorder_of<TimeWindow, Atomics, needs> {
  using type = detail::TimeRecorder<Atomics, needs>;
};

namespace detail {

template <class R>
concept TellsHealthy = requires(const R& recorder, const BlockOf<R>& block, Phase phase) {
  { recorder.is_healthy(block, phase) } noexcept -> std::same_as<bool>;
};

/// Whether a success into a full, healthy window changes nothing, so that a tripper which depends on the counts alone
/// need not be asked again, and nothing need be written.
template <class R, class Tr>
inline constexpr bool may_absorb =
    TellsHealthy<R> && !traits_of<Tr>.needs.durations && traits_of<Tr>.needs.context_only;

/// Whether to ask even where a sample changed nothing that a verdict could newly rest on; else the last verdict stands.
template <class R, class Tr>
inline constexpr bool asks_when_quiet =
    !traits_of<Tr>.needs.context_only ||
    (R::quiet_is_unchanged ? traits_of<Tr>.needs.streak
                           : traits_of<Tr>.needs.durations || !traits_of<Tr>.on_trouble_only);

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
