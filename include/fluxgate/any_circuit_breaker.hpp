// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// `AnyCircuitBreaker`: a breaker whose type says nothing of its policies.

#ifndef FLUXGATE_ANY_CIRCUIT_BREAKER_HPP
#define FLUXGATE_ANY_CIRCUIT_BREAKER_HPP

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/any/any_breaker.hpp>
#include <fluxgate/any/retuner.hpp>
#include <fluxgate/any/type_facts.hpp>
#include <fluxgate/base/durations.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call/calls.hpp>
#include <fluxgate/call/held_breaker.hpp>
#include <fluxgate/call/judge.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/coroutine/awaitable.hpp>
#include <fluxgate/engine/life.hpp>
#include <fluxgate/engine/remembered.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/outcome.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/roles.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trackers/questions.hpp>

namespace fluxgate::FLUXGATE_ABI {

class AnyCircuitBreaker;

namespace detail {

/// The calls and commands of a breaker of any type. A handle: refers to the breaker, and does not own it.
class AnyHandle : public Calls<AnyHandle> {
 public:
  /// The permission to make one call yourself, as that of CircuitBreaker. Allocates nothing; must not outlive the
  /// breaker, but may outlive its place: the breaker may be moved meanwhile.
  using Admission = AnyBreaker::Admission;

  /// Asks for the right to make one call yourself; false when the breaker refuses.
  Admission try_acquire() noexcept { return breaker_->try_acquire(); }

  /// State, counts and times of one moment. @throws std::bad_alloc
  Info info() const { return breaker_->info(); }
  /// The state as a value for `restore()`, as in CircuitBreaker. @throws std::bad_alloc
  Snapshot snapshot() const { return breaker_->snapshot(); }
  /// The policies as texts, as in CircuitBreaker. @throws std::bad_alloc
  PolicyTexts describe() const { return breaker_->describe(); }
  /// How many calls there were, as in CircuitBreaker; empty unless the breaker was made with CallStats.
  std::optional<CallCounts> call_counts() const noexcept { return breaker_->call_counts(); }
  /// Whether a call might be let through now, as in CircuitBreaker.
  bool would_admit() const noexcept { return breaker_->would_admit(); }
  /// True at the moment of the question; costs a virtual call and one load.
  State state() const noexcept { return breaker_->state(); }
  /// The name that it was made with; valid as long as the breaker is.
  std::string_view name() const noexcept { return breaker_->name(); }
  /// The type, in the compiler's spelling, of the first returned value that no OnResult of the tracker could look at,
  /// and that was a success therefore; empty without one. CircuitBreaker says so when it is compiled. Valid as long as
  /// the code of that call is loaded. For tests and for logs.
  std::string_view overlooked() const noexcept { return breaker_->overlooked(); }

  /// Gives the running breaker other numbers, as CircuitBreaker does. The policies must have the types of those that the
  /// breaker was made with.
  /// @throws std::invalid_argument also if they have not; nothing has changed then
  template <class W, class T, class Tr, class R, class P, class E, class S>
  void retune(Config<W, T, Tr, R, P, E, S> config) {
    Retuner retuner{*breaker_};
    retuner(std::move(config));
    retuner.conclude();
  }
  /// Numbers that are known at run time only, such as a TextConfig. For a breaker that was made from one, other trippers
  /// will do as well, and other retries and permits, if they need nothing measured that it does not measure, and have
  /// Probes if it has. @throws as above
  template <class Source>
    requires requires(const Source& source, Retuner& retuner) { source.visit_config(retuner); }
  void retune(const Source& source) {
    Retuner retuner{*breaker_};
    if constexpr (requires { source.visit_alternatives(retuner); }) {
      source.visit_alternatives(retuner);
    } else {
      source.visit_config(retuner);
    }
    retuner.conclude();
  }

  /// To CLOSED, with an empty window and no reopens. Calls in flight no longer count.
  /// @throws std::bad_alloc with nothing changed; the same for the other commands
  void reset(Notify notify = Notify::yes) { breaker_->command(State::closed, forever, notify); }
  /// To DISABLED: calls pass through untouched.
  void disable(Notify notify = Notify::yes) { breaker_->command(State::disabled, forever, notify); }
  /// To METRICS_ONLY: calls are recorded and never refused.
  void metrics_only(Notify notify = Notify::yes) { breaker_->command(State::metrics_only, forever, notify); }
  /// To FORCED_OPEN: calls are refused until another command.
  void force_open(Notify notify = Notify::yes) { breaker_->command(State::forced_open, forever, notify); }
  /// To FORCED_OPEN, and by the first call after `duration` to HALF_OPEN.
  /// @throws std::invalid_argument unless duration > 0
  template <class Rep, class Period>
  void force_open(std::chrono::duration<Rep, Period> duration, Notify notify = Notify::yes) {
    const std::chrono::nanoseconds hold = to_nanoseconds(duration);
    require(hold.count() > 0, "force_open", "duration", hold, "(0s, 292 years]");
    breaker_->command(State::forced_open, hold, notify);
  }
  template <Unitless N>
  void force_open(N, Notify = Notify::yes) {
    refuse_unitless<N>();
  }
  /// These three with a reason and an end, as in CircuitBreaker.
  /// @throws std::invalid_argument for values outside the range that Override states, std::bad_alloc; nothing has
  /// changed then
  void force_open(const Override& given) { breaker_->command(State::forced_open, given); }
  /// To DISABLED, likewise.
  void disable(const Override& given) { breaker_->command(State::disabled, given); }
  /// To METRICS_ONLY, likewise.
  void metrics_only(const Override& given) { breaker_->command(State::metrics_only, given); }

 protected:
  explicit AnyHandle(AnyBreaker& breaker) noexcept : breaker_{&breaker} {}

 private:
  static constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

  friend AnyCircuitBreaker;
  friend Calls<AnyHandle>;
  friend HeldBreaker<AnyHandle>;
  friend ResultAccess;
  friend SeriesAccess;

  // Only the tracker itself knows what it looks at.
  template <class Result>
  static constexpr bool overlooks_result = false;
  template <class Result>
  static constexpr bool overlooks_recorded = false;
  template <class Result>
  static constexpr bool looks_at = std::is_object_v<Result> && !std::is_volatile_v<Result>;
  template <class Result>
  bool fails(const Result& result) const noexcept {
    return breaker_->observer().judge_result(result) == Verdict::failure;
  }

  UnderWay under_way() const noexcept { return breaker_->under_way(); }

  template <class Form, class F, class... Args>
  auto make(Form form, F&& f, Args&&... args) -> typename Form::template Result<std::invoke_result_t<F, Args...>> {
    using Result = std::invoke_result_t<F, Args...>;
    static_assert(refuse_awaitable<Result>());
    const AnyHandle self{*breaker_};  // the call may move or end the breaker that this is a part of
    AnyBreaker& breaker = *self.breaker_;
    [[maybe_unused]] const UnderWay under_way = breaker.under_way();
    if constexpr (Immovable<Result> && !NeverFailed<std::remove_cv_t<Result>>) breaker.overlook(result_facts<Result>());
    const Ticket ticket = breaker.observer().core().admit();
    return form.template conclude<Result>(self, ticket, [&]() -> Result {
      return breaker.observer().run(ticket, std::forward<F>(f), std::forward<Args>(args)...);
    });
  }

  AnyBreaker* breaker_;
};

template <>
inline constexpr bool is_handle<AnyHandle> = true;

/// A copy of the handle, which its breaker must outlive.
template <>
class HeldBreaker<AnyHandle> {
 public:
  explicit HeldBreaker(const AnyHandle& handle) noexcept : handle_{handle}, watch_{handle.breaker_->watch()} {}

  AnyHandle& get(std::string_view what) const noexcept {
    watch_.check(what);
    return handle_;
  }

 private:
  mutable AnyHandle handle_;
  [[no_unique_address]] Watch watch_;
};
template <std::derived_from<AnyHandle> Breaker>
struct KeptAs<Breaker> : std::type_identity<AnyHandle> {};

/// Makes the breaker of the Config that it is called with. `From`: nothing, or the Restored to begin with.
template <class... From>
class BreakerMaker {
 public:
  explicit BreakerMaker(const From&... from) noexcept : from_{from...} {}

  template <class W, class T, class Tr, class R, class P, class E, class S>
  void operator()(Config<W, T, Tr, R, P, E, S> config) {
    if (made_ != nullptr) refuse("visit_config() has called its visitor with more than one Config");
    using Made = AnyBreakerOf<CircuitBreaker<W, T, Tr, R, P, E, S>>;
    made_ = std::apply([&](const From&... from) { return new Made{std::move(config), from...}; }, from_);
  }

  BreakerMaker(const BreakerMaker&) = delete;
  BreakerMaker& operator=(const BreakerMaker&) = delete;
  ~BreakerMaker() {
    if (made_ != nullptr) made_->end();
  }

  AnyBreaker& take() {
    if (made_ == nullptr) refuse("visit_config() has not called its visitor with a Config");
    return *std::exchange(made_, nullptr);
  }

 private:
  std::tuple<const From&...> from_;
  AnyBreaker* made_ = nullptr;
};

/// What shows a Config of types that are known at run time only.
template <class Source>
concept ShowsConfig = requires(const Source& source, BreakerMaker<>& maker) { source.visit_config(maker); };

template <class Source, class... From>
AnyBreaker& breaker_of(const Source& source, const From&... from) {
  BreakerMaker<From...> maker{from...};
  source.visit_config(maker);
  return maker.take();
}
template <class W, class T, class Tr, class R, class P, class E, class S, class... From>
AnyBreaker& breaker_of(Config<W, T, Tr, R, P, E, S>&& config, const From&... from) {
  BreakerMaker<From...> maker{from...};
  maker(std::move(config));
  return maker.take();
}

template <class... Args>
AnyBreaker& breaker_of_roles(std::string&& name, Args&&... args) {
  if constexpr (!are_roles<std::decay_t<Args>...>) {
    (void)refuse_roles<std::decay_t<Args>...>();
    return MovedFrom::instance();
  } else {
    return breaker_of(
        configured<WindowOf<std::decay_t<Args>...>, TrackerOf<std::decay_t<Args>...>, TripperOf<std::decay_t<Args>...>,
                   RetryOf<std::decay_t<Args>...>, PermitOf<std::decay_t<Args>...>,
                   EnvironmentOf<std::decay_t<Args>...>, StatsOf<std::decay_t<Args>...>>(std::move(name),
                                                                                         std::forward<Args>(args)...));
  }
}

}  // namespace detail

/// A CircuitBreaker whose type says nothing of its policies: for members of classes, elements of containers, and
/// parameters of functions that are no templates.
///
///     AnyCircuitBreaker payment{Config{.name = "payment", .tripper = FailureStreak{5}}};
///
/// Has the members of CircuitBreaker, and judges as it does; docs/any.md says what costs more, and the few values that
/// only a known tracker finds. Owns its breaker and can be moved, also while there are admissions, `guarded` callables
/// and series of it, which refer to the breaker itself; not while a call through it is in progress. What was moved from
/// may be assigned to and destroyed; every other use ends the program with a message.
///
/// Any member may be called from any number of threads at once, except moves and the destructor. Allocates once more
/// than a CircuitBreaker, when it is made.
class AnyCircuitBreaker : public detail::AnyHandle {
 public:
  /// A breaker with the defaults of Config. @throws std::bad_alloc
  template <class Default = Config<>>
  AnyCircuitBreaker() : AnyCircuitBreaker{Default{.as_written = true}} {}

  /// Makes the breaker that `config` describes, of any policies.
  /// @throws std::invalid_argument for values that are out of range or can never work together, std::bad_alloc
  template <class W, class T, class Tr, class R, class P, class E, class S>
  explicit AnyCircuitBreaker(Config<W, T, Tr, R, P, E, S> config)
      : detail::AnyHandle{detail::breaker_of(std::move(config))} {}

  /// Takes a name, and what differs from the defaults in any order, as CircuitBreaker does.
  template <class... Args>
  explicit AnyCircuitBreaker(std::string name, Args&&... args)
      : detail::AnyHandle{detail::breaker_of_roles(std::move(name), std::forward<Args>(args)...)} {}

  /// Makes the breaker of a Config whose type is known at run time only: `source.visit_config(visitor)` calls the
  /// visitor with one Config, once.
  /// @throws std::invalid_argument as for a Config, and if it does not
  template <detail::ShowsConfig Source>
  explicit AnyCircuitBreaker(const Source& source) : detail::AnyHandle{detail::breaker_of(source)} {}

  /// These two, beginning where another breaker ended, as CircuitBreaker does.
  template <class W, class T, class Tr, class R, class P, class E, class S>
  AnyCircuitBreaker(Config<W, T, Tr, R, P, E, S> config, const Restored& from)
      : detail::AnyHandle{detail::breaker_of(std::move(config), from)} {}
  template <detail::ShowsConfig Source>
  AnyCircuitBreaker(const Source& source, const Restored& from) : detail::AnyHandle{detail::breaker_of(source, from)} {}

  /// Takes the breaker over; what was moved from has none.
  AnyCircuitBreaker(AnyCircuitBreaker&& other) noexcept
      : detail::AnyHandle{*std::exchange(other.breaker_, &detail::MovedFrom::instance())} {}
  /// Destroys its breaker, and takes the other's over.
  AnyCircuitBreaker& operator=(AnyCircuitBreaker&& other) noexcept {
    if (this != &other) {
      breaker_->end();
      breaker_ = std::exchange(other.breaker_, &detail::MovedFrom::instance());
    }
    return *this;
  }
  ~AnyCircuitBreaker() { breaker_->end(); }
};

/// An admission of an AnyCircuitBreaker that can be copied, for a `std::function`: copies share one call, whose outcome
/// the first report of any of them tells; later ones are dropped. It is neutral if the last copy goes without a report.
///
///     AnyAdmission admission{breaker.try_acquire()};
///
/// Allocates once if the breaker has admitted the call, and nothing if not; copies count references. Different
/// copies may be used by different threads; one copy by one thread at a time. Must not outlive the breaker.
class [[nodiscard]] AnyAdmission {
 public:
  /// Takes the admission over. @throws std::bad_alloc, and the call is neutral
  AnyAdmission(AnyCircuitBreaker::Admission admission) : rejection_{admission ? Rejection{} : admission.rejection()} {
    if (admission) call_ = std::make_shared<Call>(std::move(admission));
  }

  /// False if the breaker refused, and once the outcome has been reported by any copy.
  explicit operator bool() const noexcept { return call_ != nullptr && !call_->told.done(); }
  /// Why the breaker refused; meaningful only if it did.
  const Rejection& rejection() const noexcept { return rejection_; }

  /// As in CircuitBreaker::Admission; the same holds for the rest.
  void success() const noexcept {
    tell([](auto& admission) { admission.success(); });
  }
  /// The call failed in a way that counts.
  void failure() const noexcept {
    tell([](auto& admission) { admission.failure(); });
  }
  /// The call failed with this error.
  template <class Error>
  void failure(const Error& error) const noexcept {
    tell([&](auto& admission) { admission.failure(error); });
  }
  /// The call gave this result.
  template <class Result>
  void record(const Result& result) const noexcept {
    tell([&](auto& admission) { admission.record(result); });
  }
  /// The call says nothing about the dependency.
  void ignore() const noexcept {
    tell([](auto& admission) { admission.ignore(); });
  }
  /// Invokes `f(args...)`, reports its outcome, and returns what it returns. If the admission is false, only invokes.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> run(F&& f, Args&&... args) const {
    if (call_ == nullptr || !call_->told.first()) return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
    const std::shared_ptr<Call> call = call_;  // the callable may destroy this copy
    return call->admission.run(std::forward<F>(f), std::forward<Args>(args)...);
  }

 private:
  struct Call {
    explicit Call(AnyCircuitBreaker::Admission&& given) noexcept : admission{std::move(given)} {}

    AnyCircuitBreaker::Admission admission;
    detail::Once told;
  };

  template <class Tell>
  void tell(Tell tell_it) const noexcept {
    if (call_ != nullptr && call_->told.first()) tell_it(call_->admission);
  }

  std::shared_ptr<Call> call_;
  Rejection rejection_;
};

}  // namespace fluxgate::FLUXGATE_ABI

#endif
