// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Histories: what is done to a breaker, what it was seen to do, and the shortest history that still shows a difference.

#ifndef FLUXGATE_TESTS_MODEL_HISTORY_HPP
#define FLUXGATE_TESTS_MODEL_HISTORY_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "breaker.hpp"
#include "recipes.hpp"

namespace model {

enum class How : std::uint8_t { success, failure, neutral, record_failure, record_neutral };

struct Step {
  enum class Kind : std::uint8_t {
    advance,  ///< the clock, by `time`
    acquire,  ///< an admission into a slot, whose old one is given back
    settle,   ///< the admission of a slot
    call,     ///< that takes `time`, with so many of the following steps inside
    reset,
    disable,
    metrics_only,
    force_open,
    disable_for,
    metrics_only_for,
    force_open_for,
    retune,   ///< to `numbers`
    restore,  ///< another breaker begins with a snapshot of this one
  };
  Kind kind{};
  How how{};
  bool silent = false;
  unsigned slot = 0;
  unsigned nested = 0;
  Time time = 0;
  std::array<int, 4> draws{};  ///< the first draws of the step, in 64ths
  Numbers numbers{};
};

/// Whether a command of this kind has a time.
inline bool lasts(const Step& step) {
  return step.kind == Step::Kind::disable_for || step.kind == Step::Kind::metrics_only_for ||
         step.kind == Step::Kind::force_open_for;
}

/// What a listener does when it hears of a transition.
struct Reaction {
  std::uint64_t sequence = 0;
  Step step{};
};

struct History {
  std::size_t recipe = 0;
  Numbers numbers{};
  Time start = 0;
  bool listens = true;
  bool restores = false;  ///< its clock never jumps back
  std::vector<Step> steps{};
  std::vector<Reaction> reactions{};
};

inline std::string to_string(const Step& step) {
  const auto ns = [&] { return std::to_string(step.time) + "ns"; };
  const auto slot = [&] { return " slot " + std::to_string(step.slot); };
  const std::string quiet = step.silent ? ", silently" : "";
  const auto how = [&]() -> std::string {
    switch (step.how) {
      case How::success: return "success";
      case How::failure: return "failure";
      case How::neutral: return "nothing";
      case How::record_failure: return "a result that is a failure";
      case How::record_neutral: return "a result that is an untracked failure";
    }
    return "?";
  };
  std::string text;
  switch (step.kind) {
    case Step::Kind::advance: text = "advance by " + ns(); break;
    case Step::Kind::acquire: text = "acquire into" + slot(); break;
    case Step::Kind::settle: text = "settle" + slot() + " with " + how(); break;
    case Step::Kind::call:
      text = "call, takes " + ns() + ", ends with " + how();
      if (step.nested != 0) text += ", contains the next " + std::to_string(step.nested) + " steps";
      break;
    case Step::Kind::reset: text = "reset()" + quiet; break;
    case Step::Kind::disable: text = "disable()" + quiet; break;
    case Step::Kind::metrics_only: text = "metrics_only()" + quiet; break;
    case Step::Kind::force_open: text = "force_open()" + quiet; break;
    case Step::Kind::disable_for: text = "disable() for " + ns() + quiet; break;
    case Step::Kind::metrics_only_for: text = "metrics_only() for " + ns() + quiet; break;
    case Step::Kind::force_open_for: text = "force_open(" + ns() + ")" + quiet; break;
    case Step::Kind::restore: text = "restore(snapshot())"; break;
    case Step::Kind::retune: text = "retune() to " + to_string(step.numbers); break;
  }
  text += "   [draws";
  for (const int draw : step.draws) text.append(" ").append(std::to_string(draw));
  return text + " of 64]";
}

/// One thing that was seen; comparable, and with the names of what it holds.
struct Seen {
  enum class Kind : std::uint8_t { answer, signal, facts };
  static constexpr std::size_t width = 19;

  Kind kind{};
  std::size_t step = 0;
  std::array<std::int64_t, width> values{};

  friend bool operator==(const Seen&, const Seen&) = default;
};

inline std::string to_string(const Seen& seen) {
  static constexpr std::array<std::array<const char*, Seen::width>, 3> names{{
      {"admitted", "state", "retry_after"},
      {"old_state", "new_state", "cause", "sequence", "timestamp", "total", "failures", "slow", "duration"},
      {"state", "reopens", "changed_at", "total", "failures", "duration", "slow", "slow_a", "slow_b", "slow_c",
       "admitted", "refused", "succeeded", "failed", "slow calls", "ignored", "would_admit", "retry_after",
       "override_ends_after"},
  }};
  static constexpr std::array<const char*, 3> kinds{"answer", "signal", "facts"};
  const auto kind = static_cast<std::size_t>(seen.kind);
  std::string text = "step " + std::to_string(seen.step) + ": " + kinds.at(kind);
  for (std::size_t i = 0; i != Seen::width && names.at(kind).at(i) != nullptr; ++i) {
    text += std::string{" "} + names.at(kind).at(i) + "=" + std::to_string(seen.values.at(i));
  }
  return text;
}

using Trace = std::vector<Seen>;

/// A breaker that a history can be played on: the library's, or the model.
class Subject {
 public:
  static constexpr unsigned slots = 4;

  virtual ~Subject() = default;
  virtual void advance(Time step) = 0;
  virtual void set_draws(const std::array<int, 4>& draws) = 0;
  virtual Answer acquire(unsigned slot) = 0;
  virtual void settle(unsigned slot, How how) = 0;
  virtual Answer call(How how, const std::function<void()>& body) = 0;
  virtual void command(const Step& step) = 0;
  virtual std::array<std::int64_t, Seen::width> facts() = 0;

  /// With the values of a Seen; set before the first step.
  std::function<void(const std::array<std::int64_t, Seen::width>&)> on_signal{};
};

/// Plays a history.
class Player {
 public:
  Player(Subject& subject, const History& history) : subject_{subject}, history_{history} {
    subject_.on_signal = [this](const std::array<std::int64_t, Seen::width>& values) {
      trace_.push_back({Seen::Kind::signal, at_, values});
      for (const Reaction& reaction : history_.reactions) {
        if (reaction.sequence == static_cast<std::uint64_t>(values[3])) perform(reaction.step, [] {});
      }
    };
  }

  Trace play() {
    std::size_t next = 0;
    while (next != history_.steps.size()) play_one(next);
    return trace_;
  }

 private:
  void play_one(std::size_t& next) {
    const Step& step = history_.steps[next];
    at_ = next++;
    subject_.set_draws(step.draws);
    const std::size_t end = std::min(history_.steps.size(), next + step.nested);
    perform(step, [&] {
      ++depth_;
      while (next < end) play_one(next);
      --depth_;
    });
    trace_.push_back({Seen::Kind::facts, at_, subject_.facts()});
    next = std::max(next, step.kind == Step::Kind::call ? end : next);  // a refused call: nothing inside happens
  }

  void perform(const Step& step, const std::function<void()>& body) {
    switch (step.kind) {
      case Step::Kind::advance: subject_.advance(step.time); break;
      case Step::Kind::acquire: tell(subject_.acquire(step.slot)); break;
      case Step::Kind::settle: subject_.settle(step.slot, step.how); break;
      case Step::Kind::call:
        tell(subject_.call(step.how, [&] {
          subject_.advance(step.time);
          body();
        }));
        break;
      case Step::Kind::restore:
        if (depth_ == 0) subject_.command(step);  // no breaker ends in a call
        break;
      default: subject_.command(step);
    }
  }

  void tell(const Answer& answer) {
    if (answer.admitted) {
      trace_.push_back({Seen::Kind::answer, at_, {1, 0, -1}});
    } else {
      trace_.push_back(
          {Seen::Kind::answer, at_, {0, static_cast<std::int64_t>(answer.state), answer.retry_after.value_or(-1)}});
    }
  }

  Subject& subject_;
  const History& history_;
  Trace trace_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// ---- making histories

template <class T>
T one_of(std::mt19937_64& random, std::initializer_list<T> choices) {
  return *(choices.begin() + static_cast<std::ptrdiff_t>(random() % choices.size()));
}

constexpr Time us = 1'000, ms = 1'000'000, sec = 1'000'000'000, hour = 3600 * sec;

inline Numbers random_numbers(std::mt19937_64& random) {
  const auto rate = [&] { return one_of(random, {1, 10, 20, 25, 30, 33, 40, 50, 60, 66, 70, 75, 90, 100}); };
  const auto span = [&] {
    return one_of<Time>(random, {1 * us, 1 * ms, 7 * ms, 50 * ms, 333 * ms, 1 * sec, 60 * sec});
  };
  Numbers n;
  n.window = static_cast<std::uint32_t>(1 + random() % (random() % 4 == 0 ? 12 : 5));
  n.bucket = one_of<Time>(random, {1 * ms, 7 * ms, 100 * ms, 1 * sec, 60 * sec});
  n.buckets = static_cast<int>(1 + random() % 5);
  n.minimum = 1 + random() % std::min<std::uint64_t>(n.window, 4);
  n.probes = 1 + random() % 4;
  n.minimum_half_open = 1 + random() % n.probes;
  n.rate = rate();
  n.rate_half_open = rate();
  n.streak = 1 + random() % 4;
  n.slow_threshold = random() % 3 == 0 ? 0 : span();
  n.slow = span();
  n.slower = n.slow * 2;
  n.average = span();
  n.cooldown = span();
  n.jitter = random() % 2 == 0 ? 0 : one_of(random, {1, 2, 4, 7});
  if (random() % 8 == 0) {
    n.cooldown = one_of<Time>(random, {1, 999, 134'217'728 * us, 134'217'729 * us, 1000 * sec + 1, hour, 24 * hour});
  }
  n.longest = std::max(n.cooldown, one_of<Time>(random, {1 * sec, 300 * sec, 24 * hour}));
  if (n.jitter == 0 && random() % 16 == 0) n.cooldown = n.longest = one_of<Time>(random, {forever - 1, forever / 2});
  n.multiplier = one_of(random, {2, 3, 10});
  n.chance = rate();
  n.ramp_from = one_of(random, {1, 8, 32, 64});
  n.ramp_to = one_of(random, {48, 64});
  if (n.ramp_from > n.ramp_to) n.ramp_from = n.ramp_to;
  n.ramp = Time{1} << (10 + random() % 30);
  n.patience = span();
  return n;
}

inline Step random_step(std::mt19937_64& random, const Numbers& n, bool may_jump_back, bool failing) {
  using Kind = Step::Kind;
  Step step;
  for (int& draw : step.draws) draw = static_cast<int>(random() % 64);
  const auto some_time = [&]() -> Time {
    const Time of_policies =
        one_of(random, {n.cooldown, n.patience, n.slow, n.slow_threshold, n.average, n.bucket, n.bucket * n.buckets,
                        n.ramp / 2, n.ramp, n.slower, Time{500}, Time{1499}});
    switch (random() % 12) {
      case 0: return 0;
      case 1: return 1;
      case 2: return of_policies > 0 ? of_policies - 1 : 0;
      case 3: return plus(of_policies, 1);
      case 4: return of_policies / 2;
      case 5: return static_cast<Time>(random() % (2 * sec));
      case 6: return random() % 8 == 0 ? one_of<Time>(random, {4294 * sec, 4295 * sec, 24 * hour, forever}) : 3 * ms;
      default: return of_policies;
    }
  };
  const auto how = [&] {
    if (random() % 8 == 0) return one_of(random, {How::neutral, How::record_neutral});
    const bool fails = random() % 8 == 0 ? !failing : failing;
    return fails ? one_of(random, {How::failure, How::record_failure}) : How::success;
  };
  step.slot = static_cast<unsigned>(random() % Subject::slots);
  step.silent = random() % 4 == 0;
  const auto dice = random() % 100;
  if (dice < 45) {
    step.kind = Kind::call;
    step.how = how();
    step.time = random() % 2 == 0 ? 0 : some_time();
    if (random() % 8 == 0) step.nested = static_cast<unsigned>(1 + random() % 4);
  } else if (dice < 60) {
    step.kind = Kind::acquire;
  } else if (dice < 77) {
    step.kind = Kind::settle;
    step.how = how();
  } else if (dice < 95) {
    step.kind = Kind::advance;
    step.time = some_time();
    if (may_jump_back && random() % 16 == 0) step.time = -step.time;
  } else {
    step.kind = one_of(random, {Kind::reset, Kind::reset, Kind::disable, Kind::metrics_only, Kind::force_open,
                                Kind::force_open_for, Kind::force_open_for, Kind::disable_for, Kind::metrics_only_for,
                                Kind::retune, Kind::retune, Kind::retune});
    if (lasts(step)) step.time = std::max<Time>(1, some_time());
  }
  return step;
}

/// Shorter and shorter histories that still fail, down to one from which nothing can be taken away.
inline History shrink(History history, const std::function<bool(const History&)>& fails) {
  const auto without = [&](auto member, std::size_t from, std::size_t count) {
    History shorter = history;
    auto& list = shorter.*member;
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(from);
    list.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, list.size() - from)));
    return shorter;
  };
  const auto remove_from = [&](auto member) {
    bool any = false;
    for (std::size_t count = (history.*member).size(); count != 0; count /= 2) {
      for (std::size_t from = 0; from < (history.*member).size();) {
        const History shorter = without(member, from, count);
        if (fails(shorter)) {
          history = shorter;
          any = true;
        } else {
          from += count;
        }
      }
    }
    return any;
  };
  const auto simplify = [&](const std::function<void(Step&)>& change) {
    bool any = false;
    for (std::size_t i = 0; i != history.steps.size(); ++i) {
      History simpler = history;
      change(simpler.steps[i]);
      if (to_string(simpler.steps[i]) != to_string(history.steps[i]) && fails(simpler)) {
        history = simpler;
        any = true;
      }
    }
    return any;
  };
  for (bool any = true; any;) {
    any = remove_from(&History::reactions);
    any |= remove_from(&History::steps);
    any |= simplify([](Step& step) { step.nested = 0; });
    any |= simplify([](Step& step) { step.time = lasts(step) ? 1 : 0; });
    any |= simplify([](Step& step) { step.silent = false; });
    any |= simplify([](Step& step) { step.draws = {}; });
    any |= simplify([](Step& step) {
      if (step.how == How::record_failure) step.how = How::failure;
    });
  }
  return history;
}

}  // namespace model

#endif
