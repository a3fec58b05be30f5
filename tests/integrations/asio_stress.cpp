// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Thousands of coroutines on a thread pool that come and go and are cancelled at random, with exact accounts at the end.

#include "support/either_asio.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

#include <fluxgate/integrations/asio.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/endings.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using endings::Fault;

/// How calls ended, as their callers saw it.
struct Account {
  std::atomic<std::uint64_t> succeeded{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> cancelled{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> invoked{0};
};

// Executors of one type throughout. Asio's any_io_executor counts its references with a fence, which ThreadSanitizer does
// not know, so that it would report Asio.
using Strand = net::strand<net::thread_pool::executor_type>;
template <class T>
using Coroutine = net::awaitable<T, Strand>;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, Strand>;
constexpr net::use_awaitable_t<Strand> use_awaitable;

enum class Plan : std::uint8_t { succeed, fail, hang };

/// What is called: goes round the pool some times, and then does as planned. A hanging one waits to be cancelled.
Coroutine<int> work(Account& account, Plan plan, unsigned rounds) {
  account.invoked.fetch_add(1);
  const Strand strand = co_await net::this_coro::executor;
  for (unsigned i = 0; i != rounds; ++i) co_await net::post(strand, use_awaitable);
  if (plan == Plan::fail) throw Fault{};
  if (plan == Plan::hang) {
    Timer timer{strand, Timer::time_point::max()};
    co_await timer.async_wait(use_awaitable);
  }
  co_return 1;
}

template <class Breaker>
Coroutine<void> call(Breaker& cb, Account& account, Plan plan, unsigned rounds) {
  try {
    co_await cb.call(work, account, plan, rounds);
    account.succeeded.fetch_add(1);
  } catch (const CallNotPermittedError&) {
    account.refused.fetch_add(1);
  } catch (const Fault&) {
    account.failed.fetch_add(1);
  } catch (const system_error&) {
    account.cancelled.fetch_add(1);
  }
}

/// Starts `count` coroutines from as many strands, cancels those that hang, and waits for all.
template <class Breaker>
void storm(Breaker& cb, Account& account, std::size_t count, unsigned seed) {
  constexpr std::size_t threads = 4;
  net::thread_pool pool{threads};
  std::minstd_rand random{seed};
  // A signal is emitted on the strand that its coroutine runs on.
  struct Hanging {
    explicit Hanging(net::thread_pool& on) : strand{net::make_strand(on.get_executor())} {}
    Strand strand;
    net::cancellation_signal signal;
  };
  std::vector<std::unique_ptr<Hanging>> hanging;
  for (std::size_t i = 0; i != count; ++i) {
    const auto plan = static_cast<Plan>(random() % 3);
    const unsigned rounds = random() % 4;
    if (plan == Plan::hang) {
      hanging.push_back(std::make_unique<Hanging>(pool));
      net::co_spawn(hanging.back()->strand, call(cb, account, plan, rounds),
                    net::bind_cancellation_slot(hanging.back()->signal.slot(), net::detached));
    } else {
      net::co_spawn(net::make_strand(pool.get_executor()), call(cb, account, plan, rounds), net::detached);
    }
    // Cancels at random, some of them before they wait, some of them twice.
    if (!hanging.empty() && random() % 2 == 0) {
      Hanging& one = *hanging[random() % hanging.size()];
      net::post(one.strand, [&one] { one.signal.emit(net::cancellation_type::terminal); });
    }
  }
  for (const auto& one : hanging) {
    net::post(one->strand, [&one] { one->signal.emit(net::cancellation_type::terminal); });
  }
  pool.join();
}

constexpr std::size_t many = 6'000;

}  // namespace

TEST_CASE("every coroutine on a thread pool is accounted for", "[stress]") {
  CircuitBreaker sync{Config{
      .window = CountWindow{30'000}, .tracker = TypeOf<Fault>{}, .tripper = MinRequests{30'000} & FailureRate{1.0}}};
  AsyncCircuitBreaker cb{sync};
  Account account;
  storm(cb, account, many, 1);
  CHECK(account.refused == 0);
  CHECK(account.invoked == many);
  CHECK(account.succeeded + account.failed + account.cancelled == many);
  CHECK(account.cancelled > many / 10);
  const Metrics metrics = cb.info().metrics;
  CHECK(metrics.total_count() == account.succeeded + account.failed);
  CHECK(metrics.failure_count() == account.failed);
}

TEST_CASE("no place of a probe is lost by coroutines that fail and hang and are cancelled", "[stress]") {
  // The tripper never fires and the round is too long to end: every place that was taken must come back or be told.
  ManualEnvironment env;
  AsyncCircuitBreaker cb{Config{.window = CountWindow{30'000},
                                .tracker = TypeOf<Fault>{},
                                .tripper = Closed{} & FailureRate{0.01},
                                .retry = Always{},
                                .permit = Probes{20'000, 1h},
                                .environment = env}};
  cb.try_acquire().failure();
  Account account;
  storm(cb, account, many, 2);
  REQUIRE(cb.state() == State::half_open);
  CHECK(account.refused == 0);
  const std::uint64_t told = account.succeeded + account.failed;
  CHECK(told + account.cancelled == many);
  CHECK(cb.info().metrics.total_count() == told);

  // As many places are left as were not used up.
  std::vector<decltype(cb.try_acquire())> rest;
  while (auto admission = cb.try_acquire()) rest.push_back(std::move(admission));
  CHECK(rest.size() == 20'000 - told);
}

TEST_CASE("coroutines under a breaker that trips and recovers are accounted for", "[stress]") {
  std::atomic<std::uint64_t> opened{0};
  AsyncCircuitBreaker cb{Config{.window = CountWindow{20},
                                .tracker = TypeOf<Fault>{},
                                .tripper = MinRequests{3} & FailureRate{0.5},
                                .retry = Always{},
                                .permit = Probes{3, 1h},
                                .listeners = {[&](const Signal& signal) {
                                  if (signal.new_state == State::open) opened.fetch_add(1);
                                }}}};
  Account account;
  storm(cb, account, many, 3);
  CHECK(account.invoked == account.succeeded + account.failed + account.cancelled);
  CHECK(account.invoked + account.refused == many);
  CHECK(opened > 0);

  // It is not wedged: whatever state it is left in, some successes close it.
  for (int i = 0; i != 4; ++i) {
    if (auto admission = cb.try_acquire()) admission.success();
  }
  CHECK(cb.state() == State::closed);
}
