// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Makes admitted calls and records what came of them.

#ifndef FLUXGATE_CALL_CALL_OBSERVER_HPP
#define FLUXGATE_CALL_CALL_OBSERVER_HPP

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/unwinding.hpp>
#include <fluxgate/call/judge.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/all.hpp>
#include <fluxgate/trackers/questions.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

template <class...>
struct Handlers {};
/// What is neutral besides CallNotPermittedError, and is thrown by libraries that few units know: what unwinds an
/// abandoned stackful coroutine, which is an exception to the language, and refusals by error codes.
using Neutral = Handlers<boost::context::detail::forced_unwind, boost::coroutines::detail::forced_unwind, ThrownByAsio,
                         ThrownByBoostAsio>;

/// A tracker beside the core that it reports to.
template <class T, class Core>
class CallObserver {
 public:
  /// Of a temporary Config. Its header is not included here: it would add a line to each error that a Config gives.
  /// `from`: nothing, or the Restored to begin with.
  template <class Configuration, class... From>
    requires std::same_as<decltype(Configuration::tracker), T>
  explicit CallObserver(Configuration&& config, const From&... from)
      : tracker_(std::move(config.tracker)), core_{std::forward<Configuration>(config), from...} {}

  /// Of a tracker and a core that stand for others.
  CallObserver(T tracker, Core core) noexcept : tracker_(tracker), core_{core} {}

  const T& tracker() const noexcept { return tracker_; }
  Core& core() noexcept { return core_; }
  const Core& core() const noexcept { return core_; }

  template <class Error>
  Verdict judge_error(const Error& error) const noexcept {
    if constexpr (std::same_as<Error, std::exception_ptr>) {
      if (error == nullptr) return Verdict::neutral;
    }
    return detail::judge_error(tracker_, error);
  }

  template <class Result>
  Verdict judge_result(const Result& result) const noexcept {
    return detail::judge_result(tracker_, result);
  }

  /// Records the outcome of an admitted call, or takes the call back.
  void report(Ticket ticket, Verdict verdict) noexcept {
    if (verdict == Verdict::neutral) {
      core_.release(ticket);
    } else {
      core_.record(ticket, verdict == Verdict::failure);
    }
  }

  /// The same for a returned value. A core that stands for others judges those itself that are no failures by their
  /// traits: most need no judgement.
  template <class Result>
  void report_result(Ticket ticket, const Result& result) noexcept {
    if constexpr (requires { core_.record_value(ticket, result); }) {
      bool recorded = false;
      const Verdict verdict = detail::judge_result(tracker_, result, [&] {
        core_.record_value(ticket, result);
        recorded = true;
        return Verdict::success;
      });
      if (!recorded) report(ticket, verdict);
    } else {
      report(ticket, judge_result(result));
    }
  }

  /// Makes an admitted call and records its outcome. The ticket stays a value all the way, so that it stays in
  /// registers.
  template <class F, class... Args>
  std::invoke_result_t<F, Args...> run(Ticket ticket, F&& f, Args&&... args) {
    using Result = std::invoke_result_t<F, Args...>;
    if constexpr (!std::is_void_v<Result> && !Immovable<Result>) {
      static_assert(refuse_unjudgeable<std::remove_const_t<std::remove_reference_t<Result>>>());
    }
    bool recorded = false;  // a result that throws while it is returned has been counted before
    if constexpr (Immovable<Result>) {
      const SuccessUnlessRecorded success_unless_recorded{core_, ticket, recorded};
      return observe_caught(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
    } else if constexpr (std::same_as<T, All>) {
      return observe_uncaught(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
    } else {
      return observe_caught(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
    }
  }

 private:
#if defined(__cpp_exceptions)
  /// Every exception counts but a refusal by another breaker, so that none of the others need be caught: the destructor
  /// sees the unwinding.
  template <class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_uncaught(Ticket ticket, bool& recorded, F&& f,
                                                                           Args&&... args) {
    const FailureUnlessRecorded failure_unless_recorded{*this, ticket, recorded};
    // Evaluated for each call, since a definition may follow other calls. Without one no handler is added, which would
    // keep g++ from inlining an awaited call.
    constexpr bool knows_any = []<class... Handled>(Handlers<Handled...>) {
      return (requires { sizeof(Handled); } || ...);
    }(Neutral{});
    try {
      if constexpr (knows_any) {
        return observe_beside(Neutral{}, ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
      } else {
        return observe(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
      }
    } catch (const CallNotPermittedError&) {
      rethrow_neutral(ticket, std::exchange(recorded, true));
    }
  }
  [[noreturn, gnu::cold, gnu::noinline]] void rethrow_neutral(Ticket ticket, bool recorded) {
    if (!recorded) report(ticket, Verdict::neutral);
    throw;
  }
  /// With a handler for each of these that the unit knows.
  template <class First, class... Rest, class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_beside(Handlers<First, Rest...>, Ticket ticket,
                                                                         bool& recorded, F&& f, Args&&... args) {
    if constexpr (FLUXGATE_KNOWS(First)) {
      return observe_handled<First>(Handlers<Rest...>{}, ticket, recorded, std::forward<F>(f),
                                    std::forward<Args>(args)...);
    } else {
      return observe_beside(Handlers<Rest...>{}, ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
    }
  }
  template <class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_beside(Handlers<>, Ticket ticket, bool& recorded,
                                                                         F&& f, Args&&... args) {
    return observe(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class Handled, class... Rest, class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_handled(Handlers<Rest...> rest, Ticket ticket,
                                                                          bool& recorded, F&& f, Args&&... args) {
    if constexpr (requires { typename Handled::type; }) {
      try {
        return observe_beside(rest, ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
      } catch (const typename Handled::type& error) {
        if (is_refusal(error.code())) rethrow_neutral(ticket, std::exchange(recorded, true));
        throw;
      }
    } else {
      try {
        return observe_beside(rest, ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
      } catch (const Handled&) {
        rethrow_neutral(ticket, std::exchange(recorded, true));
      }
    }
  }

  /// Looks at what is thrown, at the price of catching and rethrowing it.
  template <class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_caught(Ticket ticket, bool& recorded, F&& f,
                                                                         Args&&... args) {
    try {
      return observe(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
    } catch (const std::exception& exception) {
      if (!std::exchange(recorded, true)) report_caught(ticket, &exception);
      throw;
    } catch (...) {
      if (!std::exchange(recorded, true)) report_caught(ticket, nullptr);
      throw;
    }
  }
  /// Records the exception being handled. Out of the way, so that `run` is small enough to be inlined.
  [[gnu::cold, gnu::noinline]] void report_caught(Ticket ticket, const std::exception* exception) noexcept {
    if (exception != nullptr) {
      report(ticket, judge_exception(tracker_, Failure::from_exception(exception)));
    } else if (handles_unwinding()) {
      report(ticket, Verdict::neutral);
    } else {  // no refusal, which is a std::exception
      report(ticket, verdict_on_failure(ask_safely(tracker_, Failure::from_exception())));
    }
  }
#else
  template <class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_uncaught(Ticket ticket, bool& recorded, F&& f,
                                                                           Args&&... args) {
    return observe(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
  [[gnu::always_inline]] std::invoke_result_t<F, Args...> observe_caught(Ticket ticket, bool& recorded, F&& f,
                                                                         Args&&... args) {
    return observe(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
  }
#endif

  /// Records what unwinds and is not looked at.
  [[gnu::cold, gnu::noinline]] void report_uncaught(Ticket ticket) noexcept {
    report(ticket, unwinds_without_exception() ? Verdict::neutral : Verdict::failure);
  }
  /// Inlined with its destructor, or it would have to lie in memory.
  struct FailureUnlessRecorded {
    CallObserver& observer;
    Ticket ticket;
    const bool& recorded;
    [[gnu::always_inline]] ~FailureUnlessRecorded() {
      if (!recorded) observer.report_uncaught(ticket);
    }
  };
  struct SuccessUnlessRecorded {
    Core& core;
    Ticket ticket;
    const bool& recorded;
    ~SuccessUnlessRecorded() {
      if (!recorded) core.record(ticket, false);
    }
  };

  /// Invokes, and records what came back, unless that is immovable.
  template <class F, class... Args>
  std::invoke_result_t<F, Args...> observe(Ticket ticket, bool& recorded, F&& f, Args&&... args) {
    using Result = std::invoke_result_t<F, Args...>;
    if constexpr (std::is_void_v<Result>) {
      std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      recorded = true;
      core_.record(ticket, false);
    } else if constexpr (Immovable<Result>) {
      return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
    } else if constexpr (std::is_reference_v<Result>) {
      Result result = std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      recorded = true;
      report_result(ticket, std::as_const(result));
      return static_cast<Result>(result);
    } else {
      return observe_value<Result>(ticket, recorded, std::forward<F>(f), std::forward<Args>(args)...);
    }
  }

  // A function of its own with one return, because compilers construct a result in place only there.
  template <class Result, class F, class... Args>
  Result observe_value(Ticket ticket, bool& recorded, F&& f, Args&&... args) {
    Result result = std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
    recorded = true;
    report_result(ticket, std::as_const(result));
    return result;
  }

  [[no_unique_address]] T tracker_;
  Core core_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
