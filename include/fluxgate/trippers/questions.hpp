// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Questions to a tree of trippers.

#ifndef FLUXGATE_TRIPPERS_QUESTIONS_HPP
#define FLUXGATE_TRIPPERS_QUESTIONS_HPP

#include <algorithm>
#include <cstdint>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/expression/fold.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/trippers/traits.hpp>
#include <fluxgate/trippers/tripper.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// A question about one state: what is ruled out there is not asked.
struct InState {
  State state;

  template <class Node>
  constexpr bool prunes() const noexcept {
    return prunes(traits_of<Node>);
  }
  constexpr bool prunes(const TreeTraits& traits) const noexcept { return traits.ruled_out.contains(state); }
};

/// The smallest part that fires on successes alone, as text.
struct CulpritOnSuccesses {
  struct Part {
    bool fires;
    std::string words;
    std::string culprit;  ///< the part that fires
  };

  State state;

  template <class Leaf>
  Part leaf(const Leaf& leaf) const {
    const std::string words = description_of(leaf);
    return {traits_of<Leaf>.fires_on_successes.contains(state), words, words};
  }
  static Part both(const Part& left, const Part& right) {
    const std::string words = Description::both(left.words, right.words);
    return {left.fires && right.fires, words, words};
  }
  static Part either(const Part& left, const Part& right) {
    return {left.fires || right.fires, Description::either(left.words, right.words),
            left.fires ? left.culprit : right.culprit};
  }
};

/// Whether the window shows enough for "does not trip" to mean "healthy"; not if a leaf throws.
struct Settled : InState {
  const CallContext& context;
  bool pruned = true;

  template <class Leaf>
  constexpr bool leaf(const Leaf& leaf) const noexcept {
    if constexpr (Settles<Leaf>) {
      FLUXGATE_TRY { return static_cast<bool>(leaf.settled(context)); }
      FLUXGATE_CATCH_ALL { return false; }
    } else {
      return true;
    }
  }
  static constexpr bool both(bool left, bool right) noexcept { return left && right; }
  static constexpr bool either(bool left, bool right) noexcept { return left && right; }
};

template <class Node>
constexpr bool settled(const Node& node, const CallContext& context) noexcept {
  return fold(Settled{{context.state}, context}, node);
}

/// Which conditions fired, with their values.
struct Explanation {
  struct Part {
    bool fires;
    std::string words;
  };

  const CallContext& context;

  template <class Leaf>
  Part leaf(const Leaf& leaf) const {
    Part part{fires(leaf, context), {}};
    if (part.fires) {
      if constexpr (Explains<Leaf>) {
        part.words = leaf.explain(context);
      } else {
        part.words = description_of(leaf);
      }
    }
    return part;
  }
  static Part both(const Part& left, const Part& right) {
    return {left.fires && right.fires, joined(left.words, " and ", right.words)};
  }
  static Part either(const Part& left, const Part& right) {
    // Both sides are asked here; the verdict may have skipped one.
    if (!left.fires) return right;
    return {true, right.fires ? joined(left.words, " or ", right.words) : left.words};
  }
  static std::string joined(const std::string& left, const char* word, const std::string& right) {
    return concat({left, left.empty() || right.empty() ? "" : word, right});
  }
};

/// The conditions of a tripper that fired, joined by "and" or "or".
template <class Node>
std::string explain(const Node& node, const CallContext& context) {
  return fold(Explanation{context}, node).words;
}

/// More calls than a window holds in practice, and few enough for a user's tripper that computes per cent in ints.
inline constexpr std::uint64_t unlimited = 20'000'000;

/// `context` in the best case once `count` calls have ended: the missing ones are successes that took no time.
constexpr CallContext at_best(const CallContext& context, std::uint64_t count) noexcept {
  const Metrics& now = context.metrics;
  return {context.state,
          Metrics{std::max(now.total_count(), count), now.failure_count(), now.total_duration(), now.slow_counts()},
          context.consecutive_failures};
}

/// The largest minimum of calls in a tree.
struct LargestMinimum : InState {
  std::uint64_t pruned = 0;

  template <class Leaf>
  static constexpr std::uint64_t leaf(const Leaf& leaf) noexcept {
    if constexpr (HasMinRequests<Leaf>) {
      return leaf.min_requests();
    } else {
      return 0;
    }
  }
  static constexpr std::uint64_t both(std::uint64_t left, std::uint64_t right) noexcept {
    return std::max(left, right);
  }
  static constexpr std::uint64_t either(std::uint64_t left, std::uint64_t right) noexcept { return both(left, right); }
};

/// The largest `MinRequests` that applies in `state`, zero without one.
template <class Node>
constexpr std::uint64_t min_requests_in(const Node& node, State state) noexcept {
  return fold(LargestMinimum{{state}}, node);
}

/// The least number of calls that lets a tree fire; the largest integer if nothing can.
struct CallsToFire : InState {
  std::uint64_t pruned = ~std::uint64_t{0};

  template <class Leaf>
  static constexpr std::uint64_t leaf(const Leaf& leaf) noexcept {
    if constexpr (HasMinRequests<Leaf>) {
      return leaf.min_requests();
    } else if constexpr (HasFailureStreak<Leaf>) {
      return leaf.failure_streak();
    } else {
      return 1;
    }
  }
  static constexpr std::uint64_t both(std::uint64_t left, std::uint64_t right) noexcept {
    return std::max(left, right);
  }
  static constexpr std::uint64_t either(std::uint64_t left, std::uint64_t right) noexcept {
    return std::min(left, right);
  }
};

/// The number of outcomes that `node` needs in `state`: enough for each minimum that applies there, and enough to fire
/// if it can fire there.
template <class Node>
constexpr std::uint64_t outcomes_wanted(const Node& node, State state) noexcept {
  if (traits_in(node).ruled_out.contains(state)) return 0;
  return std::max(min_requests_in(node, state), fold(CallsToFire{{state}}, node));
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
