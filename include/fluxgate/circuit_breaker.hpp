// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The synchronous front end.

#ifndef FLUXGATE_CIRCUIT_BREAKER_HPP
#define FLUXGATE_CIRCUIT_BREAKER_HPP

#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/call_result.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/core.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/trackers.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// Guards calls to something that can fail: lets them through while it works, refuses them at once while it does not,
/// and tests recovery with a few before it lets all through again.
///
/// Any member may be called from any number of threads at once, by listeners too, except the destructor. Nothing locks;
/// a call allocates nothing, a transition may. Throws at construction: `std::invalid_argument` for values outside their
/// range or that can never work together, `std::bad_alloc`.
template <class W = CountWindow, class T = All, class Tr = detail::DefaultTripper, class R = Cooldown, class P = RampUp,
          class E = SystemEnvironment>
class CircuitBreaker {
  static_assert(Window<W>, "fluxgate: the window must be CountWindow or TimeWindow.");
  static_assert(Tracker<T>, "fluxgate: the tracker must be callable with const Failure& and give a bool.");
  static_assert(Tripper<Tr>, "fluxgate: the tripper must be callable with const CallContext& and give a bool.");
  static_assert(Retry<R>,
                "fluxgate: the retry needs nanoseconds delay(std::uint32_t reopens, double draw) const noexcept.");
  static_assert(Permit<P>, "fluxgate: the permit must be callable with const PermitContext& and give a bool.");
  static_assert(Environment<E>,
                "fluxgate: the environment needs now, coarse_now, wall_now and uniform, const noexcept.");

  using Core = detail::Core<W, Tr, R, P, E>;

 public:
  /// The right to make one call yourself, for callbacks and streams; says what came of it at most once. Destroyed
  /// without a word, it is neutral. Must not outlive its breaker. Used by one thread at a time.
  class [[nodiscard]] Admission {
   public:
    Admission(Admission&& other) noexcept
        : breaker_{std::exchange(other.breaker_, nullptr)}, ticket_{other.ticket_}, rejection_{other.rejection_} {}
    Admission& operator=(Admission&& other) noexcept {
      if (this != &other) {
        ignore();
        breaker_ = std::exchange(other.breaker_, nullptr);
        ticket_ = other.ticket_;
        rejection_ = other.rejection_;
      }
      return *this;
    }
    ~Admission() { ignore(); }

    /// False when the breaker refused, and after the outcome was told.
    explicit operator bool() const noexcept { return breaker_ != nullptr; }
    /// Why the breaker refused; of no meaning when it did not.
    const Rejection& rejection() const noexcept { return rejection_; }

    /// The call went well.
    void success() noexcept { finish(false); }
    /// The call failed in a way that counts, whatever the tracker says.
    void failure() noexcept { finish(true); }
    /// The call failed with this error, a `std::exception_ptr` or an error value: counts if the tracker says so.
    template <class Error>
    void failure(const Error& error) noexcept {
      if (breaker_ == nullptr) return;
      bool counts = false;
      if constexpr (std::same_as<Error, std::exception_ptr>) {
        counts = breaker_->counts_exception(error);
      } else {
        counts = breaker_->answer(Failure::from_error(error)) == Answer::yes;
      }
      counts ? failure() : ignore();
    }
    /// The call gave this result: a success, a failure that counts, or neutral, as traits and tracker say.
    template <class Result>
    void record(const Result& result) noexcept {
      if (breaker_ == nullptr) return;
      switch (breaker_->judge(result)) {
        case Verdict::success: return success();
        case Verdict::failure: return failure();
        case Verdict::neutral: return ignore();
      }
    }
    /// Nothing is to be learnt from the call: not counted, its place given back.
    void ignore() noexcept {
      if (CircuitBreaker* const breaker = std::exchange(breaker_, nullptr)) breaker->core_.release(ticket_);
    }

   private:
    friend CircuitBreaker;

    Admission(CircuitBreaker& breaker, const detail::Ticket& ticket) noexcept : breaker_{&breaker}, ticket_{ticket} {}
    explicit Admission(const Rejection& rejection) noexcept : rejection_{rejection} {}

    void finish(bool failed) noexcept {
      if (CircuitBreaker* const breaker = std::exchange(breaker_, nullptr)) breaker->core_.record(ticket_, failed);
    }

    CircuitBreaker* breaker_ = nullptr;
    detail::Ticket ticket_{};
    Rejection rejection_{};
  };

  explicit CircuitBreaker(Config<W, T, Tr, R, P, E> config)
      : tracker_(std::move(config.tracker)), core_{(detail::validate(config), std::move(config))} {}

  /// In the order of the template arguments; each trailing policy may be left out.
  explicit CircuitBreaker(std::string name, W window = CountWindow{100}, T tracker = All{},
                          Tr tripper = MinRequests{100} & FailureRate{0.5},
                          R retry = Cooldown{std::chrono::seconds{60}},
                          P permit = RampUp{0.1, 1.0, std::chrono::seconds{60}}, E environment = {})
      : CircuitBreaker{Config<W, T, Tr, R, P, E>{std::move(name),
                                                 std::move(window),
                                                 std::move(tracker),
                                                 std::move(tripper),
                                                 std::move(retry),
                                                 std::move(permit),
                                                 std::nullopt,
                                                 {},
                                                 nullptr,
                                                 std::move(environment)}} {}

  CircuitBreaker(const CircuitBreaker&) = delete;
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// Invokes `f(args...)` and returns what it returns; its exceptions pass unchanged.
  /// @throws CallNotPermittedError when the breaker refuses; `f` is not invoked then
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> call([[maybe_unused]] F&& f, [[maybe_unused]] Args&&... args) {
#if defined(__cpp_exceptions)
    Rejection rejection;
    const std::optional<detail::Ticket> ticket = core_.admit(rejection);
    if (!ticket.has_value()) [[unlikely]]
      throw CallNotPermittedError{core_.name(), rejection};
    return run(*ticket, std::forward<F>(f), std::forward<Args>(args)...);
#else
    static_assert(sizeof(F) == 0, "fluxgate: call() reports a refusal by throwing; without exceptions use try_call().");
#endif
  }

  /// As `call`, but gives a refusal as a value. Throws only what `f` throws.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  CallResult<std::invoke_result_t<F, Args...>> try_call(F&& f, Args&&... args) noexcept(
      std::is_nothrow_invocable_v<F, Args...> &&
      (std::is_void_v<std::invoke_result_t<F, Args...>> ||
       std::is_nothrow_move_constructible_v<std::invoke_result_t<F, Args...>>)) {
    using Result = CallResult<std::invoke_result_t<F, Args...>>;
    Rejection rejection;
    const std::optional<detail::Ticket> ticket = core_.admit(rejection);
    if (!ticket.has_value()) [[unlikely]]
      return Result{rejection};
    return Result::from([&]() -> std::invoke_result_t<F, Args...> {
      return run(*ticket, std::forward<F>(f), std::forward<Args>(args)...);
    });
  }

  /// As `call`, and hands what `fallback`'s parameter names to it: `const CallNotPermittedError&` gets refusals of this
  /// breaker, another exception type what is caught as that type (a refusal too, where it derives from it),
  /// `std::exception_ptr` everything. The failure is recorded before `fallback` runs.
  template <class F, class Fallback, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> call_with_fallback(F&& f, Fallback&& fallback, Args&&... args) {
    using Plain = std::remove_cvref_t<Fallback>;
    using Result = std::invoke_result_t<F, Args...>;
    static_assert(
        detail::HasOneParameter<Plain>,
        "fluxgate: a fallback chooses what it handles by its parameter: it needs exactly one, of a named type, "
        "as in [](const CallNotPermittedError&) { return cached; }.");
    using Error = detail::Parameter<Plain>;
    static_assert(std::is_convertible_v<std::invoke_result_t<Fallback, const Error&>, Result>,
                  "fluxgate: a fallback must return what the call returns.");
    Rejection rejection;
    const std::optional<detail::Ticket> ticket = core_.admit(rejection);
    if (!ticket.has_value()) {
      [[maybe_unused]] const CallNotPermittedError refused{core_.name(), rejection};
      if constexpr (std::is_base_of_v<Error, CallNotPermittedError>) {
        return std::forward<Fallback>(fallback)(refused);
      } else {
#if defined(__cpp_exceptions)
        if constexpr (std::same_as<Error, std::exception_ptr>) {
          return std::forward<Fallback>(fallback)(std::make_exception_ptr(refused));
        } else {
          throw refused;
        }
#else
        static_assert(sizeof(F) == 0, "fluxgate: without exceptions a fallback takes const CallNotPermittedError&.");
#endif
      }
    }
    if constexpr (std::same_as<Error, CallNotPermittedError>) {
      return run(*ticket, std::forward<F>(f), std::forward<Args>(args)...);
    } else {
#if defined(__cpp_exceptions)
      if constexpr (std::same_as<Error, std::exception_ptr>) {
        try {
          return run(*ticket, std::forward<F>(f), std::forward<Args>(args)...);
        } catch (...) {
          return std::forward<Fallback>(fallback)(std::current_exception());
        }
      } else {
        try {
          return run(*ticket, std::forward<F>(f), std::forward<Args>(args)...);
        } catch (const Error& error) {
          return std::forward<Fallback>(fallback)(error);
        }
      }
#endif
    }
  }

  /// Asks for the right to make one call yourself; false when the breaker refuses.
  Admission try_acquire() noexcept {
    Rejection rejection;
    const std::optional<detail::Ticket> ticket = core_.admit(rejection);
    return ticket.has_value() ? Admission{*this, *ticket} : Admission{rejection};
  }

  /// State, counts and times of one moment. @throws std::bad_alloc
  Info info() const { return core_.info(); }
  /// True at the moment of the question; costs one load.
  State state() const noexcept { return core_.state(); }
  std::string_view name() const noexcept { return core_.name(); }

  /// To CLOSED, with an empty window and no reopens. Calls under way are not counted any more.
  /// @throws std::bad_alloc with nothing changed; the same for the other commands
  void reset(Notify notify = Notify::yes) { core_.command(State::closed, forever, "reset()", notify); }
  /// To DISABLED: calls pass through untouched.
  void disable(Notify notify = Notify::yes) { core_.command(State::disabled, forever, "disable()", notify); }
  /// To METRICS_ONLY: calls are recorded and never refused.
  void metrics_only(Notify notify = Notify::yes) {
    core_.command(State::metrics_only, forever, "metrics_only()", notify);
  }
  /// To FORCED_OPEN: calls are refused until another command.
  void force_open(Notify notify = Notify::yes) { core_.command(State::forced_open, forever, "force_open()", notify); }
  /// To FORCED_OPEN, and by the first call after `duration` to HALF_OPEN.
  /// @throws std::invalid_argument unless duration > 0
  template <class Rep, class Period>
  void force_open(std::chrono::duration<Rep, Period> duration, Notify notify = Notify::yes) {
    const std::chrono::nanoseconds hold = detail::to_nanoseconds(duration);
    detail::require(hold.count() > 0, "force_open", "duration", hold, "(0s, 292 years]");
    core_.command(State::forced_open, hold, "force_open()", notify);
  }

 private:
  static constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

  enum class Verdict : std::uint8_t { success, failure, neutral };

  Answer answer(const Failure& failure) const noexcept {
#if defined(__cpp_exceptions)
    try {
      return detail::ask(tracker_, failure);
    } catch (...) {  // a predicate that cannot tell does not accuse
      return Answer::no;
    }
#else
    return detail::ask(tracker_, failure);
#endif
  }

  template <class Result>
  Verdict judge(const Result& result) const noexcept {
    if constexpr (HasOutcome<Result> || detail::looks_at<T, Result>()) {
      const Failure failure = Failure::from_result(result);
      const Answer answered = answer(failure);
      if (answered == Answer::yes) return Verdict::failure;
      return failure.has_error() ? Verdict::neutral : Verdict::success;
    } else {
      return Verdict::success;
    }
  }

  bool counts_exception([[maybe_unused]] const std::exception_ptr& error) const noexcept {
#if defined(__cpp_exceptions)
    if (error == nullptr) return false;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      return answer(Failure::from_exception(&exception)) == Answer::yes;
    } catch (...) {
      return answer(Failure::from_exception()) == Answer::yes;
    }
#else
    return false;
#endif
  }

  template <class F, class... Args>
  std::invoke_result_t<F, Args...> run(const detail::Ticket& ticket, F&& f, Args&&... args) {
#if defined(__cpp_exceptions)
    if constexpr (!std::same_as<T, All>) {
      Admission admission{*this, ticket};
      try {
        return conclude(admission, std::forward<F>(f), std::forward<Args>(args)...);
      } catch (const std::exception& exception) {
        if (answer(Failure::from_exception(&exception)) == Answer::yes) admission.failure();
        throw;
      } catch (...) {
        if (answer(Failure::from_exception()) == Answer::yes) admission.failure();
        throw;
      }
    } else {
      // Every exception counts, so none need be caught: the destructor sees the unwinding.
      FailureUnlessTold admission{Admission{*this, ticket}};
      return conclude(admission.admission, std::forward<F>(f), std::forward<Args>(args)...);
    }
#else
    Admission admission{*this, ticket};
    return conclude(admission, std::forward<F>(f), std::forward<Args>(args)...);
#endif
  }

  struct FailureUnlessTold {
    Admission admission;
    ~FailureUnlessTold() { admission.failure(); }
  };

  /// Invokes, and records what came back.
  template <class F, class... Args>
  std::invoke_result_t<F, Args...> conclude(Admission& admission, F&& f, Args&&... args) {
    using Result = std::invoke_result_t<F, Args...>;
    if constexpr (std::is_void_v<Result>) {
      std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      admission.success();
    } else if constexpr (!std::is_move_constructible_v<Result>) {
      // Constructed where the caller wants it and nowhere else, so it cannot be looked at on the way.
      const SuccessOnReturn on_return{admission};
      return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
    } else if constexpr (std::is_reference_v<Result>) {
      Result result = std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      admission.record(std::as_const(result));
      return static_cast<Result>(result);
    } else {
      Result result = std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
      admission.record(std::as_const(result));
      return result;
    }
  }

  struct SuccessOnReturn {
    Admission& admission;
    int unwinding = std::uncaught_exceptions();
    ~SuccessOnReturn() {
      if (std::uncaught_exceptions() == unwinding) admission.success();
    }
  };

  [[no_unique_address]] T tracker_;
  Core core_;
};

template <class W, class T, class Tr, class R, class P, class E>
CircuitBreaker(Config<W, T, Tr, R, P, E>) -> CircuitBreaker<W, T, Tr, R, P, E>;

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
