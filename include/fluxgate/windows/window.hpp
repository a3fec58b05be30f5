// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a window.

#ifndef FLUXGATE_WINDOWS_WINDOW_HPP
#define FLUXGATE_WINDOWS_WINDOW_HPP

#include <concepts>
#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/needs.hpp>

namespace fluxgate::FLUXGATE_ABI {

class CountWindow;
class TimeWindow;

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

/// A window: `CountWindow`, `TimeWindow`, or one of your own, which names the recorder of its calls:
/// `template <class Atomics, Needs needs> using recorder = MyRecorder<Atomics, needs>;`
/// This is a `Recorder` that is constructed from the window.
///
/// A window with a `size()` never holds more calls than that, so a breaker refuses a rule that waits for more. Its
/// `static constexpr max_size`, if it has one, is the largest count of `Probes` that it keeps. `describe()` returns its
/// text.
template <class W>
concept Window = std::copy_constructible<W> &&
                 (std::same_as<W, CountWindow> || std::same_as<W, TimeWindow> || detail::NamesRecorder<W>);

}  // namespace fluxgate::FLUXGATE_ABI

#endif
