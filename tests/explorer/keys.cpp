// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A registry's table: lookups that meet additions, removals and moves, handles that are taken and dropped meanwhile, and
/// the count of the breakers that refuse.

#include <array>
#include <cstdint>

#include <fluxgate/engine/census.hpp>
#include <fluxgate/engine/hazards.hpp>
#include <fluxgate/engine/key_node.hpp>
#include <fluxgate/engine/key_table.hpp>

#include "engine.hpp"

namespace {

using namespace engine;
using explorer::outcome;

/// A node whose end is a write to its memory, which no reader may meet.
struct Node : detail::KeyNode<explorer::Atomics> {
  explicit Node(int own_key) : key{own_key}, memory{own_key} {}

  bool reads() const { return memory.read() == key; }
  void destroy() { memory.write(-1); }

  int key;
  mutable explorer::Plain<int> memory;
};
using Table = detail::KeyTable<Node, explorer::Atomics>;

/// Of one home in a small table, and told apart.
constexpr std::uint32_t hash_of(int key) { return 2 * static_cast<std::uint32_t>(key) + 1; }

auto is(int key) {
  return [key](const Node& node) { return node.reads() && node.key == key; };
}
constexpr auto not_held = [](const Node& node) { return !node.is_held(); };

void add(Table& table, Node& node) {
  expect(table.reserve(), "there is room");
  table.insert(node, hash_of(node.key));
}
void remove(Table& table, int key) {
  if (Node* const gone = table.remove(hash_of(key), is(key), not_held)) gone->destroy();
}
/// Looks for a key, and uses what it finds as long as the hazard lasts.
Table::Found look(Table& table, int key) {
  const auto hazard = table.hazards().claim(hash_of(key));
  expect(static_cast<bool>(hazard), "a thread has a hazard");
  const Table::Found found = table.find(hash_of(key), is(key));
  hazard.found(hash_of(key));
  if (found.node != nullptr) {
    found.node->use();
    expect(found.node->reads(), "what is found is whole while the hazard lasts");
  }
  return found;
}

// ---- the table ----------------------------------------------------------------------------------------------------

void lookup_and_removal() {
  Table table{5};
  Node node{1};
  add(table, node);
  threads([&] { remove(table, 1); },
          [&] {
            const Table::Found found = look(table, 1);
            outcome(found.node != nullptr ? "found" : found.sure ? "gone" : "unsure");
          });
  expect((table.locate(hash_of(1), [](const Node&) { return true; }) == nullptr) == (table.size() == 0),
         "it is there or counted out");
}
const Case lookup_and_removal_case{
    "keys: a lookup meets a removal", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, lookup_and_removal, "found | unsure"};

void lookup_and_removal_taken_back() {
  Table table{5};
  Node node{1};
  add(table, node);
  int asked = 0;
  // A handle that was taken between the two looks.
  const auto held_later = [&](const Node&) { return asked++ == 0; };
  threads([&] { expect(table.remove(hash_of(1), is(1), held_later) == nullptr, "it stays"); },
          [&] {
            const Table::Found found = look(table, 1);
            expect(found.node != nullptr || !found.sure, "a reader never takes it for gone");
            outcome(found.node != nullptr ? "found" : "unsure");
          });
  expect(look(table, 1).node == &node, "it is there again");
}
const Case no_removal_case{"keys: a lookup meets a removal that is taken back",
                           {3, 2, 1, 2000},
                           {4, 3, 1, 100'000},
                           lookup_and_removal_taken_back,
                           "found | unsure"};

void handle_and_removal() {
  Table table{5};
  Node node{1};
  add(table, node);
  Node* gone = nullptr;
  threads(
      [&] {
        for (int i = 0; i != 2 && gone == nullptr; ++i) gone = table.remove(hash_of(1), is(1), not_held);
        if (gone != nullptr) gone->destroy();
      },
      [&] {
        Node* handle = nullptr;
        {
          const auto hazard = table.hazards().claim(hash_of(1));
          handle = table.find(hash_of(1), is(1)).node;
          hazard.found(hash_of(1));
          if (handle != nullptr) handle->hold();
        }
        if (handle == nullptr) return outcome("not found");
        expect(handle->reads(), "a handle keeps its node");
        expect(!handle->release(), "the table owns it, too");
        outcome("held");
      });
  if (gone == nullptr) expect(table.locate(hash_of(1), is(1)) == &node, "it is there");
}
const Case handle_and_removal_case{"keys: a handle is taken while its breaker is evicted",
                                   {3, 2, 1, 2000},
                                   {4, 3, 1, 100'000},
                                   handle_and_removal,
                                   "held | not found"};

void last_handles() {
  Node node{1};
  node.hold();
  std::array<bool, 2> last{};
  const auto drop = [&](std::size_t which) {
    expect(node.reads(), "a handle keeps its node");
    last.at(which) = node.release();
    if (last.at(which)) node.destroy();
  };
  threads([&] { drop(0); }, [&] { drop(1); });
  expect(last[0] != last[1], "one of them is the last");
}
const Case last_handles_case{"keys: two handles are dropped", {3, 2, 1, 1000}, {4, 3, 1, 10'000}, last_handles};

void two_handles() {
  Node node{1};
  const auto take_and_drop = [&] {
    node.hold();
    expect(!node.release(), "the table owns it, too");
  };
  threads(take_and_drop, take_and_drop);
  expect(!node.is_held(), "all handles are counted");
}
const Case two_handles_case{"keys: two handles come and go", {3, 2, 1, 1000}, {4, 3, 1, 10'000}, two_handles};

void use_and_hand() {
  Node node{1};
  node.idle_from(1);
  threads([&] { node.use(); },
          [&] {
            if (node.idle_since() == 0) node.idle_from(2);
          });
  outcome(node.idle_since() == 0 ? "in use" : "passed behind its use");
}
const Case use_and_hand_case{
    "keys: a use meets the hand", {2, 1, 0, 100}, {3, 2, 0, 1000}, use_and_hand, "in use | passed behind its use"};

void lookup_and_addition() {
  Table table{5};
  Node other{4};
  Node node{1};
  add(table, other);
  threads(
      [&] {
        node.memory.write(1);
        add(table, node);
      },
      [&] {
        const Table::Found found = look(table, 1);
        expect(found.sure, "it is there or not");
        outcome(found.node != nullptr ? "found" : "not yet");
        expect(look(table, 4).node == &other, "others are found meanwhile");
      });
  expect(look(table, 1).node == &node, "it is found");
}
const Case lookup_and_addition_case{
    "keys: a lookup meets an addition", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, lookup_and_addition, "found | not yet"};

void lookup_and_return() {
  // The place of a removed node is used again for a node of its hash.
  Table table{5};
  Node first{1};
  Node second{1};
  add(table, first);
  threads(
      [&] {
        Node* const gone = table.remove(hash_of(1), is(1), not_held);
        if (gone == nullptr) return;
        gone->destroy();
        second.memory.write(1);
        add(table, second);
        // And a removal that is taken back hides it for a moment.
        int asked = 0;
        (void)table.remove(hash_of(1), is(1), [&](const Node&) { return asked++ == 0; });
      },
      [&] {
        const Table::Found found = look(table, 1);
        outcome(found.node == &first ? "first" : found.node == &second ? "second" : "unsure");
      });
}
const Case lookup_and_return_case{"keys: a lookup meets a removal and the key's return",
                                  {3, 2, 1, 2000},
                                  {4, 3, 1, 100'000},
                                  lookup_and_return,
                                  "first | second | unsure"};

/// A table of five places that holds four: the next addition moves it.
struct Full {
  Full() {
    for (Node& node : nodes) add(table, node);
  }
  Table table{5};
  std::array<Node, 4> nodes{Node{1}, Node{2}, Node{3}, Node{4}};
  Node fifth{5};
};

void lookup_and_move() {
  Full full;
  threads([&] { add(full.table, full.fifth); },
          [&] {
            expect(look(full.table, 3).node == &full.nodes[2], "a move hides no node");
            outcome(look(full.table, 5).node != nullptr ? "found" : "not yet");
          });
}
const Case lookup_and_move_case{
    "keys: a lookup meets the table's move", {2, 1, 1, 2000}, {3, 2, 1, 50'000}, lookup_and_move, "found | not yet"};

void lookup_and_removal_behind_a_move() {
  Full full;
  threads(
      [&] {
        add(full.table, full.fifth);
        remove(full.table, 3);
      },
      [&] { (void)look(full.table, 3); });
}
const Case removal_behind_a_move_case{"keys: a lookup in the table before meets a removal",
                                      {2, 1, 1, 2000},
                                      {3, 2, 1, 50'000},
                                      lookup_and_removal_behind_a_move};

void one_move_at_a_time() {
  // While a thread looks there may be no second move.
  Full full;
  std::array<Node, 5> more{Node{11}, Node{12}, Node{13}, Node{14}, Node{15}};
  bool moved = true;
  threads(
      [&] {
        for (Node& node : more) {
          moved = moved && full.table.reserve();
          if (moved) full.table.insert(node, hash_of(node.key));
        }
      },
      [&] { expect(look(full.table, 2).node == &full.nodes[1], "moves hide no node"); });
  outcome(moved ? "moved twice" : "no room");
}
const Case one_move_at_a_time_case{
    "keys: a lookup meets two moves", {1, 1, 0, 2000}, {2, 1, 1, 30'000}, one_move_at_a_time, "moved twice | no room"};

void nested_claims() {
  detail::Hazards<explorer::Atomics> hazards;
  threads([&] {
    const auto outer = hazards.claim(hash_of(1));
    const auto inner = hazards.claim(hash_of(2));
    expect(static_cast<bool>(outer) && !inner, "a line with one word has one hazard");
    outer.found(hash_of(1));
    expect(hazards.cover(hash_of(1)) && !hazards.cover(hash_of(2)) && !hazards.any_looking(), "it covers its hash");
  });
  expect(!hazards.cover(hash_of(1)), "and no longer than it lasts");
}
const Case nested_claims_case{"keys: a claim in a claim", {0, 0, 0, 10}, {0, 0, 0, 10}, nested_claims};

/// Threads that share a line with one word.
struct OneLine : explorer::Atomics {
  template <std::size_t>
  static std::size_t stripe() noexcept {
    return 0;
  }
};

void shared_line() {
  detail::Hazards<OneLine> hazards;
  explorer::Plain<int> used{0};
  const auto claim = [&] {
    const auto hazard = hazards.claim(hash_of(1));
    if (!hazard) return outcome("taken");
    hazard.found(hash_of(1));
    used.write(1);  // by one thread at a time
    outcome("claimed");
  };
  threads(claim, claim);
  expect(!hazards.cover(hash_of(1)), "the word is free again");
}
const Case shared_line_case{
    "keys: two threads claim one word", {3, 1, 0, 1000}, {4, 2, 0, 10'000}, shared_line, "claimed | taken"};

// ---- the census ---------------------------------------------------------------------------------------------------

void one_place() {
  detail::Census<explorer::Atomics> census{0.5};
  census.join();
  census.join();
  std::array<bool, 2> got{};
  threads([&] { got[0] = census.claim(); }, [&] { got[1] = census.claim(); },
          [&] { expect(census.refusing() <= 1 && census.members() == 2, "never more than the share"); });
  expect(got[0] != got[1] && census.refusing() == 1, "one of two gets the place");
}
const Case one_place_case{"keys: two openings claim one place", {3, 2, 1, 1000}, {4, 3, 2, 10'000}, one_place};

void place_given_back() {
  detail::Census<explorer::Atomics> census{0.5};
  census.join();
  census.join();
  expect(census.claim(), "there is a place");
  bool got = false;
  threads([&] { census.give_back(); }, [&] { got = census.claim(); },
          [&] {
            census.join();
            census.leave(false);
          });
  expect(census.refusing() == (got ? 1U : 0U) && census.members() == 2, "places and members are counted");
  outcome(got ? "claimed" : "denied");
}
const Case place_given_back_case{
    "keys: a claim meets a place given back", {2, 1, 1, 1000}, {3, 2, 2, 10'000}, place_given_back, "claimed | denied"};

template <class Core>
int refusing(const Core& core) {
  return detail::refuses_in(core.state()) ? 1 : 0;
}

/// The census of a group. Breakers that have been in it own it, too.
struct Group {
  detail::Census<explorer::Atomics>& census;

  explicit Group(double share) : census{*new detail::Census<explorer::Atomics>{share}} {}
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group() {
    if (census.owners.remove()) delete &census;
  }
};

void two_openings() {
  Clock clock;
  const Group group{0.5};
  auto& census = group.census;
  Announcements announcements;
  const auto one = make(clock, CountWindow{4}, rate(1, 0.5), AllowAll{}, {}, {announcements.listener()});
  const auto two = make(clock, CountWindow{4}, rate(1, 0.5), AllowAll{});
  one->seat().take(census);
  two->seat().take(census);
  threads([&] { fail(*one); }, [&] { fail(*two); }, [&] { reset(*one); });
  expect(census.refusing() == static_cast<std::uint32_t>(refusing(*one) + refusing(*two)),
         "at rest as many are counted as refuse");
  expect(refusing(*one) + refusing(*two) <= 1, "no more refuse than the share");
  announcements.expect_complete();
}
const Case two_openings_case{
    "keys: two breakers open, and a command closes one", {1, 1, 0, 1000}, {2, 1, 0, 30'000}, two_openings};

void lost_opening() {
  Clock clock;
  const Group group{1.0};
  auto& census = group.census;
  const auto core = make(clock, CountWindow{4}, rate(1, 0.5), AllowAll{});
  core->seat().take(census);
  const detail::Ticket first = admit(*core);
  const detail::Ticket second = admit(*core);
  threads([&] { core->record(first, true); }, [&] { core->record(second, true); },
          [&] {
            command(*core, State::forced_open);
            expect(!core->is_untroubled(), "what refuses is not evicted");
          });
  expect(refusing(*core) == 1 && census.refusing() == 1, "a breaker is counted once");
  reset(*core);
  expect(census.refusing() == 0, "and no longer than it refuses");
}
const Case lost_opening_case{
    "keys: an opening that another wins gives its place back", {1, 1, 0, 1000}, {2, 1, 0, 30'000}, lost_opening};

void ended_group() {
  Clock clock;
  const Group group{0.5};
  auto& census = group.census;
  const auto core = make(clock, CountWindow{4}, rate(1, 0.5), AllowAll{});
  core->seat().take(census);
  threads([&] { fail(*core); }, [&] { census.end(); });
  expect(census.refusing() == static_cast<std::uint32_t>(refusing(*core)), "at rest as many are counted as refuse");
  reset(*core);
  fail(*core);
  expect(refusing(*core) == 1 && census.refusing() == 1, "what outlives its group is limited no longer");
}
const Case ended_group_case{
    "keys: a group ends while a breaker opens", {1, 1, 0, 1000}, {2, 1, 0, 30'000}, ended_group};

void two_closings() {
  Clock clock;
  const Group group{1.0};
  auto& census = group.census;
  const auto core = make(clock, CountWindow{4}, rate(1, 0.5), AllowAll{});
  core->seat().take(census);
  command(*core, State::forced_open);
  expect(census.refusing() == 1, "a command takes a place");
  threads([&] { reset(*core); }, [&] { command(*core, State::disabled); });
  expect(census.refusing() == 0 && census.members() == 1, "one of two gives the place back");
}
const Case two_closings_case{"keys: two commands close a breaker", {2, 1, 0, 1000}, {3, 1, 0, 30'000}, two_closings};

}  // namespace
