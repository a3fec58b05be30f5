// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The synchronous front end.

#ifndef FLUXGATE_CIRCUIT_BREAKER_HPP
#define FLUXGATE_CIRCUIT_BREAKER_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/call/admission.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/call_observer.hpp>
#include <fluxgate/call/calls.hpp>
#include <fluxgate/call/judge.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/coroutine/awaitable.hpp>
#include <fluxgate/engine/core.hpp>
#include <fluxgate/engine/life.hpp>
#include <fluxgate/engine/retuning.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/roles.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/trackers.hpp>
#include <fluxgate/trackers/questions.hpp>
#include <fluxgate/trippers/traits.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {
/// What an AnyCircuitBreaker asks the breaker in it for.
struct AnyAccess;

/// Marks the breaker that a copy of one would be.
struct CopiedFrom {};
/// Base of that breaker, in both front ends. The class is refused, not its constructor, so that this error comes first.
template <class Tracker>
struct RefusedCopy {
  static_assert(sizeof(Tracker) == 0,
                "fluxgate: a breaker is neither copied nor moved, since its callers share it: hand on a reference, or "
                "keep it in a std::unique_ptr.");
  template <class Breaker>  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): all that would be a copy
  explicit(false) RefusedCopy(Breaker&&) {}
};
}  // namespace detail

/// Guards calls to something that can fail: lets them through while it works, refuses them at once while it does not,
/// and tests recovery with a few before it lets all through again.
///
/// Any member may be called from any number of threads at once, by listeners too, except the destructor. Nothing locks;
/// a call allocates nothing but the text of a CallNotPermittedError, a transition may. Throws at construction:
/// `std::invalid_argument` for values outside their range or that can never work together, `std::bad_alloc`.
template <class W = detail::DefaultWindow, class T = detail::DefaultTracker, class Tr = detail::DefaultTripper,
          class R = detail::DefaultRetry, class P = detail::DefaultPermit, class E = detail::DefaultEnvironment,
          class S = detail::DefaultStats>
class CircuitBreaker : public detail::Calls<CircuitBreaker<W, T, Tr, R, P, E, S>> {
  static_assert(Window<W>, "fluxgate: the window must be CountWindow, TimeWindow, or one that names its recorder.");
  static_assert(std::copy_constructible<T> && std::copy_constructible<Tr> && std::copy_constructible<P>,
                "fluxgate: tracker, tripper and permit must be copyable.");
  static_assert(Tracker<T>,
                "fluxgate: the tracker must be callable, as const, with const Failure& and give a bool or an Answer.");
  static_assert(Tripper<Tr>,
                "fluxgate: the tripper must be callable, as const, with const CallContext& and give a bool.");
  static_assert(detail::traits_of<Tr>.needs.slow_rates < max_slow_thresholds,
                "fluxgate: a tripper can hold at most three SlowRates with a threshold of their own.");
  static_assert(Retry<R>,
                "fluxgate: the retry needs nanoseconds delay(std::uint32_t reopens, double draw) const noexcept.");
  static_assert(Permit<P>,
                "fluxgate: the permit must be callable, as const, with const PermitContext& and give a bool.");
  static_assert(Environment<E>,
                "fluxgate: the environment needs now, coarse_now, wall_now and uniform, const noexcept.");
  static_assert(Stats<S>, "fluxgate: the stats must be NoStats or CallStats.");

  using Core = detail::Core<W, Tr, R, P, E, S>;
  using Verdict = detail::Verdict;

 public:
  /// The permission to make one call yourself, for callbacks and streams: `success()`, `failure()`, `failure(error)`,
  /// `record(result)`, `ignore()` or `run(f, args...)` report its outcome, at most once; without a report it is neutral.
  /// False if the breaker refused. Must not outlive its breaker. Used by one thread at a time.
  using Admission = detail::Admission<CircuitBreaker, T>;

  /// Makes the breaker that `config` describes.
  /// @throws std::invalid_argument for values that are out of range or can never work together
  explicit CircuitBreaker(Config<W, T, Tr, R, P, E, S> config)
      : observer_{(detail::fit_defaults(config), detail::validate(config), std::move(config))} {}

  /// Makes the breaker that `config` describes, and begins where another ended: `restore(snapshot, age)`. Listeners are
  /// attached to the restored state. Costs as much more as the window has slots or buckets to fill.
  /// @throws as above
  CircuitBreaker(Config<W, T, Tr, R, P, E, S> config, const Restored& from)
      : observer_{(detail::fit_defaults(config), detail::validate(config), std::move(config)), from} {}

  /// Takes a name, and what differs from the defaults in any order. The type of an argument decides its role: window,
  /// tracker, tripper, retry, permit, environment, stats, `SlowThreshold{3s}`, `Labels{{"team", "pay"}}` and an error
  /// hook at most once; any number of listeners, each a callable on `const Signal&` or a `std::vector<Listener>`.
  ///
  ///     CircuitBreaker payment{"payment", FailureStreak{2}, Cooldown{1h}};
  ///
  /// Makes the same breaker as a Config of these. The parameter type of a callable decides its role; a generic lambda
  /// has none. For templates under clang, and where designators are in the way.
  template <class... Args>
  explicit CircuitBreaker(std::string name, Args&&... args)
      : CircuitBreaker{detail::configured<W, T, Tr, R, P, E, S>(std::move(name), std::forward<Args>(args)...)} {}

  CircuitBreaker(const CircuitBreaker&) = delete;  // fluxgate: a breaker is neither copied nor moved.
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// Asks for the right to make one call yourself; false when the breaker refuses.
  Admission try_acquire() noexcept { return Admission{*this}; }

  /// State, counts and times of one moment. @throws std::bad_alloc
  Info info() const { return core().info(); }
  /// The state as a value, of one moment as info(): for `restore()`, in another process or with other policies.
  /// @throws std::bad_alloc
  Snapshot snapshot() const {
    Snapshot snapshot = core().snapshot();
    snapshot.policies.tracker = detail::description_of(observer_.tracker());
    return snapshot;
  }
  /// The policies as texts; `std::cout << breaker.describe()` prints them in one line. @throws std::bad_alloc
  PolicyTexts describe() const {
    PolicyTexts texts = core().policy_texts();
    texts.tracker = detail::description_of(observer_.tracker());
    return texts;
  }
  /// How many calls there were. With CallStats only; each count is exact, but they are not of one moment. Costs some
  /// fifty loads.
  CallCounts call_counts() const noexcept
    requires std::same_as<S, CallStats>
  {
    return core().call_counts();
  }
  /// Whether a call might be let through now; asks without a call and changes nothing, for a router that chooses among
  /// several. False while the breaker is open or forced open and not due, or HALF_OPEN with all places of its `Probes`
  /// taken. True at the moment of the question, and no promise: chance, or a permit of your own, may still refuse.
  /// Costs one load while the breaker is closed, else a look at the clock besides.
  bool would_admit() const noexcept { return core().would_admit(); }
  /// True at the moment of the question; costs one load.
  State state() const noexcept { return core().state(); }
  /// The name that it was made with; valid as long as the breaker is.
  std::string_view name() const noexcept { return core().name(); }

  /// Gives the running breaker other numbers: the tripper, retry, permit and slow_threshold of `config`, whose policies
  /// have the breaker's types. State and evidence stay. Each outcome and each admission is judged by the old numbers or
  /// by the new ones; an opening keeps the delay that it was given. Window, tracker, name and labels must be the same,
  /// or left to their defaults; listeners, environment and stats are not looked at.
  ///
  /// A healthy call costs as much as before, another two atomic writes more. Numbers that are no longer in use are freed
  /// by the next retune. May be called while calls are made, and by several threads; the last one stays.
  /// @throws std::invalid_argument for values that a constructor refuses, or that cannot change, std::bad_alloc; nothing
  /// has changed then
  template <class W2, class T2, class Tr2, class R2, class P2, class E2, class S2>
  void retune(Config<W2, T2, Tr2, R2, P2, E2, S2> config) {
    static_assert(
        std::same_as<W2, W> && std::same_as<T2, T> && std::same_as<Tr2, Tr> && std::same_as<R2, R> &&
            std::same_as<P2, P>,
        "fluxgate: retune changes numbers only: window, tracker, tripper, retry and permit of the Config must "
        "be of the breaker's types.");
    [[maybe_unused]] const detail::UnderWay under_way{life_};
    const detail::Refusal refusal{name()};
    detail::refuse_other_name(core().labels(), config, refusal);
    config.name = name();
    detail::fit_defaults(config);
    detail::validate(config);
    detail::refuse_other_tracker(observer_.tracker(), config.tracker, refusal);
    core().retune(config);
  }

  /// To CLOSED, with an empty window and no reopens. Calls in flight no longer count.
  /// @throws std::bad_alloc with nothing changed; the same for the other commands
  void reset(Notify notify = Notify::yes) { command(State::closed, forever, notify); }
  /// To DISABLED: calls pass through untouched.
  void disable(Notify notify = Notify::yes) { command(State::disabled, forever, notify); }
  /// To METRICS_ONLY: calls are recorded and never refused.
  void metrics_only(Notify notify = Notify::yes) { command(State::metrics_only, forever, notify); }
  /// To FORCED_OPEN: calls are refused until another command.
  void force_open(Notify notify = Notify::yes) { command(State::forced_open, forever, notify); }
  /// To FORCED_OPEN, and by the first call after `duration` to HALF_OPEN.
  /// @throws std::invalid_argument unless duration > 0
  template <class Rep, class Period>
  void force_open(std::chrono::duration<Rep, Period> duration, Notify notify = Notify::yes) {
    const std::chrono::nanoseconds hold = detail::to_nanoseconds(duration);
    detail::require(hold.count() > 0, "force_open", "duration", hold, "(0s, 292 years]");
    command(State::forced_open, hold, notify);
  }
  template <detail::Unitless N>
  void force_open(N, Notify = Notify::yes) {
    detail::refuse_unitless<N>();
  }

  /// These three with a reason, which signals and info() carry, and an end: DISABLED and METRICS_ONLY end in CLOSED,
  /// FORCED_OPEN in HALF_OPEN, by the first call after the time.
  /// @throws std::invalid_argument for values outside the range that Override states, std::bad_alloc; nothing has
  /// changed then
  void force_open(const Override& given) { command(State::forced_open, given); }
  /// To DISABLED, likewise.
  void disable(const Override& given) { command(State::disabled, given); }
  /// To METRICS_ONLY, likewise.
  void metrics_only(const Override& given) { command(State::metrics_only, given); }

 private:
  static constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

  friend Admission;
  friend detail::AnyAccess;
  friend detail::Calls<CircuitBreaker>;
  friend detail::ResultAccess;
  friend detail::SeriesAccess;
  friend detail::RegistryAccess;

  template <class Result>
  static constexpr bool overlooks_result = detail::overlooks_call<T, Result>;
  template <class Result>
  static constexpr bool overlooks_recorded = detail::overlooks<T, Result>;
  template <class Result>
  static constexpr bool looks_at = detail::looks_at<T, Result>();
  template <class Result>
  bool fails(const Result& result) const noexcept {
    return observer_.judge_result(result) == Verdict::failure;
  }

  detail::UnderWay under_way() const noexcept { return detail::UnderWay{life_}; }

  void command(State state, const Override& given) {
    detail::validate(name(), given);
    [[maybe_unused]] const detail::UnderWay under_way{life_};  // a listener may end the breaker
    core().command(state, given);
  }
  void command(State state, std::chrono::nanoseconds hold, Notify notify) {
    [[maybe_unused]] const detail::UnderWay under_way{life_};  // as above
    core().command(state, hold, notify);
  }

  template <class Form, class F, class... Args>
  auto make(Form form, F&& f, Args&&... args) -> typename Form::template Result<std::invoke_result_t<F, Args...>> {
    using Result = std::invoke_result_t<F, Args...>;
    static_assert(detail::refuse_awaitable<Result>());
    [[maybe_unused]] const detail::UnderWay under_way{life_};
    const detail::Ticket ticket = core().admit();
    return form.template conclude<Result>(*this, ticket, [&]() -> Result {
      return observer_.run(ticket, std::forward<F>(f), std::forward<Args>(args)...);
    });
  }

  friend class detail::Watch;

  static constexpr bool can_retune = detail::KnowsWindow<typename Core::WindowRecorder, W>;

  Core& core() noexcept { return observer_.core(); }
  const Core& core() const noexcept { return observer_.core(); }

  detail::CallObserver<T, Core> observer_;
  [[no_unique_address]] detail::Life life_{core().name()};  // last, so that it ends first
};

/// The type that a copy of a breaker would have: refused.
template <class T, class Tr, class R, class P, class E, class S>
class CircuitBreaker<detail::CopiedFrom, T, Tr, R, P, E, S> : detail::RefusedCopy<T> {
 public:
  using detail::RefusedCopy<T>::RefusedCopy;
};

/// The type of a breaker whose arguments have no role, or more than one, or the same one twice: refused.
template <class... Args, class T, class Tr, class R, class P, class E, class S>
class CircuitBreaker<detail::OfNoRole<Args...>, T, Tr, R, P, E, S> : detail::RefusedRoles<Args...> {
 public:
  using detail::RefusedRoles<Args...>::RefusedRoles;
};

template <class W, class T, class Tr, class R, class P, class E, class S>
CircuitBreaker(const CircuitBreaker<W, T, Tr, R, P, E, S>&) -> CircuitBreaker<detail::CopiedFrom, T, Tr, R, P, E, S>;
template <class W, class T, class Tr, class R, class P, class E, class S>
CircuitBreaker(Config<W, T, Tr, R, P, E, S>) -> CircuitBreaker<W, T, Tr, R, P, E, S>;
template <class W, class T, class Tr, class R, class P, class E, class S>
CircuitBreaker(Config<W, T, Tr, R, P, E, S>, const Restored&) -> CircuitBreaker<W, T, Tr, R, P, E, S>;
template <class... Args>
CircuitBreaker(std::string, Args...)
    -> CircuitBreaker<detail::WindowOf<Args...>, detail::TrackerOf<Args...>, detail::TripperOf<Args...>,
                      detail::RetryOf<Args...>, detail::PermitOf<Args...>, detail::EnvironmentOf<Args...>,
                      detail::StatsOf<Args...>>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
