// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The log's lines as a whole, for each transition and each cause; levels, sinks, stderr.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/log.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

using Strings = std::vector<std::string>;

/// A sink that keeps each line, with its level in front.
class Journal {
 public:
  void operator()(Level level, std::string_view line) const {
    lines_->push_back(std::string{to_string(level)}.append(" ").append(line));
  }
  /// The lines since it was last asked.
  Strings take() const { return std::exchange(*lines_, {}); }

 private:
  std::shared_ptr<Strings> lines_ = std::make_shared<Strings>();
};

constexpr auto rules = (Closed{} & MinRequests{4} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{1});

/// A breaker that logs to a journal, its clock at the first second of 2020.
template <class Permit = AllowAll, class Tripper = decltype(rules)>
auto make_breaker(ManualEnvironment env, LogListener log, Permit permit = {}, Tripper tripper = rules,
                  std::string name = "db") {
  return CircuitBreaker{Config{.name = std::move(name),
                               .window = CountWindow{10},
                               .tripper = tripper,
                               .retry = Cooldown{60s},
                               .permit = permit,
                               .listeners = {std::move(log)},
                               .environment = std::move(env),
                               .as_written = true}};
}

template <class Breaker>
void succeed(Breaker& breaker, int times = 1) {
  for (; times != 0; --times) breaker.try_acquire().success();
}
template <class Breaker>
void fail(Breaker& breaker, int times = 1) {
  for (; times != 0; --times) breaker.try_acquire().failure();
}

Signal signal_to(State state, std::string name = "db") {
  return {.circuit_name = std::move(name),
          .old_state = State::closed,
          .new_state = state,
          .timestamp = std::chrono::system_clock::time_point{1'577'836'800s},
          .sequence = 1,
          .cause = Cause::manual,
          .reason = "test",
          .metrics = {}};
}

/// Takes the place of stderr while it lives. Each write arrives as a message of its own.
class StderrMessages {
 public:
  StderrMessages() : saved_{dup(STDERR_FILENO)} {
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends_.data()) == 0);
    REQUIRE(dup2(ends_[1], STDERR_FILENO) == STDERR_FILENO);
    close(ends_[1]);
  }
  StderrMessages(const StderrMessages&) = delete;
  StderrMessages& operator=(const StderrMessages&) = delete;
  ~StderrMessages() {
    restore();
    close(ends_[0]);
  }

  /// Gives stderr back, and tells what was written.
  Strings take() {
    restore();
    Strings messages;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = read(ends_[0], buffer.data(), buffer.size())) > 0;) {
      messages.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    }
    return messages;
  }

 private:
  void restore() {
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(std::exchange(saved_, -1));
  }

  int saved_;
  std::array<int, 2> ends_{};
};

}  // namespace

// ---- lines ----------------------------------------------------------------------------------------------------------

TEST_CASE("an outage is logged from the trip to the recovery", "[log]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, {.sink = journal});
  env.advance(9s + 250ms);
  succeed(breaker);
  fail(breaker, 3);
  CHECK(journal.take() == Strings{"warn 2020-01-01T00:00:09.250Z db: closed -> open, tripped: failure_rate 0.75 >= 0.5 "
                                  "[4 calls, 3 failed (75%)]"});
  env.advance(60s);
  fail(breaker);
  CHECK(journal.take() ==
        Strings{"info 2020-01-01T00:01:09.250Z db: open -> half_open, retry_due: retry due after 60s",
                "warn 2020-01-01T00:01:09.250Z db: half_open -> open, tripped: consecutive_failures 1 >= 1 "
                "[1 call, 1 failed (100%)]"});
  env.advance(60s);
  succeed(breaker);
  CHECK(journal.take() ==
        Strings{"info 2020-01-01T00:02:09.250Z db: open -> half_open, retry_due: retry due after 60s",
                "info 2020-01-01T00:02:09.250Z db: half_open -> closed, recovered: 1 call, 0 failed (0%)"});
}

TEST_CASE("lost probes are logged", "[log]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, {.sink = journal}, Probes{2, 5s});
  fail(breaker, 4);
  env.advance(60s);
  succeed(breaker);
  const auto hung = breaker.try_acquire();
  journal.take();
  env.advance(5s);
  CHECK_FALSE(breaker.try_acquire());
  CHECK(journal.take() == Strings{"warn 2020-01-01T00:01:05.000Z db: half_open -> open, probes_lost: no verdict of "
                                  "Probes{2, 5s}: outcomes are missing [1 call, 0 failed (0%)]"});
}

TEST_CASE("a recovery by the verdict of probes tells all that was measured, once", "[log]") {
  ManualEnvironment env;
  const Journal journal;
  CircuitBreaker breaker{Config{.name = "db",
                                .window = CountWindow{10},
                                .tripper = FailureStreak{3} | AvgLatency{10s} | SlowRate{0.9, 4s},
                                .retry = Cooldown{60s},
                                .permit = Probes{3, 60s},
                                .slow_threshold = 1s,
                                .listeners = {LogListener{.sink = journal}},
                                .environment = env}};
  const auto call = [&](auto duration, bool well) {
    auto admission = breaker.try_acquire();
    env.advance(duration);
    well ? admission.success() : admission.failure();
  };
  call(500ms, false);
  call(2s, false);
  call(5s, false);
  CHECK(journal.take() ==
        Strings{"warn 2020-01-01T00:00:07.500Z db: closed -> open, tripped: consecutive_failures 3 >= "
                "3 [3 calls, 3 failed (100%), 2 slow (66.7%, >= 1s), 1 slow (33.3%, >= 4s), average "
                "2.5s]"});
  env.advance(60s);
  call(500ms, true);
  call(1s, false);
  call(600ms, true);
  CHECK(journal.take() ==
        Strings{"info 2020-01-01T00:01:07.500Z db: open -> half_open, retry_due: retry due after 60s",
                "info 2020-01-01T00:01:09.600Z db: half_open -> closed, recovered: 3 calls, 1 failed (33.3%), 1 slow "
                "(33.3%, >= 1s), 0 slow (0%, >= 4s), average 700ms"});
}

TEST_CASE("the end of a forced opening is logged", "[log]") {
  ManualEnvironment env;
  const Journal journal;
  auto breaker = make_breaker(env, {.sink = journal});
  breaker.force_open(90s);
  CHECK(journal.take() == Strings{"warn 2020-01-01T00:00:00.000Z db: closed -> forced_open, manual: force_open()"});
  env.advance(90s);
  succeed(breaker);
  CHECK(journal.take() ==
        Strings{"info 2020-01-01T00:01:30.000Z db: forced_open -> half_open, retry_due: retry due after 90s",
                "info 2020-01-01T00:01:30.000Z db: half_open -> closed, recovered: 1 call, 0 failed (0%)"});
}

TEST_CASE("every command is logged from every state", "[log]") {
  ManualEnvironment env;
  const Journal journal;
  const auto start_in = [&](auto& breaker, State state) {
    switch (state) {
      case State::closed: break;
      case State::open: fail(breaker, 4); break;
      case State::half_open:
        fail(breaker, 4);
        env.advance(60s);
        breaker.try_acquire().ignore();
        break;
      case State::metrics_only: breaker.metrics_only(); break;
      case State::disabled: breaker.disable(); break;
      case State::forced_open: breaker.force_open(); break;
    }
    REQUIRE(breaker.state() == state);
    journal.take();
  };
  // Each from a wall clock that starts anew.
  const auto logged = [&](State from, auto command) {
    CAPTURE(from);
    env = ManualEnvironment{};
    auto breaker = make_breaker(env, {.sink = journal});
    start_in(breaker, from);
    command(breaker);
    const Strings lines = journal.take();
    REQUIRE(lines.size() == 1);
    return lines.front();
  };
  for (const auto& [from, time] : std::map<State, std::string>{{State::closed, "00:00:00"},
                                                               {State::open, "00:00:00"},
                                                               {State::half_open, "00:01:00"},
                                                               {State::metrics_only, "00:00:00"},
                                                               {State::disabled, "00:00:00"},
                                                               {State::forced_open, "00:00:00"}}) {
    CAPTURE(from);
    const std::string head = " 2020-01-01T" + time + ".000Z db: " + std::string{to_string(from)} + " -> ";
    CHECK(logged(from, [](auto& b) { b.reset(); }) == "info" + head + "closed, manual: reset()");
    CHECK(logged(from, [](auto& b) { b.disable(); }) == "info" + head + "disabled, manual: disable()");
    CHECK(logged(from, [](auto& b) { b.metrics_only(); }) == "info" + head + "metrics_only, manual: metrics_only()");
    CHECK(logged(from, [](auto& b) { b.force_open(); }) == "warn" + head + "forced_open, manual: force_open()");
    CHECK(logged(from, [](auto& b) { b.force_open(5s); }) == "warn" + head + "forced_open, manual: force_open()");
  }
}

TEST_CASE("a command tells what the window held", "[log]") {
  const Journal journal;
  auto breaker = make_breaker({}, {.sink = journal});
  succeed(breaker, 2);
  fail(breaker);
  breaker.metrics_only();
  CHECK(journal.take() == Strings{"info 2020-01-01T00:00:00.000Z db: closed -> metrics_only, manual: metrics_only() "
                                  "[3 calls, 1 failed (33.3%)]"});
  breaker.reset(Notify::no);
  CHECK(journal.take().empty());
}

TEST_CASE("what a line lacks leaves no gap", "[log]") {
  const auto line = [](std::string reason, Metrics metrics) {
    Signal signal = signal_to(State::open);
    signal.reason = std::move(reason);
    signal.metrics = metrics;
    return fmt::format("{}", signal).substr(25);
  };
  CHECK(line("", {}) == "db: closed -> open, manual");
  CHECK(line("", Metrics{2, 1}) == "db: closed -> open, manual: 2 calls, 1 failed (50%)");
  CHECK(line("why", {}) == "db: closed -> open, manual: why");
  CHECK(line("why", Metrics{2, 1}) == "db: closed -> open, manual: why [2 calls, 1 failed (50%)]");
}

TEST_CASE("a transition is one line, whatever the circuit is called and the reason says", "[log]") {
  const Journal journal;
  struct Forger {
    bool operator()(const CallContext&) const { return true; }
    static std::string describe() { return "bad\x1b[0m\r\nluck"; }
  };
  auto breaker = make_breaker({}, {.sink = journal}, AllowAll{}, Forger{}, "db\n2020-01-01T00:00:00.000Z bank: ok");
  fail(breaker);
  CHECK(journal.take() == Strings{R"(warn 2020-01-01T00:00:00.000Z "db\n2020-01-01T00:00:00.000Z bank: ok": )"
                                  R"(closed -> open, tripped: "bad\x1b[0m\r\nluck" [1 call, 1 failed (100%)])"});
}

TEST_CASE("the labels of a breaker end each of its lines", "[log]") {
  ManualEnvironment env;
  const Journal journal;
  CircuitBreaker breaker{Config{.name = "db",
                                .labels = {{"team", "pay\n\"all\""}, {"region", "eu"}},
                                .tripper = FailureStreak{1},
                                .retry = Cooldown{60s},
                                .permit = AllowAll{},
                                .listeners = {LogListener{.sink = journal}},
                                .environment = env}};
  fail(breaker);
  env.advance(60s);
  succeed(breaker);
  const std::string labels = R"( team="pay\n\"all\"" region="eu")";
  CHECK(journal.take() ==
        Strings{"warn 2020-01-01T00:00:00.000Z db: closed -> open, tripped: consecutive_failures 1 >= 1 [1 call, 1 "
                "failed (100%)]" +
                    labels,
                "info 2020-01-01T00:01:00.000Z db: open -> half_open, retry_due: retry due after 60s" + labels,
                "info 2020-01-01T00:01:00.000Z db: half_open -> closed, recovered: 1 call, 0 failed (0%)" + labels});
}

// ---- levels and sinks -----------------------------------------------------------------------------------------------

TEST_CASE("states that refuse calls warn, the others inform", "[log]") {
  const Journal journal;
  const LogListener log{.sink = journal};
  const auto level = [&](State state) {
    log(signal_to(state));
    const std::string line = journal.take().at(0);
    return line.substr(0, line.find(' '));
  };
  CHECK(level(State::open) == "warn");
  CHECK(level(State::forced_open) == "warn");
  CHECK(level(State::closed) == "info");
  CHECK(level(State::half_open) == "info");
  CHECK(level(State::metrics_only) == "info");
  CHECK(level(State::disabled) == "info");
}

TEST_CASE("the map of levels overrides, for its states alone, and can turn a state off", "[log]") {
  const Journal journal;
  const LogListener log{
      .sink = journal,
      .levels = {{State::half_open, Level::warn}, {State::open, Level::critical}, {State::closed, Level::off}}};
  for (const State state : {State::half_open, State::open, State::closed, State::forced_open, State::disabled}) {
    log(signal_to(state));
  }
  CHECK(journal.take() == Strings{"warn 2020-01-01T00:00:00.000Z db: closed -> half_open, manual: test",
                                  "critical 2020-01-01T00:00:00.000Z db: closed -> open, manual: test",
                                  "warn 2020-01-01T00:00:00.000Z db: closed -> forced_open, manual: test",
                                  "info 2020-01-01T00:00:00.000Z db: closed -> disabled, manual: test"});
  CHECK(log.level(State::closed) == Level::off);
  CHECK(log.level(State::disabled) == Level::info);
}

TEST_CASE("levels have their names", "[log]") {
  const std::vector levels{Level::trace, Level::debug,    Level::info, Level::warn,
                           Level::error, Level::critical, Level::off};
  CHECK(fmt::format("{}", levels) == "[trace, debug, info, warn, error, critical, off]");
  CHECK(to_string(static_cast<Level>(99)) == "invalid");
}

TEST_CASE("several breakers and listeners share what a sink shares", "[log]") {
  const Journal journal;
  const LogListener log{.sink = journal};
  auto one = make_breaker({}, log, AllowAll{}, rules, "one");
  auto two = make_breaker({}, log, AllowAll{}, rules, "two");
  one.disable();
  two.disable();
  CHECK(journal.take() == Strings{"info 2020-01-01T00:00:00.000Z one: closed -> disabled, manual: disable()",
                                  "info 2020-01-01T00:00:00.000Z two: closed -> disabled, manual: disable()"});
}

// ---- stderr ---------------------------------------------------------------------------------------------------------

TEST_CASE("without a sink a line goes to stderr, in one write", "[log]") {
  StderrMessages messages;
  auto breaker = make_breaker({}, LogListener{});
  breaker.force_open();
  LogListener{.sink = nullptr}(signal_to(State::half_open));
  LogListener{}(signal_to(State::closed, std::string(3000, 'x')));
  CHECK(messages.take() ==
        Strings{"[warn] 2020-01-01T00:00:00.000Z db: closed -> forced_open, manual: force_open()\n",
                "[info] 2020-01-01T00:00:00.000Z db: closed -> half_open, manual: test\n",
                "[info] 2020-01-01T00:00:00.000Z " + std::string(3000, 'x') + ": closed -> closed, manual: test\n"});
}

TEST_CASE("lines of several threads do not mix", "[log]") {
  StderrMessages messages;
  std::vector<std::thread> threads;
  for (const char* name : {"one", "two", "three"}) {
    threads.emplace_back([name] {
      for (int i = 0; i != 20; ++i) LogListener{}(signal_to(State::closed, name));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<std::string, int> lines;
  for (const std::string& line : messages.take()) ++lines[line];
  const std::string head = "[info] 2020-01-01T00:00:00.000Z ";
  const std::string tail = ": closed -> closed, manual: test\n";
  CHECK(lines ==
        std::map<std::string, int>{{head + "one" + tail, 20}, {head + "two" + tail, 20}, {head + "three" + tail, 20}});
}

TEST_CASE("a stderr that cannot be written to is no error of the listener", "[log]") {
  const int saved = dup(STDERR_FILENO);
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  int errors = 0;
  CircuitBreaker breaker{Config{.listeners = {LogListener{}},
                                .on_listener_error = [&](const Signal&, const std::exception_ptr&) { ++errors; }}};
  dup2(full, STDERR_FILENO);
  breaker.disable();
  close(STDERR_FILENO);
  breaker.reset();
  dup2(saved, STDERR_FILENO);
  std::clearerr(stderr);
  close(saved);
  close(full);
  CHECK(breaker.state() == State::closed);
  CHECK(errors == 0);
}

#if defined(__cpp_exceptions)

TEST_CASE("what a sink throws goes to the hook for it, and the breaker has opened", "[log]") {
  Strings told;
  const Journal journal;
  CircuitBreaker breaker{
      Config{.name = "db",
             .tripper = FailureStreak{1},
             .listeners = {LogListener{.sink = [](Level, std::string_view) { throw std::runtime_error{"disk full"}; }},
                           LogListener{.sink = journal}},
             .on_listener_error =
                 [&](const Signal& signal, const std::exception_ptr& error) {
                   try {
                     std::rethrow_exception(error);
                   } catch (const std::exception& exception) {
                     told.push_back(signal.circuit_name + ": " + exception.what());
                   }
                 },
             .environment = ManualEnvironment{}}};
  fail(breaker);
  CHECK(breaker.state() == State::open);
  CHECK(told == Strings{"db: disk full"});
  CHECK(journal.take().size() == 1);
}

#endif

TEST_CASE("an opening that was not enforced is logged at the level of an opening", "[log]") {
  const Journal journal;
  LogListener log{.sink = journal, .levels = {{State::open, Level::error}}};
  Signal signal{
      .circuit_name = "db", .cause = Cause::tripped, .reason = "failure_rate 1 >= 0.5; kept closed by AtMostOpen{0.5}"};
  log(signal);
  signal.enforced = false;
  log(signal);
  const Strings lines = journal.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("info "));
  CHECK(lines[1].starts_with("error "));
  CHECK(lines[1].find("db: closed -> closed, tripped: failure_rate 1 >= 0.5; kept closed by AtMostOpen{0.5}") !=
        std::string::npos);
}
