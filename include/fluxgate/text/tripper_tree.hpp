// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A tree of trippers whose shape is known at run time only.

#ifndef FLUXGATE_TEXT_TRIPPER_TREE_HPP
#define FLUXGATE_TEXT_TRIPPER_TREE_HPP

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>
#include <fluxgate/trippers.hpp>
#include <fluxgate/trippers/questions.hpp>
#include <fluxgate/trippers/traits.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// How a branch joins its two sides.
enum class Join : bool { both, either };

/// A tree of the library's trippers. It answers the questions that trees of types answer, through `fold`, from the same
/// leaves; so it means what they mean. Its nodes lie in one vector, each after its two
/// sides.
class TripperTree {
 public:
  using Leaf = std::variant<Closed, HalfOpened, MinRequests, DefaultMinRequests, FailureRate, SlowRate<false>,
                            SlowRate<true>, AvgLatency, FailureStreak, Manual>;

  explicit TripperTree(Leaf leaf) {
    const TreeTraits traits = std::visit([]<class L>(const L&) { return traits_of<L>; }, leaf);
    nodes_.push_back({std::move(leaf), traits, 1});
  }

  /// Becomes both or either of what it was and `right`.
  void join(Join how, const TripperTree& right) {
    const TreeTraits traits =
        how == Join::both ? tree_traits() & right.tree_traits() : tree_traits() | right.tree_traits();
    nodes_.insert(nodes_.end(), right.nodes_.begin(), right.nodes_.end());
    nodes_.push_back({how, traits, nodes_.size() + 1});
  }

  /// What is true of the whole.
  const TreeTraits& tree_traits() const noexcept { return nodes_.back().traits; }
  /// The number of leaves and branches.
  std::size_t size() const noexcept { return nodes_.size(); }

  bool operator()(const CallContext& context) const noexcept { return fires_at(nodes_.size() - 1, context); }

  template <class Question>
  friend auto fold_nodes(const Question& question, TripperTree& tree) {
    return tree.fold_at(question, tree.nodes_, tree.nodes_.size() - 1);
  }
  template <class Question>
  friend auto fold_nodes(const Question& question, const TripperTree& tree) {
    return tree.fold_at(question, tree.nodes_, tree.nodes_.size() - 1);
  }

  friend bool operator==(const TripperTree&, const TripperTree&) = default;

 private:
  struct Node {
    std::variant<Leaf, Join> what;
    TreeTraits traits;
    std::size_t size;  ///< of the tree that ends here

    friend bool operator==(const Node&, const Node&) = default;
  };

  bool fires_at(std::size_t at, const CallContext& context) const noexcept {
    const Node& node = nodes_[at];
    if (const Leaf* const leaf = std::get_if<Leaf>(&node.what)) {
      return std::visit([&](const auto& tripper) { return tripper(context); }, *leaf);
    }
    const std::size_t right = at - 1;
    const bool fires = fires_at(right - nodes_[right].size, context);
    return fires == (*std::get_if<Join>(&node.what) == Join::both) ? fires_at(right, context) : fires;
  }

  template <class Question, class Nodes>
  static auto fold_at(const Question& question, Nodes& nodes, std::size_t at)
      -> decltype(question.leaf(std::declval<const Manual&>())) {
    auto& node = nodes[at];
    if constexpr (requires { question.prunes(node.traits); }) {
      if (question.prunes(node.traits)) return question.pruned;
    }
    if (auto* const leaf = std::get_if<Leaf>(&node.what)) {
      return std::visit([&](auto& tripper) { return question.leaf(tripper); }, *leaf);
    }
    const std::size_t right = at - 1;
    const auto left_answer = fold_at(question, nodes, right - nodes[right].size);
    const auto right_answer = fold_at(question, nodes, right);
    return *std::get_if<Join>(&node.what) == Join::both ? question.both(left_answer, right_answer)
                                                        : question.either(left_answer, right_answer);
  }

  std::vector<Node> nodes_;
};

/// Makes such a tree of a tree of types.
struct AtRunTime {
  template <class Leaf>
  static TripperTree leaf(const Leaf& leaf) {
    return TripperTree{TripperTree::Leaf{leaf}};
  }
  static TripperTree both(TripperTree left, const TripperTree& right) {
    left.join(Join::both, right);
    return left;
  }
  static TripperTree either(TripperTree left, const TripperTree& right) {
    left.join(Join::either, right);
    return left;
  }
};

/// A tree for which a breaker measures `needed`, at least what its leaves need.
template <Needs needed>
struct MeasuredTree : TripperOperand<MeasuredTree<needed>>, TripperTree {
  explicit MeasuredTree(TripperTree tree) : TripperTree{std::move(tree)} {}

  friend bool operator==(const MeasuredTree&, const MeasuredTree&) = default;
};

/// What may be true of such a tree. A tree of the library's trippers that asks for no durations and fires after a
/// success without trouble is refused, since only gates do; so those that are accepted fire on trouble only.
template <Needs needed>
inline constexpr TreeTraits traits_of<MeasuredTree<needed>> = {.needs = needed,
                                                               .ruled_out = {},
                                                               .fires_on_successes = States::all(),
                                                               .on_trouble_only = !needed.durations,
                                                               .monotone = true,
                                                               .holds_manual = false,
                                                               .uses_slow_threshold = true};

/// Whether that holds for trees of these leaves.
template <class... Leaves>
consteval bool fire_on_trouble_only(std::type_identity<std::variant<Leaves...>>) {
  return ((traits_of<Leaves>.monotone && (traits_of<Leaves>.on_trouble_only || traits_of<Leaves>.needs.durations ||
                                          traits_of<Leaves>.fires_on_successes != States{})) &&
          ...);
}
static_assert(fire_on_trouble_only(std::type_identity<TripperTree::Leaf>{}));

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
