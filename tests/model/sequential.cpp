// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Random histories on the library and on the model: both must be seen to do the same after every step.
///
///     model_sequential [HISTORIES [SEED]]
///
/// First the model is given one mistake after the other, to see that the comparison notices each.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "../support/accepts.hpp"
#include "../support/counts.hpp"
#include "history.hpp"

namespace {

using namespace model;
using std::chrono::nanoseconds;
using Values = std::array<std::int64_t, Seen::width>;

template <class Number>
std::int64_t number(Number value) {
  return static_cast<std::int64_t>(value);
}

/// Whether a restored window holds what the model says: of calls over time and of their lengths it knows too little.
bool restores_counts(const Rules& rules) {
  return rules.window.calls != 0 && rules.slow_threshold == 0 && !sums_durations(rules.tripper) &&
         !counts_slow(rules.tripper);
}

/// The thresholds of a history's SlowRates.
std::array<Time, 3> slow_thresholds(const Numbers& n) { return {n.slow, n.slower, n.slow_threshold + 1'000}; }

// ---- the model

class ModelSubject final : public Subject {
 public:
  ModelSubject(const History& history, Rules (*rules)(const Numbers&), bool counts_calls, Mistake mistake)
      : breaker_{rules(history.numbers), history.start, mistake},
        rules_of_{rules},
        first_{history.numbers},
        rules_{rules(history.numbers)},
        thresholds_{slow_thresholds(history.numbers)},
        counts_calls_{counts_calls} {
    if (!history.listens) return;
    breaker_.listener = [this](const Signal& signal) {
      on_signal({number(signal.from), number(signal.to), number(signal.cause), number(signal.sequence), signal.wall,
                 number(signal.counts.total), number(signal.counts.failures), number(signal.counts.slow),
                 signal.counts.duration});
    };
  }

  void advance(Time step) override { breaker_.advance(step); }
  void set_draws(const std::array<int, 4>& draws) override { breaker_.set_draws({draws.begin(), draws.end()}); }

  Answer acquire(unsigned slot) override {
    const Answer answer = breaker_.admit();
    finish(slot, How::neutral);
    if (answer.admitted) admissions_.at(slot) = answer;
    return answer;
  }
  void settle(unsigned slot, How how) override { finish(slot, how); }
  Answer call(How how, const std::function<void()>& body) override {
    const Answer answer = breaker_.admit();
    if (answer.admitted) {
      body();
      tell(answer, how);
    }
    return answer;
  }
  void command(const Step& step) override {
    switch (step.kind) {
      case Step::Kind::reset: return breaker_.command(State::closed, step.silent);
      case Step::Kind::disable: return breaker_.command(State::disabled, step.silent);
      case Step::Kind::metrics_only: return breaker_.command(State::metrics_only, step.silent);
      case Step::Kind::force_open: return breaker_.command(State::forced_open, step.silent);
      case Step::Kind::disable_for: return breaker_.command(State::disabled, step.silent, step.time);
      case Step::Kind::metrics_only_for: return breaker_.command(State::metrics_only, step.silent, step.time);
      case Step::Kind::retune: return breaker_.retune(rules_of_(step.numbers));
      case Step::Kind::restore: {
        const bool keeps = breaker_.state() == State::closed || breaker_.state() == State::metrics_only;
        if (keeps && breaker_.counts().total != 0 && !restores_counts(rules_)) return;
        admissions_ = {};
        return breaker_.restore(rules_of_(first_));
      }
      default: return breaker_.command(State::forced_open, step.silent, step.time);
    }
  }
  Values facts() override {
    const Counts counts = breaker_.counts();
    const auto slow = [&](Time threshold) -> std::int64_t {
      if (!counted(rules_.tripper, threshold) && threshold != rules_.slow_threshold) return 0;
      return std::count_if(counts.durations.begin(), counts.durations.end(), [&](Time d) { return d >= threshold; });
    };
    const Calls calls = counts_calls_ ? breaker_.calls() : Calls{};
    return {number(breaker_.state()),      number(breaker_.reopens()),     breaker_.changed_at_wall(),
            number(counts.total),          number(counts.failures),        counts.duration,
            number(counts.slow),           slow(thresholds_[0]),           slow(thresholds_[1]),
            slow(thresholds_[2]),          number(calls.admitted),         number(calls.refused),
            number(calls.succeeded),       number(calls.failed),           number(calls.slow),
            number(calls.ignored),         number(breaker_.would_admit()), breaker_.retry_after(),
            breaker_.override_ends_after()};
  }

 private:
  static bool counted(const Rule& rule, Time threshold) {
    return (rule.kind == Rule::Kind::slow_rate_own && rule.threshold == threshold) ||
           std::any_of(rule.sides.begin(), rule.sides.end(),
                       [&](const Rule& side) { return counted(side, threshold); });
  }
  void tell(const Answer& admission, How how) {
    if (how == How::neutral || how == How::record_neutral) return breaker_.ignore(admission);
    breaker_.record(admission, how != How::success);
  }
  void finish(unsigned slot, How how) {
    // Taken out first: a listener may use the slot again.
    if (const std::optional<Answer> admission = std::exchange(admissions_.at(slot), std::nullopt))
      tell(*admission, how);
  }

  Breaker breaker_;
  Rules (*rules_of_)(const Numbers&);
  Numbers first_;
  Rules rules_;
  std::array<Time, 3> thresholds_;
  bool counts_calls_;
  std::array<std::optional<Answer>, slots> admissions_{};
};

// ---- the library

const std::error_code tracked = std::make_error_code(std::errc::timed_out);
const std::error_code untracked = std::make_error_code(std::errc::permission_denied);

/// `listener` hears what the breaker says, if the history has one.
template <class Recipe, class Stats>
auto config(const History& history, const fluxgate::ManualEnvironment& env, fluxgate::Listener listener) {
  const Numbers& n = history.numbers;
  std::vector<fluxgate::Listener> listeners;
  if (history.listens) listeners.push_back(std::move(listener));
  fluxgate::SlowThreshold slow_threshold;
  if (n.slow_threshold != 0) slow_threshold = nanoseconds{n.slow_threshold};
  return fluxgate::Config{
      .name = "model",
      .window = Recipe::template window<Library>(n),
      .tracker = fluxgate::Custom{[](const std::error_code& error) { return error == tracked; }},
      .tripper = Recipe::template tripper<Library>(n),
      .retry = Recipe::template retry<Library>(n),
      .permit = Recipe::template permit<Library>(n),
      .slow_threshold = slow_threshold,
      .listeners = std::move(listeners),
      .environment = env,
      .stats = Stats{},
      .as_written = true,
  };
}

template <class Recipe, class Stats>
class LibrarySubject final : public Subject {
 public:
  LibrarySubject(const History& history, bool restores_counts)
      : first_{.numbers = history.numbers, .listens = history.listens},
        restores_counts_{restores_counts},
        thresholds_{slow_thresholds(history.numbers)},
        env_{clock(history.start)},
        breaker_{std::make_unique<Breaker>(own_config())} {}

  void advance(Time step) override { env_.advance(nanoseconds{step}); }
  void set_draws(const std::array<int, 4>& draws) override {
    env_.set_uniform(0.5);
    env_.script_uniform({draws[0] / 64.0, draws[1] / 64.0, draws[2] / 64.0, draws[3] / 64.0});
  }

  Answer acquire(unsigned slot) override {
    auto admission = breaker_->try_acquire();
    const Answer answer = admission ? admitted() : refused(admission.rejection());
    if (!admissions_.at(slot)) {
      admissions_.at(slot).emplace(std::move(admission));
    } else {
      *admissions_.at(slot) = std::move(admission);
    }
    return answer;
  }
  void settle(unsigned slot, How how) override {
    if (!admissions_.at(slot)) return;
    switch (how) {
      case How::success: return admissions_.at(slot)->success();
      case How::failure: return admissions_.at(slot)->failure();
      case How::neutral: return admissions_.at(slot)->ignore();
      case How::record_failure: return admissions_.at(slot)->record(tracked);
      case How::record_neutral: return admissions_.at(slot)->record(untracked);
    }
  }
  Answer call(How how, const std::function<void()>& body) override {
    const auto result = breaker_->try_call([&] {
      body();
      switch (how) {
        case How::success: return std::error_code{};
        case How::failure:
        case How::record_failure: return tracked;
        default: return untracked;
      }
    });
    return result ? admitted() : refused(result.rejection());
  }
  void command(const Step& step) override {
    const auto notify = step.silent ? fluxgate::Notify::no : fluxgate::Notify::yes;
    switch (step.kind) {
      case Step::Kind::reset: return breaker_->reset(notify);
      case Step::Kind::disable: return breaker_->disable(notify);
      case Step::Kind::metrics_only: return breaker_->metrics_only(notify);
      case Step::Kind::force_open: return breaker_->force_open(notify);
      case Step::Kind::disable_for: return breaker_->disable({.lasting = nanoseconds{step.time}, .notify = notify});
      case Step::Kind::metrics_only_for:
        return breaker_->metrics_only({.lasting = nanoseconds{step.time}, .notify = notify});
      case Step::Kind::restore: {
        fluxgate::Snapshot snapshot = breaker_->snapshot();
        const bool keeps = snapshot.state == State::closed || snapshot.state == State::metrics_only;
        if (keeps && snapshot.metrics.total_count() != 0 && !restores_counts_) return;
        for (auto& admission : admissions_) admission.reset();
        breaker_ = std::make_unique<Breaker>(own_config(), fluxgate::restore(std::move(snapshot)));
        return;
      }
      case Step::Kind::retune: {
        const History other{.numbers = step.numbers, .listens = false};
        return breaker_->retune(config<Recipe, Stats>(other, env_, fluxgate::Listener{}));
      }
      default: return breaker_->force_open(nanoseconds{step.time}, notify);
    }
  }
  Values facts() override {
    const fluxgate::Info info = breaker_->info();
    fluxgate::CallCounts calls{};
    if constexpr (std::is_same_v<Stats, fluxgate::CallStats>) calls = counts_of(*breaker_);
    const auto slow = [&](Time threshold) { return number(info.metrics.slow_count(nanoseconds{threshold})); };
    return {number(info.state == breaker_->state() ? info.state : static_cast<State>(99)),
            number(info.reopens),
            number(info.changed_at.time_since_epoch().count()),
            number(info.metrics.total_count()),
            number(info.metrics.failure_count()),
            number(info.metrics.total_duration().count()),
            number(info.metrics.slow_count()),
            slow(thresholds_[0]),
            slow(thresholds_[1]),
            slow(thresholds_[2]),
            number(calls.admitted),
            number(calls.refused),
            number(calls.succeeded),
            number(calls.failed),
            number(calls.slow),
            number(calls.ignored),
            number(breaker_->would_admit()),
            info.retry_after ? info.retry_after->count() : -1,
            info.override_ends_after ? info.override_ends_after->count() : -1};
  }

 private:
  static std::chrono::steady_clock::time_point clock(Time start) {
    return std::chrono::steady_clock::time_point{nanoseconds{start}};
  }
  auto own_config() {
    return config<Recipe, Stats>(first_, env_, [this](const fluxgate::Signal& signal) {
      on_signal({number(signal.old_state), number(signal.new_state), number(signal.cause), number(signal.sequence),
                 number(signal.timestamp.time_since_epoch().count()), number(signal.metrics.total_count()),
                 number(signal.metrics.failure_count()), number(signal.metrics.slow_count()),
                 number(signal.metrics.total_duration().count())});
    });
  }
  static Answer admitted() { return {true, {}, std::nullopt, 0, 0}; }
  static Answer refused(const fluxgate::Rejection& rejection) {
    Answer answer{false, rejection.state, std::nullopt, 0, 0};
    if (rejection.retry_after) answer.retry_after = rejection.retry_after->count();
    return answer;
  }

  using Breaker = decltype(fluxgate::CircuitBreaker{config<Recipe, Stats>(
      std::declval<const History&>(), std::declval<const fluxgate::ManualEnvironment&>(), fluxgate::Listener{})});

  History first_;  ///< without its steps
  bool restores_counts_;
  std::array<Time, 3> thresholds_;
  fluxgate::ManualEnvironment env_;
  std::unique_ptr<Breaker> breaker_;
  std::array<std::optional<typename Breaker::Admission>, slots> admissions_{};
};

// ---- the kinds of breakers

struct Kind {
  const char* text;
  bool counts_calls;
  bool on_a_clock;
  std::unique_ptr<Subject> (*make_library)(const History&);
  Rules (*rules)(const Numbers&);
};

template <class Recipe>
Rules rules(const Numbers& n) {
  return {Recipe::template window<Plain>(n), Recipe::template tripper<Plain>(n), Recipe::template retry<Plain>(n),
          Recipe::template permit<Plain>(n), n.slow_threshold};
}

template <class Recipe, class Stats>
Kind kind() {
  return {Recipe::text, std::is_same_v<Stats, fluxgate::CallStats>, Recipe::template window<Plain>({}).calls == 0,
          [](const History& history) -> std::unique_ptr<Subject> {
            return std::make_unique<LibrarySubject<Recipe, Stats>>(history,
                                                                   restores_counts(rules<Recipe>(history.numbers)));
          },
          &rules<Recipe>};
}

const std::vector<Kind>& kinds() {
  using Silent = fluxgate::NoStats;
  using Counting = fluxgate::CallStats;
  static const std::vector<Kind> all{
      kind<CountRate, Silent>(),           kind<CountRateProbes, Counting>(),
      kind<CountRateAlone, Silent>(),      kind<CountStreak, Counting>(),
      kind<CountTwoStates, Silent>(),      kind<CountTwoStatesAll, Counting>(),
      kind<CountStreakThenRate, Silent>(), kind<CountSlow, Counting>(),
      kind<CountSlowOrStreak, Silent>(),   kind<CountAverage, Counting>(),
      kind<CountEverythingSlow, Silent>(), kind<CountMinimumAlone, Silent>(),
      kind<CountClosedOnly, Counting>(),   kind<CountNever, Counting>(),
      kind<CountCustom, Silent>(),         kind<TimeRate, Silent>(),
      kind<TimeTwoStates, Counting>(),     kind<TimeStreakThenRate, Silent>(),
      kind<TimeSlowOrStreak, Counting>(),  kind<TimeEverythingSlow, Silent>(),
      kind<TimeCustom, Counting>(),        kind<CountStreakMinimum, Silent>(),
      kind<TimeStreakAndRate, Counting>(),
  };
  return all;
}

// ---- comparing

struct Difference {
  std::string model, library;
};

/// What histories came by.
struct Tally {
  std::uint64_t observations = 0;
  std::uint64_t refusals = 0;
  std::array<std::uint64_t, 6> causes{};

  void add(const Trace& trace) {
    observations += trace.size();
    for (const Seen& seen : trace) {
      if (seen.kind == Seen::Kind::signal) ++causes.at(static_cast<std::size_t>(seen.values[2]));
      if (seen.kind == Seen::Kind::answer && seen.values[0] == 0) ++refusals;
    }
  }
};

std::optional<Difference> compare(const History& history, Mistake mistake, Tally& tally) {
  const Kind& kind = kinds().at(history.recipe);
  const std::unique_ptr<Subject> library = kind.make_library(history);
  ModelSubject plain{history, kind.rules, kind.counts_calls, mistake};
  const Trace of_library = Player{*library, history}.play();
  const Trace of_model = Player{plain, history}.play();
  tally.add(of_library);
  for (std::size_t i = 0; i != std::max(of_library.size(), of_model.size()); ++i) {
    const auto text = [&](const Trace& trace) { return i < trace.size() ? to_string(trace[i]) : "nothing more"; };
    if (i >= of_library.size() || i >= of_model.size() || of_library[i] != of_model[i]) {
      return Difference{text(of_model), text(of_library)};
    }
  }
  return std::nullopt;
}

/// Gives a retune its numbers: of the same window, in whose place a round has room, and with the same thresholds, since
/// what the window holds was measured by those. A step that finds none becomes a reset.
void complete(Step& step, const History& history, std::mt19937_64& random) {
  if (step.kind != Step::Kind::retune) return;
  const Numbers& first = history.numbers;
  for (int attempt = 0; attempt != 8; ++attempt) {
    Numbers n = random_numbers(random);
    n.window = first.window;
    n.bucket = first.bucket;
    n.buckets = first.buckets;
    n.slow_threshold = first.slow_threshold;
    n.slow = first.slow;
    n.slower = first.slower;
    const Kind& kind = kinds()[history.recipe];
    if (!kind.on_a_clock && n.probes > std::max<std::uint64_t>(first.window, first.probes)) continue;
    History other = history;
    other.numbers = n;
    if (!accepts([&] { (void)kind.make_library(other); })) continue;
    step.numbers = n;
    return;
  }
  step.kind = Step::Kind::reset;
}

History random_history(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  for (;;) {
    History history;
    history.recipe = static_cast<std::size_t>(random() % kinds().size());
    history.numbers = random_numbers(random);
    if (!accepts([&] { (void)kinds()[history.recipe].make_library(history); }))
      continue;  // they can never work together
    history.start = one_of<Time>(random, {0, 0, 0, 1'234'567'890'123, -sec, std::numeric_limits<Time>::min(),
                                          std::numeric_limits<Time>::max() - hour});
    history.listens = random() % 8 != 0;
    history.restores = random() % 4 == 0;
    const bool may_jump_back = !kinds()[history.recipe].on_a_clock && !history.restores;
    bool failing = random() % 2 == 0;
    for (std::uint64_t length = 1 + random() % 60; length != 0; --length) {
      if (random() % 12 == 0) failing = !failing;
      history.steps.push_back(random_step(random, history.numbers, may_jump_back, failing));
      complete(history.steps.back(), history, random);
      if (history.restores && random() % 16 == 0) history.steps.push_back({.kind = Step::Kind::restore});
    }
    for (std::uint64_t i = random() % 3 == 0 ? 1 + random() % 3 : 0; i != 0; --i) {
      Step step = random_step(random, history.numbers, may_jump_back, failing);
      step.nested = 0;
      // An admission that makes a transition goes on by the rules that it began with; the model knows one set at a time.
      if (step.kind == Step::Kind::retune) step.kind = Step::Kind::reset;
      history.reactions.push_back({1 + random() % 6, step});
    }
    return history;
  }
}

void print(const History& history) {
  std::printf("  %s\n  %s\n  starts at %lldns, %s\n", kinds()[history.recipe].text, to_string(history.numbers).c_str(),
              static_cast<long long>(history.start), history.listens ? "with a listener" : "without listeners");
  for (const Reaction& reaction : history.reactions) {
    std::printf("  on transition %llu: %s\n", static_cast<unsigned long long>(reaction.sequence),
                to_string(reaction.step).c_str());
  }
  for (std::size_t i = 0; i != history.steps.size(); ++i) {
    std::printf("  %zu. %s\n", i, to_string(history.steps[i]).c_str());
  }
}

constexpr std::array mistakes{"late outcomes count",
                              "a success reopens",
                              "one lucky probe closes",
                              "a failure closes",
                              "a neutral probe's place is lost",
                              "reopens survive a reset",
                              "a reset while closed is silent",
                              "refuses at the very end of the wait",
                              "slow means slower than the threshold",
                              "a streak survives a transition",
                              "the window is one too long",
                              "a silent transition takes no number",
                              "jitter is drawn at every question",
                              "a round forgets with time",
                              "a round forgets what a small window has no room for",
                              "a round's verdict waits for all outcomes",
                              "patience counts from the beginning of a round",
                              "a round with a free place is lost",
                              "a round forgets a streak",
                              "a streak is never old",
                              "a round that no success can close goes on",
                              "a round of failures alone closes",
                              "an override lasts longer than its time",
                              "other numbers forget what the window holds",
                              "an opening's delay follows other numbers",
                              "a restored window is empty"};
static_assert(mistakes.size() == static_cast<std::size_t>(Mistake::last_mistake));

/// Every mistake of the model's is noticed, and shrinks to a history that shows it.
bool notices_mistakes() {
  bool all = true;
  Tally seen;
  for (std::size_t i = 0; i != mistakes.size(); ++i) {
    const auto mistake = static_cast<Mistake>(i + 1);
    std::uint64_t seed = 1;
    constexpr std::uint64_t most = 20'000;
    while (seed != most && !compare(random_history(seed), mistake, seen)) ++seed;
    if (seed == most) {
      std::printf("not noticed in %llu histories: %s\n", static_cast<unsigned long long>(most), mistakes.at(i));
      all = false;
      continue;
    }
    const History shortest = shrink(
        random_history(seed), [&](const History& history) { return compare(history, mistake, seen).has_value(); });
    std::printf("noticed in history %llu, shrunk to %zu steps: %s\n", static_cast<unsigned long long>(seed),
                shortest.steps.size(), mistakes.at(i));
    if (shortest.steps.size() > 12) all = false;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t histories = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000;
  const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  if (argc <= 2 && !notices_mistakes()) return EXIT_FAILURE;

  std::uint64_t steps = 0;
  Tally seen;
  for (std::uint64_t seed = first; seed != first + histories; ++seed) {
    const History history = random_history(seed);
    steps += history.steps.size();
    if (!compare(history, Mistake::none, seen)) continue;
    const History shortest =
        shrink(history, [&](const History& shorter) { return compare(shorter, Mistake::none, seen).has_value(); });
    const std::optional<Difference> difference = compare(shortest, Mistake::none, seen);
    std::printf("seed %llu:\n", static_cast<unsigned long long>(seed));
    print(shortest);
    std::printf("  the model:   %s\n  the library: %s\n", difference->model.c_str(), difference->library.c_str());
    return EXIT_FAILURE;
  }
  const auto print_count = [](const char* what, std::uint64_t count) {
    std::printf("%12llu %s\n", static_cast<unsigned long long>(count), what);
  };
  print_count("steps", steps);
  print_count("observations", seen.observations);
  print_count("refusals", seen.refusals);
  for (const auto cause : {fluxgate::Cause::tripped, fluxgate::Cause::retry_due, fluxgate::Cause::recovered,
                           fluxgate::Cause::probes_lost, fluxgate::Cause::manual, fluxgate::Cause::override_ended}) {
    const std::string what = "transitions announced: " + std::string{to_string(cause)};
    print_count(what.c_str(), seen.causes.at(static_cast<std::size_t>(cause)));
  }
  std::printf("counted: %llu histories compared, the library did what the model did\n",
              static_cast<unsigned long long>(histories));
  return EXIT_SUCCESS;
}
