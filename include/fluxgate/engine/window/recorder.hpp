// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The recorder of a window, and what it allows the core to leave undone.

#ifndef FLUXGATE_ENGINE_WINDOW_RECORDER_HPP
#define FLUXGATE_ENGINE_WINDOW_RECORDER_HPP

#include <concepts>
#include <type_traits>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/window/count_recorder.hpp>
#include <fluxgate/engine/window/time_recorder.hpp>
#include <fluxgate/trippers/traits.hpp>
#include <fluxgate/windows/count_window.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether a recorder of W needs the time.
template <class W>
inline constexpr bool on_a_clock = !std::same_as<W, CountWindow>;

template <class W, class Tr, class Atomics>
using RecorderOf = std::conditional_t<on_a_clock<W>, TimeRecorder<Atomics, traits_of<Tr>.needs>,
                                      CountRecorder<Atomics, traits_of<Tr>.needs>>;

/// Whether a success into a full, healthy window changes nothing, so that a tripper which depends on the counts alone
/// need not be asked again, and nothing need be written.
template <class W, class Tr>
inline constexpr bool may_absorb = !on_a_clock<W> && !traits_of<Tr>.needs.durations && traits_of<Tr>.needs.context_only;

/// Whether to ask even where a sample changed nothing that a verdict could newly rest on; else the last verdict stands.
template <class W, class Tr>
inline constexpr bool asks_when_quiet =
    !traits_of<Tr>.needs.context_only ||
    (on_a_clock<W> ? traits_of<Tr>.needs.durations || !traits_of<Tr>.on_trouble_only : traits_of<Tr>.needs.streak);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
