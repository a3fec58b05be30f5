// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Listeners: callables that receive the transitions of a breaker.

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

/// What a vector of listeners can be made from: iterators, another container, an allocator.
template <class F>
concept MakesVector = std::input_iterator<F> || requires(const F& container) { container.begin(); } ||
                      requires(F& allocator) { allocator.allocate(std::size_t{1}); };

/// All other types, and pointers: two pointers to listeners of other types are meant as listeners, not as iterators.
template <class F>
concept MeantAsListener =
    (std::is_pointer_v<F> && !std::same_as<std::remove_cv_t<std::remove_pointer_t<F>>, Listener>) || !MakesVector<F>;

}  // namespace detail

/// A listener that learns which breaker it belongs to, by its member `void attach(const Info&)`.
///
/// Each breaker copies the listener and attaches its copy once: during construction, on the constructing thread, before
/// any signal. `Info` has the breaker's name and first state. An exception from `attach` leaves the constructor of the
/// breaker. The copy is destroyed with the breaker.
template <class F>
concept AttachableListener =
    requires(std::unwrap_reference_t<F>& listener, const Info& info) { listener.attach(info); };

/// Called at most once for each transition of a breaker, in order and never concurrently, on a thread that caused one.
/// It misses a transition only if more wait than can be kept; `Info::signals_dropped` counts these. It may call
/// the breaker. An exception from it is counted in `Info::listener_errors` and passed to `on_listener_error` of the
/// configuration. Cancellation of its thread waits until all pending signals are delivered. A listener that ends its
/// thread, or whose stackful coroutine is abandoned, ends the program.
///
/// Made from any copyable callable on `const Signal&`; copies of a Listener copy the callable, and `std::ref` shares
/// one, which the threads of several breakers may then call at the same time. An AttachableListener is attached, too,
/// but not inside a lambda or a `std::function`. Like other values, one Listener object must not be assigned while
/// another thread copies it.
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
  /// An empty listener, which a configuration refuses.
  Listener() noexcept = default;
  Listener(std::nullptr_t) noexcept {}

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Listener> && std::constructible_from<Call, F>)
  Listener(F&& listener)
      : attach_{(require_listener<F>(), attach_of(std::as_const(listener)))}, call_{std::forward<F>(listener)} {}

  // Refuses what is no listener, in a sentence. Constrained, so that a vector of listeners can be made from two
  // iterators.
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Listener> && !std::constructible_from<Call, F> &&
             detail::MeantAsListener<std::decay_t<F>>)
  Listener(F&&) {
    require_listener<F>();
  }

  /// False if empty, as when made from an empty `std::function`.
  explicit operator bool() const noexcept { return static_cast<bool>(call_); }

  /// Whether it holds an AttachableListener that is not attached yet.
  bool is_attachable() const noexcept { return static_cast<bool>(attach_); }

  /// Attaches it to the breaker that `info` describes; does nothing if it is not attachable. Breakers call this.
  /// @throws what the listener throws; nothing is changed then
  void attach(const Info& info) {
    if (!attach_) return;
    call_ = attach_(info);
    attach_ = nullptr;
  }

  /// Calls the listener. @throws what the listener throws
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

/// Called with the signal and the exception that a listener threw; an exception from the hook is dropped.
using ListenerErrorHook = std::function<void(const Signal&, std::exception_ptr)>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
