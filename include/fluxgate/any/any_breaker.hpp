// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker behind a type that says nothing of its policies.

#ifndef FLUXGATE_ANY_ANY_BREAKER_HPP
#define FLUXGATE_ANY_ANY_BREAKER_HPP

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/any/any_tracker.hpp>
#include <fluxgate/any/type_facts.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/call/admission.hpp>
#include <fluxgate/call/call_observer.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/engine/atomics.hpp>
#include <fluxgate/engine/life.hpp>
#include <fluxgate/engine/remembered.hpp>
#include <fluxgate/engine/retuning.hpp>
#include <fluxgate/engine/state/ticket.hpp>
#include <fluxgate/engine/window/healthy_words.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trackers/questions.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The part of a breaker that admits calls and records them, without its type.
class AskedCore {
 public:
  virtual Ticket admit() noexcept = 0;
  virtual void record(Ticket ticket, bool failed) noexcept = 0;
  /// Of a returned value that is no failure by its traits.
  virtual void record_value(Ticket ticket, const TypeFacts& type, const void* value) noexcept = 0;
  virtual void release(Ticket ticket) noexcept = 0;

 protected:
  AskedCore() = default;
  AskedCore(const AskedCore&) = delete;
  AskedCore& operator=(const AskedCore&) = delete;
  ~AskedCore() = default;
};

/// Represents the core in code that does not know its type: knows a healthy call by two words, and asks the core itself
/// about all others.
class AnyCore {
 public:
  explicit AnyCore(AskedCore& core) noexcept : core_{&core} {}

  /// Once, before the first call.
  void know_healthy_by(const HealthyWords<StdAtomics>& words) noexcept { words_ = words; }

  Ticket admit() noexcept {
    const Ticket ticket{words_.phase()};
    if (!ticket.is_closed()) [[unlikely]]
      return core_->admit();
    return ticket;
  }
  void record(Ticket ticket, bool failed) noexcept {
    if (failed || !words_.absorb(ticket.phase())) [[unlikely]]
      core_->record(ticket, failed);
  }
  template <class Result>
    requires std::is_object_v<Result> && (!std::is_volatile_v<Result>)
  void record_value(Ticket ticket, const Result& result) noexcept {
    if (!words_.absorb(ticket.phase())) [[unlikely]]
      core_->record_value(ticket, result_facts<Result>(), static_cast<const void*>(std::addressof(result)));
  }
  void release(Ticket ticket) noexcept { core_->release(ticket); }

 private:
  HealthyWords<StdAtomics> words_;
  AskedCore* core_;
};

struct PolicyTypes {
  TypeId window, tracker, tripper, retry, permit;
};
template <class W, class T, class Tr, class R, class P>
PolicyTypes policy_types() noexcept {
  return {type_id<W>(), type_id<T>(), type_id<Tr>(), type_id<R>(), type_id<P>()};
}

/// A breaker, whatever its policies. Does not move.
class AnyBreaker : public AskedCore, public AskedTracker {
 public:
  using Admission = detail::Admission<AnyBreaker, AnyTracker>;

  /// Destroys it, unless it is the one that was moved from.
  virtual void end() noexcept = 0;

  virtual Info info() const = 0;
  virtual Snapshot snapshot() const = 0;
  virtual PolicyTexts describe() const = 0;
  virtual std::optional<CallCounts> call_counts() const noexcept = 0;
  virtual bool would_admit() const noexcept = 0;
  virtual State state() const noexcept = 0;
  virtual std::string_view name() const noexcept = 0;
  virtual void command(State state, const Override& given) = 0;
  virtual void command(State state, std::chrono::nanoseconds hold, Notify notify) = 0;
  virtual Watch watch() const noexcept = 0;
  /// Which policy is of another type than the breaker's; empty if none is.
  virtual std::string_view other_policy(const PolicyTypes& types) const noexcept = 0;
  /// `numbers`: a Config of the breaker's policies, with the defaults for what is no policy.
  virtual void retune(void* numbers) = 0;

  Admission try_acquire() noexcept { return Admission{*this}; }
  CallObserver<AnyTracker, AnyCore>& observer() noexcept { return observer_; }
  const CallObserver<AnyTracker, AnyCore>& observer() const noexcept { return observer_; }

  /// The type of the first returned value that no OnResult looked at.
  virtual std::string_view overlooked() const noexcept = 0;
  /// Says that values of this type are never looked at.
  virtual void overlook(const TypeFacts& type) const noexcept = 0;

  UnderWay under_way() const noexcept {
    if constexpr (FLUXGATE_DEBUG) {
      return counted();
    } else {
      return UnderWay{};
    }
  }

 protected:
  using AskedTracker::AskedTracker;
  ~AnyBreaker() = default;

 private:
  friend Admission;

  virtual UnderWay counted() const noexcept = 0;

  CallObserver<AnyTracker, AnyCore> observer_{AnyTracker{*this}, AnyCore{*this}};
};

struct AnyAccess {
  template <class Breaker>
  static constexpr bool can_retune = Breaker::can_retune;
  template <class Breaker>
  static auto& core(Breaker& breaker) noexcept {
    return breaker.core();
  }
  template <class Breaker>
  static const auto& tracker(const Breaker& breaker) noexcept {
    return breaker.observer_.tracker();
  }
  template <class Breaker>
  static UnderWay under_way(const Breaker& breaker) noexcept {
    return breaker.under_way();
  }
  template <class Breaker, class... Given>
  static void command(Breaker& breaker, const Given&... given) {
    breaker.command(given...);
  }
};

template <class Breaker>
class AnyBreakerOf;

/// An AnyBreaker that holds a CircuitBreaker.
template <class W, class T, class Tr, class R, class P, class E, class S>
class AnyBreakerOf<CircuitBreaker<W, T, Tr, R, P, E, S>> final : public AnyBreaker {
  using Breaker = CircuitBreaker<W, T, Tr, R, P, E, S>;
  static constexpr bool may_overlook = has_on_result<T>() && !sees_every_value<T>();

 public:
  /// `from`: nothing, or the Restored to begin with.
  template <class... From>
  explicit AnyBreakerOf(Config<W, T, Tr, R, P, E, S>&& config, const From&... from)
      : AnyBreaker{names<CallNotPermittedError, T>()}, breaker_{std::move(config), from...} {
    HealthyWords<StdAtomics> words = AnyAccess::core(breaker_).healthy_words();
    if constexpr (looks_at_any_value<T>()) words.absorb_nothing();  // no call without its judgement
    observer().core().know_healthy_by(words);
  }

 private:
  void end() noexcept override { delete this; }

  Ticket admit() noexcept override { return AnyAccess::core(breaker_).admit(); }
  void record(Ticket ticket, bool failed) noexcept override { AnyAccess::core(breaker_).record(ticket, failed); }
  void record_value(Ticket ticket, const TypeFacts& type, const void* value) noexcept override {
    bool failed = false;
    if constexpr (looks_at_any_value<T>()) {
      failed = verdict_on_value(ask(AnyFailure{type, value})) == Verdict::failure;
    }
    AnyAccess::core(breaker_).record(ticket, failed);
  }
  void release(Ticket ticket) noexcept override { AnyAccess::core(breaker_).release(ticket); }

  Answer answer(const AnyFailure& failure) const noexcept override { return ask(failure); }
  Answer ask(const AnyFailure& failure) const noexcept {
    const Answer answer = ask_safely(AnyAccess::tracker(breaker_), failure);
    if constexpr (may_overlook) {
      if (failure.has_no_such_part() && overlooks_type<T>(*failure.value_type())) {
        overlooked_.point_out(*failure.value_type());
      }
    }
    return answer;
  }
  void overlook(const TypeFacts& type) const noexcept override {
    if (has_on_result<T>()) overlooked_.point_out(type);
  }
  std::string_view overlooked() const noexcept override {
    const TypeFacts* const type = overlooked_.get();
    return type == nullptr ? std::string_view{} : type->name;
  }

  Info info() const override { return breaker_.info(); }
  Snapshot snapshot() const override { return breaker_.snapshot(); }
  PolicyTexts describe() const override { return breaker_.describe(); }
  std::optional<CallCounts> call_counts() const noexcept override {
    if constexpr (std::same_as<S, CallStats>) {
      return breaker_.call_counts();
    } else {
      return std::nullopt;
    }
  }
  bool would_admit() const noexcept override { return breaker_.would_admit(); }
  State state() const noexcept override { return breaker_.state(); }
  std::string_view name() const noexcept override { return breaker_.name(); }
  void command(State state, const Override& given) override { AnyAccess::command(breaker_, state, given); }
  void command(State state, std::chrono::nanoseconds hold, Notify notify) override {
    AnyAccess::command(breaker_, state, hold, notify);
  }
  Watch watch() const noexcept override { return Watch{breaker_}; }

  std::string_view other_policy(const PolicyTypes& types) const noexcept override {
    const PolicyTypes own = policy_types<W, T, Tr, R, P>();
    return !same_type(types.window, own.window)     ? "window"
           : !same_type(types.tracker, own.tracker) ? "tracker"
           : !same_type(types.tripper, own.tripper) ? "tripper"
           : !same_type(types.retry, own.retry)     ? "retry"
           : !same_type(types.permit, own.permit)   ? "permit"
                                                    : "";
  }
  void retune(void* numbers) override {
    if constexpr (!tells_sameness<T>) {
      Refusal{name()}({"retune: tracker ", description_of(AnyAccess::tracker(breaker_)),
                       " cannot be compared; what it holds needs an operator==, or no members"});
    } else if constexpr (!AnyAccess::can_retune<Breaker>) {
      Refusal{name()}({"retune: the window's recorder needs a window(), and the window an operator=="});
    } else {
      breaker_.retune(std::move(*static_cast<Config<W, T, Tr, R, P>*>(numbers)));
    }
  }
  UnderWay counted() const noexcept override { return AnyAccess::under_way(breaker_); }

  mutable FirstOf<TypeFacts> overlooked_;
  Breaker breaker_;
};

/// What an AnyCircuitBreaker holds that was moved from. Any use ends the program with a message.
class MovedFrom final : public AnyBreaker {
 public:
  /// One for all. Never destroyed: breakers may be moved while the program ends.
  static MovedFrom& instance() noexcept {
    alignas(MovedFrom) static std::byte memory[sizeof(MovedFrom)];
    static MovedFrom* const only = ::new (static_cast<void*>(memory)) MovedFrom;
    return *only;
  }

 private:
  MovedFrom() noexcept : AnyBreaker{false} {}

  [[noreturn]] static void fail() noexcept {
    std::fprintf(stderr, "fluxgate: an AnyCircuitBreaker is used that was moved from\n");
    std::abort();
  }

  void end() noexcept override {}
  Ticket admit() noexcept override { fail(); }
  void record(Ticket, bool) noexcept override { fail(); }
  void record_value(Ticket, const TypeFacts&, const void*) noexcept override { fail(); }
  void release(Ticket) noexcept override { fail(); }
  Answer answer(const AnyFailure&) const noexcept override { fail(); }
  void overlook(const TypeFacts&) const noexcept override { fail(); }
  std::string_view overlooked() const noexcept override { fail(); }
  Info info() const override { fail(); }
  Snapshot snapshot() const override { fail(); }
  PolicyTexts describe() const override { fail(); }
  std::optional<CallCounts> call_counts() const noexcept override { fail(); }
  bool would_admit() const noexcept override { fail(); }
  State state() const noexcept override { fail(); }
  std::string_view name() const noexcept override { fail(); }
  void command(State, const Override&) override { fail(); }
  void command(State, std::chrono::nanoseconds, Notify) override { fail(); }
  Watch watch() const noexcept override { fail(); }
  std::string_view other_policy(const PolicyTypes&) const noexcept override { fail(); }
  void retune(void*) override { fail(); }
  UnderWay counted() const noexcept override { fail(); }
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
