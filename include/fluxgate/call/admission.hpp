// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The permission to make one call yourself.

#ifndef FLUXGATE_CALL_ADMISSION_HPP
#define FLUXGATE_CALL_ADMISSION_HPP

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/call_observer.hpp>
#include <fluxgate/call/judge.hpp>
#include <fluxgate/engine/life.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/trackers/questions.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The permission to make one call yourself through a Breaker with a tracker T, for callbacks and streams. Its outcome
/// is reported at most once; without a report it is neutral. Must not outlive its breaker. Used by one thread at a time.
template <class Breaker, class T>
class [[nodiscard]] Admission {
 public:
  Admission(Admission&& other) noexcept
      : breaker_{std::exchange(other.breaker_, nullptr)},
        asked_{other.asked_},
        ticket_{other.ticket_},
        under_way_{std::move(other.under_way_)} {}
  Admission& operator=(Admission&& other) noexcept {
    if (this != &other) {
      ignore();
      breaker_ = std::exchange(other.breaker_, nullptr);
      asked_ = other.asked_;
      ticket_ = other.ticket_;
      under_way_ = std::move(other.under_way_);
    }
    return *this;
  }
  ~Admission() { ignore(); }

  /// False if the breaker refused, and once the outcome has been reported.
  explicit operator bool() const noexcept { return breaker_ != nullptr; }
  /// Why the breaker refused; meaningful only if it did.
  Rejection rejection() const noexcept { return rejection_of(*asked_, ticket_); }

  /// The call succeeded.
  void success() noexcept { report(Verdict::success); }
  /// The call failed in a way that counts, whatever the tracker says.
  void failure() noexcept { report(Verdict::failure); }
  /// The call failed with this error, a `std::exception_ptr` or an error value: a failure, a success or neutral, as
  /// the tracker says; neutral where the pointer is null.
  template <class Error>
  void failure(const Error& error) noexcept {
    if (breaker_ != nullptr) report(breaker_->observer_.judge_error(error));
  }
  /// The call gave this result: a success, a failure that counts, or neutral, as traits and tracker say.
  template <class Result>
  void record(const Result& result) noexcept {
    tell_result(result);
  }
  template <class Result>
    requires(overlooks<T, Result>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] void record(const Result& result) noexcept {
    if (breaker_ != nullptr) report(breaker_->observer_.judge_result(result));
  }
  /// The call says nothing about the dependency: it is not counted, and a probe's place becomes free again.
  void ignore() noexcept { report(Verdict::neutral); }

  /// Invokes `f(args...)`, reports its outcome, and returns what it returns; its exceptions pass unchanged. If the
  /// admission is false, only invokes.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> run(F&& f, Args&&... args) {
    return make(std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires std::invocable<F, Args...> && (overlooks_call<T, std::invoke_result_t<F, Args...>>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] std::invoke_result_t<F, Args...> run(F&& f, Args&&... args) {
    return make(std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires(!std::invocable<F, Args...>)
  AnyResult run(F&&, Args&&...) {
    return refuse_arguments<F, Args...>();
  }

 private:
  friend Breaker;
  friend AdmissionAccess;
  friend SeriesAccess;

  Admission() noexcept = default;

  template <class Result>
  void tell_result(const Result& result) noexcept {
    static_assert(refuse_unjudgeable<Result>());  // here, since compilers print the way to a sentence before it
    if (breaker_ != nullptr) report(breaker_->observer_.judge_result(result));
  }

  template <class F, class... Args>
  std::invoke_result_t<F, Args...> make(F&& f, Args&&... args) {
    if (Breaker* const breaker = std::exchange(breaker_, nullptr)) {
      [[maybe_unused]] const UnderWay under_way = std::move(under_way_);
      return breaker->observer_.run(ticket_, std::forward<F>(f), std::forward<Args>(args)...);
    }
    return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
  }

  explicit Admission(Breaker& breaker) noexcept : Admission{breaker, breaker.under_way()} {}
  /// Registered before it is admitted: a listener may destroy the breaker.
  Admission(Breaker& breaker, UnderWay under_way) noexcept
      : asked_{&breaker}, ticket_{breaker.observer_.core().admit()} {
    if (ticket_) {
      breaker_ = &breaker;
      under_way_ = std::move(under_way);
    }
  }

  void report(Verdict verdict) noexcept {
    if (Breaker* const breaker = std::exchange(breaker_, nullptr)) {
      breaker->observer_.report(ticket_, verdict);
      under_way_ = UnderWay{};
    }
  }

  Breaker* breaker_ = nullptr;      // null without the right to make the call
  const Breaker* asked_ = nullptr;  // for its name, if it refused
  Ticket ticket_;
  [[no_unique_address]] UnderWay under_way_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
