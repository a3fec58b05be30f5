// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Histories of a few threads on one breaker: what they saw must be explained by some order in which the model does it.
///
///     model_concurrent [HISTORIES [SEED]]
///
/// Each operation is recorded with its beginning and its end, in one order over all threads. An order of the model's
/// pieces explains a history when each piece lies between the beginning and the end of its operation, and gives what the
/// operation saw and what the listener heard. What is allowed to calls in flight, and nothing else:
/// - The last calls have a place each, and counts that follow: a thread that records takes a place, puts its outcome
///   there in the place of an older one, adds the difference to the counts, and is judged. Others may act between.
///   Where counts lie in several words it is judged by what they are then, else by what they were with its difference;
///   by failures in a row that ended with it, though a success may have ended them since.
/// - A success may be left out where the counts say that the window is full of successes.
/// - An outcome is judged before its transition is made; others may act between.
/// - A thread that is about to make a transition pushes the time of the last one on first, though another may be faster
///   then.
/// - A call that meets a forced opening before its duration is written is refused without a time.
///
/// First the model is given mistakes, to see that histories which cannot be explained are noticed.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "breaker.hpp"
#include "history.hpp"
#include "recipes.hpp"

namespace {

using namespace model;
using std::chrono::nanoseconds;

// ---- threads that often stop between two steps

/// A generator for each thread, set before each history.
std::uint32_t& nerves() {
  thread_local std::uint32_t state = 1;
  return state;
}

/// Atomics before whose every operation the thread may lose its turn.
template <class T>
class NervousAtomic {
 public:
  constexpr NervousAtomic(T value = {}) noexcept : value_{value} {}

  T load(std::memory_order order) const noexcept {
    hesitate();
    return value_.load(order);
  }
  void store(T value, std::memory_order order) noexcept {
    hesitate();
    value_.store(value, order);
  }
  T exchange(T value, std::memory_order order) noexcept {
    hesitate();
    return value_.exchange(value, order);
  }
  T fetch_add(T value, std::memory_order order) noexcept {
    hesitate();
    return value_.fetch_add(value, order);
  }
  bool compare_exchange_strong(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    hesitate();
    return value_.compare_exchange_strong(expected, next, success, failure);
  }
  bool compare_exchange_weak(T& expected, T next, std::memory_order success, std::memory_order failure) noexcept {
    hesitate();
    return value_.compare_exchange_weak(expected, next, success, failure);
  }

 private:
  static void hesitate() noexcept {
    std::uint32_t& state = nerves();
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    if (state % 4 == 0) std::this_thread::yield();
  }

  std::atomic<T> value_;
};

struct NervousAtomics : fluxgate::detail::StdAtomics {
  template <class T>
  using Atomic = NervousAtomic<T>;
};

// ---- what is done and seen

struct Operation {
  enum class Kind : std::uint8_t {
    acquire,
    success,
    failure,
    ignore,
    reset,
    disable,
    metrics_only,
    force_open,
    force_open_for,
    info
  };
  Kind kind{};
  unsigned slot = 0;  ///< of acquire and of what settles
  // Seen:
  std::uint64_t begin = 0, end = 0;
  bool done = false;  ///< false: there was nothing to settle, or no slot free
  Answer answer{};
  std::uint64_t reopens = 0, total = 0, failures = 0;
};

constexpr Time forced_for = 5 * ms;

std::string to_string(const Operation& operation) {
  static constexpr std::array names{"acquire", "success",      "failure",    "ignore",         "reset",
                                    "disable", "metrics_only", "force_open", "force_open_for", "info"};
  std::ostringstream text;
  text << operation.begin << "-" << operation.end << " " << names.at(static_cast<std::size_t>(operation.kind)) << " "
       << operation.slot;
  if (!operation.done) text << " (nothing done)";
  if (operation.kind == Operation::Kind::acquire) {
    if (operation.answer.admitted) {
      text << " admitted";
    } else {
      text << " refused, " << to_string(operation.answer.state) << ", retry_after ";
      if (operation.answer.retry_after) {
        text << *operation.answer.retry_after;
      } else {
        text << "none";
      }
    }
  }
  if (operation.kind == Operation::Kind::info) {
    text << " " << to_string(operation.answer.state) << ", reopens " << operation.reopens << ", " << operation.failures
         << " of " << operation.total << " failed";
  }
  return text.str();
}

/// A few threads' operations; the first and the last list belong to one thread, before and after the others.
struct Story {
  std::size_t recipe = 0;
  Numbers numbers{};
  Time aged = 0;  ///< how far the clock moves between the first list and the others
  std::vector<std::vector<Operation>> lists{};
  struct Told {
    State from, to;
    Cause cause;
    std::uint64_t sequence;
  };
  std::vector<Told> told{};
  bool counts_at_once = false;  ///< all counts that a verdict rests on lie in one word
};

/// The breaker under test. One at a time.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual void perform(unsigned thread, Operation& operation) = 0;
  /// What the first thread still holds goes to the others, and time passes.
  virtual void hand_over(unsigned threads, Time aged) = 0;
  virtual std::vector<Story::Told> told() = 0;
};

constexpr unsigned slots_of_a_thread = 2;

template <class Recipe, class Atomics>
class CoreStage final : public Stage {
  using W = decltype(Recipe::template window<Library>({}));
  using Tr = decltype(Recipe::template tripper<Library>({}));
  using R = decltype(Recipe::template retry<Library>({}));
  using P = decltype(Recipe::template permit<Library>({}));
  using Core = fluxgate::detail::Core<W, Tr, R, P, fluxgate::ManualEnvironment, fluxgate::NoStats, Atomics>;

 public:
  explicit CoreStage(const Numbers& n)
      : core_{fluxgate::Config{.window = Recipe::template window<Library>(n),
                               .tripper = Recipe::template tripper<Library>(n),
                               .retry = Recipe::template retry<Library>(n),
                               .permit = Recipe::template permit<Library>(n),
                               .listeners = {[this](const fluxgate::Signal& signal) {
                                 told_.push_back({signal.old_state, signal.new_state, signal.cause, signal.sequence});
                               }},
                               .environment = env_,
                               .as_written = true}} {}

  void hand_over(unsigned threads, Time aged) override {
    for (unsigned i = 1; i <= threads; ++i) {
      slots_.at(i)[0] = std::exchange(slots_[0].at((i - 1) % slots_of_a_thread), std::nullopt);
    }
    env_.advance(nanoseconds{aged});
  }
  std::vector<Story::Told> told() override { return told_; }

  void perform(unsigned thread, Operation& operation) override {
    using Kind = Operation::Kind;
    std::optional<fluxgate::detail::Ticket>& slot = slots_.at(thread).at(operation.slot);
    operation.done = true;
    switch (operation.kind) {
      case Kind::acquire: {
        operation.begin = clock_.fetch_add(1);
        if (slot) {
          operation.done = false;
          break;
        }
        const fluxgate::detail::Ticket ticket = core_.admit();
        if (ticket) slot = ticket;
        const fluxgate::Rejection rejection = ticket.rejection();
        operation.answer = {static_cast<bool>(ticket), rejection.state, std::nullopt, 0, 0};
        if (!ticket && rejection.retry_after) operation.answer.retry_after = rejection.retry_after->count();
        break;
      }
      case Kind::success:
      case Kind::failure:
      case Kind::ignore:
        operation.begin = clock_.fetch_add(1);
        if (!slot) {
          operation.done = false;
        } else if (operation.kind == Kind::ignore) {
          core_.release(*slot);
        } else {
          core_.record(*slot, operation.kind == Kind::failure);
        }
        slot.reset();
        break;
      case Kind::info: {
        operation.begin = clock_.fetch_add(1);
        const fluxgate::Info info = core_.info();
        operation.answer.state = info.state;
        operation.reopens = info.reopens;
        operation.total = info.metrics.total_count();
        operation.failures = info.metrics.failure_count();
        break;
      }
      default: {
        const auto [to, hold] = command_of(operation.kind);
        operation.begin = clock_.fetch_add(1);
        core_.command(to, fluxgate::Override{.lasting = nanoseconds{hold}});
      }
    }
    operation.end = clock_.fetch_add(1);
  }

 private:
  static std::pair<State, Time> command_of(Operation::Kind kind) {
    switch (kind) {
      case Operation::Kind::reset: return {State::closed, forever};
      case Operation::Kind::disable: return {State::disabled, forever};
      case Operation::Kind::metrics_only: return {State::metrics_only, forever};
      case Operation::Kind::force_open: return {State::forced_open, forever};
      default: return {State::forced_open, forced_for};
    }
  }

  fluxgate::ManualEnvironment env_;
  std::vector<Story::Told> told_;
  std::array<std::array<std::optional<fluxgate::detail::Ticket>, slots_of_a_thread>, 5> slots_{};
  std::atomic<std::uint64_t> clock_{0};
  Core core_;
};

// ---- explaining

/// The last calls of an epoch, where several threads record: a place each, and counts that follow.
class Ring {
 public:
  /// Of `size` calls; of so many `probes` in a round of theirs.
  Ring(std::uint64_t size, std::uint64_t probes)
      : size_{static_cast<std::size_t>(size)}, places_(static_cast<std::size_t>(std::max(size, probes)), Call::none) {}

  std::size_t take_place(bool in_round) { return next_++ % (in_round ? places_.size() : size_); }
  struct Change {
    int calls = 0;
    int failures = 0;
  };
  /// Gives what is to be added; nothing where a success takes the place of another.
  std::optional<Change> put(std::size_t place, bool failed) {
    const Call before = std::exchange(places_.at(place), failed ? Call::failure : Call::success);
    if (before == Call::success && !failed) return std::nullopt;
    return Change{before == Call::none ? 1 : 0, (failed ? 1 : 0) - (before == Call::failure ? 1 : 0)};
  }
  void add(const Change& change) {
    calls_ += change.calls;
    failures_ += change.failures;
  }
  bool is_healthy() const { return calls_ == static_cast<int>(size_) && failures_ == 0; }
  /// Below zero is zero, and no more failures than calls.
  std::uint64_t calls() const { return static_cast<std::uint64_t>(std::max(calls_, 0)); }
  std::uint64_t failures() const { return std::min(static_cast<std::uint64_t>(std::max(failures_, 0)), calls()); }

  /// The places of an epoch go on from where those of the last ended.
  void begin_epoch() {
    std::fill(places_.begin(), places_.end(), Call::none);
    calls_ = 0;
    failures_ = 0;
  }

  void describe(std::vector<std::int64_t>& key) const {
    key.push_back(static_cast<std::int64_t>(next_ % (size_ * places_.size())));
    key.push_back(calls_ * 1000 + failures_);
    for (const Call call : places_) key.push_back(static_cast<std::int64_t>(call));
  }

 private:
  enum class Call : std::uint8_t { none, success, failure };
  std::size_t size_;
  std::vector<Call> places_;
  std::size_t next_ = 0;
  int calls_ = 0;
  int failures_ = 0;
};

/// Looks for an order of the model's pieces that explains a story.
class Search {
 public:
  Search(const Story& story, const Rules& rules, Mistake mistake)
      : story_{story},
        calls_{rules.window.calls + (rules.window.calls != 0 && mistake == Mistake::window_one_too_long ? 1 : 0)},
        probes_{probes_of(rules)},
        start_{rules, 0, mistake} {}

  bool explains() {
    State_ first;
    first.breaker = std::make_unique<Breaker>(start_);
    if (calls_ != 0) first.ring.emplace(calls_, probes_);
    first.progress.resize(story_.lists.size());
    return goes_on(first);
  }
  std::uint64_t pieces() const { return pieces_; }

 private:
  using Kind = Operation::Kind;

  /// What is next of an outcome.
  enum class Step : std::uint8_t { begin, take_place, put, add, end, judge };
  /// How far a thread is.
  struct Progress {
    std::size_t at = 0;  ///< in its list
    Step step = Step::begin;
    std::uint64_t streak = 0;  ///< that ends with it
    std::size_t place = 0;
    Ring::Change change{};
    std::optional<Intent> intent{};
    std::array<std::optional<Answer>, slots_of_a_thread> slots{};
  };
  struct State_ {
    std::unique_ptr<Breaker> breaker;
    std::optional<Ring> ring;  ///< of a window that counts calls
    std::vector<Progress> progress;
    State_ copy() const { return {std::make_unique<Breaker>(*breaker), ring, progress}; }
    Counts counts() const {
      Counts now = breaker->counts();
      if (ring) {
        now.total = ring->calls();
        now.failures = ring->failures();
      }
      return now;
    }
  };

  const Operation& current(const State_& state, std::size_t thread) const {
    return story_.lists[thread][state.progress[thread].at];
  }

  bool goes_on(State_& state) {
    bool all_done = true;
    std::uint64_t first_end = ~std::uint64_t{0};  // of the operations that are not over
    for (std::size_t t = 0; t != story_.lists.size(); ++t) {
      if (state.progress[t].at == story_.lists[t].size()) continue;
      all_done = false;
      first_end = std::min(first_end, current(state, t).end);
    }
    if (all_done) return state.breaker->signals().size() == story_.told.size();
    if (!seen_.insert(key(state)).second) return false;
    for (std::size_t t = 0; t != story_.lists.size(); ++t) {
      if (state.progress[t].at == story_.lists[t].size()) continue;
      // Not before an operation that was over when this one began.
      if (current(state, t).begin > first_end) continue;
      ++pieces_;
      if (acts(state, t)) return true;
    }
    return false;
  }

  /// Goes on from what the next piece of a thread makes of the state.
  bool acts(const State_& before, std::size_t t) {
    const Operation& operation = current(before, t);
    if (before.progress[t].intent) return makes(before.copy(), t);
    switch (operation.kind) {
      case Kind::acquire: return looks(before.copy(), t, operation);
      case Kind::success:
      case Kind::failure: return records(before.copy(), t, operation);
      case Kind::ignore: {
        State_ state = before.copy();
        if (operation.done) state.breaker->ignore(*state.progress[t].slots.at(operation.slot));
        return finishes(std::move(state), t);
      }
      case Kind::info: return reads(before.copy(), t, operation);
      case Kind::reset: return intends(before.copy(), t, State::closed, forever);
      case Kind::disable: return intends(before.copy(), t, State::disabled, forever);
      case Kind::metrics_only: return intends(before.copy(), t, State::metrics_only, forever);
      case Kind::force_open: return intends(before.copy(), t, State::forced_open, forever);
      case Kind::force_open_for: return intends(before.copy(), t, State::forced_open, forced_for);
    }
    return false;
  }

  bool looks(State_ state, std::size_t t, const Operation& operation) {
    Progress& progress = state.progress[t];
    if (!operation.done) return finishes(std::move(state), t);
    const Breaker::Look look = state.breaker->look(state.counts());
    if (look.intent) return pursues(std::move(state), t, *look.intent);
    const Answer& saw = operation.answer;
    if (look.answer->admitted != saw.admitted) return false;
    if (!saw.admitted) {
      const bool unknown = saw.state == State::forced_open && !saw.retry_after && is_being_forced(operation);
      if (look.answer->state != saw.state || (look.answer->retry_after != saw.retry_after && !unknown)) return false;
    } else {
      progress.slots.at(operation.slot) = look.answer;
    }
    return finishes(std::move(state), t);
  }

  bool is_being_forced(const Operation& operation) const {
    for (const auto& list : story_.lists) {
      for (const Operation& other : list) {
        if (other.kind == Kind::force_open_for && other.begin < operation.end && other.end > operation.begin) {
          return true;
        }
      }
    }
    return false;
  }

  bool records(State_ state, std::size_t t, const Operation& operation) {
    Progress& progress = state.progress[t];
    if (!operation.done) return finishes(std::move(state), t);
    const Answer admission = *progress.slots.at(operation.slot);
    const bool failed = operation.kind == Kind::failure;
    if (state.ring) return records_in_ring(std::move(state), t, admission, failed);
    if (progress.step == Step::begin) {
      if (!state.breaker->write(admission, failed)) return finishes(std::move(state), t);
      progress.streak = state.breaker->streak();
      progress.step = Step::judge;
      State_ later = state.copy();
      if (goes_on(later)) return true;
    }
    return judges(std::move(state), t, admission, failed);
  }

  bool records_in_ring(State_ state, std::size_t t, const Answer& admission, bool failed) {
    Progress& progress = state.progress[t];
    Breaker& breaker = *state.breaker;
    if (breaker.is_late(admission) && progress.step != Step::take_place) return finishes(std::move(state), t);
    switch (progress.step) {
      case Step::begin:
        if (!failed && admission.state != State::half_open && state.ring->is_healthy() && breaker.streak() == 0 &&
            finishes(state.copy(), t)) {
          return true;
        }
        breaker.count_in_a_row(failed);
        progress.streak = breaker.streak();
        progress.step = Step::take_place;
        return goes_on(state);
      case Step::take_place:
        progress.place = state.ring->take_place(admission.state == State::half_open);
        progress.step = Step::put;
        return goes_on(state);
      case Step::put: {
        const std::optional<Ring::Change> change = state.ring->put(progress.place, failed);
        if (!change && admission.state != State::half_open && story_.counts_at_once) {
          return finishes(std::move(state), t);
        }
        progress.change = change.value_or(Ring::Change{});
        progress.step = Step::add;
        return goes_on(state);
      }
      case Step::add:
        state.ring->add(progress.change);
        if (story_.counts_at_once && !breaker.has_probes()) {
          if (!breaker.ends()) return finishes(std::move(state), t);
          return judges(std::move(state), t, admission, failed);
        }
        progress.step = Step::end;
        return goes_on(state);
      case Step::end:
        if (!breaker.ends()) return finishes(std::move(state), t);
        progress.step = Step::judge;
        return goes_on(state);
      case Step::judge: break;
    }
    return judges(std::move(state), t, admission, failed);
  }

  bool judges(State_ state, std::size_t t, const Answer& admission, bool failed) {
    Counts now = state.counts();
    if (!state.breaker->has_probes()) now.streak = std::max(now.streak, state.progress[t].streak);
    if (const auto intent = state.breaker->judge(admission, failed, now)) {
      return pursues(std::move(state), t, *intent);
    }
    return finishes(std::move(state), t);
  }

  bool reads(State_ state, std::size_t t, const Operation& operation) {
    if (state.breaker->state() != operation.answer.state || state.breaker->reopens() != operation.reopens) return false;
    const bool alone = t == 0 || t + 1 == story_.lists.size();
    if (alone || story_.counts_at_once) {
      const Counts counts = state.counts();
      if (counts.total != operation.total || counts.failures != operation.failures) return false;
    }
    return finishes(std::move(state), t);
  }

  bool intends(State_ state, std::size_t t, State to, Time hold) {
    const Intent intent = state.breaker->intend(to, false, hold);
    return pursues(std::move(state), t, intent);
  }

  /// Now, or later, or with the time pushed on now and the rest later.
  bool pursues(State_ state, std::size_t t, const Intent& intent) {
    state.progress[t].intent = intent;
    if (makes(state.copy(), t)) return true;
    if (!state.breaker->is_prepared()) {
      State_ prepared = state.copy();
      prepared.breaker->prepare();
      if (goes_on(prepared)) return true;
    }
    return goes_on(state);
  }

  bool makes(State_ state, std::size_t t) {
    Progress& progress = state.progress[t];
    const Intent intent = *std::exchange(progress.intent, std::nullopt);
    const bool made = state.breaker->make(intent);
    if (made) {
      if (state.ring) state.ring->begin_epoch();
      const std::size_t count = state.breaker->signals().size();
      if (count > story_.told.size()) return false;
      const Signal& signal = state.breaker->signals().back();
      const Story::Told& told = story_.told[count - 1];
      if (signal.from != told.from || signal.to != told.to || signal.cause != told.cause ||
          signal.sequence != told.sequence) {
        return false;
      }
    }
    switch (current(state, t).kind) {
      case Kind::success:
      case Kind::failure: return finishes(std::move(state), t);
      case Kind::acquire: return goes_on(state);
      default: return made ? finishes(std::move(state), t) : goes_on(state);  // a command insists
    }
  }

  bool finishes(State_ state, std::size_t t) {
    Progress& progress = state.progress[t];
    const Operation& operation = current(state, t);
    const bool settles =
        operation.kind == Kind::success || operation.kind == Kind::failure || operation.kind == Kind::ignore;
    if (settles) progress.slots.at(operation.slot).reset();
    ++progress.at;
    progress.step = Step::begin;
    progress.streak = 0;
    progress.place = 0;
    progress.change = {};
    // What the first thread holds the others hold after it: see play().
    if (t == 0 && progress.at == story_.lists[0].size()) {
      for (std::size_t i = 1; i + 1 < story_.lists.size(); ++i) {
        state.progress[i].slots[0] = std::exchange(progress.slots.at((i - 1) % slots_of_a_thread), std::nullopt);
      }
      state.breaker->advance(story_.aged);
    }
    return goes_on(state);
  }

  std::vector<std::int64_t> key(const State_& state) const {
    std::vector<std::int64_t> key = state.breaker->fingerprint();
    if (state.ring) state.ring->describe(key);
    for (const Progress& progress : state.progress) {
      key.push_back(static_cast<std::int64_t>(progress.at) * 16 + static_cast<std::int64_t>(progress.step));
      key.push_back(static_cast<std::int64_t>(progress.place) * 16 + progress.change.calls * 4 +
                    progress.change.failures);
      key.push_back(static_cast<std::int64_t>(progress.streak));
      key.push_back(progress.intent ? static_cast<std::int64_t>(progress.intent->epoch) * 64 +
                                          static_cast<std::int64_t>(progress.intent->to) * 8 +
                                          static_cast<std::int64_t>(progress.intent->cause)
                                    : -1);
      for (const auto& slot : progress.slots) {
        key.push_back(slot ? static_cast<std::int64_t>(slot->epoch) * 8 + static_cast<std::int64_t>(slot->state) : -1);
      }
    }
    return key;
  }

  const Story& story_;
  static std::uint64_t probes_of(const Rules& rules) {
    std::uint64_t count = 0;
    for (const Permit& permit : rules.permits) count = std::max(count, permit.count);
    return count;
  }

  std::uint64_t calls_;   ///< that the window counts; 0: it goes by time
  std::uint64_t probes_;  ///< of a round; 0: there are none
  Breaker start_;
  std::set<std::vector<std::int64_t>> seen_;
  std::uint64_t pieces_ = 0;
};

// ---- making stories

struct Variety {
  const char* text;
  std::unique_ptr<Stage> (*nervous)(const Numbers&);
  std::unique_ptr<Stage> (*calm)(const Numbers&);
  Rules (*rules)(const Numbers&);
  bool counts_at_once;
};

template <class Recipe>
Variety variety(bool counts_at_once) {
  return {
      Recipe::text,
      [](const Numbers& n) -> std::unique_ptr<Stage> { return std::make_unique<CoreStage<Recipe, NervousAtomics>>(n); },
      [](const Numbers& n) -> std::unique_ptr<Stage> {
        return std::make_unique<CoreStage<Recipe, fluxgate::detail::StdAtomics>>(n);
      },
      [](const Numbers& n) {
        return Rules{Recipe::template window<Plain>(n), Recipe::template tripper<Plain>(n),
                     Recipe::template retry<Plain>(n), Recipe::template permit<Plain>(n), 0};
      },
      counts_at_once};
}

const std::vector<Variety>& varieties() {
  static const std::vector<Variety> all{
      variety<CountRate>(true),         variety<CountRateProbes>(true),      variety<CountRateAlone>(true),
      variety<CountTwoStatesAll>(true), variety<CountMinimumAlone>(true),    variety<CountTwoStates>(true),
      variety<CountStreak>(false),      variety<CountStreakThenRate>(false), variety<TimeRate>(false),
      variety<TimeTwoStates>(false),    variety<CountStreakMinimum>(false),  variety<TimeStreakAndRate>(false),
  };
  return all;
}

/// Waits until all have come.
class Gate {
 public:
  explicit Gate(unsigned count) : missing_{count} {}
  void pass() {
    missing_.fetch_sub(1);
    while (missing_.load() != 0) std::this_thread::yield();
  }

 private:
  std::atomic<unsigned> missing_;
};

Story random_story(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  using Kind = Operation::Kind;
  Story story;
  story.recipe = static_cast<std::size_t>(random() % varieties().size());
  story.counts_at_once = varieties()[story.recipe].counts_at_once;
  story.numbers = random_numbers(random);
  Numbers& n = story.numbers;
  n.window = one_of<std::uint32_t>(random, {1, 2, 3, 4, 30});
  n.bucket = sec;
  n.buckets = 3;
  n.cooldown = one_of<Time>(random, {1 * ms, 50 * ms});
  n.jitter = 0;
  n.chance = 60;  // draws are one half
  n.ramp_from = 40;
  n.ramp_to = 64;
  n.minimum = 1 + random() % 3;
  n.rate = one_of(random, {34, 50, 66, 100});
  n.rate_half_open = one_of(random, {34, 50, 66, 100});
  n.streak = 1 + random() % 3;
  n.probes = 1 + random() % 3;
  n.minimum_half_open = 1 + random() % n.probes;
  n.minimum = std::min(n.minimum, n.probes);
  n.patience = one_of<Time>(random, {1 * ms, 80 * ms});
  story.aged = one_of<Time>(random, {0, 1 * ms, 5 * ms, 50 * ms, 100 * ms});
  const unsigned threads = random() % 3 == 0 ? 3 : 2;
  bool failing = random() % 3 != 0;
  const auto list = [&](std::size_t length, bool commands) {
    std::vector<Operation> operations;
    while (operations.size() < length) {
      Operation operation;
      operation.slot = static_cast<unsigned>(random() % slots_of_a_thread);
      const auto dice = random() % 100;
      if (dice < 40) {
        operation.kind = Kind::acquire;
      } else if (dice < 80) {
        const bool fails = random() % 4 == 0 ? !failing : failing;
        operation.kind = fails ? Kind::failure : Kind::success;
      } else if (dice < 84) {
        operation.kind = Kind::ignore;
      } else if (dice < 92 || !commands) {
        operation.kind = Kind::info;
      } else {
        operation.kind = one_of(random, {Kind::reset, Kind::disable, Kind::metrics_only, Kind::force_open,
                                         Kind::force_open_for, Kind::reset, Kind::force_open_for});
      }
      operations.push_back(operation);
    }
    return operations;
  };
  // The first thread brings the breaker somewhere, and ends with admissions for others to settle.
  std::vector<Operation> first;
  for (std::uint64_t calls = random() % 4; calls != 0; --calls) {
    first.push_back({Kind::acquire});
    first.push_back({failing ? Kind::failure : Kind::success});
  }
  if (random() % 3 == 0) first.push_back({Kind::force_open_for});
  first.push_back({Kind::acquire, 0});
  first.push_back({Kind::acquire, 1});
  story.lists.push_back(first);
  failing = random() % 2 == 0;
  for (unsigned t = 0; t != threads; ++t) story.lists.push_back(list(threads == 3 ? 3 : 4, true));
  story.lists.push_back({{Kind::info}, {Kind::acquire, 0}, {Kind::acquire, 1}, {Kind::failure, 0}, {Kind::info}});
  return story;
}

/// Plays a story and writes down what was seen.
void play(Story& story, std::uint64_t seed) {
  const Variety& kind = varieties()[story.recipe];
  const std::unique_ptr<Stage> stage = (seed % 4 == 0 ? kind.calm : kind.nervous)(story.numbers);
  const auto threads = static_cast<unsigned>(story.lists.size() - 2);
  const auto perform = [&](unsigned thread) {
    for (Operation& operation : story.lists[thread]) stage->perform(thread, operation);
  };
  perform(0);
  stage->hand_over(threads, story.aged);
  Gate start{threads};
  std::vector<std::thread> running;
  for (unsigned thread = 1; thread <= threads; ++thread) {
    running.emplace_back([&, thread] {
      nerves() = static_cast<std::uint32_t>(seed * 7 + thread * 2'654'435'761U) | 1U;
      start.pass();
      perform(thread);
    });
  }
  for (std::thread& thread : running) thread.join();
  perform(threads + 1);
  story.told = stage->told();
}

void print(const Story& story) {
  std::printf("  %s\n  %s\n  time between the first thread and the others: %lldns\n", varieties()[story.recipe].text,
              to_string(story.numbers).c_str(), static_cast<long long>(story.aged));
  for (std::size_t t = 0; t != story.lists.size(); ++t) {
    std::printf("  thread %zu:\n", t);
    for (const Operation& operation : story.lists[t]) std::printf("    %s\n", to_string(operation).c_str());
  }
  for (const Story::Told& told : story.told) {
    std::printf("  announced: %llu %s -> %s, %s\n", static_cast<unsigned long long>(told.sequence),
                std::string{to_string(told.from)}.c_str(), std::string{to_string(told.to)}.c_str(),
                std::string{to_string(told.cause)}.c_str());
  }
}

/// Whether operations of two threads lay across each other.
bool overlaps(const Story& story) {
  for (std::size_t t = 1; t + 2 < story.lists.size(); ++t) {
    for (const Operation& a : story.lists[t]) {
      for (const Operation& b : story.lists[t + 1]) {
        if (a.begin < b.end && b.begin < a.end) return true;
      }
    }
  }
  return false;
}

bool is_explained(const Story& story, Mistake mistake, std::uint64_t& pieces) {
  Search search{story, varieties()[story.recipe].rules(story.numbers), mistake};
  const bool found = search.explains();
  pieces += search.pieces();
  return found;
}

/// The stories that a breaker with one of these mistakes does not explain are found.
bool notices_mistakes() {
  constexpr std::array<std::pair<Mistake, const char*>, 7> mistakes{{
      {Mistake::late_outcomes_count, "late outcomes count"},
      {Mistake::success_reopens, "a success reopens"},
      {Mistake::lucky_probe_closes, "one lucky probe closes"},
      {Mistake::failure_closes, "a failure closes"},
      {Mistake::place_is_lost, "a neutral probe's place is lost"},
      {Mistake::reopens_survive_reset, "reopens survive a reset"},
      {Mistake::window_one_too_long, "the window is one too long"},
  }};
  bool all = true;
  std::uint64_t pieces = 0;
  for (const auto& [mistake, text] : mistakes) {
    constexpr std::uint64_t most = 20'000;
    std::uint64_t seed = 1;
    for (; seed != most; ++seed) {
      Story story = random_story(seed);
      play(story, seed);
      if (!is_explained(story, mistake, pieces)) break;
    }
    std::printf(seed == most ? "not noticed in %llu histories: %s\n" : "noticed in history %llu: %s\n",
                static_cast<unsigned long long>(seed), text);
    all = all && seed != most;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t stories = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5'000;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  if (argc <= 2 && !notices_mistakes()) return EXIT_FAILURE;

  std::uint64_t operations = 0;
  std::uint64_t overlapping = 0;
  std::uint64_t transitions = 0;
  std::uint64_t pieces = 0;
  for (std::uint64_t seed = first; seed != first + stories; ++seed) {
    Story story = random_story(seed);
    play(story, seed);
    for (const auto& list : story.lists) operations += list.size();
    overlapping += overlaps(story) ? 1 : 0;
    transitions += story.told.size();
    if (is_explained(story, Mistake::none, pieces)) continue;
    std::printf("seed %llu: no order of these explains what was seen:\n", static_cast<unsigned long long>(seed));
    print(story);
    return EXIT_FAILURE;
  }
  const auto print_count = [](const char* what, std::uint64_t count) {
    std::printf("%12llu %s\n", static_cast<unsigned long long>(count), what);
  };
  print_count("with operations of two threads across each other", overlapping);
  print_count("operations", operations);
  print_count("transitions", transitions);
  print_count("pieces tried to explain them", pieces);
  std::printf("counted: %llu concurrent histories, each explained by some order\n",
              static_cast<unsigned long long>(stories));
  return EXIT_SUCCESS;
}
