// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The window of docs/extending.md, and windows that are none.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "../../examples/own_policies/decaying_window.hpp"
#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

static_assert(Window<CountWindow> && Window<TimeWindow> && Window<DecayingWindow>);
static_assert(!Window<int> && !Window<All>);
static_assert(Recorder<recorder_of<DecayingWindow, detail::StdAtomics, Needs{}>::type>);
static_assert(std::same_as<recorder_of<CountWindow, detail::StdAtomics, Needs{}>::type,
                           detail::CountRecorder<detail::StdAtomics, Needs{}>>);
static_assert(std::same_as<recorder_of<TimeWindow, detail::StdAtomics, Needs{}>::type,
                           detail::TimeRecorder<detail::StdAtomics, Needs{}>>);

// One thing short of a Recorder.
using Whole = DecayingRecorder<detail::StdAtomics, Needs{}>;
struct WithoutStamp : Whole {
  void stamp() const;
};
struct WithoutConstant : Whole {
  bool on_a_clock = false;
};
struct WithoutBucket : Whole {
  static constexpr bool on_a_clock = true;
};
struct WithMutableCells : Whole {
  std::size_t cells(std::uint32_t) noexcept;
};
struct WithHeavyHead : Whole {
  struct Head {
    std::string text;
  };
};
static_assert(Recorder<Whole> && !Recorder<WithoutStamp> && !Recorder<WithoutConstant> && !Recorder<WithoutBucket>);
static_assert(!Recorder<WithMutableCells> && !Recorder<WithHeavyHead> && !Recorder<int>);

constexpr Weights after(int calls, int failures, std::uint64_t parts, bool keep) {
  Weights weights = Weights::empty(7);
  for (int i = 0; i != calls; ++i) weights = weights.with(i < failures, parts, keep);
  return weights;
}
static_assert(sizeof(Whole::Head) == 8);  // as the page says, whatever the size of the window
static_assert(after(0, 0, 10, false) == Weights::empty(7) && after(1, 1, 10, false).belongs_to(7));
static_assert(!after(1, 1, 10, false).belongs_to(8) && after(1, 1, 10, false).belongs_to(7 + 65'536));
static_assert(after(3, 2, 10, true).calls() == 3 && after(3, 2, 10, true).failures() == 2);
static_assert(after(500, 0, 10, false).calls() == 10);                                  // never more than the size
static_assert(after(8, 8, 10, false).failures() > after(16, 8, 10, false).failures());  // older weigh less
static_assert(after(4'095, 4'095, 10, true).calls() == 4'095);
static_assert(after(4'096, 4'096, 10, true) == after(4'095, 4'095, 10, true));  // what does not fit is left out

template <class Breaker>
void call(Breaker& breaker, bool fails) {
  (void)breaker.try_call(
      [fails]() -> std::error_code { return fails ? std::make_error_code(std::errc::io_error) : std::error_code{}; });
}

TEST_CASE("a window of one's own decides when its breaker opens") {
  CircuitBreaker breaker{Config{.window = DecayingWindow{10}, .tripper = MinRequests{8} & FailureRate{0.5}}};
  for (int i = 0; i != 100; ++i) call(breaker, false);
  CHECK(breaker.info().metrics == Metrics{10, 0});
  int failures = 0;
  for (; breaker.state() == State::closed; ++failures) {
    CAPTURE(failures);
    REQUIRE(failures < 100);
    call(breaker, true);
  }
  CHECK(failures == 6);  // of ten calls they weigh 10 * (1 - 0.9^6), to the nearest call 5
}

TEST_CASE("failures that lie back weigh too little to open") {
  CircuitBreaker breaker{Config{.window = DecayingWindow{10}, .tripper = MinRequests{8} & FailureRate{0.5}}};
  for (int i = 0; i != 50; ++i) {
    for (int k = 0; k != 3; ++k) call(breaker, false);
    call(breaker, true);
  }
  CHECK(breaker.state() == State::closed);
}

TEST_CASE("a round of probes is kept whole in a window that forgets") {
  ManualEnvironment environment;
  CircuitBreaker breaker{
      Config{.window = DecayingWindow{2},
             .tripper = (Closed{} & FailureStreak{1}) | (HalfOpened{} & MinRequests{8} & FailureRate{0.5}),
             .retry = Cooldown{1s},
             .permit = Probes{8, 10s},
             .environment = environment}};
  call(breaker, true);
  environment.advance(1s);
  for (int i = 0; i != 4; ++i) call(breaker, true);
  CHECK(breaker.state() == State::open);  // four of eight, though the rest may yet succeed
}

TEST_CASE("counts of a window of one's own begin at zero in each state") {
  CircuitBreaker breaker{Config{.window = DecayingWindow{10}, .tripper = Manual{}}};
  for (int i = 0; i != 5; ++i) call(breaker, true);
  CHECK(breaker.info().metrics.failure_count() > 0);
  breaker.reset();
  CHECK(breaker.info().metrics == Metrics{});
  call(breaker, false);
  CHECK(breaker.info().metrics == Metrics{1, 0});
}

TEST_CASE("a breaker knows how many calls a window of one's own holds") {
  CHECK_THROWS_AS((CircuitBreaker{Config{.window = DecayingWindow{5}, .tripper = MinRequests{6} & FailureRate{0.5}}}),
                  std::invalid_argument);
  const auto message = [](auto make) {
    try {
      make();
    } catch (const std::invalid_argument& error) {
      return std::string{error.what()};
    }
    return std::string{"nothing is refused"};
  };
  CHECK(message([] {
          CircuitBreaker breaker{
              Config{.name = "mail", .window = DecayingWindow{5}, .tripper = MinRequests{6} & FailureRate{0.5}}};
        }).find("MinRequests: count 6 can never be reached over DecayingWindow{5}") != std::string::npos);
  CHECK(message([] {
          CircuitBreaker breaker{Config{.window = DecayingWindow{5}, .permit = Probes{4'096, 1s}}};
        }).find("Probes: count 4096 is not in [1, 4095] over DecayingWindow{5}") != std::string::npos);
  CircuitBreaker fitted{Config{.window = DecayingWindow{5}}};  // the default tripper waits for 20 calls elsewhere
  for (int i = 0; i != 100 && fitted.state() == State::closed; ++i) call(fitted, true);
  CHECK(fitted.state() == State::open);
}

TEST_CASE("a window is found by its role") {
  CircuitBreaker breaker{"mail", DecayingWindow{10}, Manual{}};
  for (int i = 0; i != 50; ++i) call(breaker, false);
  CHECK(breaker.info().metrics.total_count() == 10);
}

TEST_CASE("several threads lose no outcome in a window of one's own") {
  CircuitBreaker breaker{Config{.window = DecayingWindow{4'000}, .tripper = Manual{}}};
  const auto many = [&breaker](bool fails) {
    for (int i = 0; i != 300; ++i) call(breaker, fails);
  };
  std::thread other{many, true};
  many(false);
  other.join();
  // One call takes a 4000th from each before it, and what is left is rounded once.
  const Metrics counts = breaker.info().metrics;
  CHECK(counts.total_count() > 550);
  CHECK(counts.total_count() <= 600);
  CHECK(counts.failure_count() > 250);
  CHECK(counts.failure_count() <= 300);
}

}  // namespace
