// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What is told of transitions, and what may ask whose they are.

#ifndef FLUXGATE_LISTENER_HPP
#define FLUXGATE_LISTENER_HPP

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <iterator>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI {

class Listener;

namespace detail {

/// What a vector of listeners is made from: iterators, another container of them, an allocator.
template <class F>
concept MakesVector = std::input_iterator<F> || requires(const F& container) { container.begin(); } ||
                      requires(F& allocator) { allocator.allocate(std::size_t{1}); };

/// Everything else, and pointers: two to listeners of other types are rather those than iterators.
template <class F>
concept MeantAsListener =
    (std::is_pointer_v<F> && !std::same_as<std::remove_cv_t<std::remove_pointer_t<F>>, Listener>) || !MakesVector<F>;

}  // namespace detail

/// A listener that asks whose it is, by a member `void attach(const Info&)`.
///
/// Each breaker copies the listener and attaches its copy once: while the breaker is made, on the thread that makes it,
/// before any signal. `Info` has the breaker's name and first state. What `attach` throws leaves the constructor of the
/// breaker. The copy goes with the breaker.
template <class F>
concept AttachableListener =
    requires(std::unwrap_reference_t<F>& listener, const Info& info) { listener.attach(info); };

/// Called once for each transition, in order and never twice at a time, by a thread that caused one. May call back into
/// the breaker. What it throws is counted by `Info::listener_errors` and goes to the `on_listener_error` of the
/// configuration. Its thread is not cancelled before all that is due has been told; a listener that ends its thread
/// itself, or whose stackful coroutine is abandoned, ends the program.
///
/// Made from any copyable callable on `const Signal&`, which it copies with itself; `std::ref` shares one instead. An
/// AttachableListener is attached too; one that hides in a lambda or a `std::function` is not. The threads that use one
/// object take turns.
class Listener {
  using Call = std::function<void(const Signal&)>;
  using Attach = std::function<Call(const Info&)>;

  template <class F>
  static constexpr void require_listener() noexcept {
    static_assert(std::constructible_from<Call, F> && std::copy_constructible<std::decay_t<F>>,
                  "fluxgate: a listener is a copyable callable on const Signal&, as in [](const Signal& signal) {...}; "
                  "std::ref shares one.");
  }

 public:
  /// An empty one, which a configuration refuses.
  Listener() noexcept = default;
  Listener(std::nullptr_t) noexcept {}

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Listener> && std::constructible_from<Call, F>)
  Listener(F&& listener)
      : attach_{(require_listener<F>(), attach_of(std::as_const(listener)))}, call_{std::forward<F>(listener)} {}

  // What is none, in a sentence. Not for everything, or a vector of listeners could not be made from two iterators.
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Listener> && !std::constructible_from<Call, F> &&
             detail::MeantAsListener<std::decay_t<F>>)
  Listener(F&&) {
    require_listener<F>();
  }

  /// False for an empty one, such as one made from an empty `std::function`.
  explicit operator bool() const noexcept { return static_cast<bool>(call_); }

  /// Whether what it was made from is an AttachableListener that is not attached yet.
  bool is_attachable() const noexcept { return static_cast<bool>(attach_); }

  /// Attaches it to the breaker that `info` describes; does nothing where it is not attachable. Breakers do this
  /// themselves. @throws what the listener throws, with nothing changed
  void attach(const Info& info) {
    if (!attach_) return;
    call_ = attach_(info);
    attach_ = nullptr;
  }

  /// Tells the listener. @throws what the listener throws
  void operator()(const Signal& signal) const { call_(signal); }

 private:
  template <class F>
  static Attach attach_of(const F& listener) {
    if constexpr (AttachableListener<F>) {
      return [listener](const Info& info) {
        F own = listener;
        static_cast<std::unwrap_reference_t<F>&>(own).attach(info);
        return Call{std::move(own)};
      };
    } else {
      return nullptr;
    }
  }

  Attach attach_;
  Call call_;
};

/// Told what a listener threw, and on which signal; what it throws itself is dropped.
using ListenerErrorHook = std::function<void(const Signal&, std::exception_ptr)>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
