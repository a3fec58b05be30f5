// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// A tree that is made at run time answers every question as the tree of types that looks like it.

#include <fluxgate/text/tripper_tree.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include <fluxgate/config.hpp>
#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

using Measured = detail::MeasuredTree<Needs{.durations = true, .streak = true, .slow_rates = 3, .clock = true}>;

/// A context as a window of up to forty calls may show it.
CallContext random_context(std::mt19937_64& random) {
  const auto up_to = [&](std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>{0, most}(random); };
  const std::uint64_t total = up_to(40);
  const std::uint64_t failures = up_to(total);
  const Metrics::SlowCounts slow{SlowCount{1s, up_to(total)}, SlowCount{2s, up_to(total)}};
  const State states[] = {State::closed, State::half_open};
  return {states[up_to(1)], Metrics{total, failures, std::chrono::milliseconds{up_to(100 * total)}, slow},
          up_to(failures)};
}

template <class Tree>
void check_alike(const Tree& tree) {
  const Measured measured{detail::fold(detail::AtRunTime{}, tree)};
  CAPTURE(describe(tree));
  CHECK(describe(measured) == describe(tree));
  CHECK(measured.tree_traits() == detail::traits_of<Tree>);
  for (const State state : {State::closed, State::half_open}) {
    CAPTURE(state);
    CHECK(detail::min_requests_in(measured, state) == detail::min_requests_in(tree, state));
    CHECK(detail::outcomes_wanted(measured, state) == detail::outcomes_wanted(tree, state));
    const auto culprit = [&](const auto& node) {
      return detail::fold(detail::CulpritOnSuccesses{state}, node).culprit;
    };
    if (detail::traits_of<Tree>.fires_on_successes.contains(state)) CHECK(culprit(measured) == culprit(tree));
  }
  std::mt19937_64 random{20};
  for (int i = 0; i != 2'000; ++i) {
    const CallContext context = random_context(random);
    CAPTURE(context);
    REQUIRE(measured(context) == tree(context));
    REQUIRE(detail::settled(measured, context) == detail::settled(tree, context));
    REQUIRE(detail::explain(measured, context) == detail::explain(tree, context));
  }
}

}  // namespace

TEST_CASE("a tree at run time answers as the tree of types") {
  check_alike(FailureRate{0.5});
  check_alike(MinRequests{20} & FailureRate{0.5});
  check_alike(MinRequests{20} & (FailureRate{0.5} | SlowRate{0.3, 2s}));
  check_alike((Closed{} & MinRequests{30} & FailureRate{0.3}) | (HalfOpened{} & FailureRate{0.8}));
  check_alike(FailureStreak{5} | (MinRequests{10} & AvgLatency{80ms}));
  check_alike(SlowRate{0.5} & (MinRequests{3} | FailureStreak{2}));
  check_alike((FailureStreak{3} | FailureRate{0.9}) & (SlowRate{0.1} | (Closed{} & HalfOpened{})));
  check_alike(Manual{});
  check_alike(Manual{} | FailureRate{1.0});
  check_alike(Closed{} & HalfOpened{});
  check_alike(MinRequests{2} | FailureRate{0.5});
  check_alike(detail::default_tripper);
}

TEST_CASE("a default minimum of a tree at run time is lowered, one that was written is not") {
  Measured fitted{detail::fold(detail::AtRunTime{}, detail::default_tripper)};
  detail::DefaultProbes probes = detail::default_permit;
  detail::fit_defaults(CountWindow{3}, fitted, probes);
  CHECK(describe(fitted) == "(((Closed{} & MinRequests{3}) | (HalfOpened{} & MinRequests{3})) & FailureRate{0.5})");

  const auto of_types = MinRequests{20} & FailureRate{0.5};
  Measured written{detail::fold(detail::AtRunTime{}, of_types)};
  detail::fit_defaults(CountWindow{3}, written, probes);
  CHECK(describe(written) == "(MinRequests{20} & FailureRate{0.5})");
  CHECK(probes.count() == 20);
}

TEST_CASE("trees at run time are equal if their shape and their leaves are") {
  const auto tree = [](const auto& of_types) { return detail::fold(detail::AtRunTime{}, of_types); };
  CHECK(tree(MinRequests{2} & FailureRate{0.5}) == tree(MinRequests{2} & FailureRate{0.5}));
  CHECK_FALSE(tree(MinRequests{2} & FailureRate{0.5}) == tree(MinRequests{2} | FailureRate{0.5}));
  CHECK_FALSE(tree(MinRequests{2} & FailureRate{0.5}) == tree(MinRequests{2} & FailureRate{0.6}));
  CHECK_FALSE(tree(MinRequests{2} & FailureRate{0.5}) == tree(FailureRate{0.5} & MinRequests{2}));
  CHECK_FALSE(tree((FailureRate{0.5} & FailureStreak{2}) & Closed{}) ==
              tree(FailureRate{0.5} & (FailureStreak{2} & Closed{})));
}
