// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Background in the children of a fork: no call waits for a thread that is not there, and each process delivers its own.

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>

#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/signals.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

/// Lines that any process may write, and this one reads.
class Lines {
 public:
  Lines() {
    REQUIRE(pipe(ends_) == 0);
    REQUIRE(fcntl(ends_[0], F_SETFL, O_NONBLOCK) == 0);
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    close(ends_[0]);
    close(ends_[1]);
  }

  void write(const std::string& line) const {
    if (::write(ends_[1], (line + "\n").c_str(), line.size() + 1) < 0) _exit(2);
  }

  /// What was written since the last time.
  Strings read() const {
    Strings lines{""};
    char c = 0;
    while (::read(ends_[0], &c, 1) == 1) {
      if (c != '\n') {
        lines.back() += c;
      } else {
        lines.emplace_back();
      }
    }
    lines.pop_back();
    return lines;
  }

 private:
  int ends_[2]{};
};

/// Writes down each signal with the process that was told: "parent a1".
struct Scribe {
  const Lines& lines;
  pid_t parent = getpid();

  void operator()(const Signal& signal) const {
    std::string line{getpid() == parent ? "parent " : "child "};
    lines.write(line.append(signal.circuit_name).append(std::to_string(signal.sequence)));
  }
};

/// Whether `f` takes less than a second, where the end of a Background may take five.
bool is_prompt(const std::function<void()>& f) {
  const auto began = std::chrono::steady_clock::now();
  f();
  return std::chrono::steady_clock::now() - began < 1s;
}

/// A listener that the parent's worker stands in until it is let go; in a child it goes on at once.
class Slow {
 public:
  explicit Slow(Scribe scribe) : scribe_{scribe} {}

  void operator()(const Signal& signal) const {
    if (getpid() == scribe_.parent) {
      state_->arrived.release();
      state_->gate.acquire();
      state_->gate.release();
    }
    scribe_(signal);
  }
  void wait_for_arrival() const { REQUIRE(state_->arrived.try_acquire_for(60s)); }
  void let_go() const { state_->gate.release(); }

 private:
  struct State {
    std::counting_semaphore<> arrived{0};
    std::counting_semaphore<> gate{0};
  };
  Scribe scribe_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

TEST_CASE("A child of an idle Background delivers its own signals and ends at once") {
  const Lines lines;
  const Background background{Scribe{lines}};
  CHECK(end_of_child([&] {
          background(signal("a", 1));
          background(signal("a", 2));
          bool closed = false;
          return is_prompt([&] { closed = background.close(); }) && closed && background.dropped() == 0;
        }) == "well");
  CHECK(lines.read() == Strings{"child a1", "child a2"});
  background(signal("a", 3));
  CHECK(background.close());
  CHECK(lines.read() == Strings{"parent a3"});
}

TEST_CASE("A breaker made before the fork announces its transitions in the child") {
  const Lines lines;
  CircuitBreaker breaker{Config{.name = "db", .tripper = FailureStreak{1}, .listeners = {Background{Scribe{lines}}}}};
  std::optional<CircuitBreaker<>> other{std::in_place, Config{.name = "api", .listeners = {Background{Scribe{lines}}}}};
  CHECK(end_of_child([&] {
          breaker.try_acquire().failure();
          other->force_open();
          return is_prompt([&] { other.reset(); });
        }) == "well");
  const Strings told = lines.read();
  CHECK(std::count(told.begin(), told.end(), "child api1") == 1);
}

TEST_CASE("What waited in the parent is delivered by the parent alone, while its listener takes its time") {
  const Lines lines;
  const Slow slow{Scribe{lines}};
  const Background background{slow, {.deadline = 60s}};
  for (std::uint64_t i = 1; i <= 3; ++i) background(signal("a", i));
  slow.wait_for_arrival();
  CHECK(end_of_child([&] {
          background(signal("b", 1));
          bool closed = false;
          return background.dropped() == 0 && is_prompt([&] { closed = background.close(); }) && closed;
        }) == "well");
  CHECK(lines.read() == Strings{"child b1"});
  slow.let_go();
  background(signal("a", 4));
  CHECK(background.close());
  CHECK(lines.read() == Strings{"parent a1", "parent a2", "parent a3", "parent a4"});
}

TEST_CASE("A child that only destroys a Background, or closes it, waits for nothing") {
  const Lines lines;
  const Slow slow{Scribe{lines}};
  std::optional<Background> background{std::in_place, slow, BackgroundOptions{.deadline = 60s}};
  background->operator()(signal("a", 1));
  background->operator()(signal("a", 2));
  slow.wait_for_arrival();
  CHECK(end_of_child([&] { return is_prompt([&] { background.reset(); }); }) == "well");
  CHECK(end_of_child([&] {
          bool closed = false;
          return is_prompt([&] { closed = background->close(); }) && closed && is_prompt([&] { background.reset(); });
        }) == "well");
  slow.let_go();
  background.reset();
  CHECK(lines.read() == Strings{"parent a1", "parent a2"});
}

/// A listener that asks its Background something at its end, and says so.
class Asking {
 public:
  Asking(const std::optional<Background>& background, const Lines& lines) : background_{background}, lines_{lines} {}
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (background_.has_value()) lines_.write("dropped " + std::to_string(background_->dropped()));
  }

 private:
  const std::optional<Background>& background_;
  const Lines& lines_;
};

TEST_CASE("A child that closes a Background which it has not used lets the listener go, which may ask it something") {
  const Lines lines;
  std::optional<Background> background;
  background.emplace([asking = std::make_shared<Asking>(background, lines)](const Signal&) {});
  CHECK(end_of_child([&] { return background->dropped() == 0 && background->close(); }) == "well");
  CHECK(lines.read() == Strings{"dropped 0"});
  CHECK(background->close());
  CHECK(lines.read() == Strings{"dropped 0"});
}

TEST_CASE("A child of a child begins anew as well") {
  const Lines lines;
  const Background background{Scribe{lines}};
  CHECK(end_of_child([&] {
          background(signal("a", 1));
          const bool below = end_of_child([&] {
                               background(signal("b", 1));
                               return is_prompt([&] { background.close(); }) && background.dropped() == 0;
                             }) == "well";
          background(signal("a", 2));
          return below && background.close();
        }) == "well");
  // One that made nothing of it in between, too.
  CHECK(end_of_child([&] {
          return end_of_child([&] {
                   background(signal("c", 1));
                   return background.close();
                 }) == "well";
        }) == "well");
  Strings told = lines.read();
  std::sort(told.begin(), told.end());
  CHECK(told == Strings{"child a1", "child a2", "child b1", "child c1"});
}

TEST_CASE("Children that are forked while the parent's threads push end well, and the parent delivers everything") {
  const Lines lines;
  std::atomic<std::uint64_t> delivered{0};
  const pid_t parent = getpid();
  const Background background{[&](const Signal& signal) {
                                if (getpid() == parent) {
                                  ++delivered;
                                } else {
                                  Scribe{lines, parent}(signal);
                                }
                              },
                              {.limit = 1'000'000'000, .deadline = 600s}};
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> pushed{0};
  std::vector<std::thread> callers;
  for (int i = 0; i != 3; ++i) {
    callers.emplace_back([&, i] {
      const Signal own = signal("circuit " + std::to_string(i), 1);
      while (!done) {
        background(own);
        ++pushed;
        if (pushed - delivered > 10'000) std::this_thread::sleep_for(100us);
      }
    });
  }
  constexpr int children = 60;
  int well = 0;
  for (int i = 0; i != children; ++i) {
    well += end_of_child([&] {
              background(signal("own", 1));
              bool closed = false;
              return is_prompt([&] { closed = background.close(); }) && closed;
            }) == "well";
  }
  done = true;
  for (std::thread& caller : callers) caller.join();
  CHECK(well == children);
  CHECK(lines.read() == Strings(children, "child own1"));
  CHECK(background.close());
  CHECK(delivered == pushed);
  CHECK(background.dropped() == 0);
}

TEST_CASE("A child that the listener itself forks tells nothing of the parent's queue, and ends with the listener") {
  const Lines lines;
  int status = -1;
  const Background background{[&, scribe = Scribe{lines}](const Signal& signal) {
    const pid_t child = signal.sequence == 1 ? fork() : 1;
    if (child == 0) alarm(20);
    scribe(signal);
    if (child > 1) waitpid(child, &status, 0);
  }};
  for (int i = 1; i <= 5; ++i) background(signal("a", static_cast<std::uint64_t>(i)));
  CHECK(background.close());
#if defined(FLUXGATE_TESTS_UNDER_TSAN)
  // glibc calls exit() in the last thread of the child, when the sanitizer has ended that thread: it aborts.
  CHECK_FALSE((WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM));
#else
  CHECK(WIFEXITED(status));
#endif
  Strings told = lines.read();
  std::sort(told.begin(), told.end());
  CHECK(told == Strings{"child a1", "parent a1", "parent a2", "parent a3", "parent a4", "parent a5"});
}

TEST_CASE("Threads of a child that give its first signals at once start one worker") {
  const Lines lines;
  const Background background{Scribe{lines}};
  CHECK(end_of_child([&] {
          std::vector<std::thread> threads;
          for (int i = 0; i != 8; ++i) {
            threads.emplace_back([&, i] { background(signal(std::string{"t"}.append(std::to_string(i)), 1)); });
          }
          for (std::thread& thread : threads) thread.join();
          return background.close() && background.dropped() == 0;
        }) == "well");
  Strings told = lines.read();
  std::sort(told.begin(), told.end());
  CHECK(told == Strings{"child t01", "child t11", "child t21", "child t31", "child t41", "child t51", "child t61",
                        "child t71"});
}

TEST_CASE("What was closed before the fork stays closed in the child") {
  const Lines lines;
  const Background background{Scribe{lines}};
  CHECK(background.close());
  CHECK(end_of_child([&] {
          background(signal("a", 1));
          return background.dropped() == 1 && background.close() && background.dropped() == 1;
        }) == "well");
  CHECK(lines.read().empty());
}

/// Says whose signals it is told of.
struct Named {
  Scribe scribe;
  std::string name = "nobody";

  void attach(const Info& info) { name = info.name; }
  void operator()(const Signal& signal) const { scribe.lines.write(name + ": " + signal.reason); }
};

TEST_CASE("A listener that is attached to its breakers is so in a child") {
  const Lines lines;
  const Background background{Named{Scribe{lines}}};
  CircuitBreaker api{Config{.name = "api", .listeners = {background}}};
  CHECK(end_of_child([&] {
          CircuitBreaker db{Config{.name = "db", .listeners = {background}}};
          api.disable();
          db.disable();
          return background.close();
        }) == "well");
  CHECK(lines.read() == Strings{"api: disable()", "db: disable()"});
}

TEST_CASE("The worker takes no signals of the process, in parent and child, and its starter keeps its own") {
  std::atomic<bool> blocked{false};
  const auto mask = [] {
    sigset_t set;
    pthread_sigmask(SIG_SETMASK, nullptr, &set);
    return set;
  };
  const auto look = [&](const Signal&) {
    const sigset_t set = mask();
    blocked = true;
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM, SIGPIPE, SIGQUIT}) {
      blocked = blocked && sigismember(&set, number) == 1;
    }
    // By these the thread learns of its own faults.
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) blocked = blocked && sigismember(&set, number) == 0;
  };
  const Background background{look};
  const auto free_here = [&] {
    const sigset_t set = mask();
    return sigismember(&set, SIGTERM) == 0 && sigismember(&set, SIGALRM) == 0;
  };
  CHECK(free_here());
  CHECK(end_of_child([&] {
          background(signal("a", 1));
          return free_here() && background.close() && blocked;
        }) == "well");
  background(signal("a", 1));
  CHECK(background.close());
  CHECK(blocked);
}

}  // namespace
