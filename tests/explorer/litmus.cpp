// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The explorer itself: it finds planted bugs, and sees every outcome of small programs that C++ allows, and no other.

#include <atomic>
#include <string>

#include "explorer.hpp"

namespace {

using explorer::Atomic;
using explorer::Bounds;
using explorer::Case;
using explorer::expect;
using explorer::outcome;
using explorer::Plain;
using explorer::threads;
using explorer::violation;
using std::memory_order;

constexpr memory_order relaxed = memory_order::relaxed;
constexpr memory_order acquire = memory_order::acquire;
constexpr memory_order release = memory_order::release;
constexpr memory_order acq_rel = memory_order::acq_rel;
constexpr memory_order seq_cst = memory_order::seq_cst;

/// Everything that programs of this size can do.
constexpr Bounds all{9, 9, 1, 1000};

using Number = Atomic<std::uint64_t>;

void outcome_of(std::uint64_t a, std::uint64_t b) { outcome((std::to_string(a) + std::to_string(b)).c_str()); }

// ---- planted bugs -----------------------------------------------------------------------------------------------------

template <bool planted>
void check_then_act() {
  Number taken{0};
  int owners = 0;
  const auto take = [&] {
    if constexpr (planted) {
      if (taken.load(acquire) != 0) return;
      taken.store(1, release);
      ++owners;
    } else {
      std::uint64_t expected = 0;
      if (taken.compare_exchange_strong(expected, 1, acq_rel, acquire)) ++owners;
    }
  };
  threads(take, take);
  expect(owners == 1, "one owner");
}
const Case check_then_act_planted{"litmus: planted: check then act", all, all, check_then_act<true>, violation};
const Case check_then_act_mended{"litmus: mended: check then act", all, all, check_then_act<false>};

template <memory_order published, memory_order seen>
void publication() {
  Plain<int> data{0};
  Number ready{0};
  threads(
      [&] {
        data.write(1);
        ready.store(1, published);
      },
      [&] {
        if (ready.load(seen) == 1) expect(data.read() == 1, "what was published is seen");
      });
}
const Case no_release{"litmus: planted: publication without release", all, all, publication<relaxed, acquire>,
                      violation};
const Case no_acquire{"litmus: planted: publication without acquire", all, all, publication<release, relaxed>,
                      violation};
const Case published{"litmus: mended: publication", all, all, publication<release, acquire>};

template <bool planted>
void lost_update() {
  Number number{0};
  const auto add = [&] {
    if constexpr (planted) {
      number.store(number.load(relaxed) + 1, relaxed);
    } else {
      number.fetch_add(1, relaxed);
    }
  };
  threads(add, add);
  expect(number.load(relaxed) == 2, "both are counted");
}
const Case lost_update_planted{"litmus: planted: lost update", all, all, lost_update<true>, violation};
const Case lost_update_mended{"litmus: mended: lost update", all, all, lost_update<false>};

template <memory_order change, memory_order look>
void store_buffering() {
  Number x{0};
  Number y{0};
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  threads(
      [&] {
        x.fetch_add(1, change);
        a = y.load(look);
      },
      [&] {
        y.fetch_add(1, change);
        b = x.load(look);
      });
  expect(a + b != 0, "one of two sees the other");
}
const Case buffered{"litmus: planted: store buffering, seq_cst weakened to acq_rel", all, all,
                    store_buffering<acq_rel, acquire>, violation};
const Case buffered_change{"litmus: planted: store buffering, only the changes weakened", all, all,
                           store_buffering<acq_rel, seq_cst>, violation};
const Case buffered_look{"litmus: planted: store buffering, only the loads weakened", all, all,
                         store_buffering<seq_cst, acquire>, violation};
const Case unbuffered{"litmus: mended: store buffering", all, all, store_buffering<seq_cst, seq_cst>};

const Case endless{"litmus: planted: a loop that needs the other thread", all, all,
                   [] {
                     Number stop{0};
                     threads([&] {
                       while (stop.load(relaxed) == 0) {
                       }
                     });
                   },
                   violation};

template <memory_order handed, memory_order taken>
void hand_over() {
  struct Node {
    Node* next = nullptr;
  };
  Node nodes[2];
  Atomic<Node*> head{nullptr};
  const auto push = [&](Node& node) {
    node.next = head.load(relaxed);
    while (!head.compare_exchange_weak(node.next, &node, handed, relaxed)) {
    }
  };
  threads([&] { push(nodes[0]); }, [&] { push(nodes[1]); }, [&] { (void)head.exchange(nullptr, taken); });
}
const Case dropped_release{"litmus: planted: a list handed over without release", all, all, hand_over<relaxed, acquire>,
                           violation};
const Case dropped_acquire{"litmus: planted: a list handed over without acquire", all, all, hand_over<release, relaxed>,
                           violation};
const Case handed_over{"litmus: mended: a list handed over", all, all, hand_over<release, acquire>};

// ---- what C++ allows --------------------------------------------------------------------------------------------------

template <memory_order published, memory_order seen>
void message_passing() {
  Number data{0};
  Number ready{0};
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  threads(
      [&] {
        data.store(1, relaxed);
        ready.store(1, published);
      },
      [&] {
        a = ready.load(seen);
        b = data.load(relaxed);
      });
  outcome_of(a, b);
}
const Case passing{"litmus: message passing, release and acquire", all, all, message_passing<release, acquire>,
                   "00 | 01 | 11"};
const Case passing_relaxed{"litmus: message passing, relaxed", all, all, message_passing<relaxed, relaxed>,
                           "00 | 01 | 10 | 11"};

template <memory_order change>
void through_a_third() {
  // A release sequence: a thread that acquires the second change sees what the first released, whatever the second's
  // order is.
  Number data{0};
  Number ready{0};
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  threads(
      [&] {
        data.store(1, relaxed);
        ready.fetch_add(1, release);
      },
      [&] { ready.fetch_add(1, change); },
      [&] {
        a = ready.load(acquire);
        b = data.load(relaxed);
      });
  if (a == 2) outcome_of(a, b);
}
const Case sequence{"litmus: a release sequence goes through a relaxed change", all, all, through_a_third<relaxed>,
                    "21"};

const Case coherence{"litmus: no thread sees a word go back", all, all,
                     [] {
                       Number x{0};
                       std::uint64_t a = 0;
                       std::uint64_t b = 0;
                       threads([&] { x.store(1, relaxed); },
                               [&] {
                                 a = x.load(relaxed);
                                 b = x.load(relaxed);
                               });
                       outcome_of(a, b);
                     },
                     "00 | 01 | 11"};

template <memory_order published, memory_order seen>
void unordered_load() {
  // A seq_cst load behind a relaxed one may miss what a seq_cst change before a relaxed one has done.
  Number data{0};
  Number ready{0};
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  threads(
      [&] {
        data.fetch_add(1, seq_cst);
        ready.fetch_add(1, published);
      },
      [&] {
        a = ready.load(seen);
        b = data.load(seq_cst);
      });
  outcome_of(a, b);
}
const Case unordered{"litmus: seq_cst words and a relaxed one", all, all, unordered_load<relaxed, relaxed>,
                     "00 | 01 | 10 | 11"};
const Case ordered{"litmus: seq_cst words and a released one", all, all, unordered_load<release, acquire>,
                   "00 | 01 | 11"};

template <memory_order write, memory_order read>
void independent_readers() {
  Number x{0};
  Number y{0};
  std::uint64_t seen[4] = {};
  threads([&] { x.store(1, write); }, [&] { y.store(1, write); },
          [&] {
            seen[0] = x.load(read);
            seen[1] = y.load(read);
          },
          [&] {
            seen[2] = y.load(read);
            seen[3] = x.load(read);
          });
  expect(!(seen[0] == 1 && seen[1] == 0 && seen[2] == 1 && seen[3] == 0), "both readers see one order");
}
const Case readers_in_order{
    "litmus: independent readers, seq_cst", {3, 2, 0, 1000}, {6, 4, 0, 1000}, independent_readers<seq_cst, seq_cst>};
const Case readers_out_of_order{"litmus: planted: independent readers, release and acquire",
                                {3, 2, 0, 1000},
                                {6, 4, 0, 1000},
                                independent_readers<release, acquire>,
                                violation};

const Case spurious{"litmus: a weak exchange may fail without a reason", all, all,
                    [] {
                      Number x{0};
                      bool weak = false;
                      threads([&] {
                        std::uint64_t expected = 0;
                        weak = x.compare_exchange_weak(expected, 1, relaxed, relaxed);
                      });
                      outcome(weak ? "done" : "failed");
                    },
                    "done | failed"};

const Case stale_failure{"litmus: an exchange that fails may have seen an old value", all, all,
                         [] {
                           Number x{0};
                           std::uint64_t expected = 1;
                           threads([&] { x.store(1, relaxed); },
                                   [&] { (void)x.compare_exchange_strong(expected, 2, relaxed, relaxed); });
                           outcome_of(expected, x.load(relaxed));
                         },
                         "01 | 12"};

}  // namespace
