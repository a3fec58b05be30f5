// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Permits that are chosen at run time.

#ifndef FLUXGATE_TEXT_PERMIT_LIST_HPP
#define FLUXGATE_TEXT_PERMIT_LIST_HPP

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/describe.hpp>
#include <fluxgate/permits.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Permits of the library, all of which must admit; at most one of them is a Probes.
class PermitList {
 public:
  using Leaf = std::variant<AllowAll, Random, RampUp, Probes>;

  explicit PermitList(Leaf first) : permits_{std::move(first)} {}

  void add(Leaf permit) { permits_.push_back(std::move(permit)); }
  /// The Probes among them, or null.
  const Probes* probes() const noexcept {
    for (const Leaf& permit : permits_) {
      if (const Probes* const found = std::get_if<Probes>(&permit)) return found;
    }
    return nullptr;
  }

  bool operator()(const PermitContext& context) const noexcept {
    for (const Leaf& permit : permits_) {
      if (!std::visit([&](const auto& leaf) { return leaf(context); }, permit)) return false;
    }
    return true;
  }
  std::string describe() const {
    std::string words;
    for (const Leaf& permit : permits_) {
      std::string text = std::visit([](const auto& leaf) { return leaf.describe(); }, permit);
      words = words.empty() ? std::move(text) : Description::both(words, text);
    }
    return words;
  }

  friend bool operator==(const PermitList&, const PermitList&) = default;

 private:
  std::vector<Leaf> permits_;
};

/// A list without a Probes.
struct ListWithoutProbes : PermitOperand<ListWithoutProbes>, PermitList {
  explicit ListWithoutProbes(PermitList list) : PermitList{std::move(list)} {}
  friend bool operator==(const ListWithoutProbes&, const ListWithoutProbes&) = default;
};
static_assert(Permit<ListWithoutProbes>);

/// A list with a Probes: it is these Probes, and asks the others as well.
struct ListWithProbes : Probes {
  PermitList list;

  explicit ListWithProbes(PermitList permits) : Probes{*permits.probes()}, list{std::move(permits)} {}

  bool operator()(const PermitContext& context) const noexcept { return list(context); }
  std::string describe() const { return list.describe(); }
  friend bool operator==(const ListWithProbes&, const ListWithProbes&) = default;
};
static_assert(Permit<ListWithProbes>);

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
