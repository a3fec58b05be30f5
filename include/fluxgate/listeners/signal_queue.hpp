// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The order in which waiting signals are delivered, and in which they are dropped.

#ifndef FLUXGATE_LISTENERS_SIGNAL_QUEUE_HPP
#define FLUXGATE_LISTENERS_SIGNAL_QUEUE_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/signal.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Waiting signals, in one lane for each circuit. Lanes are served in turn, so that a circuit which flaps does not
/// delay the signals of the others; within a lane the oldest comes first.
class SignalQueue {
 public:
  struct Entry {
    Signal signal;
    std::shared_ptr<const Listener> listener = nullptr;  // null: the worker's
    std::uint64_t arrival = 0;
  };
  using Entries = std::list<Entry>;

  SignalQueue() = default;
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;

  std::size_t size() const noexcept { return size_; }

  /// Appends the one entry of `entry` to the lane of its circuit.
  void push(Entries& entry) {
    Entries& lane = lanes_[entry.front().signal.circuit_name];
    entry.front().arrival = arrivals_++;
    lane.splice(lane.end(), entry);
    ++size_;
  }

  /// Takes the oldest entry of the circuit whose turn it is. There must be one.
  Entries pop() noexcept {
    if (turn_ == lanes_.end()) turn_ = lanes_.begin();
    return take(turn_++);
  }

  /// Takes the oldest entry of the circuit with most of them; on a tie, the oldest of all. There must be one.
  Entries drop() noexcept {
    auto fullest = lanes_.begin();
    for (auto lane = std::next(fullest); lane != lanes_.end(); ++lane) {
      const std::size_t most = fullest->second.size();
      const std::size_t here = lane->second.size();
      const bool older = lane->second.front().arrival < fullest->second.front().arrival;
      if (here > most || (here == most && older)) fullest = lane;
    }
    return take(fullest);
  }

  Entries clear() noexcept {
    Entries all;
    while (size_ != 0) all.splice(all.end(), pop());
    return all;
  }

 private:
  using Lanes = std::map<std::string, Entries>;

  Entries take(Lanes::iterator lane) noexcept {
    Entries taken;
    taken.splice(taken.begin(), lane->second, lane->second.begin());
    if (lane->second.empty()) {
      if (turn_ == lane) ++turn_;
      lanes_.erase(lane);
    }
    --size_;
    return taken;
  }

  Lanes lanes_;  // none is empty
  Lanes::iterator turn_ = lanes_.end();
  std::size_t size_ = 0;
  std::uint64_t arrivals_ = 0;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
