// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Breakers in asio::awaitable coroutines and around operations with any completion token; compiled once for standalone
// Asio and once for Boost.Asio. Timers here wait for what never comes, or end at once: no test waits for time to pass.

#include "support/either_asio.hpp"

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <fluxgate/in_series.hpp>
#include <fluxgate/integrations/asio.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using namespace net::experimental::awaitable_operators;
using breakers::counted;
using Timer = net::steady_timer;

const error_code aborted = net::error::operation_aborted;

/// A breaker that opens at the first failure it counts; cancelled operations do not count.
auto sensitive(const ManualEnvironment& env = {}) {
  return AsyncCircuitBreaker{Config{.name = "peer",
                                    .window = CountWindow{10},
                                    .tracker = All{} & ~Cancelled{},
                                    .tripper = FailureRate{0.01},
                                    .retry = Cooldown{60s},
                                    .permit = Probes{1, 10s},
                                    .environment = env}};
}

/// Brings a breaker to HALF_OPEN with its one place free.
template <class Breaker>
void trip_and_retry(Breaker& cb, ManualEnvironment& env) {
  cb.try_acquire().failure();
  REQUIRE(cb.state() == State::open);
  env.advance(60s);
  cb.try_acquire().ignore();
  REQUIRE(cb.state() == State::half_open);
}

/// Runs a coroutine to its end and gives what it gave.
template <class T>
T run(net::awaitable<T> task) {
  // Not by a future, which Asio may complete on a thread of its own.
  net::io_context io;
  std::exception_ptr error;
  if constexpr (std::is_void_v<T>) {
    net::co_spawn(io, std::move(task), [&](std::exception_ptr thrown) { error = std::move(thrown); });
    io.run();
    if (error) std::rethrow_exception(error);
  } else {
    std::optional<T> result;
    net::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, T given) {
      error = std::move(thrown);
      result = std::move(given);
    });
    io.run();
    if (error) std::rethrow_exception(error);
    return std::move(result).value();
  }
}

net::awaitable<int> give(int n) { co_return n; }
net::awaitable<int> give_later(int n) {
  co_await net::post(co_await net::this_coro::executor, net::use_awaitable);
  co_return n;
}
net::awaitable<int> fail() {
  throw system_error{net::error::make_error_code(net::error::connection_refused)};
  co_return 0;
}
/// Waits for what never comes.
net::awaitable<int> hang() {
  Timer timer{co_await net::this_coro::executor, Timer::time_point::max()};
  co_await timer.async_wait(net::use_awaitable);
  co_return 0;
}

/// What a coroutine throws, as an error code; empty when it does not.
template <class T>
std::optional<error_code> error_of(net::awaitable<T> task) {
  try {
    run(std::move(task));
  } catch (const system_error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace

// ---- Coroutines -----------------------------------------------------------------------------------------------------

TEST_CASE("A call of an awaitable coroutine is one itself") {
  auto cb = sensitive();
  static_assert(std::is_same_v<decltype(cb.call(give, 1)), net::awaitable<int>>);
  static_assert(std::is_same_v<decltype(cb.try_call(give, 1)), net::awaitable<CallResult<int>>>);
  CHECK(run(cb.call(give, 1)) == 1);
  CHECK(run(cb.call(give_later, 2)) == 2);
  CHECK(run([](auto& breaker) -> net::awaitable<int> {
          const CallResult<int> result = co_await breaker.try_call(give_later, 3);
          co_return *result;
        }(cb)) == 3);
  CHECK(counted(cb) == "3/0");
}

namespace {

template <class Breaker>
net::awaitable<int> use(Breaker& cb) {
  const auto fallback = [](const CallNotPermittedError&) { return give_later(100); };
  int sum = co_await cb.call(give, 1);
  const CallResult<int> tried = co_await cb.try_call(give, 2);
  sum += *tried;
  sum += co_await cb.call_with_fallback(give, fallback, 3);
  sum += co_await guarded(cb, give)(4);
  cb.force_open();
  sum += co_await cb.call_with_fallback(give, fallback, 5);
  sum += co_await cb.call_with_fallback(give, [](const CallNotPermittedError&) { return 1'000; }, 6);
  co_return sum;
}

}  // namespace

TEST_CASE("Every form can be awaited in an awaitable coroutine") {
  auto cb = sensitive();
  CHECK(run(use(cb)) == 1'110);
}

TEST_CASE("What an awaitable coroutine throws counts and passes") {
  auto cb = sensitive();
  CHECK(error_of(cb.call(fail)) == error_code{net::error::connection_refused});
  CHECK(cb.state() == State::open);
  CHECK_THROWS_AS(run(cb.call(give, 1)), CallNotPermittedError);
}

TEST_CASE("A fallback may wait in an awaitable coroutine") {
  auto cb = sensitive();
  CHECK(run(cb.call_with_fallback(fail, [](const system_error&) { return give_later(5); })) == 5);
  CHECK(cb.state() == State::open);
}

// ---- Cancellation ---------------------------------------------------------------------------------------------------

TEST_CASE("The loser of a parallel group says nothing and gives its place back") {
  ManualEnvironment env;
  auto cb = sensitive(env);
  trip_and_retry(cb, env);
  const std::variant<int, int> first = run(cb.call(hang) || give_later(2));
  CHECK(first.index() == 1);
  CHECK(cb.state() == State::half_open);
  CHECK(counted(cb) == "0/0");
  CHECK(run(cb.call(give, 1)) == 1);
  CHECK(cb.state() == State::closed);
}

TEST_CASE("A cancelled operation counts where the tracker says so") {
  AsyncCircuitBreaker cb{Config{.window = CountWindow{10}, .tracker = Cancelled{}, .tripper = FailureRate{0.01}}};
  const std::variant<int, int> first = run(cb.call(hang) || give_later(2));
  CHECK(first.index() == 1);
  CHECK(cb.state() == State::open);
}

TEST_CASE("An operation cancelled through its slot is neutral") {
  ManualEnvironment env;
  auto cb = sensitive(env);
  trip_and_retry(cb, env);
  net::io_context io;
  net::cancellation_signal cancel;
  std::exception_ptr thrown;
  net::co_spawn(io, cb.call(hang), net::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error, int) {
                  thrown = std::move(error);
                }));
  io.poll();
  CHECK_FALSE(cb.try_acquire());  // its place is taken
  cancel.emit(net::cancellation_type::terminal);
  io.run();
  REQUIRE(thrown != nullptr);
  CHECK_THROWS_AS(std::rethrow_exception(thrown), system_error);
  CHECK(counted(cb) == "0/0");
  CHECK(cb.try_acquire());
}

TEST_CASE("A coroutine that its context destroys is neutral and gives its place back") {
  ManualEnvironment env;
  auto cb = sensitive(env);
  trip_and_retry(cb, env);
  {
    net::io_context io;
    net::co_spawn(io, cb.call(hang), net::detached);
    io.poll();
    CHECK_FALSE(cb.try_acquire());
  }
  CHECK(counted(cb) == "0/0");
  CHECK(cb.try_acquire());
}

// ---- Completion tokens ----------------------------------------------------------------------------------------------

namespace {

/// An operation in Asio's manner that completes as told: posted, with a code and a number.
struct Operation {
  net::io_context& io;
  error_code code;
  int number;

  template <class Handler>
  void operator()(Handler handler) const {
    net::post(io,
              [handler = std::move(handler), self = *this]() mutable { std::move(handler)(self.code, self.number); });
  }
};

template <class Breaker, class Token>
auto start(Breaker& cb, net::io_context& io, Operation operation, Token&& token) {
  return async_guard<void(error_code, int)>(cb, io, operation, std::forward<Token>(token));
}

}  // namespace

TEST_CASE("A guarded operation tells its outcome before its handler hears of it") {
  auto cb = sensitive();
  net::io_context io;
  std::vector<std::string> heard;
  const auto note = [&](error_code code, int number) {
    heard.push_back((code ? "failed " : "ok ") + std::to_string(number) + " " + std::string{to_string(cb.state())} +
                    " " + counted(cb));
  };
  start(cb, io, {io, {}, 1}, note);
  CHECK(heard.empty());
  io.run();
  io.restart();
  start(cb, io, {io, net::error::connection_refused, 2}, note);
  io.run();
  CHECK(heard == std::vector<std::string>{"ok 1 closed 1/0", "failed 2 open 0/0"});
}

TEST_CASE("A refused operation is not started and completes later with its own error code") {
  auto cb = sensitive();
  cb.force_open();
  net::io_context io;
  bool started = false;
  std::optional<error_code> heard;
  async_guard<void(error_code, int)>(
      cb, io, [&](auto&&) { started = true; },
      [&](error_code code, int number) {
        heard = code;
        CHECK(number == 0);
      });
  CHECK_FALSE(heard.has_value());  // never from within the initiation
  io.run();
  REQUIRE(heard.has_value());
  CHECK(*heard == error_code{make_error_code(Errc::call_not_permitted)});
  const std::error_code as_standard = *heard;
  CHECK(as_standard == Errc::call_not_permitted);
  CHECK(std::string{as_standard.category().name()} == "fluxgate");
  CHECK(heard->message() == "circuit breaker: call not permitted");
  CHECK_FALSE(started);
}

TEST_CASE("A guarded operation takes futures and coroutines as completion tokens") {
  auto cb = sensitive();
  net::io_context io;
  std::future<int> later = start(cb, io, {io, {}, 3}, net::use_future);
  io.run();
  CHECK(later.get() == 3);

  CHECK(run([](auto& breaker) -> net::awaitable<int> {
          Timer timer{co_await net::this_coro::executor, Timer::time_point::min()};
          co_await async_guard<void(error_code)>(
              breaker, timer, [&](auto handler) { timer.async_wait(std::move(handler)); }, net::use_awaitable);
          co_return 4;
        }(cb)) == 4);
  CHECK(counted(cb) == "2/0");

  cb.force_open();
  io.restart();
  std::future<int> refused = start(cb, io, {io, {}, 3}, net::use_future);
  io.run();
  CHECK_THROWS_AS(refused.get(), system_error);
}

TEST_CASE("A lazy completion token asks for admission when it is awaited") {
  auto cb = sensitive();
  CHECK(run([](auto& breaker) -> net::awaitable<std::string> {
          Timer timer{co_await net::this_coro::executor, Timer::time_point::min()};
          auto operation = async_guard<void(error_code)>(
              breaker, timer, [&](auto handler) { timer.async_wait(std::move(handler)); }, net::use_awaitable);
          breaker.force_open();
          try {
            co_await std::move(operation);
          } catch (const system_error& error) {
            co_return error.code().message();
          }
          co_return "admitted";
        }(cb)) == "circuit breaker: call not permitted");
}

TEST_CASE("A guarded operation that reports by exception pointer") {
  auto cb = sensitive();
  net::io_context io;
  std::exception_ptr heard;
  const auto start_failing = [&](std::exception_ptr error) {
    async_guard<void(std::exception_ptr)>(
        cb, io,
        [&io, error](auto handler) {
          net::post(io, [handler = std::move(handler), error]() mutable { std::move(handler)(error); });
        },
        [&](std::exception_ptr reported) { heard = std::move(reported); });
    io.run();
    io.restart();
  };
  start_failing(nullptr);
  CHECK(heard == nullptr);
  CHECK(counted(cb) == "1/0");
  start_failing(std::make_exception_ptr(std::runtime_error{"lost"}));
  CHECK_THROWS_AS(std::rethrow_exception(heard), std::runtime_error);
  CHECK(cb.state() == State::open);
  start_failing(nullptr);
  CHECK_THROWS_AS(std::rethrow_exception(heard), CallNotPermittedError);
}

TEST_CASE("A single value beside the error is looked at as a result") {
  AsyncCircuitBreaker cb{Config{.window = CountWindow{10},
                                .tracker = OnResult{[](const int& status) { return status >= 500; }},
                                .tripper = FailureRate{0.01}}};
  net::io_context io;
  const auto ignore = [](error_code, int) {};
  start(cb, io, {io, {}, 404}, ignore);
  io.run();
  CHECK(counted(cb) == "1/0");
  io.restart();
  start(cb, io, {io, {}, 503}, ignore);
  io.run();
  CHECK(cb.state() == State::open);
}

TEST_CASE("What as_tuple gives is judged like what a completion token is told") {
  using Tcp = net::ip::tcp;
  constexpr auto token = net::experimental::as_tuple(net::use_awaitable);
  net::io_context io;
  // A port without a listener: bound, and closed again.
  const Tcp::endpoint nobody = Tcp::acceptor{io, Tcp::endpoint{net::ip::address_v4::loopback(), 0}}.local_endpoint();
  const auto check = [&](const auto& tracker, const std::string& expected) {
    CAPTURE(tracker);
    AsyncCircuitBreaker called{Config{.tracker = tracker, .as_written = true}};
    CircuitBreaker told{Config{.tracker = tracker, .as_written = true}};
    const auto run = [&]() -> net::awaitable<void> {
      Tcp::socket first{io};
      Tcp::socket second{io};
      const auto connect = [&] { return first.async_connect(nobody, token); };
      const auto [one] = co_await called.call(connect);
      const auto start = [&](auto handler) { second.async_connect(nobody, std::move(handler)); };
      const auto [two] = co_await async_guard<void(error_code)>(told, second, start, token);
      CHECK(one == net::error::connection_refused);
      CHECK(two == one);
    };
    net::co_spawn(io, run, net::detached);
    io.run();
    io.restart();
    CHECK(counted(called) == expected);
    CHECK(counted(told) == expected);
  };
  check(All{}, "1/1");
  check(All{} & ~Cancelled{}, "1/1");
  check(TypeOf<error_code>{}, "1/1");
  check(TypeOf<int>{}, "0/0");
  check(Cancelled{}, "0/0");
  check(All{} & CountAsSuccess{TypeOf<error_code>{}}, "1/0");
  check(OnResult{[](const error_code& code) { return code == net::error::connection_refused; }}, "1/1");
  check(OnResult{[](const error_code& code) { return code != net::error::connection_refused; }}, "0/0");
}

TEST_CASE("Values beside the error of an operation are judged as values") {
  net::io_context io;
  const auto big = OnResult{[](long size) { return size > 100; }};
  const auto check = [&](const auto& tracker, error_code error, int size, const std::string& expected) {
    CAPTURE(tracker, error, size);
    CircuitBreaker cb{Config{.tracker = tracker, .as_written = true}};
    async_guard<void(error_code, int)>(
        cb, io, [&](auto handler) { std::move(handler)(error, size); }, [](error_code, int) {});
    CHECK(counted(cb) == expected);
  };
  check(big, {}, 7, "1/0");
  check(big, {}, 101, "1/1");
  check(big, aborted, 101, "1/1");
  check(~All{} & big, aborted, 101, "0/0");
}

TEST_CASE("A guarded operation keeps its handler's executor and cancellation slot") {
  ManualEnvironment env;
  auto cb = sensitive(env);
  trip_and_retry(cb, env);
  net::io_context io;
  net::io_context handlers;
  Timer timer{io, Timer::time_point::max()};
  net::cancellation_signal cancel;
  std::optional<error_code> heard;
  async_guard<void(error_code)>(
      cb, timer, [&](auto handler) { timer.async_wait(std::move(handler)); },
      net::bind_cancellation_slot(cancel.slot(),
                                  net::bind_executor(handlers.get_executor(), [&](error_code code) { heard = code; })));
  CHECK_FALSE(cb.try_acquire());
  cancel.emit(net::cancellation_type::terminal);
  io.run();
  CHECK_FALSE(heard.has_value());
  handlers.run();
  REQUIRE(heard.has_value());
  CHECK(*heard == aborted);
  CHECK(counted(cb) == "0/0");
  CHECK(cb.try_acquire());
}

TEST_CASE("A refusal by an inner guarded operation is neutral to an outer breaker in every form of its completion") {
  const auto check = [](auto tracker) {
    CAPTURE(tracker);
    auto inner = sensitive();
    inner.force_open();
    net::io_context io;
    CircuitBreaker outer{"outer", tracker, CallStats{}};
    AsyncCircuitBreaker awaited{outer};
    int refusals = 0;
    const auto operation = [&](auto token) { return start(inner, io, {io, {}, 3}, std::move(token)); };
    const auto run_all = [&] {
      io.run();
      io.restart();
    };
    // An operation inside an operation.
    const auto nested = [&](auto handler) { operation(std::move(handler)); };
    async_guard<void(error_code, int)>(outer, io, nested, [&](error_code code, int) { refusals += code ? 1 : 0; });
    run_all();
    CHECK(outer.call_counts().ignored == 1);
    // A coroutine that throws, and one that gives a tuple.
    net::co_spawn(
        io,
        [&]() -> net::awaitable<void> {
          try {
            co_await awaited.call([&] { return operation(net::use_awaitable); });
          } catch (const system_error&) {
            ++refusals;
          }
          const auto tuple =
              co_await awaited.call([&] { return operation(net::experimental::as_tuple(net::use_awaitable)); });
          refusals += std::get<0>(tuple) ? 1 : 0;
        },
        net::detached);
    run_all();
    CHECK(outer.call_counts().ignored == 3);
    // A thread that waits.
    std::future<int> later = operation(net::use_future);
    run_all();
    CHECK_THROWS_AS(outer.call([&] { return later.get(); }), system_error);
    CHECK(outer.call_counts().ignored == 4);
    CHECK(outer.call_counts().failed == 0);
    CHECK(refusals == 3);
    // An error code that is none, thrown too.
    CHECK_THROWS_AS(outer.call([]() -> int { throw system_error{net::error::make_error_code(net::error::eof)}; }),
                    system_error);
    CHECK(outer.call_counts().failed == 1);
    // A code that is returned by itself.
    const std::error_code refused = Errc::call_not_permitted;
    CHECK(outer.call([&] { return refused; }) == refused);
    CHECK(outer.call_counts().ignored == 5);
  };
  check(All{});
  check(~TypeOf<int>{});
  check(All{} & ~Cancelled{});
}

TEST_CASE("A guarded operation that its context drops is neutral and gives its place back") {
  ManualEnvironment env;
  auto cb = sensitive(env);
  trip_and_retry(cb, env);
  {
    net::io_context io;
    Timer timer{io, Timer::time_point::max()};
    async_guard<void(error_code)>(
        cb, timer, [&](auto handler) { timer.async_wait(std::move(handler)); }, [](error_code) {});
    io.poll();
    CHECK_FALSE(cb.try_acquire());
  }
  CHECK(counted(cb) == "0/0");
  CHECK(cb.try_acquire());
}

TEST_CASE("A synchronous breaker guards operations as well") {
  CircuitBreaker cb{Config{.tracker = All{} & ~Cancelled{}}};
  net::io_context io;
  start(cb, io, {io, {}, 1}, [](error_code, int) {});
  io.run();
  CHECK(counted(cb) == "1/0");
}

TEST_CASE("Breakers in series guard an operation: all hear of it, and one that refuses keeps it from being started") {
  ManualEnvironment env;
  auto host = sensitive(env);
  auto database = sensitive(env);
  auto both = in_series(host, database);
  net::io_context io;
  start(both, io, {io, {}, 1}, [](error_code, int) {});
  io.run();
  CHECK(counted(host) == "1/0");
  CHECK(counted(database) == "1/0");

  trip_and_retry(host, env);
  database.force_open();
  bool started = false;
  std::optional<error_code> heard;
  async_guard<void(error_code, int)>(
      both, io, [&](auto&&) { started = true; }, [&](error_code code, int) { heard = code; });
  io.restart();
  io.run();
  CHECK_FALSE(started);
  CHECK(heard == error_code{make_error_code(Errc::call_not_permitted)});
  CHECK(host.try_acquire());  // its one place is free again

  // An operation that is dropped is neutral to both.
  database.reset();
  {
    net::io_context dropped;
    Timer timer{dropped, Timer::time_point::max()};
    async_guard<void(error_code)>(
        both, timer, [&](auto handler) { timer.async_wait(std::move(handler)); }, [](error_code) {});
    CHECK_FALSE(host.try_acquire());
  }
  CHECK(counted(database) == "0/0");
  CHECK(host.try_acquire());
}

TEST_CASE("NetworkFault counts the codes by which the network or the peer failed, of Asio and of std, thrown or not") {
  const auto outcome = [](auto&& f) {
    CircuitBreaker cb{"peer", NetworkFault{}, Manual{}};
    try {
      (void)cb.call(f);
    } catch (const std::exception&) {
    }
    return counted(cb);
  };
  const auto check = [&](const auto& code, const std::string& expected) {
    CAPTURE(code.category().name(), code.value());
    CHECK(outcome([&] { return code; }) == expected);
    CHECK(outcome([&]() -> error_code { throw system_error{code}; }) == expected);
  };
  namespace error = net::error;
  for (const error_code code :
       {error_code{error::connection_refused}, error_code{error::connection_reset},
        error_code{error::connection_aborted}, error_code{error::broken_pipe}, error_code{error::host_unreachable},
        error_code{error::network_unreachable}, error_code{error::network_down}, error_code{error::network_reset},
        error_code{error::timed_out}, error_code{error::eof}, error_code{error::host_not_found},
        error_code{error::host_not_found_try_again}, error_code{error::no_data}, error_code{error::no_recovery}}) {
    check(code, "1/1");
  }
  for (const error_code code :
       {error_code{error::operation_aborted}, error_code{error::access_denied}, error_code{error::address_in_use},
        error_code{error::no_descriptors}, error_code{error::bad_descriptor}, error_code{error::not_connected},
        error_code{error::service_not_found}, error_code{error::not_found}, error_code{error::fd_set_failure},
        error_code{make_error_code(Errc::call_not_permitted)}}) {
    check(code, "0/0");
  }
  CHECK(outcome([] { return error_code{}; }) == "1/0");

  const auto check_std = [&](std::error_code code, const std::string& expected) {
    CAPTURE(code.category().name(), code.value());
    CHECK(outcome([&] { return code; }) == expected);
    CHECK(outcome([&]() -> int { throw std::system_error{code}; }) == expected);
  };
  for (const std::errc code :
       {std::errc::connection_refused, std::errc::connection_reset, std::errc::connection_aborted,
        std::errc::broken_pipe, std::errc::host_unreachable, std::errc::network_unreachable, std::errc::network_down,
        std::errc::network_reset, std::errc::timed_out}) {
    check_std(make_error_code(code), "1/1");
    CHECK(outcome([&] { return code; }) == "1/1");
    check_std(std::error_code{static_cast<int>(code), std::system_category()}, "1/1");
  }
  check_std(make_error_code(std::errc::operation_canceled), "0/0");
  check_std(make_error_code(std::errc::too_many_files_open), "0/0");

  CHECK(outcome([]() -> int { throw std::runtime_error{"something else"}; }) == "0/0");
  CHECK(outcome([] { return 7; }) == "1/0");
  CHECK(describe(NetworkFault{} | Cancelled{}) == "(NetworkFault{} | Cancelled{})");
  CHECK(NetworkFault{} == NetworkFault{});
}

namespace {

/// A category of a library that is built on Asio.
template <class Category>
struct CategoryCalled : Category {
  explicit CategoryCalled(const char* called) : called_{called} {}
  const char* name() const noexcept override { return called_; }
  std::string message(int) const override { return "?"; }

 private:
  const char* called_;
};

}  // namespace

TEST_CASE("NetworkFault knows the codes of what is built on Asio by the names of their categories") {
  using Category = std::remove_cvref_t<decltype(std::declval<error_code>().category())>;
  const auto counts = [](const char* category, int value) {
    const CategoryCalled<Category> named{category};
    CircuitBreaker cb{"peer", NetworkFault{}, Manual{}};
    (void)cb.call([&] { return error_code{value, named}; });
    return counted(cb) == "1/1";
  };
  CHECK(counts("boost.beast", 1));      // a time-out
  CHECK(counts("beast.http", 1));       // the end of the stream
  CHECK(counts("beast.http", 2));       // half a message
  CHECK(counts("asio.ssl.stream", 1));  // a stream that is cut short
  CHECK_FALSE(counts("boost.beast", 2));
  CHECK_FALSE(counts("beast.http", 3));
  CHECK_FALSE(counts("asio.ssl.stream", 2));
  CHECK_FALSE(counts("asio.ssl", 1));
}

TEST_CASE("A breaker with NetworkFault opens when a real peer refuses, closes and resets, not when it is cancelled") {
  using Tcp = net::ip::tcp;
  net::io_context io;
  Tcp::acceptor acceptor{io, Tcp::endpoint{net::ip::address_v4::loopback(), 0}};
  const auto endpoint = acceptor.local_endpoint();
  const auto counted_after = [&](auto guarded) {
    AsyncCircuitBreaker cb{"peer", NetworkFault{}, Manual{}};
    net::co_spawn(
        io,
        [&]() -> net::awaitable<void> {
          try {
            co_await guarded(cb);
          } catch (const system_error&) {
          }
        },
        net::detached);
    io.run();
    io.restart();
    return counted(cb);
  };
  char byte = 0;
  // What the peer does with a connection that it has accepted while the other end reads.
  const auto read_while = [&](auto peer) {
    return counted_after([&, peer](auto& cb) -> net::awaitable<void> {
      Tcp::socket socket{io};
      co_await socket.async_connect(endpoint, net::use_awaitable);
      peer(co_await acceptor.async_accept(net::use_awaitable), socket);
      co_await cb.call([&] { return socket.async_read_some(net::buffer(&byte, 1), net::use_awaitable); });
    });
  };
  CHECK(read_while([](Tcp::socket, Tcp::socket&) {}) == "1/1");  // closes it
  CHECK(read_while([](Tcp::socket accepted, Tcp::socket&) {
          accepted.set_option(net::socket_base::linger{true, 0});  // resets it
        }) == "1/1");
  std::optional<Tcp::socket> kept;
  CHECK(read_while([&](Tcp::socket accepted, Tcp::socket& socket) {
          kept = std::move(accepted);
          net::post(io, [&socket] { socket.cancel(); });
        }) == "0/0");
  acceptor.close();
  CHECK(counted_after([&](auto& cb) -> net::awaitable<void> {
          Tcp::socket socket{io};
          co_await cb.call([&] { return socket.async_connect(endpoint, net::use_awaitable); });
        }) == "1/1");
}

TEST_CASE("Cancelled describes itself and compares") {
  CHECK(describe(All{} & ~Cancelled{}) == "(All{} & ~Cancelled{})");
  CHECK(Cancelled{} == Cancelled{});
}
