// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The checks of FLUXGATE_DEBUG. Each violation in a process of its own, which it must end with a sentence.

#define FLUXGATE_DEBUG 1

// One case calls on purpose what a tracker cannot look at. Here, since the twins of guarded() call those of the breaker.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/base/type_name.hpp>
#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/last_words.hpp"
#include "support/tasks.hpp"

using namespace fluxgate;

namespace {

using Breaker = CircuitBreaker<>;
using Async = AsyncCircuitBreaker<>;
const std::string destroyed_under =
    "fluxgate: a breaker is destroyed while a call, a command, an Admission or an awaitable of it is in flight "
    "(breaker 'db')";
const auto one = [] { return 1; };

tasks::Lazy<int> one_later() { co_return 1; }
tasks::Lazy<int> wait_for(tasks::Event& event) {
  co_await event;
  co_return 1;
}

}  // namespace

TEST_CASE("A breaker of any type is watched as one of a known type, wherever it has moved") {
  CHECK(last_words([] {
          std::optional<AnyCircuitBreaker> cb{std::in_place, "db"};
          called(*cb, [&] { cb.reset(); });
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<AnyCircuitBreaker> cb{std::in_place, "db"};
          const AnyAdmission admission{cb->try_acquire()};
          cb.reset();
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<AnyCircuitBreaker> cb{std::in_place, "db"};
          const auto answer = guarded(*cb, one, [](const CallNotPermittedError&) { return 0; });
          cb.reset();
          (void)answer();
        }) == "fluxgate: what guarded() gave is called after its breaker was destroyed (breaker 'db')\n");
  CHECK(end_of([] {
          AnyCircuitBreaker cb{"db"};
          std::optional<AnyCircuitBreaker> moved;
          const auto answer = guarded(cb, one, [](const CallNotPermittedError&) { return 0; });
          called(cb, [&] { moved.emplace(std::move(cb)); });
          (void)answer();
        }).finished);
}

TEST_CASE("A breaker that is destroyed under a call ends the program with a sentence") {
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          called(*cb, [&] { cb.reset(); });
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          Breaker host{"host"};
          std::optional<Breaker> cb{std::in_place, "db"};
          auto both = in_series(*cb, host);
          called(both, [&] { cb.reset(); });
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          cb->try_acquire().run([&] { cb.reset(); });
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          const auto admission = cb->try_acquire();
          cb.reset();
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          auto first = cb->try_acquire();
          const auto second = std::move(first);
          cb.reset();
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          Breaker other{"other"};
          auto admission = other.try_acquire();
          admission = cb->try_acquire();
          cb.reset();
        }).starts_with(destroyed_under));
  CHECK(last_words([] {
          std::optional<Async> cb{std::in_place, "db"};
          tasks::Event event;
          const auto call = [&]() -> tasks::Eager<int> {
            co_return co_await calling(*cb, [&event] { return wait_for(event); });
          };
          const auto task = call();
          cb.reset();
        }).starts_with(destroyed_under));
}

TEST_CASE("A breaker that its own listener destroys during a command ends the program with a sentence") {
  const auto check = [](auto command) {
    CHECK(last_words([&] {
            std::optional<Breaker> cb;
            cb.emplace(Config{.name = std::string{"db"}, .listeners = {[&](const Signal&) { cb.reset(); }}});
            command(*cb);
          }).starts_with(destroyed_under));
  };
  check([](Breaker& cb) { cb.reset(); });
  check([](Breaker& cb) { cb.disable(); });
  check([](Breaker& cb) { cb.metrics_only(); });
  check([](Breaker& cb) { cb.force_open(); });
  check([](Breaker& cb) { cb.force_open(std::chrono::seconds{1}); });
  check([](Breaker& cb) { Async{cb}.disable(); });
}

TEST_CASE("A breaker that its own listener destroys while a call is admitted ends the program with a sentence") {
  const auto check = [](auto ask) {
    CHECK(last_words([&] {
            std::optional<Breaker> cb;
            cb.emplace(Config{.name = std::string{"db"}, .listeners = {[&](const Signal& signal) {
                                                           if (signal.new_state == State::half_open) cb.reset();
                                                         }}});
            cb->force_open(std::chrono::microseconds{1});
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
            ask(*cb);
          }).starts_with(destroyed_under));
  };
  check([](Breaker& cb) { (void)cb.try_acquire(); });
  check([](Breaker& cb) { called(cb, [] {}); });
  check([](Breaker& cb) {
    Async async{cb};
    const auto call = [&]() -> tasks::Eager<int> { co_return co_await calling(async, one_later); };
    tasks::run(call());
  });
}

TEST_CASE("What refers to a breaker and is used after its end ends the program with a sentence") {
#if defined(__cpp_exceptions)
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          const auto call = guarded(*cb, one);
          cb.reset();
          call();
        }).starts_with("fluxgate: what guarded() gave is called after its breaker was destroyed (breaker 'db')"));
#endif
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          const auto call = guarded(*cb, one, [](const CallNotPermittedError&) { return 0; });
          const auto copy = call;
          cb.reset();
          copy();
        }).starts_with("fluxgate: what guarded() gave is called after its breaker was destroyed (breaker 'db')"));
  CHECK(last_words([] {
          Breaker cb{"db"};
          std::optional<Async> async{std::in_place, cb};
          const auto call = guarded(*async, [] { return tasks::Ready<int>{1}; });
          async.reset();
          (void)call();
        }).starts_with("fluxgate: what guarded() gave is called after its breaker was destroyed (breaker 'db')"));
  CHECK(last_words([] {
          Breaker host{"host"};
          std::optional<Breaker> cb{std::in_place, "db"};
          const auto both = in_series(in_series(host), *cb);
          cb.reset();
          (void)both.would_admit();
        }).starts_with("fluxgate: a Series is used after one of its breakers was destroyed (breaker 'db')"));
  CHECK(last_words([] {
          std::optional<Breaker> cb{std::in_place, "db"};
          Async async{*cb};
          cb.reset();
          (void)async.state();
        })
            .starts_with(
                "fluxgate: an AsyncCircuitBreaker is used after the breaker that it is attached to was destroyed"));
#if defined(__cpp_exceptions)
  const auto write_call = [](Async& cb) { return cb.call([] { return tasks::Ready<int>{1}; }); };
  const auto fall_back = [](const CallNotPermittedError&) { return tasks::Ready<int>{0}; };
#else
  const auto write_call = [](Async& cb) { return cb.try_call([] { return tasks::Ready<int>{1}; }); };
  const auto fall_back = [](const CallNotPermittedError&) { return 0; };
#endif
  const std::string awaited_late =
      "fluxgate: an awaitable of a guarded call is awaited after its breaker was destroyed";
  CHECK(last_words([&] {
          std::optional<Async> cb{std::in_place, "db"};
          auto later = write_call(*cb);
          cb.reset();
          const auto await = [&]() -> tasks::Eager<void> { (void)co_await std::move(later); };
          (void)await();
        }).starts_with(awaited_late));
  CHECK(last_words([&] {
          std::optional<Async> cb{std::in_place, "db"};
          auto later = cb->call_with_fallback([] { return tasks::Ready<int>{1}; }, fall_back);
          cb.reset();
          const auto await = [&]() -> tasks::Eager<int> { co_return co_await std::move(later); };
          (void)await();
        }).starts_with(awaited_late));
}

TEST_CASE("A guarded callable of whose calls the compiler warns is checked like any other") {
  const OnResult texts{[](const std::string& text) { return text.empty(); }};
  const auto check = [&](auto make, auto use) {
    CHECK(last_words([&] {
            std::optional<CircuitBreaker<CountWindow, std::decay_t<decltype(texts)>>> cb;
            cb.emplace("db", CountWindow{10}, texts);
            auto call = make(*cb);
            cb.reset();
            use(call);
          }).starts_with("fluxgate: what guarded() gave is called after its breaker was destroyed (breaker 'db')"));
  };
  const auto check_all = [&](auto make) {
    check(make, [](auto& call) { call(); });
    check(make, [](auto& call) { std::as_const(call)(); });
    check(make, [](auto& call) { std::move(call)(); });
  };
#if defined(__cpp_exceptions)
  check_all([](auto& cb) { return guarded(cb, one); });
#endif
  check_all([](auto& cb) { return guarded(cb, one, [](const CallNotPermittedError&) { return 0; }); });
}

TEST_CASE("What ends before its breaker passes the checks, and what is not used after it") {
  std::optional<Breaker> cb{std::in_place, "db"};
  CHECK(called(*cb, one) == 1);
  {
    auto admission = cb->try_acquire();
    auto moved = std::move(admission);
    moved.success();
    auto run = cb->try_acquire();
    CHECK(run.run(one) == 1);
    auto dropped = cb->try_acquire();
    dropped = cb->try_acquire();
  }
  auto told = cb->try_acquire();
  told.failure();
  cb->force_open();
  const auto refused = cb->try_acquire();
  const auto unused = guarded(*cb, one);
  std::optional<Async> async{std::in_place, *cb};
  auto never_awaited = async->call([] { return tasks::Ready<int>{1}; });
  async.reset();
  cb.reset();
  CHECK_FALSE(refused);
}

TEST_CASE("Units with and without the checks, exceptions or type information have types of their own and do not mix") {
#if defined(__cpp_rtti)
  const std::string_view name{typeid(Breaker).name()};
#else
  const std::string_view name = detail::type_name<Breaker>();
#endif
  const auto says = [&](std::string_view suffix) { return name.find(suffix) != std::string_view::npos; };
  CAPTURE(std::string{name});
  CHECK(says("v0_1_debug"));
#if defined(__cpp_exceptions)
  CHECK_FALSE(says("_no_exceptions"));
#else
  CHECK(says("_no_exceptions"));
#endif
#if defined(__cpp_rtti)
  CHECK_FALSE(says("_no_rtti"));
#else
  CHECK(says("_no_rtti"));
#endif
}
