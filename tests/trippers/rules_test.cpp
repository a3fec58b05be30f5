// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Rules that cannot work are refused: those that never open the breaker, and those that open it on successes. A table of
// trees, and random trees against all that calls can come to.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

constexpr auto rate = FailureRate{0.5};
const auto two_failures = [](const CallContext& context) { return context.metrics.failure_count() >= 2; };

/// What a breaker of `tripper` would be refused with; "accepted" where it would not.
template <class W, class Tr>
std::string refusal_over(W window, const Tr& tripper) {
  auto config =
      Config{.name = "payment", .window = window, .tripper = tripper, .slow_threshold = 1s, .as_written = true};
  return refusal([&] {
    detail::fit_defaults(config);
    detail::validate(config);
  });
}

/// The same over both windows, which must not differ.
template <class Tr>
std::string refusal_of(const Tr& tripper) {
  CAPTURE(tripper);
  const std::string refused = refusal_over(CountWindow{100}, tripper);
  CHECK(refusal_over(TimeWindow{10s}, tripper) == refused);
  return refused;
}

/// What making a breaker throws.
template <class Breaker, class... Args>
std::string refusal_by(Args... args) {
  return refusal([&] { const Breaker breaker{std::move(args)...}; });
}

std::string on_successes(const std::string& tripper, const std::string& part, const std::string& state) {
  return "circuit breaker 'payment': tripper " + tripper + ": " + part + " fires on successes alone in " + state +
         "; join it to a condition by &, such as FailureRate{0.5}";
}

std::string never_opens(const std::string& tripper) {
  return "circuit breaker 'payment': tripper " + tripper +
         ": can never open the breaker, since it is ruled out in CLOSED; the tripper that is meant never to fire is "
         "Manual{}";
}

}  // namespace

TEST_CASE("A tripper that fires on successes is refused, with the part that does") {
  CHECK(refusal_of(MinRequests{10}) == on_successes("MinRequests{10}", "MinRequests{10}", "CLOSED"));
  CHECK(refusal_of(Closed{}) == on_successes("Closed{}", "Closed{}", "CLOSED"));
  CHECK(refusal_of(HalfOpened{}) == on_successes("HalfOpened{}", "HalfOpened{}", "HALF_OPEN"));
  CHECK(refusal_of(Closed{} & MinRequests{10}) ==
        on_successes("(Closed{} & MinRequests{10})", "(Closed{} & MinRequests{10})", "CLOSED"));
  // Beside a condition a minimum is no such part, on whichever side it stands.
  CHECK(refusal_of((MinRequests{5} & rate) | MinRequests{10}) ==
        on_successes("((MinRequests{5} & FailureRate{0.5}) | MinRequests{10})", "MinRequests{10}", "CLOSED"));
  CHECK(refusal_of((rate & MinRequests{5}) | MinRequests{10}) ==
        on_successes("((FailureRate{0.5} & MinRequests{5}) | MinRequests{10})", "MinRequests{10}", "CLOSED"));
  // The first of several, on whichever side of the conditions it stands.
  CHECK(refusal_of((MinRequests{5} | rate) | MinRequests{10}) ==
        on_successes("((MinRequests{5} | FailureRate{0.5}) | MinRequests{10})", "MinRequests{5}", "CLOSED"));
  CHECK(refusal_of((rate | MinRequests{5}) | MinRequests{10}) ==
        on_successes("((FailureRate{0.5} | MinRequests{5}) | MinRequests{10})", "MinRequests{5}", "CLOSED"));
  CHECK(refusal_of(Closed{} | rate) == on_successes("(Closed{} | FailureRate{0.5})", "Closed{}", "CLOSED"));
  CHECK(refusal_of(rate | MinRequests{100}) ==
        on_successes("(FailureRate{0.5} | MinRequests{100})", "MinRequests{100}", "CLOSED"));
  CHECK(refusal_of(MinRequests{5} | Manual{}) ==
        on_successes("(MinRequests{5} | Manual{})", "MinRequests{5}", "CLOSED"));
  CHECK(refusal_of((Closed{} & rate) | (HalfOpened{} & MinRequests{5})) ==
        on_successes("((Closed{} & FailureRate{0.5}) | (HalfOpened{} & MinRequests{5}))",
                     "(HalfOpened{} & MinRequests{5})", "HALF_OPEN"));
  CHECK(refusal_of(two_failures | MinRequests{2}) ==
        on_successes("(custom | MinRequests{2})", "MinRequests{2}", "CLOSED"));
  CHECK(refusal_of((rate | Closed{}) & (MinRequests{3} | FailureStreak{2})) ==
        on_successes("((FailureRate{0.5} | Closed{}) & (MinRequests{3} | FailureStreak{2}))",
                     "((FailureRate{0.5} | Closed{}) & (MinRequests{3} | FailureStreak{2}))", "CLOSED"));
  CHECK(refusal_of(FailureStreak{2} | (rate | (SlowRate{0.5} | (MinRequests{3} & MinRequests{4})))) ==
        on_successes("(FailureStreak{2} | (FailureRate{0.5} | (SlowRate{0.5} | (MinRequests{3} & MinRequests{4}))))",
                     "(MinRequests{3} & MinRequests{4})", "CLOSED"));
}

TEST_CASE("A tripper that can never open the breaker is refused unless that is meant") {
  CHECK(refusal_of(HalfOpened{} & rate) == never_opens("(HalfOpened{} & FailureRate{0.5})"));
  CHECK(refusal_of(rate & HalfOpened{}) == never_opens("(FailureRate{0.5} & HalfOpened{})"));
  CHECK(refusal_of(Closed{} & HalfOpened{}) == never_opens("(Closed{} & HalfOpened{})"));
  CHECK(refusal_of(Closed{} & HalfOpened{} & rate) == never_opens("((Closed{} & HalfOpened{}) & FailureRate{0.5})"));
  CHECK(refusal_of(HalfOpened{} & two_failures) == never_opens("(HalfOpened{} & custom)"));
  CHECK(refusal_of((HalfOpened{} & rate) | (HalfOpened{} & FailureStreak{2})) ==
        never_opens("((HalfOpened{} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{2}))"));
  CHECK(refusal_of((HalfOpened{} & rate) | Manual{}) == "accepted");
  CHECK(refusal_of(Manual{}) == "accepted");
  CHECK(refusal_of(Closed{} & Manual{}) == "accepted");
  CHECK(refusal_of(Manual{} & MinRequests{1000}) == "accepted");
}

TEST_CASE("A tripper that can work is accepted") {
  CHECK(refusal_of(rate) == "accepted");
  CHECK(refusal_of(two_failures) == "accepted");
  CHECK(refusal_of(AvgLatency{1s}) == "accepted");
  CHECK(refusal_of(SlowRate{0.5}) == "accepted");
  CHECK(refusal_of(FailureStreak{200}) == "accepted");  // a streak goes on beyond the window
  CHECK(refusal_of(Closed{} & MinRequests{10} & rate) == "accepted");
  CHECK(refusal_of(MinRequests{10} & (rate | SlowRate{0.2})) == "accepted");
  CHECK(refusal_of((Closed{} & MinRequests{10} & rate) | (HalfOpened{} & FailureStreak{1})) == "accepted");
  CHECK(refusal_of((Closed{} | HalfOpened{}) & MinRequests{10} & rate) == "accepted");
  CHECK(refusal_of((Closed{} & HalfOpened{} & MinRequests{10}) | rate) == "accepted");
  CHECK(refusal_of((Closed{} | rate) & (HalfOpened{} | rate)) == "accepted");
  CHECK(refusal_of(MinRequests{3} & two_failures) == "accepted");
}

TEST_CASE("Both front ends refuse such rules, however they are made") {
  const auto check = [](const auto& tripper, const std::string& message) {
    CAPTURE(tripper);
    const auto config = Config{.name = "payment", .tripper = tripper, .as_written = true};
    using Breaker = decltype(CircuitBreaker{config});
    using Async = decltype(AsyncCircuitBreaker{config});
    CHECK(refusal_by<Breaker>(config) == message);
    CHECK(refusal_by<Breaker>(std::string{"payment"}, CountWindow{100}, All{}, tripper) == message);
    CHECK(refusal_by<Async>(config) == message);
    CHECK(refusal_by<Async>(std::string{"payment"}, CountWindow{100}, All{}, tripper) == message);
  };
  check(MinRequests{10}, on_successes("MinRequests{10}", "MinRequests{10}", "CLOSED"));
  check(HalfOpened{} & rate, never_opens("(HalfOpened{} & FailureRate{0.5})"));
  check(Closed{} & rate, "accepted");
}

// ---- random trees -----------------------------------------------------------------------------------------------------

namespace {

constexpr std::uint64_t window_size = 6;
constexpr std::uint64_t most_calls = 8;  // over a time window, which holds any number
constexpr std::uint64_t branches = 37;   // on each level, so that the compiler makes few of them

/// A different number for each pair.
constexpr std::uint64_t scrambled(std::uint64_t seed, std::uint64_t step) {
  std::uint64_t x = seed * 0x9e37'79b9'7f4a'7c15U + step * 0xbf58'476d'1ce4'e5b9U + 0x94d0'49bb'1331'11ebU;
  x = (x ^ (x >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return x ^ (x >> 31U);
}

struct AtLeast : TripperOperand<AtLeast> {
  std::uint64_t count;
  constexpr explicit AtLeast(std::uint64_t least) : count{least} {}
  bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= count; }
  static std::string describe() { return "AtLeast{}"; }
};

/// A tree of trippers that `seed` chooses, of at most 2^depth leaves; its counts are at most the size of the window.
template <std::uint64_t seed, int depth>
auto random_tree() {
  constexpr std::uint64_t choice = scrambled(seed, depth) % 16;
  constexpr std::uint64_t count = scrambled(seed, 100) % window_size + 1;
  if constexpr (depth != 0 && choice >= 4) {
    constexpr std::uint64_t left = scrambled(seed, 200) % branches;
    constexpr std::uint64_t right = scrambled(seed, 300) % branches;
    if constexpr (choice % 2 == 0) {
      return random_tree<left, depth - 1>() & random_tree<right, depth - 1>();
    } else {
      return random_tree<left, depth - 1>() | random_tree<right, depth - 1>();
    }
  } else if constexpr (choice % 8 < 2) {
    return Closed{};
  } else if constexpr (choice % 8 == 2) {
    return HalfOpened{};
  } else if constexpr (choice % 8 == 3) {
    return MinRequests{count};
  } else if constexpr (choice % 8 == 4) {
    return FailureRate{static_cast<double>(count) / static_cast<double>(window_size)};
  } else if constexpr (choice % 8 == 5) {
    return FailureStreak{count};
  } else if constexpr (choice == 6) {
    return Manual{};
  } else {
    return AtLeast{count};
  }
}

/// What a tripper answers to everything that calls can come to in `state`.
struct Answers {
  bool ever = false;          ///< it fires on some calls
  bool on_successes = false;  ///< it fires on calls none of which failed
};

Answers answers_in(State state, const std::function<bool(const CallContext&)>& tripper) {
  Answers answers;
  for (std::uint64_t total = 1; total <= most_calls; ++total) {
    for (std::uint64_t failures = 0; failures <= total; ++failures) {
      for (std::uint64_t streak = 0; streak <= failures; ++streak) {
        const bool fires =
            tripper(CallContext{.state = state, .metrics = Metrics{total, failures}, .consecutive_failures = streak});
        answers.ever = answers.ever || fires;
        answers.on_successes = answers.on_successes || (fires && failures == 0);
      }
    }
  }
  return answers;
}

struct Tally {
  int accepted = 0;
  int on_successes = 0;
  int never_opening = 0;
};

/// Compares what was said of a tripper with what it answers.
void compare(Tally& tally, const std::string& said, const std::string& description,
             const std::function<bool(const CallContext&)>& tripper) {
  INFO(description);
  const Answers closed = answers_in(State::closed, tripper);
  const Answers half_open = answers_in(State::half_open, tripper);
  if (closed.on_successes || half_open.on_successes) {
    CHECK(said.find(closed.on_successes ? "fires on successes alone in CLOSED" : "alone in HALF_OPEN") !=
          std::string::npos);
    ++tally.on_successes;
  } else if (!closed.ever && description.find("Manual{}") == std::string::npos) {
    CHECK(said.find("can never open the breaker") != std::string::npos);
    ++tally.never_opening;
  } else {
    CHECK(said == "accepted");
    ++tally.accepted;
  }
}

/// By the rules alone; of every eighth tree, by all that a breaker of either window asks for, which must say the same.
template <std::uint64_t seed>
void compare_tree(Tally& tally) {
  const auto tree = random_tree<seed, 3>();
  const std::string said = refusal([&] { detail::refuse_senseless(tree, detail::Refusal{"payment"}); });
  if constexpr (seed % 8 == 0) {
    CHECK(refusal_over(CountWindow{window_size}, tree) == said);
    CHECK(refusal_over(TimeWindow{10s}, tree) == said);
  }
  compare(tally, said, detail::description_of(tree), tree);
}

}  // namespace

TEST_CASE("Random trippers are refused exactly where no calls open the breaker, or successes do") {
  Tally tally;
  [&]<std::uint64_t... seeds>(std::integer_sequence<std::uint64_t, seeds...>) {
    (compare_tree<seeds>(tally), ...);
  }(std::make_integer_sequence<std::uint64_t, 160>{});
  // Each answer is met often enough to be tested.
  CHECK(tally.accepted >= 30);
  CHECK(tally.on_successes >= 30);
  CHECK(tally.never_opening >= 10);
  CHECK(tally.accepted + tally.on_successes + tally.never_opening == 160);
}
