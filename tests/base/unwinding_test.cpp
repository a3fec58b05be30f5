// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Calls that end by unwinding which is no exception.

#include <cxxabi.h>
#include <pthread.h>
#include <unistd.h>
#include <unwind.h>

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/counts.hpp"

// Calls that return something else go through a tracker with an OnResult, too: that it cannot look at them is meant here.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include "support/endings.hpp"
#include "support/tasks.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

/// Runs `body` on a thread of its own, which may end in the middle of it; `while_it_runs` meanwhile. Ends the program when the
/// thread has not ended within ten seconds.
void on_ending_thread(std::function<void()> body, const std::function<void(pthread_t)>& while_it_runs = {}) {
  pthread_t thread{};
  const auto run = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, run, &body) == 0);
  if (while_it_runs) while_it_runs(thread);
#if defined(__GLIBC__) && !defined(__SANITIZE_THREAD__)
  timespec deadline{};
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 10;
  if (pthread_timedjoin_np(thread, nullptr, &deadline) != 0) std::abort();
#else
  pthread_join(thread, nullptr);
#endif
}

void end_thread() { pthread_exit(nullptr); }
int end_thread_for_int() { pthread_exit(nullptr); }
int& end_thread_for_reference() { pthread_exit(nullptr); }
using endings::Anchor;
Anchor end_thread_for_anchor() { pthread_exit(nullptr); }

/// Raises what an exception of another language looks like.
struct Foreign {
  _Unwind_Exception header{};

  static void raise() {
    auto* const foreign = new Foreign;
    foreign->header.exception_class = 0x4f544845524c414eU;
    foreign->header.exception_cleanup = [](_Unwind_Reason_Code, _Unwind_Exception* header) {
      delete reinterpret_cast<Foreign*>(header);
    };
    _Unwind_RaiseException(&foreign->header);
    std::abort();
  }
};

/// Throws what Boost unwinds an abandoned stackful coroutine by, as seen without Boost's header: by the name of its type.
void throw_of_type(const char* name) {
  static const abi::__class_type_info of_context{"N5boost7context6detail13forced_unwindE"};
  static const abi::__class_type_info of_coroutine{"N5boost10coroutines6detail13forced_unwindE"};
  static const abi::__class_type_info of_another{"N5boost7context6detail12forced_unwinE"};
  for (const abi::__class_type_info* const type : {&of_context, &of_coroutine, &of_another}) {
    if (std::string_view{type->name()} == name)
      abi::__cxa_throw(abi::__cxa_allocate_exception(1), const_cast<abi::__class_type_info*>(type), nullptr);
  }
}

using endings::Down;
/// Of the tracker's kind: opens at one failure, and has a place for one probe, which a neutral call gives back.
template <class T>
auto breaker_with(T tracker, ManualEnvironment environment = {}) {
  return Config{.tracker = std::move(tracker),
                .tripper = FailureStreak{1},
                .retry = Cooldown{1s},
                .permit = Probes{1, 1h},
                .environment = environment,
                .stats = CallStats{},
                .as_written = true};
}

/// Makes a call with each tracker, as `call(breaker)` does, in CLOSED and as a probe, and checks that it was neutral.
template <class T, class Call>
void check_neutral_with(T tracker, const Call& call) {
  CAPTURE(tracker);
  ManualEnvironment environment;
  CircuitBreaker cb{breaker_with(std::move(tracker), environment)};
  call(cb);
  CHECK(cb.state() == State::closed);
  CHECK(cb.info().metrics == Metrics{});
  CHECK(counts_of(cb).ignored == 1);
  cb.force_open(1s);
  environment.advance(2s);
  call(cb);
  CHECK(cb.state() == State::half_open);
  CHECK(counts_of(cb).ignored == 2);
  CHECK(cb.try_acquire());  // its place is free
}

// Made once, or the compiler makes a breaker for each place that has them.
const auto any_exception = Custom{[](const std::exception_ptr&) { return true; }};
const auto any_failure = [](const Failure&) { return true; };
const auto negative_or_any = OnResult{[](const int& value) { return value < 0; }} | All{};

/// With one that catches nothing, one that claims everything, and one that looks at values.
template <class Call>
void check_neutral(const Call& call) {
  check_neutral_with(All{}, call);
  check_neutral_with(any_failure, call);
  check_neutral_with(negative_or_any, call);
}
/// With the others besides, for one call of each kind.
template <class Call>
void check_neutral_with_all(const Call& call) {
  check_neutral(call);
  check_neutral_with(TypeOf<std::runtime_error>{}, call);
  check_neutral_with(TypeOf<int, std::logic_error>{}, call);
  check_neutral_with(All{} & ~TypeOf<int>{}, call);
  check_neutral_with(any_exception, call);
}

/// A coroutine that lets through what its body throws, as unwinding must be let through.
struct Transparent {
  struct promise_type {
    Transparent get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static std::suspend_always final_suspend() noexcept { return {}; }
    static void return_void() noexcept {}
    [[noreturn]] static void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> coroutine;

  Transparent(std::coroutine_handle<promise_type> handle) : coroutine{handle} {}
  Transparent(Transparent&&) = delete;
  ~Transparent() { coroutine.destroy(); }
  void run() const { coroutine.resume(); }
};

enum class Moment { ready, suspend, resume };
/// Ends its thread at one of the moments of being awaited.
struct Ending {
  Moment moment;

  bool await_ready() const {
    if (moment == Moment::ready) end_thread();
    return moment == Moment::resume;
  }
  void await_suspend(std::coroutine_handle<>) const { end_thread(); }
  int await_resume() const { return end_thread_for_int(); }
};

}  // namespace

TEST_CASE("A thread that ends in a call is neutral in every form") {
  check_neutral_with_all([](auto& cb) { on_ending_thread([&] { cb.call(end_thread); }); });
  check_neutral([](auto& cb) { on_ending_thread([&] { cb.call(end_thread_for_int); }); });
  check_neutral([](auto& cb) { on_ending_thread([&] { cb.call(end_thread_for_reference); }); });
  check_neutral_with_all([](auto& cb) { on_ending_thread([&] { (void)cb.call(end_thread_for_anchor); }); });
  check_neutral([](auto& cb) { on_ending_thread([&] { (void)cb.try_call(end_thread_for_int); }); });
  check_neutral([](auto& cb) { on_ending_thread([&] { guarded(cb, end_thread)(); }); });
  check_neutral([](auto& cb) { on_ending_thread([&] { cb.try_acquire().run(end_thread); }); });
  check_neutral([](auto& cb) {
    on_ending_thread([&] {
      const auto admission = cb.try_acquire();
      end_thread();
    });
  });
}

TEST_CASE("A fallback does not stop a thread that ends, and does not hear of it") {
  std::atomic<int> told{0};
  const auto check = [&](auto fallback) {
    check_neutral([&](auto& cb) {
      on_ending_thread([&] { cb.call_with_fallback(end_thread_for_int, std::as_const(fallback)); });
    });
  };
  check([&](const std::exception_ptr&) { return ++told; });
  check([&](const std::exception&) { return ++told; });
  check([&](const CallNotPermittedError&) { return ++told; });
  CHECK(told == 0);
}

TEST_CASE("A thread that ends runs the destructors around the call") {
  CircuitBreaker cb{breaker_with(TypeOf<Down>{})};
  std::atomic<bool> destroyed{false};
  std::atomic<bool> returned{false};
  struct Local {
    std::atomic<bool>& destroyed;
    ~Local() { destroyed = true; }
  };
  on_ending_thread([&] {
    const Local local{destroyed};
    cb.call(end_thread);
    returned = true;
  });
  CHECK(destroyed);
  CHECK_FALSE(returned);
}

TEST_CASE("A thread that is cancelled in a call is neutral") {
  check_neutral_with_all([](auto& cb) {
    std::atomic<bool> waits{false};
    on_ending_thread(
        [&] {
          cb.call([&] {
            waits = true;
            for (;;) usleep(1000);
          });
        },
        [&](pthread_t thread) {
          while (!waits) usleep(100);
          pthread_cancel(thread);
        });
  });
}

TEST_CASE("An exception of another language is neutral and passes through") {
  const auto check_passing = [](const auto& call) {
    // Each on a thread of its own: libstdc++ goes on counting a foreign exception that was rethrown.
    check_neutral_with_all([&](auto& cb) {
      std::atomic<bool> caught{false};
      on_ending_thread([&] {
        try {
          call(cb);
        } catch (...) {
          caught = std::current_exception() == nullptr;
        }
      });
      CHECK(caught);
    });
  };
  check_passing([](auto& cb) { cb.call(Foreign::raise); });
  check_passing([](auto& cb) { cb.try_acquire().run(Foreign::raise); });
  check_passing([](auto& cb) { cb.call_with_fallback(Foreign::raise, [](const std::exception_ptr&) {}); });
  check_passing([](auto& cb) {
    (void)cb.call([]() -> Anchor {
      Foreign::raise();
      return {};
    });
  });
}

TEST_CASE("Boost's unwinding of a stackful coroutine is neutral to trackers that catch, without its header") {
  const auto check_passing = [](const char* type) {
    CAPTURE(type);
    const auto call = [type](auto& cb) {
      bool passed = false;
      try {
        cb.call(throw_of_type, type);
      } catch (...) {
        passed = std::string_view{abi::__cxa_current_exception_type()->name()} == type;
      }
      CHECK(passed);
    };
    check_neutral_with(any_failure, call);
    check_neutral_with(TypeOf<int, std::logic_error>{}, call);
    check_neutral_with(any_exception, call);
  };
  check_passing("N5boost7context6detail13forced_unwindE");
  check_passing("N5boost10coroutines6detail13forced_unwindE");
}

TEST_CASE("An exception of a type that is known nowhere is a failure to such trackers") {
  CircuitBreaker cb{breaker_with(any_failure)};
  CHECK_THROWS(cb.call(throw_of_type, "N5boost7context6detail12forced_unwinE"));
  CHECK(cb.state() == State::open);
}

#if !defined(FLUXGATE_TEST_ANY)  // coroutines have no breaker of any type
TEST_CASE("A thread that ends at any moment of an awaited call is neutral") {
  for (const Moment moment : {Moment::ready, Moment::suspend, Moment::resume}) {
    const auto ending = [moment] { return Ending{moment}; };
    check_neutral_with_all([&](auto& cb) {
      AsyncCircuitBreaker async{cb};
      const auto body = [&]() -> Transparent { co_await async.call(ending); };
      on_ending_thread([&] { body().run(); });
    });
    check_neutral([&](auto& cb) {
      AsyncCircuitBreaker async{cb};
      const auto fallback = [](const std::exception_ptr&) { return 0; };
      const auto body = [&]() -> Transparent { co_await async.call_with_fallback(ending, fallback); };
      on_ending_thread([&] { body().run(); });
    });
    check_neutral([&](auto& cb) {
      AsyncCircuitBreaker async{cb};
      const auto fallback = [](const std::exception_ptr&) { return tasks::Ready<int>{0}; };
      const auto body = [&]() -> Transparent { co_await async.call_with_fallback(ending, fallback); };
      on_ending_thread([&] { body().run(); });
    });
  }
  check_neutral([&](auto& cb) {
    AsyncCircuitBreaker async{cb};
    const auto body = [&]() -> Transparent {
      co_await async.call([]() -> tasks::Ready<int> { pthread_exit(nullptr); });
    };
    on_ending_thread([&] { body().run(); });
  });
}
#endif

TEST_CASE("A thread can be cancelled again once the outermost pause of cancellation has ended") {
  const auto can_be_cancelled = [] {
    int state = PTHREAD_CANCEL_DISABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state);
    pthread_setcancelstate(state, nullptr);
    return state == PTHREAD_CANCEL_ENABLE;
  };
  REQUIRE(can_be_cancelled());
  {
    const detail::CancellationPause outer;
    CHECK_FALSE(can_be_cancelled());
    {
      const detail::CancellationPause inner;
    }
    CHECK_FALSE(can_be_cancelled());
  }
  CHECK(can_be_cancelled());
}

TEST_CASE("A thread is cancelled behind its listeners, and all of them are told") {
  std::atomic<bool> listening{false};
  std::atomic<bool> cancelled{false};
  std::atomic<int> told{0};
  std::atomic<bool> returned{false};
  const auto wait = [&](const Signal&) {
    listening = true;
    while (!cancelled) usleep(100);
    usleep(1000);  // would end here
    ++told;
    throw Down{};
  };
  const auto count = [&](const Signal&) { ++told; };
  const auto hook = [&](const Signal&, const std::exception_ptr&) {
    usleep(100);  // or here
    ++told;
  };
  CircuitBreaker cb{Config{.tripper = FailureStreak{1}, .listeners = {wait, count}, .on_listener_error = hook}};
  on_ending_thread(
      [&] {
        [[maybe_unused]] const auto error = cb.call([] { return std::make_error_code(std::errc::io_error); });
        pthread_testcancel();
        returned = true;
      },
      [&](pthread_t thread) {
        while (!listening) usleep(100);
        pthread_cancel(thread);
        cancelled = true;
      });
  CHECK(told == 3);
  CHECK_FALSE(returned);
  CHECK(cb.state() == State::open);
  listening = false;
  cb.reset();  // the drain is free
  CHECK(told == 6);
}
