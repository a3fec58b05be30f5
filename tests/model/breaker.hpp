// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker that is right because it is plain: lists of outcomes, whole numbers, one caller at a time.
///
/// Written from the description of what a breaker means, not from the library's code, and shares nothing with that but
/// the names of states and causes. Percentages and draws are whole numbers, so that nothing depends on rounding.
///
/// What one call does is cut into the pieces between which other threads may act. Run behind one another, as the calls
/// below do, they are the calls of one thread.

#ifndef FLUXGATE_TESTS_MODEL_BREAKER_HPP
#define FLUXGATE_TESTS_MODEL_BREAKER_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <fluxgate/state.hpp>

namespace model {

using fluxgate::Cause;
using fluxgate::State;

/// Nanoseconds; as a duration and as a moment.
using Time = std::int64_t;
constexpr Time forever = std::numeric_limits<Time>::max();
/// What a system clock counts in.
constexpr Time wall_unit =
    std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::duration{1}).count();

constexpr Time plus(Time a, Time b) {
  if (b > 0 && a > std::numeric_limits<Time>::max() - b) return std::numeric_limits<Time>::max();
  if (b < 0 && a < std::numeric_limits<Time>::min() - b) return std::numeric_limits<Time>::min();
  return a + b;
}
/// A time of day in whole microseconds, rounded down before 1970, too.
constexpr Time in_microseconds(Time wall) {
  constexpr Time unit = 1'000 / wall_unit;
  constexpr Time most = (Time{1} << 55) - 1;  // 1141 years
  const Time micros = (wall - ((wall % unit) + unit) % unit) / unit;
  return std::clamp(micros, -most, most) * unit;
}
/// How long after `from` it is at `to`; nothing when the clock jumped back.
constexpr Time between(Time from, Time to) {
  if (to <= from) return 0;
  if (from < 0 && to > forever + from) return forever;
  return to - from;
}

/// What a rule is asked about.
struct Counts {
  State state{};
  std::uint64_t total = 0;
  std::uint64_t failures = 0;
  std::uint64_t streak = 0;
  Time duration = 0;
  std::uint64_t slow = 0;         ///< by the breaker's own threshold
  std::vector<Time> durations{};  ///< of each call, as measured
};

/// A tripper: a condition, or two.
struct Rule {
  enum class Kind : std::uint8_t {
    closed,
    half_opened,
    min_requests,
    failure_rate,
    avg_latency,
    slow_rate,      // by the breaker's own threshold
    slow_rate_own,  // by its own
    failure_streak,
    custom,  // as the library's counterpart: see recipes.hpp
    both,
    either,
  };
  Kind kind{};
  std::uint64_t number = 0;  ///< a count, or per cent
  Time threshold = 0;
  std::vector<Rule> sides{};

  friend Rule operator&(Rule a, Rule b) { return {Kind::both, 0, 0, {std::move(a), std::move(b)}}; }
  friend Rule operator|(Rule a, Rule b) { return {Kind::either, 0, 0, {std::move(a), std::move(b)}}; }
};

inline bool is_share(const Rule& rule, std::uint64_t part, const Counts& counts) {
  return counts.total > 0 && part * 100 >= rule.number * counts.total;
}

inline bool fires(const Rule& rule, const Counts& counts) {
  switch (rule.kind) {
    case Rule::Kind::closed: return counts.state == State::closed;
    case Rule::Kind::half_opened: return counts.state == State::half_open;
    case Rule::Kind::min_requests: return counts.total >= rule.number;
    case Rule::Kind::failure_rate: return is_share(rule, counts.failures, counts);
    case Rule::Kind::avg_latency:
      return counts.total > 0 && counts.duration / static_cast<Time>(counts.total) >= rule.threshold;
    case Rule::Kind::slow_rate: return is_share(rule, counts.slow, counts);
    case Rule::Kind::slow_rate_own: {
      const auto slow = static_cast<std::uint64_t>(
          std::count_if(counts.durations.begin(), counts.durations.end(), [&](Time d) { return d >= rule.threshold; }));
      return is_share(rule, slow, counts);
    }
    case Rule::Kind::failure_streak: return counts.streak >= rule.number;
    case Rule::Kind::custom: return counts.streak >= 2 || counts.duration >= rule.threshold;
    case Rule::Kind::both: return fires(rule.sides[0], counts) && fires(rule.sides[1], counts);
    case Rule::Kind::either: return fires(rule.sides[0], counts) || fires(rule.sides[1], counts);
  }
  return false;
}

/// Whether Closed or HalfOpened keep the rule from firing in a state.
inline bool ruled_out(const Rule& rule, State state) {
  switch (rule.kind) {
    case Rule::Kind::closed: return state != State::closed;
    case Rule::Kind::half_opened: return state != State::half_open;
    case Rule::Kind::both: return ruled_out(rule.sides[0], state) || ruled_out(rule.sides[1], state);
    case Rule::Kind::either: return ruled_out(rule.sides[0], state) && ruled_out(rule.sides[1], state);
    default: return false;
  }
}

inline bool settled(const Rule& rule, const Counts& counts) {
  if (ruled_out(rule, counts.state)) return true;
  switch (rule.kind) {
    case Rule::Kind::min_requests: return counts.total >= rule.number;
    case Rule::Kind::both:
    case Rule::Kind::either: return settled(rule.sides[0], counts) && settled(rule.sides[1], counts);
    default: return true;
  }
}

/// Whether anything asks for the durations of calls, and for the time of day they begin and end at.
inline bool sums_durations(const Rule& rule) {
  return rule.kind == Rule::Kind::avg_latency || rule.kind == Rule::Kind::custom ||
         std::any_of(rule.sides.begin(), rule.sides.end(), sums_durations);
}

/// Whether anything asks how long single calls took.
inline bool counts_slow(const Rule& rule) {
  return rule.kind == Rule::Kind::slow_rate || rule.kind == Rule::Kind::slow_rate_own ||
         std::any_of(rule.sides.begin(), rule.sides.end(), counts_slow);
}

struct Window {
  std::uint64_t calls = 0;   ///< the last so many; 0: by time
  Time bucket = 0;           ///< otherwise so long,
  std::int64_t buckets = 0;  ///< and so many
};

struct Retry {
  enum class Kind : std::uint8_t { never, always, cooldown, backoff };
  Kind kind{};
  Time initial = 0;
  Time most = 0;
  int multiplier = 2;
  int jitter_in_eighths = 0;
};

struct Permit {
  enum class Kind : std::uint8_t { all, random, ramp_up, probes };
  Kind kind{};
  int initial = 0;  ///< per cent, or 64ths for a ramp
  int final = 0;
  Time duration = 0;        ///< of a ramp; the patience of probes
  std::uint64_t count = 0;  ///< of probes
};

/// Both must admit, the left one is asked first.
using Permits = std::vector<Permit>;
inline Permits operator&(Permits left, const Permits& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

struct Rules {
  Window window{};
  Rule tripper{};
  Retry retry{};
  Permits permits{};
  Time slow_threshold = 0;  ///< 0: none
};

/// The answer to a request for admission.
struct Answer {
  bool admitted = false;
  State state{};
  std::optional<Time> retry_after{};
  // Of an admission:
  std::uint64_t epoch = 0;
  Time began = 0;
};

struct Signal {
  State from{};
  State to{};
  Cause cause{};
  std::uint64_t sequence = 0;
  bool silent = false;
  Counts counts{};
  Time wall = 0;
};

/// The calls since the beginning, whatever became of them.
struct Calls {
  std::uint64_t admitted = 0, refused = 0, succeeded = 0, failed = 0, slow = 0, ignored = 0;
};

/// A transition that a thread is about to make, from the epoch in which it decided to.
struct Intent {
  std::uint64_t epoch = 0;
  State to{};
  Cause cause{};
  bool silent = false;
  Time hold = forever;  ///< of an override
};

/// Mistakes, to see that they are noticed.
enum class Mistake : std::uint8_t {
  none,
  late_outcomes_count,
  success_reopens,
  lucky_probe_closes,
  failure_closes,
  place_is_lost,
  reopens_survive_reset,
  reset_while_closed_says_nothing,
  refusal_after_due,
  slow_beyond_threshold,
  streak_survives_transition,
  window_one_too_long,
  silent_takes_no_number,
  jitter_drawn_again,
  round_forgets,
  small_window_forgets_round,
  verdict_waits_for_all_probes,
  patience_from_the_beginning,
  patience_beside_a_free_place,
  round_forgets_a_streak,
  streak_never_old,
  hopeless_round_goes_on,
  failures_alone_close,
  override_lasts,
  other_numbers_forget,
  delay_follows_other_numbers,
  restore_forgets,
  last_mistake = restore_forgets,
};

class Breaker {
 public:
  Breaker(Rules rules, Time start, Mistake mistake = Mistake::none)
      : rules_{std::move(rules)}, mistake_{mistake}, now_{start}, changed_at_{start} {
    room_ = std::max(rules_.window.calls, probes() == nullptr ? 0 : probes()->count);
  }

  // ---- time and chance

  void advance(Time step) {
    now_ = plus(now_, step);
    wall_ = plus(wall_, step / wall_unit);
  }
  /// The next draws in 64ths; one half when they are used up.
  void set_draws(std::deque<int> draws) { draws_ = std::move(draws); }

  std::function<void(const Signal&)> listener{};

  // ---- calls

  Answer admit() {
    for (;;) {
      const Look look = this->look(counts());
      if (look.answer) return *look.answer;
      make(*look.intent);
    }
  }
  void record(const Answer& admission, bool failed) {
    if (!write(admission, failed)) return;
    if (const std::optional<Intent> intent = judge(admission, failed)) make(*intent);
  }
  void ignore(const Answer& admission) {
    ++calls_.ignored;
    if (admission.epoch == epoch_ && state_ == State::half_open && taken_ > done_ &&
        mistake_ != Mistake::place_is_lost) {
      --taken_;
    }
  }

  void command(State to, bool silent, Time hold = forever) { make(intend(to, silent, hold)); }

  /// Other numbers of the same kinds, over the same window.
  void retune(Rules rules) {
    if (mistake_ == Mistake::other_numbers_forget) window_.clear();
    if (mistake_ == Mistake::delay_follows_other_numbers && state_ == State::open) hold_ = held(rules.retry.initial);
    rules_ = std::move(rules);
  }

  /// Another breaker with these rules begins where this one is; the calls of this one are no longer its own. It has the
  /// same counts, of which only the numbers are known: failures are spread evenly, the oldest call is one.
  void restore(Rules rules) {
    const Counts counts = this->counts();
    const Time passed = between(changed_at_, now_);
    const bool keeps =
        (state_ == State::closed || state_ == State::metrics_only) && mistake_ != Mistake::restore_forgets;
    rules_ = std::move(rules);
    room_ = std::max(rules_.window.calls, probes() == nullptr ? 0 : probes()->count);
    const Time lasted = state_ == State::half_open ? 0 : passed;
    changed_at_ = plus(now_, -lasted);
    changed_at_wall_ = in_microseconds(plus(wall_, -(lasted / wall_unit)));
    if (hold_ != forever && hold_ <= passed) hold_ = 0;  // it is over
    window_.clear();
    for (std::uint64_t i = 0; keeps && i != counts.total; ++i) {
      const auto failures_before = [&](std::uint64_t n) {
        return (counts.failures * n + counts.total - 1) / counts.total;
      };
      window_.push_back({failures_before(i + 1) != failures_before(i), 0, bucket_of(now_)});
    }
    streak_ = keeps ? counts.streak : 0;
    longest_streak_ = streak_;
    taken_ = done_ = 0;
    last_probe_ = std::numeric_limits<Time>::min();
    sequence_ = 0;
    ++epoch_;
    calls_ = {};
  }

  // ---- the pieces

  struct Look {
    std::optional<Answer> answer{};
    std::optional<Intent> intent{};  ///< the caller that made it looks again
  };
  /// A caller that asks for admission looks at the breaker.
  Look look(const Counts& now) {
    const auto answer = [this](bool admitted, std::optional<Time> retry_after = std::nullopt) {
      ++(admitted ? calls_.admitted : calls_.refused);
      return Look{Answer{admitted, state_, retry_after, epoch_, now_}, {}};
    };
    switch (state_) {
      case State::closed: return answer(true);
      case State::metrics_only:
      case State::disabled: {
        const bool over =
            mistake_ == Mistake::override_lasts ? false : hold_ != forever && between(changed_at_, now_) >= hold_;
        if (!over) return answer(true);
        return {{}, Intent{epoch_, State::closed, Cause::override_ended}};
      }
      case State::open:
      case State::forced_open: {
        if (hold_ == forever) return answer(false);
        if (mistake_ == Mistake::jitter_drawn_again && state_ == State::open) hold_ = delay();
        const Time waited = between(changed_at_, now_);
        const bool due = mistake_ == Mistake::refusal_after_due ? waited > hold_ : waited >= hold_;
        if (!due) return answer(false, hold_ - waited);
        return {{}, Intent{epoch_, State::half_open, Cause::retry_due}};
      }
      case State::half_open: break;
    }
    const Time waited = between(changed_at_, now_);
    const Permit* const round = probes();
    if (is_complete()) return {{}, verdict(true, now)};  // no thread has come to it yet
    if (has_lost_probes()) return {{}, Intent{epoch_, State::open, Cause::probes_lost}};
    for (const Permit& permit : rules_.permits) {
      if (!permits(permit, waited)) return answer(false);
    }
    if (round != nullptr) {
      if (taken_ >= round->count) return answer(false);
      ++taken_;
      last_probe_ = std::max(last_probe_, now_);
    }
    return answer(true);
  }

  /// Whether an outcome comes too late to count, or counts nowhere.
  bool is_late(const Answer& admission) const {
    return admission.state == State::disabled ||
           (admission.epoch != epoch_ && mistake_ != Mistake::late_outcomes_count);
  }

  /// Puts an outcome into the window; whether it is to be judged.
  bool write(const Answer& admission, bool failed) {
    const Time duration = between(admission.began, now_);
    ++(failed ? calls_.failed : calls_.succeeded);
    const bool slow = rules_.slow_threshold != 0 && duration >= rules_.slow_threshold;
    if (slow) ++calls_.slow;
    if (is_late(admission)) return false;
    window_.push_back({failed, duration, bucket_of(now_)});
    std::uint64_t longest = rules_.window.calls + (mistake_ == Mistake::window_one_too_long ? 1 : 0);
    if (has_probes() && mistake_ != Mistake::small_window_forgets_round) longest = std::max(longest, room_);
    if (rules_.window.calls != 0 && window_.size() > longest) window_.pop_front();
    count_in_a_row(failed);
    return ends();
  }
  bool has_probes() const { return state_ == State::half_open && probes() != nullptr; }
  // What write() does, for windows that are kept elsewhere.
  void count_in_a_row(bool failed) {
    streak_ = failed ? streak_ + 1 : 0;
    longest_streak_ = std::max(longest_streak_, streak_);
  }
  /// An outcome is in the window; whether it is to be judged.
  bool ends() {
    if (state_ == State::metrics_only) return false;
    if (has_probes()) ++done_;
    return true;
  }

  /// What the window asks for now, as seen by a thread whose outcome is in it.
  std::optional<Intent> judge(const Answer& admission, bool failed) const { return judge(admission, failed, counts()); }
  std::optional<Intent> judge(const Answer& admission, bool failed, const Counts& now) const {
    return is_late(admission) ? std::nullopt : verdict(failed, now);
  }
  std::optional<Intent> verdict(bool failed, const Counts& now) const {
    if (has_probes()) return verdict_of_round(now);
    const bool testing = state_ == State::half_open;
    if (fires(rules_.tripper, now)) {
      Counts later = now;
      later.total = std::max<decltype(later.total)>(later.total, 20'000'000);  // many successes more
      const bool hopeless = fires(rules_.tripper, later) && mistake_ != Mistake::hopeless_round_goes_on;
      const bool opens = testing ? failed || hopeless || mistake_ == Mistake::success_reopens : state_ == State::closed;
      if (opens) return Intent{epoch_, State::open, Cause::tripped};
    } else if (testing && (!failed || mistake_ == Mistake::failure_closes) &&
               (settled(rules_.tripper, now) || mistake_ == Mistake::lucky_probe_closes)) {
      return Intent{epoch_, State::closed, Cause::recovered};
    }
    return std::nullopt;
  }
  /// Open as soon as nothing that is missing can change it, closed when nothing is missing.
  std::optional<Intent> verdict_of_round(const Counts& now) const {
    Counts best = now;
    best.total = std::max(best.total, probes()->count);
    const bool may_open = is_complete() || mistake_ != Mistake::verdict_waits_for_all_probes;
    const bool all_failed = now.failures >= probes()->count && now.failures == now.total;
    const bool without_a_success = all_failed && mistake_ != Mistake::failures_alone_close;
    if (may_open && (fires(rules_.tripper, best) || without_a_success)) {
      return Intent{epoch_, State::open, Cause::tripped};
    }
    if (is_complete()) return Intent{epoch_, State::closed, Cause::recovered};
    return std::nullopt;
  }

  Intent intend(State to, bool silent, Time hold) const {
    if (mistake_ == Mistake::reset_while_closed_says_nothing && to == State::closed && state_ == to) silent = true;
    return {epoch_, to, Cause::manual, silent, hold};
  }

  /// A thread is on the way to make a transition, and has pushed the time of the last one on already.
  void prepare() { changed_at_ = std::max(changed_at_, now_); }

  /// Makes a transition unless another was faster.
  bool make(const Intent& intent) {
    if (intent.epoch != epoch_) return false;
    transition(intent.to, intent.cause, intent.silent, intent.hold);
    return true;
  }

  // ---- what can be asked

  State state() const { return state_; }
  std::uint64_t epoch() const { return epoch_; }
  std::uint64_t reopens() const { return reopens_; }
  std::uint64_t streak() const { return state_ == State::half_open ? longest_streak_ : streak_; }
  bool would_admit() const {
    switch (state_) {
      case State::open:
      case State::forced_open: return hold_ != forever && between(changed_at_, now_) >= hold_;
      case State::half_open: return !has_probes() || taken_ < probes()->count || is_complete() || has_lost_probes();
      default: return true;
    }
  }
  /// How long until a call may test recovery; -1 where it refuses none, or only a person decides.
  Time retry_after() const {
    if ((state_ != State::open && state_ != State::forced_open) || hold_ == forever) return -1;
    return std::max<Time>(hold_ - between(changed_at_, now_), 0);
  }
  bool is_override() const {
    return state_ == State::forced_open || state_ == State::disabled || state_ == State::metrics_only;
  }
  /// How long until the next call ends the override; -1 where there is none, or only a person ends it.
  Time override_ends_after() const {
    if (!is_override() || hold_ == forever) return -1;
    return std::max<Time>(hold_ - between(changed_at_, now_), 0);
  }
  bool is_prepared() const { return changed_at_ >= now_; }
  Time wall() const { return wall_; }
  /// In whole microseconds.
  Time changed_at_wall() const { return changed_at_wall_; }
  const Calls& calls() const { return calls_; }
  const std::vector<Signal>& signals() const { return told_; }
  /// Equal for breakers that will do the same, as far as this process can tell.
  std::vector<std::int64_t> fingerprint() const {
    std::vector<std::int64_t> all{static_cast<std::int64_t>(epoch_),
                                  changed_at_,
                                  now_,
                                  hold_,
                                  static_cast<std::int64_t>(reopens_),
                                  static_cast<std::int64_t>(streak_),
                                  static_cast<std::int64_t>(taken_),
                                  static_cast<std::int64_t>(done_),
                                  static_cast<std::int64_t>(longest_streak_),
                                  last_probe_};
    for (const Outcome& outcome : window_) all.push_back(outcome.failed ? 1 : 0);
    return all;
  }

  Counts counts() const {
    Counts counts;
    counts.state = state_;
    counts.streak = mistake_ == Mistake::round_forgets_a_streak ? streak_ : streak();
    const bool forgets = rules_.window.calls == 0 && (state_ != State::half_open || mistake_ == Mistake::round_forgets);
    for (const Outcome& outcome : window_) {
      if (forgets && bucket_of(now_) - outcome.bucket >= rules_.window.buckets) continue;
      ++counts.total;
      if (outcome.failed) ++counts.failures;
      const bool slow = mistake_ == Mistake::slow_beyond_threshold ? outcome.duration > rules_.slow_threshold
                                                                   : outcome.duration >= rules_.slow_threshold;
      if (rules_.slow_threshold != 0 && slow) ++counts.slow;
      // To the nearest microsecond, and no more than 32 bits of them.
      const Time micros = outcome.duration / 1000 + (outcome.duration % 1000 >= 500 ? 1 : 0);
      if (sums_durations(rules_.tripper)) counts.duration += std::min<Time>(micros, 0xffff'ffff) * 1000;
      counts.durations.push_back(outcome.duration);
    }
    if (rules_.window.calls == 0 && mistake_ != Mistake::streak_never_old) {
      counts.streak = std::min(counts.streak, counts.failures);
    }
    return counts;
  }

 private:
  struct Outcome {
    bool failed = false;
    Time duration = 0;
    std::int64_t bucket = 0;
  };

  std::int64_t bucket_of(Time time) const {
    if (rules_.window.calls != 0) return 0;
    return time / rules_.window.bucket - (time % rules_.window.bucket < 0 ? 1 : 0);
  }

  bool is_complete() const { return has_probes() && done_ >= probes()->count; }

  /// Whether outcomes have been missing for longer than patience lasts, with no place free.
  bool has_lost_probes() const {
    if (!has_probes()) return false;
    const bool full = taken_ >= probes()->count || mistake_ == Mistake::patience_beside_a_free_place;
    const Time since = mistake_ == Mistake::patience_from_the_beginning ? changed_at_ : last_probe_;
    return full && between(since, now_) >= probes()->duration;
  }

  const Permit* probes() const {
    for (const Permit& permit : rules_.permits) {
      if (permit.kind == Permit::Kind::probes) return &permit;
    }
    return nullptr;
  }

  int draw() {
    if (draws_.empty()) return 32;
    const int draw = draws_.front();
    draws_.pop_front();
    return draw;
  }

  bool permits(const Permit& permit, Time waited) {
    switch (permit.kind) {
      case Permit::Kind::all:
      case Permit::Kind::probes: return true;
      case Permit::Kind::random: return draw() * 100 < permit.initial * 64;
      case Permit::Kind::ramp_up: {
        const int drawn = draw();
        if (waited >= permit.duration) return drawn < permit.final;
        return (drawn - permit.initial) * permit.duration < (permit.final - permit.initial) * waited;
      }
    }
    return false;
  }

  /// How long an opening is to last, with its jitter drawn.
  Time delay() {
    double span = 0;
    switch (rules_.retry.kind) {
      case Retry::Kind::never: return forever;
      case Retry::Kind::always: return 0;
      case Retry::Kind::cooldown:
        if (rules_.retry.jitter_in_eighths == 0) return held(rules_.retry.initial);
        span = static_cast<double>(rules_.retry.initial);
        break;
      case Retry::Kind::backoff:
        span = static_cast<double>(rules_.retry.initial);
        for (std::uint64_t i = 0; i != reopens_ && span < static_cast<double>(rules_.retry.most); ++i) {
          span *= rules_.retry.multiplier;
        }
        span = std::min(span, static_cast<double>(rules_.retry.most));
        break;
    }
    if (rules_.retry.jitter_in_eighths != 0) {
      span += span * (rules_.retry.jitter_in_eighths * (draw() - 32)) / (8 * 32);
    }
    return span < 9.2e18 ? held(std::llround(span)) : forever;  // more than 291 years
  }

  /// A wait is kept in microseconds with 27 bits, and in twice, four times ... as much where it is longer: rounded up.
  static Time held(Time span) {
    if (span == forever) return forever;
    const Time micros = span / 1000 + (span % 1000 != 0 ? 1 : 0);
    Time unit = 1;
    while (micros / unit + (micros % unit != 0 ? 1 : 0) >= Time{1} << 27) unit *= 2;
    const Time units = micros / unit + (micros % unit != 0 ? 1 : 0);
    return units > forever / 1000 / unit ? forever : units * unit * 1000;
  }

  void transition(State to, Cause cause, bool silent = false, Time hold = forever) {
    if (!(silent && mistake_ == Mistake::silent_takes_no_number)) ++sequence_;
    changed_at_wall_ = in_microseconds(wall_);
    waiting_.push_back({state_, to, cause, sequence_, silent, counts(), changed_at_wall_});
    if (to == State::closed && mistake_ != Mistake::reopens_survive_reset) reopens_ = 0;
    if (state_ == State::half_open && to == State::open) ++reopens_;
    state_ = to;
    ++epoch_;
    changed_at_ = std::max(changed_at_, now_);
    window_.clear();
    if (mistake_ != Mistake::streak_survives_transition) streak_ = longest_streak_ = 0;
    taken_ = 0;
    done_ = 0;
    hold_ = to == State::open ? delay() : is_override() && hold != forever ? held(hold) : forever;
    announce();
  }

  /// One after the other, also what a listener causes.
  void announce() {
    if (telling_) return;
    telling_ = true;
    while (!waiting_.empty()) {
      const Signal next = waiting_.front();
      waiting_.pop_front();
      if (next.silent) continue;
      told_.push_back(next);
      if (listener) listener(next);
    }
    telling_ = false;
  }

  Rules rules_;
  std::uint64_t room_ = 0;  ///< calls that the window, or a round, can hold
  Mistake mistake_;
  Time now_;
  Time wall_ = Time{1'577'836'800} * 1'000'000'000 / wall_unit;
  Time changed_at_wall_ = wall_;
  std::deque<int> draws_;

  State state_ = State::closed;
  std::uint64_t epoch_ = 1;
  std::uint64_t reopens_ = 0;
  std::uint64_t sequence_ = 0;
  Time changed_at_;
  Time hold_ = forever;
  std::deque<Outcome> window_;
  std::uint64_t streak_ = 0;
  std::uint64_t longest_streak_ = 0;
  Time last_probe_ = std::numeric_limits<Time>::min();
  std::uint64_t taken_ = 0;  // places of a round of probes
  std::uint64_t done_ = 0;   // and outcomes
  Calls calls_;
  std::deque<Signal> waiting_;
  std::vector<Signal> told_;
  bool telling_ = false;
};

}  // namespace model

#endif
