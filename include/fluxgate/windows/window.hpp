// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a window is.

#ifndef FLUXGATE_WINDOWS_WINDOW_HPP
#define FLUXGATE_WINDOWS_WINDOW_HPP

#include <concepts>
#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/windows/count_window.hpp>
#include <fluxgate/windows/time_window.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

template <template <class, Needs> class>
struct RecorderTemplate;

template <class W>
concept NamesRecorder = requires { typename RecorderTemplate<W::template recorder>; };

/// A window that never holds more than `size()` calls.
template <class W>
concept HoldsCalls = requires(const W& window) {
  { window.size() } -> std::convertible_to<std::uint64_t>;
};

}  // namespace detail

/// A window: `CountWindow`, `TimeWindow`, or one of your own, which names what records its calls:
/// `template <class Atomics, Needs needs> using recorder = MyRecorder<Atomics, needs>;`, a `Recorder` that is made from
/// the window.
///
/// One that has a `size()` never holds more calls than that, so that a breaker refuses a rule which waits for more; its
/// `static constexpr max_size`, if it has one, is the most `Probes` that it keeps. `describe()` gives its words.
template <class W>
concept Window = std::copy_constructible<W> &&
                 (std::same_as<W, CountWindow> || std::same_as<W, TimeWindow> || detail::NamesRecorder<W>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
