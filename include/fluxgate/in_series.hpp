// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// `in_series`: one call through several breakers, which is made if all of them admit it.

#ifndef FLUXGATE_IN_SERIES_HPP
#define FLUXGATE_IN_SERIES_HPP

#include <concepts>
#include <cstddef>
#include <functional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/calls.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/coroutine/async_calls.hpp>
#include <fluxgate/coroutine/awaitable.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/trackers/questions.hpp>

namespace fluxgate::FLUXGATE_ABI {

template <class... Breakers>
class Series;

namespace detail {

/// What a Series asks its breakers for.
struct SeriesAccess {
  template <class... Breakers, class... Given>
  static Series<Breakers...> of(Given&... given) noexcept {
    return Series<Breakers...>{HeldBreaker<Breakers>{given}...};
  }

  /// An admission that no breaker was asked for.
  template <class Admission>
  static Admission unasked() noexcept {
    return Admission{};
  }
  /// Keeps a breaker from being destroyed unnoticed while it lives.
  template <class Breaker>
  static auto under_way(const Breaker& breaker) noexcept {
    return breaker.under_way();
  }

  template <class Breaker, class Result>
  static constexpr bool overlooks = Breaker::template overlooks_result<Result>;
  template <class Breaker, class Result>
  static constexpr bool overlooks_recorded = Breaker::template overlooks_recorded<Result>;
  template <class Breaker, class Result>
  static constexpr bool looks_at = Breaker::template looks_at<Result>;
  template <class Breaker, class Result>
  static bool fails([[maybe_unused]] const Breaker& breaker, [[maybe_unused]] const Result& result) noexcept {
    if constexpr (looks_at<Breaker, Result>) {
      return breaker.fails(result);
    } else {
      return false;
    }
  }
};

// The type itself, also for a class that derives from it.
template <class Breaker>
Breaker synchronous_breaker(const Calls<Breaker>*);
template <class Breaker>
Breaker asynchronous_breaker(const AsyncCalls<Breaker>*);
template <class T>
concept Synchronous = requires(const T* breaker) { detail::synchronous_breaker(breaker); };
template <class T>
concept Asynchronous = requires(const T* breaker) { detail::asynchronous_breaker(breaker); };

/// The type of a breaker or handle in a Series.
template <class T>
struct PartOf {};
template <Synchronous T>
struct PartOf<T> {
  using type = decltype(detail::synchronous_breaker(static_cast<const T*>(nullptr)));
};
template <Asynchronous T>
struct PartOf<T> {
  using type = decltype(detail::asynchronous_breaker(static_cast<const T*>(nullptr)));
};

template <class... Breakers>
inline constexpr bool is_handle<Series<Breakers...>> = true;

/// The calls of a Series.
template <class First, class... Breakers>
using SeriesCalls =
    std::conditional_t<Synchronous<First>, Calls<Series<First, Breakers...>>, AsyncCalls<Series<First, Breakers...>>>;

}  // namespace detail

/// Breakers in series: a call is made if all of them admit it. Made by `in_series`.
///
/// Has the calls of its breakers: those of CircuitBreaker, or, of AsyncCircuitBreakers, those that are awaited. The
/// breakers are asked in order. If one refuses, its Rejection names it, those before it take their admissions back, and
/// the others are not asked. All of them hear of the outcome, the last one first, and each judges by its own tracker.
/// Calls allocate nothing.
///
/// A handle: cheap to copy, safe to share among threads. It refers to its breakers, which must outlive it, its
/// admissions and its awaitables.
template <class First, class... Rest>
class Series<First, Rest...> : public detail::SeriesCalls<First, Rest...> {
  using Base = detail::SeriesCalls<First, Rest...>;
  using Indices = std::index_sequence_for<First, Rest...>;
  static constexpr std::size_t size = 1 + sizeof...(Rest);

  // The answers of all trackers together.

  template <class Result>
  static constexpr bool overlooks_result =
      detail::SeriesAccess::overlooks<First, Result> || (detail::SeriesAccess::overlooks<Rest, Result> || ...);
  template <class Result>
  static constexpr bool overlooks_recorded = detail::SeriesAccess::overlooks_recorded<First, Result> ||
                                             (detail::SeriesAccess::overlooks_recorded<Rest, Result> || ...);
  template <class Result>
  static constexpr bool looks_at =
      detail::SeriesAccess::looks_at<First, Result> || (detail::SeriesAccess::looks_at<Rest, Result> || ...);

 public:
  /// The permission to make one call yourself through all breakers, as that of CircuitBreaker.
  class [[nodiscard]] Admission {
   public:
    Admission(Admission&& other) noexcept = default;
    Admission& operator=(Admission&& other) noexcept = default;
    ~Admission() { ignore(); }

    /// False if a breaker refused, and once the outcome has been reported.
    explicit operator bool() const noexcept { return static_cast<bool>(std::get<size - 1>(admissions_)); }
    /// Why a breaker refused, and which one; meaningful only if one did.
    Rejection rejection() const noexcept { return rejection_of(Indices{}); }

    /// The call succeeded.
    void success() noexcept {
      tell([](auto& admission) { admission.success(); });
    }
    /// The call failed in a way that counts, whatever the trackers say.
    void failure() noexcept {
      tell([](auto& admission) { admission.failure(); });
    }
    /// The call failed with this error: each tracker says what that is, as in CircuitBreaker.
    template <class Error>
    void failure(const Error& error) noexcept {
      tell([&](auto& admission) { admission.failure(error); });
    }
    /// The call gave this result: traits and each tracker say what that is, as in CircuitBreaker.
    template <class Result>
    void record(const Result& result) noexcept {
      tell_result(result);
    }
    template <class Result>
      requires(overlooks_recorded<Result>)
    [[deprecated(FLUXGATE_OVERLOOKED)]] void record(const Result& result) noexcept {
      tell_result(result);
    }
    /// The call says nothing about the dependencies: it is not counted, and the places of probes become free again.
    void ignore() noexcept {
      tell([](auto& admission) { admission.ignore(); });
    }

    /// Invokes `f(args...)`, reports its outcome, and returns what it returns; its exceptions pass unchanged. If the
    /// admission is false, only invokes.
    template <class F, class... Args>
      requires std::invocable<F, Args...>
    std::invoke_result_t<F, Args...> run(F&& f, Args&&... args) {
      return make(std::forward<F>(f), std::forward<Args>(args)...);
    }
    template <class F, class... Args>
      requires std::invocable<F, Args...> && (overlooks_result<std::invoke_result_t<F, Args...>>)
    [[deprecated(FLUXGATE_OVERLOOKED)]] std::invoke_result_t<F, Args...> run(F&& f, Args&&... args) {
      return make(std::forward<F>(f), std::forward<Args>(args)...);
    }
    template <class F, class... Args>
      requires(!std::invocable<F, Args...>)
    detail::AnyResult run(F&&, Args&&...) {
      return detail::refuse_arguments<F, Args...>();
    }

   private:
    friend Series;
    friend detail::AdmissionAccess;
    friend detail::SeriesAccess;

    Admission() noexcept
        : admissions_{detail::SeriesAccess::unasked<typename First::Admission>(),
                      detail::SeriesAccess::unasked<typename Rest::Admission>()...} {}

    /// Asks the breakers from number I on; if one refuses, all before it get theirs back.
    template <std::size_t I = 0>
    void ask(const Series& series) noexcept {
      if constexpr (I != size) {
        auto& admission = std::get<I>(admissions_);
        admission = series.template part<I>().try_acquire();
        if (admission) return ask<I + 1>(series);
        refused_by_ = I;
        ignore();
      }
    }

    /// Calls `tell_one` with each admission, the last one first; it has no effect on those that are false.
    template <class TellOne>
    void tell(TellOne tell_one) noexcept {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (tell_one(std::get<size - 1 - I>(admissions_)), ...);
      }(Indices{});
    }
    template <class Result>
    void tell_result(const Result& result) noexcept {
      tell([&](auto& admission) { detail::AdmissionAccess::record(admission, result); });
    }

    template <std::size_t... I>
    Rejection rejection_of(std::index_sequence<I...>) const noexcept {
      Rejection rejection;
      ((I == refused_by_ ? static_cast<void>(rejection = std::get<I>(admissions_).rejection()) : void()), ...);
      return rejection;
    }

    template <class F, class... Args>
    std::invoke_result_t<F, Args...> make(F&& f, Args&&... args) {
      using Result = std::invoke_result_t<F, Args...>;
      return nest<Result, 0>([&]() -> Result { return std::invoke(std::forward<F>(f), std::forward<Args>(args)...); });
    }
    /// Runs in admission I what runs in those after it.
    template <class Result, std::size_t I, class F>
    Result nest(F&& f) {
      if constexpr (I == size) {
        return f();
      } else {
        return detail::AdmissionAccess::run(std::get<I>(admissions_),
                                            [&]() -> Result { return nest<Result, I + 1>(f); });
      }
    }

    std::tuple<typename First::Admission, typename Rest::Admission...> admissions_;
    std::size_t refused_by_ = 0;
  };

  using Base::call;
  using Base::call_with_fallback;
  using Base::try_call;

  /// The same of a Series that is const: a handle may be const where its breakers change.
  template <class... Args>
  auto call(Args&&... args) const -> decltype(std::declval<Base&>().call(std::forward<Args>(args)...)) {
    return Series{*this}.Base::call(std::forward<Args>(args)...);
  }
  /// The same of a Series that is const.
  template <class... Args>
  auto try_call(Args&&... args) const noexcept(noexcept(std::declval<Base&>().try_call(std::forward<Args>(args)...)))
      -> decltype(std::declval<Base&>().try_call(std::forward<Args>(args)...)) {
    return Series{*this}.Base::try_call(std::forward<Args>(args)...);
  }
  /// The same of a Series that is const.
  template <class... Args>
  auto call_with_fallback(Args&&... args) const
      -> decltype(std::declval<Base&>().call_with_fallback(std::forward<Args>(args)...)) {
    return Series{*this}.Base::call_with_fallback(std::forward<Args>(args)...);
  }

  /// Asks all breakers in order for the right to make one call yourself; false when one refuses.
  Admission try_acquire() const noexcept {
    Admission admission;
    admission.ask(*this);
    return admission;
  }
  /// Whether all breakers might let a call through now, as in CircuitBreaker; changes nothing.
  bool would_admit() const noexcept {
    return [this]<std::size_t... I>(std::index_sequence<I...>) {
      return (this->template part<I>().would_admit() && ...);
    }(Indices{});
  }

 private:
  friend Base;
  friend detail::ResultAccess;
  friend detail::SeriesAccess;

  explicit Series(const detail::HeldBreaker<First>& first, const detail::HeldBreaker<Rest>&... rest) noexcept
      : parts_{first, rest...} {}

  template <class Result>
  bool fails(const Result& result) const noexcept {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (detail::SeriesAccess::fails(this->template part<I>(), result) || ...);
    }(Indices{});
  }

  template <std::size_t I>
  auto& part() const noexcept {
    return std::get<I>(parts_).get("a Series is used after one of its breakers was destroyed");
  }
  auto under_way() const noexcept {
    return [this]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple{detail::SeriesAccess::under_way(this->template part<I>())...};
    }(Indices{});
  }

  detail::HeldBreaker<Series> held() const noexcept { return detail::HeldBreaker<Series>{*this}; }

  template <class Form, class F, class... Args>
  auto make(Form form, F&& f, Args&&... args) -> typename Form::template Result<std::invoke_result_t<F, Args...>> {
    using Result = std::invoke_result_t<F, Args...>;
    static_assert(detail::refuse_awaitable<Result>());
    [[maybe_unused]] const auto all_under_way = under_way();
    Admission admission = try_acquire();
    return form.template conclude<Result>(*this, admission, [&]() -> Result {
      return detail::AdmissionAccess::run(
          admission, [&]() -> Result { return std::invoke(std::forward<F>(f), std::forward<Args>(args)...); });
    });
  }

  std::tuple<detail::HeldBreaker<First>, detail::HeldBreaker<Rest>...> parts_;
};

/// Breakers in series, after the electric circuit: a call is made if all admit it. For what depends on several things
/// that fail each for itself, such as a host and its database.
///
///     auto both = in_series(host, database);
///     both.call(query, 42);
///
/// All are CircuitBreakers, or all are AsyncCircuitBreakers. They are referred to and must outlive what this returns. A
/// Series may stand in a series.
template <class... Breakers>
auto in_series(Breakers&&... breakers) {
  constexpr bool are_breakers =
      ((detail::Synchronous<std::remove_cvref_t<Breakers>> || detail::Asynchronous<std::remove_cvref_t<Breakers>>) &&
       ...) &&
      sizeof...(Breakers) != 0;
  constexpr bool are_of_one_kind = (detail::Synchronous<std::remove_cvref_t<Breakers>> && ...) ||
                                   (detail::Asynchronous<std::remove_cvref_t<Breakers>> && ...);
  constexpr bool stay = ((std::is_lvalue_reference_v<Breakers> || detail::Handle<Breakers>) && ...);
  constexpr bool may_change =
      ((!std::is_const_v<std::remove_reference_t<Breakers>> || detail::Handle<std::remove_cvref_t<Breakers>>) && ...);
  static_assert(are_breakers,
                "fluxgate: in_series() takes breakers and series of them, as in in_series(host, database).");
  static_assert(!are_breakers || are_of_one_kind,
                "fluxgate: a series is of CircuitBreakers or of AsyncCircuitBreakers, not of both: attach an "
                "AsyncCircuitBreaker to a CircuitBreaker that coroutines call as well.");
  static_assert(!are_breakers || stay,
                "fluxgate: a series refers to its breakers, so none may be a temporary that is gone before the call.");
  static_assert(!are_breakers || may_change, "fluxgate: a breaker in a series must not be const: calls change it.");
  if constexpr (are_breakers && are_of_one_kind && stay && may_change) {
    return detail::SeriesAccess::of<typename detail::PartOf<std::remove_cvref_t<Breakers>>::type...>(breakers...);
  } else {
    return detail::AnyResult{};
  }
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
