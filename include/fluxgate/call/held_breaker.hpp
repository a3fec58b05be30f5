// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How a breaker is kept by what calls it later: by reference, or, where a small value stands for breakers, as a copy.

#ifndef FLUXGATE_CALL_HELD_BREAKER_HPP
#define FLUXGATE_CALL_HELD_BREAKER_HPP

#include <string_view>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/life.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether a type is a handle: a small value that stands for breakers and has their calls, as a Series does. Calls do
/// not change a handle.
template <class T>
inline constexpr bool is_handle = false;

template <class T>
concept Handle = is_handle<T>;

/// The type by which `guarded` keeps a breaker.
template <class Breaker>
struct KeptAs {
  using type = Breaker;
};

/// A breaker, referred to, which must outlive this.
template <class Breaker>
class HeldBreaker {
 public:
  explicit HeldBreaker(Breaker& breaker) noexcept : breaker_{&breaker}, watch_{breaker} {}

  /// With FLUXGATE_DEBUG ends the program with the message `what` if the breaker has been destroyed.
  Breaker& get(std::string_view what) const noexcept {
    watch_.check(what);
    return *breaker_;
  }

 private:
  Breaker* breaker_;
  [[no_unique_address]] Watch watch_;
};

/// A copy of a handle.
template <Handle Breaker>
class HeldBreaker<Breaker> {
 public:
  explicit HeldBreaker(const Breaker& handle) noexcept : handle_{handle} {}

  /// The handle checks its breakers itself.
  Breaker& get(std::string_view) const noexcept { return handle_; }

 private:
  mutable Breaker handle_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
