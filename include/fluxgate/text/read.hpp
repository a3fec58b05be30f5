// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Policies from their text: the grammar of TextConfig.

#ifndef FLUXGATE_TEXT_READ_HPP
#define FLUXGATE_TEXT_READ_HPP

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/permits.hpp>
#include <fluxgate/retries.hpp>
#include <fluxgate/text/arguments.hpp>
#include <fluxgate/text/permit_list.hpp>
#include <fluxgate/text/reader.hpp>
#include <fluxgate/text/retry_choice.hpp>
#include <fluxgate/text/tripper_tree.hpp>
#include <fluxgate/trippers.hpp>
#include <fluxgate/windows.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

using WindowChoice = std::variant<CountWindow, TimeWindow>;

// A tuple in braces, since the arguments of a function are read in no certain order.

inline constexpr KnownPolicy<WindowChoice> known_windows[] = {
    {"CountWindow", [](Arguments& a) -> WindowChoice { return a.make<CountWindow>(std::tuple{a.count()}); }},
    {"TimeWindow",
     [](Arguments& a) -> WindowChoice {
       const auto span = a.duration();
       if (!a.more()) return a.make<TimeWindow>(std::tuple{span});
       return a.make<TimeWindow>(std::tuple{span, a.duration()});
     }},
};

inline constexpr KnownPolicy<TripperTree::Leaf> known_trippers[] = {
    {"Closed", [](Arguments& a) -> TripperTree::Leaf { return a.make<Closed>(); }},
    {"HalfOpened", [](Arguments& a) -> TripperTree::Leaf { return a.make<HalfOpened>(); }},
    {"MinRequests", [](Arguments& a) -> TripperTree::Leaf { return a.make<MinRequests>(std::tuple{a.count()}); }},
    {"FailureRate", [](Arguments& a) -> TripperTree::Leaf { return a.make<FailureRate>(std::tuple{a.ratio()}); }},
    {"SlowRate",
     [](Arguments& a) -> TripperTree::Leaf {
       const double ratio = a.ratio();
       if (!a.more()) return a.make<SlowRate<false>>(std::tuple{ratio});
       return a.make<SlowRate<true>>(std::tuple{ratio, a.duration()});
     }},
    {"AvgLatency", [](Arguments& a) -> TripperTree::Leaf { return a.make<AvgLatency>(std::tuple{a.duration()}); }},
    {"FailureStreak", [](Arguments& a) -> TripperTree::Leaf { return a.make<FailureStreak>(std::tuple{a.count()}); }},
    {"Manual", [](Arguments& a) -> TripperTree::Leaf { return a.make<Manual>(); }},
};

inline constexpr KnownPolicy<RetryChoice::Leaf> known_retries[] = {
    {"Never", [](Arguments& a) -> RetryChoice::Leaf { return a.make<Never>(); }},
    {"Always", [](Arguments& a) -> RetryChoice::Leaf { return a.make<Always>(); }},
    {"Cooldown",
     [](Arguments& a) -> RetryChoice::Leaf {
       const auto duration = a.duration();
       return a.make<Cooldown>(std::tuple{duration, a.more() ? a.ratio() : 0.0});
     }},
    {"Backoff",
     [](Arguments& a) -> RetryChoice::Leaf {
       const auto initial = a.duration();
       if (!a.more()) return a.make<Backoff>(std::tuple{initial});
       const double multiplier = a.number();
       if (!a.more()) return a.make<Backoff>(std::tuple{initial, multiplier});
       const auto most = a.duration();
       return a.make<Backoff>(std::tuple{initial, multiplier, most, a.more() ? a.ratio() : 0.0});
     }},
};

inline constexpr KnownPolicy<PermitList::Leaf> known_permits[] = {
    {"Random", [](Arguments& a) -> PermitList::Leaf { return a.make<Random>(std::tuple{a.ratio()}); }},
    {"RampUp",
     [](Arguments& a) -> PermitList::Leaf { return a.make<RampUp>(std::tuple{a.ratio(), a.ratio(), a.duration()}); }},
    {"AllowAll", [](Arguments& a) -> PermitList::Leaf { return a.make<AllowAll>(); }},
    {"Probes", [](Arguments& a) -> PermitList::Leaf { return a.make<Probes>(std::tuple{a.count(), a.duration()}); }},
};

inline WindowChoice read_window(Reader& reader) { return read_policy(reader, known_windows); }
inline RetryChoice read_retry(Reader& reader) { return RetryChoice{read_policy(reader, known_retries)}; }

/// A tree of trippers: policies and parentheses, joined by `&` or by `|`. Where both are mixed, parentheses say how.
inline TripperTree read_trippers(Reader& reader);
inline TripperTree read_tripper(Reader& reader) {
  std::optional<TripperTree> inner;
  if (reader.in_parentheses("')', '&' or '|'", [&] { inner = read_trippers(reader); })) return *std::move(inner);
  return TripperTree{read_policy(reader, known_trippers)};
}
inline TripperTree read_trippers(Reader& reader) {
  TripperTree tree = read_tripper(reader);
  const char joined_by = reader.peek();
  if (joined_by != '&' && joined_by != '|') return tree;
  while (reader.accept(joined_by)) tree.join(joined_by == '&' ? Join::both : Join::either, read_tripper(reader));
  if (reader.peek() == '&' || reader.peek() == '|') {
    reader.fail("parentheses around one side, where & and | are mixed");
  }
  return tree;
}

/// Adds to a list the permits that stand here, joined by `&`, perhaps in parentheses.
inline void read_permits(Reader& reader, std::optional<PermitList>& list) {
  do {
    const std::size_t begin = reader.place();
    if (reader.in_parentheses("')' or '&'", [&] { read_permits(reader, list); })) continue;
    PermitList::Leaf permit = read_policy(reader, known_permits);
    if (!list.has_value()) {
      list.emplace(std::move(permit));
    } else if (std::holds_alternative<Probes>(permit) && list->probes() != nullptr) {
      reader.fail(begin, "at most one Probes");
    } else {
      list->add(std::move(permit));
    }
  } while (reader.accept('&'));
}
inline PermitList read_permit(Reader& reader) {
  std::optional<PermitList> list;
  read_permits(reader, list);
  return *std::move(list);
}

/// What `read` makes of the whole text of a member.
template <class Read>
auto read_whole(std::string_view breaker, std::string_view member, std::string_view text, Read read) {
  Reader reader{breaker, member, text};
  auto policy = read(reader);
  if (!reader.at_end()) reader.fail("the end");
  return policy;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
