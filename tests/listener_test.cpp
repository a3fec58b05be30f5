// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What a listener is made from, when it is told whose it is, and what becomes of what it throws.

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using Strings = std::vector<std::string>;

/// Writes down whose it is, and what it is told.
struct Diary {
  Strings& pages;
  std::string name = "nobody";

  void attach(const Info& info) {
    name = info.name;
    pages.push_back(name + " is " + std::string{to_string(info.state)});
  }
  void operator()(const Signal& signal) const { pages.push_back(name + ": " + signal.reason); }
};

/// Not attachable by its name alone.
struct Unrelated {
  void attach(int) {}
  void operator()(const Signal&) const {}
};

struct Callee {
  void operator()(const Signal&) const {}
};

void plain(const Signal&) {}

static_assert(AttachableListener<Diary> && AttachableListener<std::reference_wrapper<Diary>>);
static_assert(!AttachableListener<Unrelated> && !AttachableListener<Callee> &&
              !AttachableListener<void (*)(const Signal&)>);
static_assert(std::is_convertible_v<Diary, Listener> && std::is_convertible_v<Unrelated, Listener>);
static_assert(std::is_convertible_v<void (*)(const Signal&), Listener>);
static_assert(std::is_convertible_v<std::function<void(const Signal&)>, Listener>);
static_assert(std::is_convertible_v<std::nullptr_t, Listener>);
// What is meant as a listener and is none is refused in a sentence: tests/compile_fail/listener_*.cpp.
static_assert(!std::is_convertible_v<std::vector<Listener>::iterator, Listener>,
              "or two iterators would be a list of two listeners");
static_assert(!std::is_constructible_v<Listener, std::vector<Listener>>, "or a list of a list would be one listener");
static_assert(std::is_copy_constructible_v<Listener> && std::is_nothrow_move_constructible_v<Listener>);

TEST_CASE("A listener is told whose it is when its breaker is made, before any signal, by both front ends") {
  Strings pages;
  CircuitBreaker api{Config{.name = "api", .listeners = {Diary{pages}}}};
  CHECK(pages == Strings{"api is closed"});
  AsyncCircuitBreaker db{Config{.name = "db", .listeners = {Diary{pages}}}};
  AsyncCircuitBreaker same{api};  // not made anew
  CHECK(pages == Strings{"api is closed", "db is closed"});
  api.disable();
  db.force_open();
  CHECK(pages == Strings{"api is closed", "db is closed", "api: disable()", "db: force_open()"});
}

TEST_CASE("Each breaker attaches a copy of its own, and what is referred to is attached itself") {
  Strings pages;
  const std::vector<Listener> both{Diary{pages}};
  CircuitBreaker one{Config{.name = "one", .listeners = both}};
  CircuitBreaker two{Config{.name = "two", .listeners = both}};
  one.disable();
  two.disable();
  CHECK(pages == Strings{"one is closed", "two is closed", "one: disable()", "two: disable()"});

  pages.clear();
  Diary kept{pages};
  CircuitBreaker three{Config{.name = "three", .listeners = {std::ref(kept)}}};
  CHECK(kept.name == "three");
  three.reset();
  CHECK(pages == Strings{"three is closed", "three: reset()"});
}

TEST_CASE("Listeners come from whatever a vector of them is made from") {
  Strings pages;
  const std::vector<Listener> both{Diary{pages}, Diary{pages}};
  const std::vector<Diary> diaries{Diary{pages}, Diary{pages}};
  const auto count = [](const std::vector<Listener>& listeners) { return listeners.size(); };
  CHECK(count({both}) == 2);
  CHECK(count({both.begin(), both.end()}) == 2);
  CHECK(count({both.data(), both.data() + 2}) == 2);
  CHECK(count({diaries.begin(), diaries.end()}) == 2);
  CHECK(count({both, std::allocator<Listener>{}}) == 2);
  CHECK(count({nullptr, nullptr}) == 2);
}

TEST_CASE("It is attached once, on the thread that makes the breaker") {
  std::vector<std::thread::id> threads;
  struct Asking {
    std::vector<std::thread::id>& threads;
    void attach(const Info&) { threads.push_back(std::this_thread::get_id()); }
    void operator()(const Signal&) const {}
  };
  std::thread::id maker;
  std::thread{[&] {
    maker = std::this_thread::get_id();
    CircuitBreaker breaker{Config{.listeners = {Asking{threads}, Asking{threads}}}};
    breaker.disable();
  }}.join();
  CHECK(threads == std::vector{maker, maker});

  Listener listener{Asking{threads}};
  CHECK(listener.is_attachable());
  listener.attach(Info{});
  CHECK_FALSE(listener.is_attachable());
  listener.attach(Info{});
  CHECK(threads.size() == 3);
  Listener other{Callee{}};
  CHECK_FALSE(other.is_attachable());
  other.attach(Info{});
}

TEST_CASE("Empty listeners are false, and refused") {
  const std::function<void(const Signal&)> none;
  void (*const nothing)(const Signal&) = nullptr;
  CHECK_FALSE(Listener{});
  CHECK_FALSE(Listener{nullptr});
  CHECK_FALSE(Listener{none});
  CHECK_FALSE(Listener{nothing});
  CHECK(Listener{plain});
  CHECK(Listener{&plain});
  CHECK(refusal([&] { CircuitBreaker{Config{.listeners = {none}}}; }) != "accepted");
}

#if defined(__cpp_exceptions)

TEST_CASE("What attach throws leaves the construction, and takes every listener with it") {
  struct Choosy {
    std::shared_ptr<int> kept;
    void attach(const Info& info) { throw std::invalid_argument{"not for " + info.name}; }
    void operator()(const Signal&) const {}
  };
  Strings pages;
  const auto kept = std::make_shared<int>(0);
  const auto make = [&] {
    return Config{.name = "api", .listeners = {Diary{pages}, [kept](const Signal&) {}, Choosy{kept}, Diary{pages}}};
  };
  CHECK_THROWS_WITH(CircuitBreaker{make()}, "not for api");
  CHECK_THROWS_WITH(AsyncCircuitBreaker{make()}, "not for api");
  CHECK(pages == Strings{"api is closed", "api is closed"});  // the second Diary was not asked
  CHECK(kept.use_count() == 1);

  Listener listener{Choosy{kept}};
  CHECK_THROWS_WITH(listener.attach(Info{.name = "db"}), "not for db");
  CHECK(listener.is_attachable());
  CHECK(listener);
}

TEST_CASE("What listeners throw is counted, told or not, and whatever it is") {
  int told = 0;
  CircuitBreaker breaker{Config{.tripper = FailureStreak{1},
                                .listeners = {[](const Signal&) { throw std::runtime_error{"pager"}; }, plain,
                                              [](const Signal& signal) {
                                                if (signal.sequence == 2) throw 1;
                                              }},
                                .on_listener_error = [&](const Signal&, const std::exception_ptr&) {
                                  ++told;
                                  throw std::runtime_error{"the hook as well"};
                                }}};
  AsyncCircuitBreaker same{breaker};
  CHECK(breaker.info().listener_errors == 0);
  breaker.try_acquire().failure();
  CHECK(breaker.info().listener_errors == 1);
  breaker.reset();
  CHECK(breaker.info().listener_errors == 3);
  CHECK(same.info().listener_errors == 3);
  breaker.disable(Notify::no);
  CHECK(breaker.info().listener_errors == 3);
  CHECK(told == 3);

  CircuitBreaker untold{Config{.window = TimeWindow{std::chrono::seconds{10}},
                               .listeners = {[](const Signal&) { throw std::runtime_error{"pager"}; }}}};
  untold.disable();
  CHECK(untold.info().listener_errors == 1);
  CHECK(CircuitBreaker{Config{}}.info().listener_errors == 0);
}

#endif

}  // namespace
