// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Signals on a worker's thread: their order, what is dropped and told, and how it ends.

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"
#include "support/signals.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using Catch::Matchers::ContainsSubstring;

/// Far longer than anything here takes: a test that waits for it has failed.
constexpr auto patience = 60s;

/// What waits at it goes on once it is open.
class Gate {
 public:
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock{mutex_};
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for_arrival() {
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, patience, [&] { return arrived_ != 0; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int arrived_ = 0;
};

std::string words(const Signal& signal) { return signal.circuit_name + std::to_string(signal.sequence); }

/// Writes down what it is told once the gate is open. Copies share all.
class Diary {
 public:
  void operator()(const Signal& signal) const {
    gate->pass();
    pages->push_back(words(signal));
  }
  void dropped(const std::string& circuit, std::uint64_t count) const {
    pages->push_back(std::string{"-"}.append(std::to_string(count)).append(circuit));
  }
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::shared_ptr<Strings> pages = std::make_shared<Strings>();
};

/// A worker that stands at the gate of `diary` with the signal "x0", so that what follows waits in the queue.
Background busy(const Diary& diary, std::uint64_t limit) {
  const Background background{
      diary, {.limit = limit, .deadline = patience, .on_drop = [diary](auto&&... told) { diary.dropped(told...); }}};
  background(signal("x", 0));
  diary.gate->wait_for_arrival();
  return background;
}

/// What the diary says once all is delivered.
Strings finish(const Background& background, const Diary& diary) {
  diary.gate->open();
  CHECK(background.close());
  return *diary.pages;
}

TEST_CASE("Background delivers in order, on another thread") {
  std::vector<std::thread::id> threads;
  Diary diary;
  diary.gate->open();
  {
    const Background background{[&](const Signal& signal) {
      threads.push_back(std::this_thread::get_id());
      diary(signal);
    }};
    for (std::uint64_t i = 1; i <= 4; ++i) background(signal("a", i));
  }
  CHECK(*diary.pages == Strings{"a1", "a2", "a3", "a4"});
  for (const std::thread::id id : threads) CHECK(id != std::this_thread::get_id());
}

TEST_CASE("Background is a listener like others, and delivers when its breaker goes") {
  Diary diary;
  diary.gate->open();
  {
    CircuitBreaker breaker{Config{.name = "db", .listeners = {Background{diary, 1000}}}};
    breaker.force_open();
    breaker.reset();
  }
  CHECK(*diary.pages == Strings{"db1", "db2"});
}

TEST_CASE("Background delivers a signal with all that it has, though its breaker is gone") {
  std::vector<Signal> delivered;
  std::vector<Signal> direct;
  {
    const Background background{[&](const Signal& signal) { delivered.push_back(signal); }};
    CircuitBreaker breaker{Config{.name = "db",
                                  .labels = {{"team", "pay"}, {"region", "eu"}},
                                  .listeners = {background, [&](const Signal& signal) { direct.push_back(signal); }}}};
    breaker.force_open();
    breaker.reset();
  }
  REQUIRE(direct.size() == 2);
  REQUIRE(delivered.size() == 2);
  for (std::size_t i = 0; i != 2; ++i) {
    CAPTURE(i);
    CHECK(delivered[i].labels == Labels{{"team", "pay"}, {"region", "eu"}});
    CHECK(delivered[i].labels.begin() == direct[i].labels.begin());
    CHECK(delivered[i].timestamp == direct[i].timestamp);
    CHECK(delivered[i].reason == direct[i].reason);
  }
}

TEST_CASE("one Background serves several breakers with one worker") {
  std::atomic<int> inside{0};
  std::atomic<bool> alone{true};
  std::map<std::string, int> heard;
  {
    const Background shared{[&](const Signal& signal) {
      if (inside.fetch_add(1) != 0) alone = false;
      ++heard[signal.circuit_name];
      inside.fetch_sub(1);
    }};
    CircuitBreaker orders{Config{.name = "orders", .listeners = {shared}}};
    CircuitBreaker stock{Config{.name = "stock", .listeners = {shared}}};
    std::thread other{[&] {
      for (int i = 0; i != 100; ++i) orders.force_open();
    }};
    for (int i = 0; i != 100; ++i) stock.force_open();
    other.join();
  }
  CHECK(alone);
  CHECK(heard == std::map<std::string, int>{{"orders", 100}, {"stock", 100}});
}

TEST_CASE("when more wait than may, the oldest goes and the number is told before the next delivery") {
  const Diary diary;
  const Background background = busy(diary, 2);
  for (std::uint64_t i = 1; i <= 5; ++i) background(signal("a", i));
  CHECK(background.dropped() == 3);
  CHECK(finish(background, diary) == Strings{"x0", "-3a", "a4", "a5"});
  CHECK(background.dropped() == 3);
}

TEST_CASE("the circuit with most waiting loses its oldest, whoever comes") {
  for (const std::string calm : {"calm", "quiet"}) {  // before and behind the other one by name
    CAPTURE(calm);
    const Diary diary;
    const Background background = busy(diary, 4);
    background(signal(calm, 1));
    for (std::uint64_t i = 1; i <= 5; ++i) background(signal("flapping", i));
    background(signal(calm, 2));
    CHECK(background.dropped() == 3);
    Strings pages = finish(background, diary);
    REQUIRE(pages.size() == 6);
    CHECK(pages[1] == "-3flapping");
    std::sort(pages.begin() + 2, pages.end());
    CHECK(pages == (calm == "calm" ? Strings{"x0", "-3flapping", "calm1", "calm2", "flapping4", "flapping5"}
                                   : Strings{"x0", "-3flapping", "flapping4", "flapping5", "quiet1", "quiet2"}));
  }
}

TEST_CASE("a circuit that loses its last signal loses its turn to the next one") {
  detail::SignalQueue queue;
  for (const char* circuit : {"a", "b", "c"}) {
    detail::SignalQueue::Entries entry;
    entry.emplace_back().signal = signal(circuit, 1);
    queue.push(entry);
  }
  CHECK(words(queue.pop().front().signal) == "a1");
  CHECK(words(queue.drop().front().signal) == "b1");
  CHECK(words(queue.pop().front().signal) == "c1");
  CHECK(queue.size() == 0);
  CHECK(queue.clear().empty());
}

TEST_CASE("among circuits with equally many waiting, the oldest signal of all goes") {
  const Diary diary;
  const Background background = busy(diary, 2);
  for (const char* circuit : {"b", "a", "c"}) background(signal(circuit, 1));
  CHECK(finish(background, diary) == Strings{"x0", "-1b", "a1", "c1"});
}

TEST_CASE("circuits take turns while there is a backlog, each in its order") {
  const Diary diary;
  const Background background = busy(diary, 10);
  for (std::uint64_t i = 1; i <= 3; ++i) background(signal("a", i));
  background(signal("b", 1));
  background(signal("b", 2));
  background(signal("c", 1));
  CHECK(finish(background, diary) == Strings{"x0", "a1", "b1", "c1", "a2", "b2", "a3"});
  CHECK(background.dropped() == 0);
}

TEST_CASE("a queue of one keeps the newest") {
  const Diary diary;
  const Background background = busy(diary, 1);
  for (const char* circuit : {"a", "b", "a", "c"}) background(signal(circuit, 1));
  CHECK(finish(background, diary) == Strings{"x0", "-2a", "-1b", "c1"});
}

TEST_CASE("close delivers what waits, and what comes later is dropped and counted") {
  const Diary diary;
  diary.gate->open();
  const Background background{diary};
  const Background copy = background;
  copy(signal("a", 1));
  CHECK(background.close());
  CHECK(*diary.pages == Strings{"a1"});
  copy(signal("a", 2));
  CHECK(copy.dropped() == 1);
  CHECK(copy.close());
  CHECK(*diary.pages == Strings{"a1"});
}

/// Keeps its promise when its thread, whose it is, has ended.
struct AtEndOfThread {
  std::promise<void>& promise;
  explicit AtEndOfThread(std::promise<void>& made) : promise{made} {}
  AtEndOfThread(const AtEndOfThread&) = delete;
  AtEndOfThread& operator=(const AtEndOfThread&) = delete;
  ~AtEndOfThread() { promise.set_value(); }
};

TEST_CASE("a listener that hangs is left behind at the deadline, with all it uses") {
  const auto gate = std::make_shared<Gate>();
  std::promise<void> gone;
  std::future<void> is_gone = gone.get_future();
  std::promise<void> ended;
  std::future<void> has_ended = ended.get_future();
  {
    // Destroyed with the listener, by the thread that was left behind.
    const std::shared_ptr<std::promise<void>> farewell{new std::promise<void>{std::move(gone)}, [](auto* promise) {
                                                         promise->set_value();
                                                         delete promise;
                                                       }};
    const Background background{
        [gate, farewell, &ended, text = std::make_shared<std::string>("its own")](const Signal&) {
          thread_local const AtEndOfThread at_end{ended};
          gate->pass();
          if (*text != "its own") std::abort();
        },
        {.deadline = 10ms}};
    for (std::uint64_t i = 0; i != 4; ++i) background(signal("a", i));
    gate->wait_for_arrival();
    CHECK_FALSE(background.close());
    CHECK(background.dropped() == 3);
    CHECK_FALSE(background.close());
  }
  REQUIRE(is_gone.wait_for(0s) == std::future_status::timeout);
  gate->open();
  CHECK(is_gone.wait_for(patience) == std::future_status::ready);
  CHECK(has_ended.wait_for(patience) == std::future_status::ready);
}

TEST_CASE("without a deadline the rest is dropped, and the delivery that runs comes to its end") {
  const Diary diary;
  const auto delivered = std::make_shared<std::promise<void>>();
  const Background background{[delivered, diary](const Signal& signal) {
                                diary(signal);
                                delivered->set_value();
                              },
                              {.deadline = 0s}};
  background(signal("a", 1));
  diary.gate->wait_for_arrival();
  background(signal("a", 2));
  CHECK_FALSE(background.close());
  CHECK(background.dropped() == 1);
  diary.gate->open();
  REQUIRE(delivered->get_future().wait_for(patience) == std::future_status::ready);
  for (int i = 0; i != 1000; ++i) std::this_thread::yield();  // the worker ends
  CHECK_FALSE(background.close());                            // what was left stays so
}

TEST_CASE("the last copy may go in the listener itself") {
  const auto holder = std::make_shared<std::optional<Background>>();
  const auto done = std::make_shared<std::promise<void>>();
  const auto heard = std::make_shared<std::atomic<int>>(0);
  const auto gate = std::make_shared<Gate>();
  holder->emplace([holder, heard, gate, done](const Signal& signal) {
    gate->pass();
    heard->fetch_add(1);
    if (signal.sequence == 1) holder->reset();
    if (signal.sequence == 2) done->set_value();
  });
  (**holder)(signal("a", 1));
  (**holder)(signal("a", 2));
  gate->open();
  REQUIRE(done->get_future().wait_for(patience) == std::future_status::ready);
  CHECK(*heard == 2);
}

TEST_CASE("a listener may close its own worker, and what waits is then bound by the deadline") {
  std::promise<Background> handle;
  std::promise<bool> answer;
  const std::shared_future<Background> self = handle.get_future().share();
  // All three hold a handle of their own worker, which its end releases.
  const Background background{[self, &answer](const Signal&) { answer.set_value(self.get().close()); },
                              {.deadline = 0s,
                               .on_error = [self](const Signal&, const std::exception_ptr&) {},
                               .on_drop = [self](const std::string&, std::uint64_t) {}}};
  background(signal("a", 1));
  background(signal("a", 2));
  handle.set_value(background);
  CHECK_FALSE(answer.get_future().get());
  CHECK_FALSE(background.close());
  CHECK(background.dropped() == 1);
}

TEST_CASE("a signal wakes a worker that waits for one") {
  std::counting_semaphore<> delivered{0};
  const Background background{[&](const Signal&) { delivered.release(); }};
  for (std::uint64_t i = 0; i != 1'000; ++i) {
    CAPTURE(i);
    background(signal("a", i));
    REQUIRE(delivered.try_acquire_for(patience));
  }
}

TEST_CASE("the end of the worker takes listener and hooks with it, though handles stay") {
  auto listened = std::make_shared<int>();
  auto failed = std::make_shared<int>();
  auto dropped = std::make_shared<int>();
  const std::weak_ptr<int> parts[] = {listened, failed, dropped};
  const Background background{[part = std::move(listened)](const Signal&) {},
                              {.on_error = [part = std::move(failed)](const Signal&, const std::exception_ptr&) {},
                               .on_drop = [part = std::move(dropped)](const std::string&, std::uint64_t) {}}};
  for (const auto& part : parts) {
    CAPTURE(&part - parts);
    CHECK_FALSE(part.expired());
  }
  CHECK(background.close());
  for (const auto& part : parts) {
    CAPTURE(&part - parts);
    CHECK(part.expired());
  }
}

/// A listener that closes its Background when it is told of DISABLED. What it is attached to a breaker with asks the
/// Background something at its end.
class Asking {
 public:
  Asking(const std::optional<Background>& background, Gate& gate, Strings& heard, std::counting_semaphore<>& answered)
      : background_{background}, gate_{gate}, heard_{heard}, answered_{answered} {}

  void attach(const Info&) {
    question_ = std::shared_ptr<void>{nullptr, [&background = background_, &answered = answered_](void*) {
                                        (void)background->dropped();
                                        answered.release();
                                      }};
  }
  void operator()(const Signal& signal) const {
    gate_.pass();
    heard_.emplace_back(to_string(signal.new_state));
    if (signal.new_state == State::disabled) background_->close();
  }

 private:
  const std::optional<Background>& background_;
  Gate& gate_;
  Strings& heard_;
  std::counting_semaphore<>& answered_;
  std::shared_ptr<void> question_;
};

TEST_CASE("an attached listener that goes with its last signal may ask its Background at its end") {
  const bool closes = GENERATE(false, true);
  CAPTURE(closes);
  Gate gate;
  Strings heard;
  std::counting_semaphore<> answered{0};
  std::optional<Background> background;
  background.emplace(Asking{background, gate, heard, answered}, BackgroundOptions{.deadline = 0s});
  {
    CircuitBreaker breaker{Config{.name = "a", .listeners = {*background}}};
    if (closes) breaker.disable();
    breaker.force_open();
  }
  gate.open();
  CHECK(answered.try_acquire_for(patience));
  CHECK(heard == Strings{closes ? "disabled" : "forced_open"});  // what waits longer than the deadline is given up
  (void)background->close();
}

#if defined(__GLIBC__) && defined(__cpp_exceptions)
/// While it lives, no thread can be made without saying how large its stack is.
class NoThreads {
 public:
  NoThreads() {
    pthread_attr_init(&before_);
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    pthread_attr_init(&huge);
    pthread_attr_setstacksize(&huge, std::numeric_limits<std::size_t>::max() / 16 * 15);  // 3 of 4 GiB may be free
    pthread_setattr_default_np(&huge);
    pthread_attr_destroy(&huge);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

TEST_CASE("where the system has no thread to give, no Background is made") {
  const Diary diary;
  {
    const NoThreads none;
    CHECK_THROWS_AS(Background{diary}, std::system_error);
  }
  diary.gate->open();
  const Background background{diary};
  background(signal("a", 1));
  CHECK(finish(background, diary) == Strings{"a1"});
}
#endif

TEST_CASE("a thousand signals may wait, and close waits for five seconds, unless the user says otherwise") {
  CHECK(BackgroundOptions{}.limit == 1'000);
  CHECK(BackgroundOptions{}.deadline == 5s);
}

TEST_CASE("values out of range are refused") {
  const Diary diary;
  CHECK(refusal([&] { Background{diary, 0}; }) == "Background: limit 0 is not in [1, 2^64)");
  CHECK(refusal([&] { Background{diary, -1}; }) == "Background: limit -1 is not in [1, 2^64)");
  CHECK(refusal([&] { Background{diary, {.limit = 0}}; }) == "Background: limit 0 is not in [1, 2^64)");
  CHECK(refusal([&] { Background{diary, {.deadline = -1s}}; }) == "Background: deadline -1s is not in [0s, 24h]");
  CHECK(refusal([&] { Background{diary, {.deadline = 24h + 1ns}}; }) ==
        "Background: deadline 86400000000001ns is not in [0s, 24h]");
  CHECK(refusal([&] { Background{diary, {.deadline = 24h}}; }) == "accepted");
  CHECK(refusal([&] { Background{Listener{}}; }) == "Background: the listener is empty");
}

/// Four threads that share eight breakers make a hundred thousand transitions, each of which announces itself.
class Storm {
 public:
  static constexpr int threads = 4;
  static constexpr int circuits = 8;
  static constexpr int transitions_each = 25'000;
  static constexpr std::uint64_t transitions = 100'000;

  explicit Storm(const Listener& listener) {
    for (int i = 0; i != circuits; ++i) {
      breakers_.push_back(
          std::make_unique<CircuitBreaker<>>(Config{.name = "circuit " + std::to_string(i), .listeners = {listener}}));
    }
  }

  void rage(const std::function<void()>& after_each) {
    std::vector<std::thread> callers;
    for (int thread = 0; thread != threads; ++thread) {
      callers.emplace_back([&, thread] {
        for (int i = 0; i != transitions_each; ++i) {
          auto& breaker = *breakers_[static_cast<std::size_t>((i + thread) % circuits)];
          if (i / circuits % 2 == 0) {
            breaker.force_open();
          } else {
            breaker.reset();
          }
          after_each();
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }

  /// What the breakers themselves have left out, since too much of theirs waited.
  std::uint64_t left_out() const {
    std::uint64_t all = 0;
    for (const auto& breaker : breakers_) all += breaker->info().signals_dropped;
    return all;
  }

 private:
  std::vector<std::unique_ptr<CircuitBreaker<>>> breakers_;
};

TEST_CASE("callers do not wait for a listener that stands still, and what waits stays within the limit") {
  constexpr std::uint64_t limit = 100;
  const Diary diary;
  const Background background = busy(diary, limit);
  Storm storm{background};
  storm.rage([] {});  // returns although the listener does not
  const std::uint64_t too_many = Storm::transitions - storm.left_out() - limit;
  CHECK(background.dropped() == too_many);
  const Strings pages = finish(background, diary);
  std::uint64_t told = 0;
  for (const std::string& page : pages) {
    if (page.front() == '-') told += std::stoull(page.substr(1));
  }
  CHECK(told == too_many);
  CHECK(pages.size() == 1 + Storm::circuits + limit);
}

TEST_CASE("through a slow listener every circuit stays in order, and each gap is told where it is") {
  std::counting_semaphore<> turns{0};
  std::map<std::string, std::uint64_t> last;
  std::uint64_t delivered = 0;
  std::uint64_t told = 0;
  std::uint64_t skipped = 0;
  std::uint64_t left_out = 0;
  bool in_order = true;
  const Background background{
      [&](const Signal& signal) {
        turns.acquire();
        ++delivered;
        std::uint64_t& before = last[signal.circuit_name];
        in_order = in_order && signal.sequence > before;
        skipped += signal.sequence - before - 1;
        before = signal.sequence;
      },
      {.limit = 100, .deadline = patience, .on_drop = [&](const std::string& circuit, std::uint64_t count) {
         last[circuit] += count;
         told += count;
       }}};
  {
    Storm storm{background};
    std::atomic<int> made{0};
    storm.rage([&] {
      if (made.fetch_add(1) % 20 == 0) turns.release();  // the listener is twenty times slower than its callers
    });
    left_out = storm.left_out();
  }
  turns.release(1'000'000);
  CHECK(background.close());
  CHECK(in_order);
  CHECK(skipped == left_out);
  CHECK(delivered + told + left_out == Storm::transitions);
  CHECK(told == background.dropped());
  CHECK(told != 0);
}

#if defined(__cpp_exceptions)

TEST_CASE("what the listener throws goes to the error hook, and the next signal is delivered") {
  Strings errors;
  Strings heard;
  {
    const Background background{[&](const Signal& signal) {
                                  heard.push_back(words(signal));
                                  throw std::runtime_error{"pager unplugged"};
                                },
                                {.on_error = [&](const Signal& signal, const std::exception_ptr& error) {
                                  try {
                                    std::rethrow_exception(error);
                                  } catch (const std::runtime_error& caught) {
                                    errors.push_back(words(signal) + ": " + caught.what());
                                  }
                                  throw std::runtime_error{"the hook as well"};
                                }}};
    background(signal("a", 1));
    background(signal("a", 2));
  }
  CHECK(heard == Strings{"a1", "a2"});
  CHECK(errors == Strings{"a1: pager unplugged", "a2: pager unplugged"});
}

TEST_CASE("what a listener throws or a drop hook throws needs no hook") {
  const Diary diary;
  const Background background{[&](const Signal& signal) {
                                diary(signal);
                                throw 1;
                              },
                              {.limit = 1, .on_drop = [](const std::string&, std::uint64_t) { throw 2; }}};
  background(signal("x", 0));
  diary.gate->wait_for_arrival();
  background(signal("a", 1));
  background(signal("a", 2));
  CHECK(finish(background, diary) == Strings{"x0", "a2"});
}

#endif

}  // namespace
