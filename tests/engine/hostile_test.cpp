// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a breaker does where everything around it goes wrong: threads that stop for long or die, clocks that lie, user
/// code that throws, blocks or comes back in, processes that fork, epochs that go round.

#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#if __has_include(<sys/wait.h>)
#define FLUXGATE_TEST_FORKS
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/hooked_atomics.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using hooked::in_every_interruption;
using hooked::Schedule;
using std::chrono::nanoseconds;

constexpr auto tripper = MinRequests{2} & FailureRate{0.5};

/// A breaker of the engine's own, over atomics of the test's choice.
template <class Atomics, class W, class Tr, class R, class P, class E, class S>
auto make_core(Config<W, All, Tr, R, P, E, S> config) {
  return std::make_unique<detail::Core<W, Tr, R, P, E, S, Atomics>>(std::move(config));
}

template <class Atomics, class Permit = Probes, class Window = CountWindow>
auto make_probed(const ManualEnvironment& env, std::vector<Listener> listeners = {}, Permit permit = Probes{2, 60s},
                 Window window = CountWindow{4}) {
  return make_core<Atomics>(Config{.window = window,
                                   .tripper = tripper,
                                   .retry = Cooldown{60s},
                                   .permit = permit,
                                   .listeners = std::move(listeners),
                                   .environment = env,
                                   .as_written = true});
}

template <class Core>
void command(Core& core, State to, Notify notify = Notify::yes) {
  core.command(to, Override{.notify = notify});
}

template <class Core>
bool call(Core& core, bool failed) {
  const detail::Ticket ticket = core.admit();
  if (ticket) core.record(ticket, failed);
  return static_cast<bool>(ticket);
}

/// Whether the window holds so many calls, none of which took any time.
template <class Core>
bool holds(const Core& core, std::uint64_t total, std::uint64_t failures) {
  const Metrics metrics = core.info().metrics;
  Metrics::SlowCounts slow = metrics.slow_counts();
  for (SlowCount& one : slow) one.count = 0;
  return metrics == Metrics{total, failures, 0s, slow};
}

/// Once through all states: four transitions of the breaker's own, and one command. Whether each call and each count was
/// as on a breaker that is not disturbed.
template <class Core>
bool lives(Core& core, ManualEnvironment& env) {
  command(core, State::closed);
  bool good = call(core, true) && call(core, true);  // opens
  good = good && core.admit().rejection() == Rejection{State::open, 60s};
  env.advance(60s - 1ns);
  good = good && core.admit().rejection() == Rejection{State::open, 1ns};
  env.advance(1ns);
  const detail::Ticket first = core.admit();
  const detail::Ticket second = core.admit();
  good = good && first && second && core.state() == State::half_open && !core.admit();
  core.record(first, true);
  core.record(second, true);  // reopens
  good = good && core.state() == State::open && core.info().reopens == 1;
  env.advance(60s);
  good = good && call(core, false) && call(core, false);  // closes
  good = good && core.state() == State::closed && holds(core, 0, 0);
  good = good && call(core, false) && holds(core, 1, 0);
  return good;
}

}  // namespace

// ---- threads that stop ----------------------------------------------------------------------------------------------

namespace {

/// Where a thread is when it stops, and what it was about to do.
enum class Doing : std::uint8_t {
  first_outcome,
  success,
  failure_that_trips,
  admission,
  retry,
  probe,
  verdict,
  giving_back,
  losing_the_round,
  command,
  forcing,
  asking,
};
constexpr std::array everything_one_can_do{Doing::first_outcome, Doing::success,     Doing::failure_that_trips,
                                           Doing::admission,     Doing::retry,       Doing::probe,
                                           Doing::verdict,       Doing::giving_back, Doing::losing_the_round,
                                           Doing::command,       Doing::forcing,     Doing::asking};

/// Brings the breaker to where `doing` can be done, and gives the code that does it. A call that ends has taken 3 s.
template <class Core>
std::function<void()> prepare(Doing doing, Core& core, ManualEnvironment& env) {
  const auto open = [&] {
    call(core, true);
    call(core, true);
  };
  const auto half_open = [&] {
    open();
    env.advance(60s);
    return core.admit();
  };
  const auto ended_late = [&](bool failed) {
    const detail::Ticket ticket = core.admit();
    env.advance(3s);
    return [&core, ticket, failed] { core.record(ticket, failed); };
  };
  switch (doing) {
    case Doing::first_outcome: return ended_late(false);
    case Doing::success: call(core, true); return ended_late(false);
    case Doing::failure_that_trips: call(core, true); return ended_late(true);
    case Doing::admission: return [&core] { (void)core.admit(); };
    case Doing::retry:
      open();
      env.advance(60s);
      return [&core] { (void)core.admit(); };
    case Doing::probe: (void)half_open(); return [&core] { (void)core.admit(); };
    case Doing::verdict: core.record(half_open(), false); return ended_late(true);
    case Doing::giving_back: {
      const detail::Ticket ticket = half_open();
      return [&core, ticket] { core.release(ticket); };
    }
    case Doing::losing_the_round:
      (void)half_open();
      (void)core.admit();
      env.advance(60s);
      return [&core] { (void)core.admit(); };
    case Doing::command: return [&core] { command(core, State::disabled); };
    case Doing::forcing: return [&core] { core.command(State::forced_open, Override{.lasting = 30s}); };
    case Doing::asking: return [&core] { (void)core.info(); };
  }
  return {};
}

}  // namespace

TEST_CASE("a thread that stops anywhere for epochs on end keeps no other waiting and adds nothing when it goes on",
          "[hostile]") {
  int stops = 0;
  const auto stop_everywhere = [&](auto stats, auto window, auto trips, SlowThreshold slow) {
    constexpr bool in_slots = std::same_as<decltype(window), CountWindow>;
    constexpr bool in_a_row = detail::traits_of<decltype(trips)>.needs.streak;
    for (const Doing doing : everything_one_can_do) {
      INFO(window.describe() << ", " << describe(trips) << ", doing " << static_cast<int>(doing));
      std::optional<CallCounts> at_other_stops;
      in_every_interruption([&](Schedule& schedule) {
        ++stops;
        ManualEnvironment env;
        std::vector<Signal> heard;
        const auto core = make_core<hooked::Atomics>(
            Config{.window = window,
                   .tripper = trips,
                   .retry = Cooldown{60s},
                   .permit = Probes{2, 60s},
                   .slow_threshold = slow,
                   .listeners = std::vector<Listener>{[&](const Signal& signal) { heard.push_back(signal); }},
                   .environment = env,
                   .stats = stats});
        const std::function<void()> work = prepare(doing, *core, env);
        bool all = true;
        Metrics left;
        schedule.run(work, [&] {
          for (int i = 0; i != 3; ++i) all = all && lives(*core, env);
          all = all && call(*core, false);
          const detail::Ticket longer = core->admit();
          env.advance(3s);
          core->record(longer, false);
          all = all && call(*core, true);
          left = core->info().metrics;
        });
        REQUIRE(all);
        if constexpr (std::same_as<decltype(stats), CallStats>) {
          CallCounts counts = core->call_counts();
          counts.admitted += std::exchange(counts.refused, 0);  // which of them depends on the stop
          REQUIRE(counts == at_other_stops.value_or(counts));
          at_other_stops = counts;
        }
        // No thread is left behind that would have told: all transitions have been announced, in their order.
        std::uint64_t last = 0;
        for (const Signal& signal : heard) REQUIRE(signal.sequence == ++last);
        // A command insists, and nothing else of the past epoch has a say.
        const bool commanded = (doing == Doing::command && core->state() == State::disabled) ||
                               (doing == Doing::forcing && core->state() == State::forced_open);
        if (!commanded) {
          REQUIRE(left.total_count() == 4);
          REQUIRE(core->info().metrics == left);
          // Nor has it taken anything away that is only seen later: a slot, or a failure of those in a row.
          if constexpr (in_slots && !in_a_row) {
            for (int i = 0; i != 4; ++i) call(*core, false);
            REQUIRE(holds(*core, 4, 0));
          }
          if constexpr (!in_a_row) call(*core, true);
          REQUIRE(core->state() == State::closed);
          call(*core, true);
          REQUIRE(core->state() == State::open);
          ++last;
        }
        command(*core, State::closed);
        REQUIRE(heard.back().sequence == last + 1);
        REQUIRE(lives(*core, env));
      });
    }
  };
  const auto over_each_window = [&](auto stats, auto trips, SlowThreshold slow = {}) {
    stop_everywhere(stats, CountWindow{4}, trips, slow);
    stop_everywhere(stats, TimeWindow{1h, 1h}, trips, slow);  // one bucket, for all epochs that there are meanwhile
  };
  stop_everywhere(NoStats{}, TimeWindow{1h, 1min}, tripper, {});
  over_each_window(NoStats{}, tripper);
  over_each_window(NoStats{}, MinRequests{2} & FailureStreak{2});
  over_each_window(NoStats{}, MinRequests{2} & (FailureRate{0.5} | SlowRate{0.5, 2s}));
  over_each_window(NoStats{}, MinRequests{2} & (FailureRate{0.5} | AvgLatency{2s}));
  over_each_window(CallStats{}, tripper);
  over_each_window(CallStats{}, tripper, 1s);
  WARN("counted: suspended " << stops << " times");
}

TEST_CASE("a thread that stops on the way to a transition makes others wait for one more hold at most", "[hostile]") {
  int stops = 0;
  int delayed = 0;
  for (const bool by_command : {false, true}) {
    CAPTURE(by_command);
    in_every_interruption([&](Schedule& schedule) {
      ++stops;
      ManualEnvironment env;
      const auto core = make_probed<hooked::Atomics>(env, {}, AllowAll{});
      call(*core, true);
      call(*core, true);
      env.advance(59s);
      if (!by_command) env.advance(1s);  // due
      schedule.run(
          [&] {
            if (by_command) {
              command(*core, State::disabled);
            } else {
              (void)core->admit();
            }
          },
          [&] {
            if (core->state() != State::open) return;
            env.advance(1s);
            const detail::Ticket at_its_time = core->admit();
            if (at_its_time) return;
            ++delayed;
            REQUIRE(at_its_time.rejection().retry_after <= 60s);
            env.advance(60s);
            REQUIRE(core->admit());
          });
      const bool moved_on = core->state() == (by_command ? State::disabled : State::half_open);
      REQUIRE(moved_on);
    });
  }
  CHECK(delayed > 0);  // else the case has lost its subject
  WARN("counted: suspended " << stops << " times, and others delayed " << delayed << " times");
}

// ---- listeners ------------------------------------------------------------------------------------------------------

TEST_CASE("a listener that blocks keeps calls and transitions of other threads going", "[hostile]") {
  ManualEnvironment env;
  std::mutex mutex;
  std::condition_variable changed;
  bool blocked = false;
  bool may_go_on = false;
  std::vector<std::uint64_t> heard;
  const auto core = make_probed<detail::StdAtomics>(env, {[&](const Signal& signal) {
                                                      std::unique_lock lock{mutex};
                                                      heard.push_back(signal.sequence);
                                                      blocked = true;
                                                      changed.notify_all();
                                                      changed.wait(lock, [&] { return may_go_on; });
                                                    }});
  std::thread victim{[&] { command(*core, State::metrics_only); }};
  {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return blocked; });
  }
  bool all = true;
  for (int i = 0; i != 10; ++i) all = all && lives(*core, env);
  {
    const std::lock_guard lock{mutex};
    CHECK(heard.size() == 1);  // one at a time: the others wait in line, not their threads
    may_go_on = true;
  }
  changed.notify_all();
  victim.join();
  CHECK(all);
  // The newest 32 have waited.
  REQUIRE(heard.size() == 1 + 32);
  CHECK(core->info().signals_dropped == 10 * 6 - 32);
  for (std::size_t i = 1; i != heard.size(); ++i) REQUIRE(heard[i] == 10 * 6 - 32 + 1 + i);
}

TEST_CASE("a listener that goes through all states for every state it hears of is heard out", "[hostile]") {
  ManualEnvironment env;
  std::function<void(const Signal&)> answer;
  std::vector<std::uint64_t> heard;
  const auto core = make_probed<detail::StdAtomics>(env, {[&](const Signal& signal) {
                                                      heard.push_back(signal.sequence);
                                                      answer(signal);
                                                    }});
  bool all = true;
  answer = [&](const Signal& signal) {
    if (signal.cause == Cause::manual && heard.size() < 100) all = all && lives(*core, env);
  };
  command(*core, State::disabled);
  CHECK(all);
  CHECK(heard.size() > 100);
  for (std::size_t i = 0; i != heard.size(); ++i) REQUIRE(heard[i] == i + 1);
}

// ---- recursion ------------------------------------------------------------------------------------------------------

TEST_CASE("a guarded call inside a guarded call of the same breaker is a call of its own, in every state",
          "[hostile]") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.window = CountWindow{100},
                           .tripper = MinRequests{50} & FailureRate{0.5},
                           .retry = Cooldown{60s},
                           .permit = Probes{60, 1h},
                           .environment = env}};
  int refused = 0;
  const std::function<std::error_code(int, bool)> nest = [&](int depth, bool fails) -> std::error_code {
    if (depth > 1) {
      if (!cb.try_call(nest, depth - 1, fails)) ++refused;
    }
    return fails ? std::make_error_code(std::errc::timed_out) : std::error_code{};
  };

  SECTION("closed: the fiftieth outcome opens, the outer ones come too late") {
    (void)cb.try_call(nest, 70, true);
    CHECK(refused == 0);
    CHECK(cb.state() == State::open);
    CHECK(cb.info().metrics == Metrics{});
  }
  SECTION("open: the outermost is refused") {
    (void)cb.try_call(nest, 50, true);
    REQUIRE(cb.state() == State::open);
    CHECK_FALSE(cb.try_call(nest, 5, false));
    CHECK(refused == 0);
  }
  SECTION("half-open: each takes a place") {
    (void)cb.try_call(nest, 50, true);
    env.advance(60s);
    CHECK(cb.try_call(nest, 70, false));
    CHECK(refused == 1);  // the sixty-first; what would have been inside it did not happen
    CHECK(cb.state() == State::closed);
  }
  SECTION("metrics only") {
    cb.metrics_only();
    CHECK(cb.try_call(nest, 70, true));
    CHECK(cb.info().metrics == Metrics{70, 70});
  }
  SECTION("disabled") {
    cb.disable();
    CHECK(cb.try_call(nest, 70, true));
    CHECK(cb.info().metrics == Metrics{});
  }
  SECTION("forced open") {
    cb.force_open();
    CHECK_FALSE(cb.try_call(nest, 3, true));
  }
}

// ---- clocks ---------------------------------------------------------------------------------------------------------

namespace {

/// Every question gets another answer, out of all that there are.
struct LyingEnvironment {
  std::shared_ptr<std::mt19937_64> random = std::make_shared<std::mt19937_64>(1);
  std::shared_ptr<long> lies = std::make_shared<long>(0);

  std::chrono::steady_clock::time_point now() const noexcept {
    constexpr auto ends = std::array{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                     std::int64_t{0}, std::int64_t{-1}};
    ++*lies;
    const std::uint64_t draw = (*random)();
    const std::int64_t time = draw % 4 == 0 ? ends[(draw / 4) % 4] : static_cast<std::int64_t>((*random)());
    return std::chrono::steady_clock::time_point{nanoseconds{time}};
  }
  std::chrono::steady_clock::time_point coarse_now() const noexcept { return now(); }
  std::chrono::system_clock::time_point wall_now() const noexcept { return {}; }
  double uniform() const noexcept { return static_cast<double>((*random)() >> 11U) * 0x1.0p-53; }
};

/// Does everything in turn, and asks whether what can be seen makes sense.
template <class Breaker>
int absurdities_of(Breaker& cb, const LyingEnvironment& environment) {
  int absurdities = 0;
  std::mt19937 random{2};
  std::vector<typename Breaker::Admission> held;
  for (int i = 0; i != 20'000; ++i) {
    switch (random() % 8) {
      case 0: held.push_back(cb.try_acquire()); break;
      case 1:
        if (!held.empty()) {
          held.back().failure();
          held.pop_back();
        }
        break;
      case 2: {
        const auto admission = cb.try_acquire();
        const auto wait = admission.rejection().retry_after;
        if (!admission && wait && (*wait < 0s || *wait > 300s)) ++absurdities;
        break;
      }
      case 3:
        if (random() % 16 == 0) cb.force_open(300s);
        if (random() % 16 == 0) cb.reset();
        break;
      default:
        (void)cb.try_call(
            [&] { return std::error_code{(*environment.random)() % 2 == 0 ? 0 : 1, std::generic_category()}; });
    }
    const Metrics metrics = cb.info().metrics;
    if (metrics.failure_count() > metrics.total_count() || metrics.slow_count() > metrics.total_count()) ++absurdities;
    if (metrics.total_duration() < 0s) ++absurdities;
  }
  return absurdities;
}

}  // namespace

TEST_CASE("a clock that lies at every question breaks nothing", "[hostile]") {
  const LyingEnvironment environment;
  const auto check = [&](auto window) {
    CircuitBreaker cb{Config{.window = window,
                             .tripper = (MinRequests{3} & (FailureRate{0.5} | SlowRate{0.9, 1s})) | AvgLatency{4000s},
                             .retry = Backoff{1s, 2.0, 200s, 0.5},
                             .permit = Probes{4, 10s} & RampUp{0.1, 1.0, 60s},
                             .slow_threshold = 1s,
                             .environment = environment,
                             .as_written = true}};
    return absurdities_of(cb, environment);
  };
  CHECK(check(CountWindow{10}) == 0);
  CHECK(check(TimeWindow{10s, 1s}) == 0);
  WARN("counted: lied " << *environment.lies << " times");
}

TEST_CASE("a clock that stands still refuses for ever and forgets nothing, and Always does without one", "[hostile]") {
  const ManualEnvironment env;
  CircuitBreaker patient{
      Config{.window = TimeWindow{10s}, .tripper = tripper, .retry = Cooldown{1us}, .environment = env}};
  CircuitBreaker eager{
      Config{.tripper = FailureRate{0.5}, .retry = Always{}, .permit = Probes{1, 1s}, .environment = env}};
  for (int i = 0; i != 1'000; ++i) {
    patient.try_acquire().failure();
    eager.try_acquire().failure();
  }
  CHECK(patient.try_acquire().rejection() == Rejection{State::open, 1us, patient.name()});
  CHECK(eager.info().reopens == 999);  // each but the first was a probe
  patient.metrics_only();
  for (int i = 0; i != 1'000; ++i) patient.try_acquire().failure();
  CHECK(patient.info().metrics == Metrics{1'000, 1'000});
}

// ---- processes ------------------------------------------------------------------------------------------------------

#if defined(FLUXGATE_TEST_FORKS)

namespace {

/// Whether `good` is so in a forked child.
bool in_a_child(const std::function<bool()>& good) {
  const pid_t child = fork();
  if (child == 0) _exit(good() ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a breaker that was there before a fork lives on in both processes, each on its own", "[hostile]") {
  ManualEnvironment env;
  std::vector<std::uint64_t> heard;
  const auto core =
      make_probed<detail::StdAtomics>(env, {[&](const Signal& signal) { heard.push_back(signal.sequence); }});
  REQUIRE(call(*core, true));
  const detail::Ticket before = core->admit();
  CHECK(in_a_child([&] {
    core->record(before, true);  // an admission of before the fork counts in either process
    return core->state() == State::open && heard.size() == 1 && lives(*core, env) && heard.size() == 7;
  }));
  CHECK(core->state() == State::closed);
  CHECK(heard.empty());
  core->record(before, false);
  CHECK(core->state() == State::open);
  CHECK(lives(*core, env));
}

TEST_CASE("a breaker lives on in a forked child, wherever its parent's other threads were", "[hostile]") {
  int forks = 0;
  for (const Doing doing : everything_one_can_do) {
    INFO("doing " << static_cast<int>(doing));
    in_every_interruption([&](Schedule& schedule) {
      ++forks;
      ManualEnvironment env;
      const auto core = make_probed<hooked::Atomics>(env, {[](const Signal&) {}});
      const std::function<void()> work = prepare(doing, *core, env);
      bool lived = false;
      schedule.run(work, [&] {
        lived = in_a_child([&] {
          // Where a thread of the parent was just announcing, none does in the child; the states go on.
          bool all = true;
          for (int i = 0; i != 3; ++i) all = all && lives(*core, env);
          return all;
        });
      });
      REQUIRE(lived);
    });
  }
  WARN("counted: forked " << forks << " times");
}

#endif

// ---- epochs ---------------------------------------------------------------------------------------------------------

namespace {

/// Atomics that can put a phase where it would take long to get to.
template <class T>
class Jumping : public std::atomic<T> {
 public:
  constexpr Jumping(T value = {}) noexcept : std::atomic<T>{value} {
    if constexpr (std::same_as<T, detail::Phase>) last() = this;
  }
  static Jumping*& last() noexcept {
    thread_local Jumping* word = nullptr;
    return word;
  }
};
struct JumpingAtomics : detail::StdAtomics {
  template <class T>
  using Atomic = Jumping<T>;
};

void jump_to_epoch(std::uint32_t epoch) {
  Jumping<detail::Phase>& word = *Jumping<detail::Phase>::last();
  const detail::Phase phase = word.load();
  word.store({epoch, phase.reopens(), phase.state()});
}

}  // namespace

TEST_CASE("a breaker goes on when the number of its epoch, or a tag of it, begins again", "[hostile]") {
  const auto check = [](auto window) {
    for (const std::uint32_t end : {0x1'0000U, 0x7fff'ffffU, 0x8000'0000U, 0xfc00'0000U, 0U}) {
      INFO("around epoch " << end);
      ManualEnvironment env;
      const auto core = make_probed<JumpingAtomics>(env, {}, Probes{2, 60s}, window);
      // Not used before: what a breaker keeps of an epoch lasts until it is replaced, and a jump replaces nothing.
      jump_to_epoch(end - 20);
      for (int i = 0; i != 10; ++i) {
        CAPTURE(i);
        REQUIRE(lives(*core, env));
      }
    }
  };
  check(CountWindow{4});
  check(TimeWindow{1h, 1min});
}

TEST_CASE("a healthy call writes nothing in any epoch", "[hostile]") {
  for (const std::uint32_t epoch : {0x7fU, 0xffU, 0x100U, 0x7fffU, 0x8000U, 0xffffU, 0x1'0000U, 0x8000'0000U, 0U}) {
    INFO("in epoch " << epoch);
    ManualEnvironment env;
    const auto core = make_probed<JumpingAtomics>(env, {}, Probes{2, 60s}, CountWindow{4});
    jump_to_epoch(epoch - 1);
    command(*core, State::closed);
    for (int i = 0; i != 4; ++i) {
      CAPTURE(i);
      REQUIRE(call(*core, false));
    }
    const auto written = [&core] {
      const auto bytes = core->bytes();
      return std::vector<std::byte>(bytes.begin(), bytes.end());
    };
    const std::vector<std::byte> full = written();
    REQUIRE(call(*core, false));
    CHECK(written() == full);
    REQUIRE(call(*core, true));
    CHECK(written() != full);
  }
}

TEST_CASE("a slot that was left alone for any number of epochs but its tag's is empty", "[hostile]") {
  for (const std::uint32_t later : {2U, 0x1'0000U, 0x100'0000U, 0x200'0000U, 0x3ff'ffffU, 0x400'0001U}) {
    INFO("left for " << later);
    ManualEnvironment env;
    const auto core = make_probed<JumpingAtomics>(env, {}, Probes{2, 60s}, CountWindow{4});
    for (int i = 0; i != 4; ++i) {
      CAPTURE(i);
      REQUIRE(call(*core, false));
    }
    jump_to_epoch(core->admit().epoch() + later - 2);
    command(*core, State::disabled);
    command(*core, State::closed);
    REQUIRE(call(*core, false));
    CHECK(core->info().metrics == Metrics{1, 0});
  }
}

TEST_CASE("an outcome that is late by any number of epochs that a tag can hold is dropped", "[hostile]") {
  const auto check = [](auto window) {
    for (const std::uint32_t late : {2U, 0x1'0000U, 0x2'0000U, 0x400'0000U, 0x8000'0000U, 0xffff'ffffU}) {
      INFO("late by " << late);
      ManualEnvironment env;
      const auto core = make_probed<JumpingAtomics>(env, {}, Probes{2, 60s}, window);
      REQUIRE(call(*core, true));
      const detail::Ticket ticket = core->admit();
      jump_to_epoch(ticket.epoch() + late - 2);
      command(*core, State::disabled);  // two, since the words that hold a short tag are stamped at each transition
      command(*core, State::closed);
      core->record(ticket, true);
      core->record(ticket, true);
      REQUIRE(core->state() == State::closed);
      REQUIRE(core->info().metrics == Metrics{});
    }
  };
  check(CountWindow{4});
  check(TimeWindow{1h, 1min});
}

TEST_CASE("transitions are announced in order when the number of the epoch begins again", "[hostile]") {
  std::vector<std::uint64_t> heard;
  constexpr std::uint32_t first = 0xffff'fffeU;
  detail::Notifier<detail::StdAtomics> notifier{
      {[&](const Signal& signal) { heard.push_back(signal.sequence); }}, nullptr, first};
  for (const std::uint32_t behind : {1U, 3U, 2U, 0U, 5U, 4U}) {
    notifier.push(new detail::Notice{.signal = {.sequence = behind}, .epoch = first + behind});
  }
  CHECK(heard == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5});
}

#if defined(__cpp_exceptions)

// ---- exceptions -----------------------------------------------------------------------------------------------------

namespace {

struct Rebellion : std::runtime_error {
  Rebellion() : std::runtime_error{"no"} {}
};

/// Throws from the n-th question that user code is asked, whatever that is.
struct Rebel {
  int questions = 0;
  int at = 0;
  bool thrown = false;

  void ask() {
    if (++questions != at) return;
    thrown = true;
    throw Rebellion{};
  }
};

struct RebelTripper : TripperOperand<RebelTripper> {
  Rebel* rebel;
  explicit RebelTripper(Rebel& r) : rebel{&r} {}
  RebelTripper(const RebelTripper& other) : rebel{other.rebel} { rebel->ask(); }
  RebelTripper& operator=(const RebelTripper&) = default;
  bool operator()(const CallContext& context) const {
    rebel->ask();
    return context.metrics.failure_count() >= 2;
  }
  bool settled(const CallContext&) const {
    rebel->ask();
    return true;
  }
  std::string explain(const CallContext&) const {
    rebel->ask();
    return "two failures";
  }
  std::string describe() const {
    rebel->ask();
    return "RebelTripper";
  }
};

struct RebelPermit {
  Rebel* rebel;
  explicit RebelPermit(Rebel& r) : rebel{&r} {}
  RebelPermit(const RebelPermit& other) : rebel{other.rebel} { rebel->ask(); }
  RebelPermit& operator=(const RebelPermit&) = default;
  bool operator()(const PermitContext&) const {
    rebel->ask();
    return true;
  }
};

/// A result that may throw wherever it is moved.
struct RebelResult {
  Rebel* rebel;
  bool failed;
  RebelResult(Rebel& r, bool f) : rebel{&r}, failed{f} {}
  RebelResult(RebelResult&& other) : rebel{other.rebel}, failed{other.failed} { rebel->ask(); }
  RebelResult& operator=(RebelResult&&) = delete;
};

/// Once round the states by way of every form of call.
template <class Breaker>
void go_round(Breaker& cb, Rebel& rebel, ManualEnvironment& env) {
  const auto call = [&](bool fails) {
    return [&rebel, fails] {
      rebel.ask();
      return RebelResult{rebel, fails};
    };
  };
  const auto without_throwing_on = [](const auto& act) {
    try {
      act();
    } catch (const Rebellion&) {  // of the callable or its result
    } catch (const CallNotPermittedError&) {
    }
  };
  for (int round = 0; round != 2; ++round) {
    without_throwing_on([&] { (void)cb.call(call(true)); });
    without_throwing_on([&] { (void)cb.try_call(call(true)); });
    without_throwing_on([&] {
      (void)cb.call_with_fallback(call(false), [&](const CallNotPermittedError&) {
        rebel.ask();
        return RebelResult{rebel, false};
      });
    });
    cb.try_acquire().failure();
    cb.try_acquire().failure(Rebellion{});
    cb.try_acquire().record(RebelResult{rebel, true});
    env.advance(60s);
    without_throwing_on([&] { (void)cb.call(call(false)); });
    without_throwing_on([&] { (void)cb.call(call(true)); });
    env.advance(60s);
    without_throwing_on([&] { (void)cb.call(call(false)); });
  }
}

}  // namespace

TEST_CASE(
    "whatever user code throws, and whenever, comes from the call itself or stays inside, and the breaker goes on",
    "[hostile]") {
  int thrown = 0;
  for (int at = 1;; ++at) {
    INFO("throws at question " << at);
    Rebel rebel{0, at, false};
    ManualEnvironment env;
    std::uint64_t announced = 0;
    try {
      CircuitBreaker cb{Config{
          .tracker = Custom{[&](const std::exception&) {
                       rebel.ask();
                       return true;
                     }} |
                     OnResult{[&](const RebelResult& result) {
                       rebel.ask();
                       return result.failed;
                     }},
          .tripper = RebelTripper{rebel},
          .retry = Cooldown{60s},
          .permit = RebelPermit{rebel} & Probes{1, 60s},
          .listeners = {[&](const Signal& signal) {
                          announced = signal.sequence;
                          rebel.ask();
                        },
                        [&](const Signal&) { rebel.ask(); }},
          .on_listener_error = [&](const Signal&, std::exception_ptr) { throw std::runtime_error{"the hook, too"}; },
          .environment = env}};
      go_round(cb, rebel, env);
      rebel.at = 0;
      // As good as new.
      cb.reset();
      REQUIRE(cb.state() == State::closed);
      REQUIRE(cb.info().metrics == Metrics{});
      const std::uint64_t before = announced;
      cb.try_acquire().failure();
      cb.try_acquire().failure();
      REQUIRE(cb.try_acquire().rejection() == Rejection{State::open, 60s, cb.name()});
      env.advance(60s);
      cb.try_acquire().success();
      REQUIRE(cb.state() == State::closed);
      REQUIRE(announced == before + 3);
    } catch (const Rebellion&) {
      REQUIRE(rebel.questions == rebel.at);  // from a copy at construction: there is no breaker
    }
    if (!rebel.thrown) break;
    ++thrown;
  }
  CHECK(thrown > 40);
  WARN("counted: thrown at " << thrown << " questions");
}

#endif
