// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a registry calls when its breakers come and go.

#ifndef FLUXGATE_REGISTRY_HOOKS_HPP
#define FLUXGATE_REGISTRY_HOOKS_HPP

#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// Calls `f(key, breaker)` for each breaker that a registry has begun to keep, on the thread whose call brought the new
/// key. No lock is held. What it throws leaves that call; the breaker stays.
template <class F>
struct OnAdded {
  F f;  ///< a copyable callable on a key and a breaker
};
template <class F>
OnAdded(F) -> OnAdded<F>;

/// Calls `f(key, breaker)` for each breaker that a registry has evicted or erased, before the breaker is destroyed, on
/// the thread whose call removed it. No lock is held, and the key may already have a new breaker. What it throws leaves
/// that call. Not called when the registry is destroyed.
template <class F>
struct OnRemoved {
  F f;  ///< a copyable callable on a key and a breaker
};
template <class F>
OnRemoved(F) -> OnRemoved<F>;

namespace detail {
template <class T>
inline constexpr bool is_on_added = false;
template <class F>
inline constexpr bool is_on_added<OnAdded<F>> = true;
template <class T>
inline constexpr bool is_on_removed = false;
template <class F>
inline constexpr bool is_on_removed<OnRemoved<F>> = true;
}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
