// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Many breakers of different kinds under random load, outages and commands for as long as one likes, on the real clock.
///
///     soak [SECONDS]
///
/// Threads make calls of every form. Every now and then all of them rest, and what must hold then is checked; what must
/// hold at any moment is checked as they go. Ends with figures, and fails if anything did not hold.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#if __has_include(<malloc.h>)
#include <malloc.h>
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
#define FLUXGATE_TEST_MALLINFO
#endif
#endif

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/text/snapshot_text.hpp>

#include "model/history.hpp"
#include "model/recipes.hpp"
#include "support/accepts.hpp"
#include "support/barrier.hpp"
#include "support/endings.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using endings::Down;
using std::chrono::steady_clock;

constexpr unsigned crew = 4;

// ---- violations

std::atomic<std::uint64_t> violations{0};
std::atomic<std::uint64_t> retunes{0};

/// Says what did not hold, the first times.
void require(bool holds, const char* what, const std::string& where) {
  if (holds) return;
  if (violations.fetch_add(1) < 20) {
    std::printf("VIOLATION: %s (%s)\n", what, where.c_str());
    std::fflush(stdout);
  }
}

/// What one thread did to one breaker, counted by itself.
struct alignas(128) Deeds {
  CallCounts calls{};
  std::uint64_t commands = 0;
  std::uint64_t silent_commands = 0;
};

#if defined(__cpp_exceptions)
constexpr bool throws_at(const Signal& signal) { return signal.sequence % 16 == 0; }
void throw_down() { throw Down{}; }
#else
constexpr bool throws_at(const Signal&) { return false; }
void throw_down() {}
#endif

// ---- a breaker under watch

class Specimen {
 public:
  explicit Specimen(std::string name) : name_{std::move(name)} {}
  virtual ~Specimen() = default;

  const std::string& name() const { return name_; }

  virtual void act(unsigned thread, std::mt19937& random) = 0;
  /// Whether outcomes are mostly bad at the moment.
  void set_outage(bool outage) { outage_.store(outage, std::memory_order_relaxed); }

  // The parts of a rest: the first and the last by one thread, the second by all.
  virtual void begin_window_drill() = 0;
  virtual void record_in_window_drill(unsigned thread, std::mt19937& random) = 0;
  virtual void end_window_drill() = 0;
  virtual void begin_probe_drill() = 0;
  virtual void probe_in_drill(unsigned thread) = 0;
  virtual void end_probe_drill() = 0;
  virtual void check_at_rest() = 0;

  std::array<std::uint64_t, 6> causes{};  ///< transitions announced
  std::uint64_t silent() const {
    std::uint64_t sum = 0;
    for (const Deeds& deeds : deeds_) sum += deeds.silent_commands;
    return sum;
  }
  CallCounts calls() const {
    CallCounts sum = listener_calls_;
    for (const Deeds& deeds : deeds_) {
      sum.admitted += deeds.calls.admitted;
      sum.refused += deeds.calls.refused;
      sum.succeeded += deeds.calls.succeeded;
      sum.failed += deeds.calls.failed;
      sum.ignored += deeds.calls.ignored;
    }
    return sum;
  }

 protected:
  std::string name_;
  std::atomic<bool> outage_{false};
  std::array<Deeds, crew + 1> deeds_{};  ///< the last is of the thread that commands the rests
  CallCounts listener_calls_{};
};

template <class Recipe>
class Kind final : public Specimen {
 public:
  explicit Kind(std::string name, const model::Numbers& numbers)
      : Specimen{std::move(name)}, numbers_{numbers}, breaker_{[this] {
          auto config = config_of(numbers_);
          config.name = name_;
          config.listeners = {[this](const Signal& signal) { hear(signal); },
                              [](const Signal& signal) {
                                if (throws_at(signal)) throw_down();
                              }};
          config.on_listener_error = [this](const Signal&, std::exception_ptr) { ++errors_; };
          return config;
        }()} {}

  void act(unsigned thread, std::mt19937& random) override {
    Deeds& deeds = deeds_.at(thread);
    const bool fails = (random() % 16 == 0) != outage_.load(std::memory_order_relaxed);
    switch (random() % 32) {
      case 0: return check_info();
      case 1: return command(deeds, random);
      case 8: return retune(random);
      case 2: {  // another thread tells what came of it
        auto admission = breaker_.try_acquire();
        count_admission(deeds, static_cast<bool>(admission));
        const std::lock_guard lock{mutex_};
        if (admission && held_.size() < 8) {
          held_.push_back(std::move(admission));
          return;
        }
        if (admission) ++deeds.calls.ignored;
        return;  // destroyed: neutral
      }
      case 3:
      case 4: {
        std::unique_lock lock{mutex_};
        if (held_.empty()) return;
        auto admission = std::move(held_.back());
        held_.pop_back();
        lock.unlock();
        return settle(deeds, admission, fails, random() % 8 == 0);
      }
      case 5: {
        auto admission = breaker_.try_acquire();
        count_admission(deeds, static_cast<bool>(admission));
        if (admission) settle(deeds, admission, fails, random() % 4 == 0);
        return;
      }
      case 6:
#if defined(__cpp_exceptions)
        try {
          breaker_.call([&] {
            count_admission(deeds, true);
            ++(fails ? deeds.calls.failed : deeds.calls.succeeded);
            if (fails) throw Down{};
          });
        } catch (const Down&) {
        } catch (const CallNotPermittedError&) {
          count_admission(deeds, false);
        }
        return;
#endif
      case 7: return call(deeds, fails, 3);
      default: return call(deeds, fails, 0);
    }
  }

  void begin_window_drill() override {
    breaker_.metrics_only();
    ++deeds_.at(crew).commands;
    drilled_ = 0;
    drilled_failures_ = 0;
  }
  void record_in_window_drill(unsigned thread, std::mt19937& random) override {
    Deeds& deeds = deeds_.at(thread);
    for (int i = 0; i != 50; ++i) {
      const bool fails = random() % 3 == 0;
      call(deeds, fails, 0);
      drilled_.fetch_add(1);
      if (fails) drilled_failures_.fetch_add(1);
    }
  }
  void end_window_drill() override {
    const Metrics metrics = breaker_.info().metrics;
    constexpr bool by_count = std::same_as<decltype(Recipe::template window<model::Library>({})), CountWindow>;
    const std::uint64_t most = by_count ? numbers_.window : ~std::uint64_t{0};
    require(metrics.total_count() == std::min<std::uint64_t>(drilled_, most), "the window holds what was recorded",
            name_);
    if (drilled_ <= most) require(metrics.failure_count() == drilled_failures_, "and what failed of it", name_);
  }

  void begin_probe_drill() override {
    rounds_before_ = causes.at(static_cast<std::size_t>(Cause::retry_due));
    breaker_.force_open(1ns);
    ++deeds_.at(crew).commands;
    std::this_thread::sleep_for(1us);
    probing_ = 0;
  }
  void probe_in_drill(unsigned thread) override {
    for (std::uint64_t i = 0; i != 2 * numbers_.probes; ++i) {
      auto admission = breaker_.try_acquire();
      count_admission(deeds_.at(thread), static_cast<bool>(admission));
      if (!admission) continue;
      probing_.fetch_add(1);
      const std::lock_guard lock{mutex_};
      held_.push_back(std::move(admission));
    }
  }
  void end_probe_drill() override {
    if constexpr (detail::probes_in<decltype(Recipe::template permit<model::Library>({}))>() == 1) {
      // More than one round where the patience of one was over.
      const std::uint64_t rounds = causes.at(static_cast<std::size_t>(Cause::retry_due)) - rounds_before_;
      require(probing_ <= rounds * numbers_.probes, "no more probes than there are places", name_);
    }
    for (auto& admission : held_) settle(deeds_.at(crew), admission, false, false);
    held_.clear();
  }

  void check_at_rest() override {
    check_info();
    const CallCounts counted = breaker_.call_counts();
    const CallCounts done = calls();
    require(counted.admitted == done.admitted && counted.refused == done.refused, "admissions and refusals are exact",
            name_);
    require(counted.succeeded == done.succeeded && counted.failed == done.failed && counted.ignored == done.ignored,
            "outcomes are exact", name_);
    require(counted.in_flight() == held_.size(), "no admission is lost", name_);
    breaker_.reset();
    ++deeds_.at(crew).commands;
    std::uint64_t announced = 0;
    for (const std::uint64_t count : causes) announced += count;
    const std::uint64_t dropped = breaker_.info().signals_dropped;  // silent ones among them
    require(last_.sequence >= announced + dropped && last_.sequence <= announced + dropped + silent(),
            "every transition is announced, or counted as dropped, or was silent", name_);
    require(last_.cause == Cause::manual && last_.new_state == State::closed, "the last signal is of the last one",
            name_);
    std::uint64_t commands = 0;
    for (const Deeds& deeds : deeds_) commands += deeds.commands;
    const std::uint64_t manual = causes.at(static_cast<std::size_t>(Cause::manual));
    require(manual <= commands && manual + dropped >= commands, "every command is announced once", name_);
    require(breaker_.info().metrics == Metrics{} || numbers_.slow_threshold != 0, "a reset breaker is empty", name_);
    require(breaker_.info().metrics.total_count() == 0, "a reset breaker is empty", name_);
    require(errors_ == thrown_, "what a listener throws reaches the hook", name_);
  }

 private:
  static auto config_of(const model::Numbers& numbers) {
    return Config{.window = Recipe::template window<model::Library>(numbers),
                  .tripper = Recipe::template tripper<model::Library>(numbers),
                  .retry = Recipe::template retry<model::Library>(numbers),
                  .permit = Recipe::template permit<model::Library>(numbers),
                  .slow_threshold = std::chrono::nanoseconds{numbers.slow_threshold},
                  .stats = CallStats{},
                  .as_written = true};
  }
  using Breaker = decltype(CircuitBreaker{config_of({})});
  using Admission = typename Breaker::Admission;

  static void count_admission(Deeds& deeds, bool admitted) {
    ++(admitted ? deeds.calls.admitted : deeds.calls.refused);
  }

  void call(Deeds& deeds, bool fails, int nested) {
    const auto result = breaker_.try_call([&] {
      count_admission(deeds, true);
      if (nested != 0) call(deeds, fails, nested - 1);
      ++(fails ? deeds.calls.failed : deeds.calls.succeeded);
      return fails ? std::make_error_code(std::errc::timed_out) : std::error_code{};
    });
    if (!result) count_admission(deeds, false);
  }

  void settle(Deeds& deeds, Admission& admission, bool fails, bool ignored) {
    if (ignored) {
      ++deeds.calls.ignored;
      admission.ignore();
    } else if (fails) {
      ++deeds.calls.failed;
      admission.failure();
    } else {
      ++deeds.calls.succeeded;
      admission.success();
    }
  }

  void command(Deeds& deeds, std::mt19937& random) {
    if (random() % 16 != 0) return;
    const Notify notify = random() % 4 == 0 ? Notify::no : Notify::yes;
    ++(notify == Notify::yes ? deeds.commands : deeds.silent_commands);
    switch (random() % 10) {
      case 0: return breaker_.disable(notify);
      case 1: return breaker_.metrics_only(notify);
      case 2: return breaker_.force_open(notify);
      case 3: return breaker_.force_open(1ms, notify);
      case 4: return breaker_.disable({.reason = "soak: none", .lasting = 1ms, .notify = notify});
      case 5: return breaker_.metrics_only({.reason = "soak: counted", .lasting = 1ms, .notify = notify});
      default: return breaker_.reset(notify);
    }
  }

  /// Other numbers, but for the window and the places of a round.
  void retune(std::mt19937& random) {
    if (random() % 4 != 0) return;
    model::Numbers other = numbers_;
    if (random() % 2 == 0) {
      other.rate = 100 - numbers_.rate;
      other.streak = numbers_.streak + 1;
      other.cooldown = numbers_.cooldown / 2;
      other.slow = numbers_.slow * 2;
    }
    breaker_.retune(config_of(other));
    retunes.fetch_add(1, std::memory_order_relaxed);
  }

  void check_info() {
    check_snapshot();
    const Info info = breaker_.info();
    require(info.metrics.failure_count() <= info.metrics.total_count(), "no more failures than calls", name_);
    require(info.metrics.slow_count() <= info.metrics.total_count(), "no more slow calls than calls", name_);
    require(info.metrics.total_duration() >= 0s, "no duration below zero", name_);
    require(info.state != State::closed || info.reopens == 0, "a closed breaker has no reopens", name_);
    require(info.reason.empty() || (info.reason == "soak: none" && info.state == State::disabled) ||
                (info.reason == "soak: counted" && info.state == State::metrics_only),
            "a reason is whole, and its state's", name_);
  }

  void check_snapshot() const {
    const Snapshot snapshot = breaker_.snapshot();
    require(snapshot.metrics.failure_count() <= snapshot.metrics.total_count(), "a snapshot is of one moment", name_);
    require(snapshot.state != State::closed || snapshot.reopens == 0, "a snapshot of a closed breaker has no reopens",
            name_);
    require(snapshot_from(to_string(snapshot)) == snapshot, "a snapshot is what its text says", name_);
  }

  void hear(const Signal& signal) {
    require(!hearing_.exchange(true), "one signal at a time", name_);
    ++causes.at(static_cast<std::size_t>(signal.cause));
    const bool follows = signal.sequence == last_.sequence + 1;
    require(signal.sequence > last_.sequence, "signals come in order", name_);
    require(!follows || signal.old_state == last_.new_state, "each transition leaves what the last one entered", name_);
    require(is_a_transition(signal), "only the transitions that there are", name_);
    if (throws_at(signal)) ++thrown_;
    last_ = signal;
    if (signal.sequence % 64 == 0) {
      check_info();
      auto admission = breaker_.try_acquire();
      ++(admission ? listener_calls_.admitted : listener_calls_.refused);
      if (admission) ++listener_calls_.ignored;
    }
    hearing_.store(false);
  }

  static bool is_a_transition(const Signal& signal) {
    const State from = signal.old_state;
    const State to = signal.new_state;
    switch (signal.cause) {
      case Cause::tripped: return (from == State::closed || from == State::half_open) && to == State::open;
      case Cause::retry_due: return (from == State::open || from == State::forced_open) && to == State::half_open;
      case Cause::recovered: return from == State::half_open && to == State::closed;
      case Cause::probes_lost: return from == State::half_open && to == State::open;
      case Cause::manual: return to != State::open && to != State::half_open;
      case Cause::override_ended:
        return (from == State::disabled || from == State::metrics_only) && to == State::closed;
    }
    return false;
  }

  model::Numbers numbers_;
  std::mutex mutex_;  // of held_
  std::vector<Admission> held_;
  std::atomic<std::uint64_t> drilled_{0}, drilled_failures_{0}, probing_{0};
  std::uint64_t rounds_before_ = 0;
  // Of the listener, which hears one signal at a time:
  std::atomic<bool> hearing_{false};
  Signal last_{};
  std::uint64_t thrown_ = 0;
  std::uint64_t errors_ = 0;
  Breaker breaker_;  // last: it uses the others
};

model::Numbers random_values(std::mt19937_64& random) {
  using namespace model;
  Numbers n;
  n.window = one_of<std::uint32_t>(random, {1, 5, 10, 100, 1000});
  n.bucket = sec;
  n.buckets = 600;
  n.minimum = 1 + random() % std::min<std::uint64_t>(n.window, 5);
  n.probes = 5 + random() % 5;
  n.minimum_half_open = 1 + random() % std::min<std::uint64_t>(n.window, 5);
  n.rate = one_of(random, {20, 50, 90});
  n.rate_half_open = one_of(random, {20, 50, 90});
  n.streak = 2 + random() % 4;
  n.slow_threshold = one_of<Time>(random, {1 * us, 100 * us, 10 * ms});
  n.slow = 20 * us;
  n.slower = 40 * us;
  n.average = 50 * us;
  n.cooldown = one_of<Time>(random, {1 * us, 200 * us, 3 * ms});
  n.longest = 20 * ms;
  n.jitter = one_of(random, {0, 4});
  n.chance = one_of(random, {10, 50, 100});
  n.ramp = 10 * ms;
  n.patience = one_of<Time>(random, {2 * ms, 20 * ms, 60 * sec});
  return n;
}

template <class... Recipes>
std::vector<std::unique_ptr<Specimen>> make_specimens(int of_each) {
  std::mt19937_64 random{20'261'124};
  std::vector<std::unique_ptr<Specimen>> specimens;
  for (int i = 0; i != of_each; ++i) {
    const auto add = [&](auto* recipe) {
      using Recipe = std::remove_pointer_t<decltype(recipe)>;
      const std::string name = std::string{Recipe::text} + " #" + std::to_string(i);
      while (true) {
        const model::Numbers values = random_values(random);
        if (!accepts([&] { const Kind<Recipe> kind{name, values}; })) continue;  // they can never work together
        specimens.push_back(std::make_unique<Kind<Recipe>>(name, values));
        return;
      }
    };
    (add(static_cast<Recipes*>(nullptr)), ...);
  }
  return specimens;
}

/// Bytes that are allocated, where the system says so.
std::uint64_t allocated_bytes() {
#if defined(FLUXGATE_TEST_MALLINFO)
  return mallinfo2().uordblks + mallinfo2().hblkhd;
#else
  return 0;
#endif
}

struct Figures {
  CallCounts calls{};
  std::array<std::uint64_t, 6> causes{};
  std::uint64_t silent = 0;
};

Figures figures_of(const std::vector<std::unique_ptr<Specimen>>& specimens) {
  Figures sum;
  for (const auto& specimen : specimens) {
    const CallCounts calls = specimen->calls();
    sum.calls.admitted += calls.admitted;
    sum.calls.refused += calls.refused;
    sum.calls.succeeded += calls.succeeded;
    sum.calls.failed += calls.failed;
    sum.calls.ignored += calls.ignored;
    for (std::size_t i = 0; i != sum.causes.size(); ++i) sum.causes.at(i) += specimen->causes.at(i);
    sum.silent += specimen->silent();
  }
  return sum;
}

std::uint64_t transitions_of(const Figures& figures) {
  return std::accumulate(figures.causes.begin(), figures.causes.end(), figures.silent);
}

void print(const char* what, std::uint64_t count) {
  std::printf("%16llu %s\n", static_cast<unsigned long long>(count), what);
}

}  // namespace

int main(int argc, char** argv) {
  const auto seconds = std::chrono::seconds{argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 5};
  const auto specimens =
      make_specimens<model::CountRate, model::CountRateProbes, model::CountRateAlone, model::CountStreak,
                     model::CountTwoStates, model::CountSlowOrStreak, model::CountEverythingSlow, model::CountAverage,
                     model::CountCustom, model::TimeRate, model::TimeTwoStates, model::TimeStreakThenRate>(3);
  const auto start = steady_clock::now();
  const auto end = start + seconds;
  std::uint64_t rests = 0;
  std::uint64_t outages = 0;
  auto next_line = start + 10s;
  const std::uint64_t bytes_before = allocated_bytes();

  Barrier barrier{crew + 1};
  std::atomic<bool> resting{false};
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread != crew; ++thread) {
    threads.emplace_back([&, thread] {
      std::mt19937 random{thread + 1};
      while (!over.load()) {
        std::size_t favourite = random() % specimens.size();  // so that threads meet
        while (!resting.load(std::memory_order_relaxed)) {
          if (random() % 512 == 0) favourite = random() % specimens.size();
          const std::size_t chosen = random() % 2 == 0 ? favourite : random() % 4;
          for (int i = 0; i != 16; ++i) specimens[chosen]->act(thread, random);
        }
        barrier.wait();  // all rest
        barrier.wait();  // drills begin
        for (const auto& specimen : specimens) specimen->record_in_window_drill(thread, random);
        barrier.wait();
        barrier.wait();
        for (const auto& specimen : specimens) specimen->probe_in_drill(thread);
        barrier.wait();
        barrier.wait();  // work begins again
      }
    });
  }

  std::mt19937 random{7};
  const auto load =
      std::min<steady_clock::duration>(500ms, std::chrono::duration_cast<steady_clock::duration>(seconds) / 10);
  while (!over.load()) {
    const auto rest_at = steady_clock::now() + load;
    while (steady_clock::now() < rest_at) {
      const bool outage = random() % 2 == 0;
      outages += outage ? 1 : 0;
      specimens[random() % specimens.size()]->set_outage(outage);
      std::this_thread::sleep_for(1ms);
    }
    resting.store(true);
    barrier.wait();
    for (const auto& specimen : specimens) {
      specimen->check_at_rest();
      specimen->begin_window_drill();
    }
    barrier.wait();
    barrier.wait();
    for (const auto& specimen : specimens) {
      specimen->end_window_drill();
      specimen->begin_probe_drill();
    }
    barrier.wait();
    barrier.wait();
    for (const auto& specimen : specimens) {
      specimen->end_probe_drill();
      specimen->check_at_rest();
    }
    ++rests;
    if (steady_clock::now() >= next_line) {
      const Figures sum = figures_of(specimens);
      std::printf(
          "%5lld s: %llu calls admitted, %llu refused, %llu transitions, %llu violations\n",
          static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - start).count()),
          static_cast<unsigned long long>(sum.calls.admitted), static_cast<unsigned long long>(sum.calls.refused),
          static_cast<unsigned long long>(transitions_of(sum)), static_cast<unsigned long long>(violations.load()));
      std::fflush(stdout);
      next_line += 10s;
    }
    resting.store(false);
    over.store(steady_clock::now() >= end);
    if (over.load()) resting.store(true);
    barrier.wait();
  }
  for (std::thread& thread : threads) thread.join();

  const std::uint64_t bytes_after = allocated_bytes();
  require(bytes_after < bytes_before + (1U << 20U), "memory does not grow", "all");
  const Figures sum = figures_of(specimens);
  print("breakers", specimens.size());
  print("threads", crew);
  print("rests, each with a window drill and a probe drill", rests);
  print("outages", outages);
  print("retunes", retunes);
  print("calls admitted", sum.calls.admitted);
  print("calls refused", sum.calls.refused);
  print("succeeded", sum.calls.succeeded);
  print("failed", sum.calls.failed);
  print("ignored", sum.calls.ignored);
  for (const Cause cause :
       {Cause::tripped, Cause::retry_due, Cause::recovered, Cause::probes_lost, Cause::manual, Cause::override_ended}) {
    print(("transitions announced: " + std::string{to_string(cause)}).c_str(),
          sum.causes.at(static_cast<std::size_t>(cause)));
  }
  print("silent transitions", sum.silent);
  print("bytes allocated before the first call", bytes_before);
  print("bytes allocated behind the last one", bytes_after);
  std::printf("counted: %llu calls, %llu transitions, %llu violations\n",
              static_cast<unsigned long long>(sum.calls.admitted + sum.calls.refused),
              static_cast<unsigned long long>(transitions_of(sum)), static_cast<unsigned long long>(violations.load()));
  return violations.load() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
