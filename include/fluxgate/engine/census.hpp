// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// How many breakers of a group refuse, so that the group can limit it.
///
/// Census. One word for the group: how many breakers it has, and how many of them refuse. So each change and each claim
/// sees both numbers of one moment.
///
/// Claim. A transition to a state that refuses claims a place before it is made, and gives the place back if another
/// thread makes a transition first. A transition to a state that admits gives the place back after it is made. So the
/// count is never less than the number of breakers that refuse, and equals it when no transition is in progress.

#ifndef FLUXGATE_ENGINE_CENSUS_HPP
#define FLUXGATE_ENGINE_CENSUS_HPP

#include <cstdint>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/shared_count.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether a breaker in this state refuses calls: all of them, or all but probes.
constexpr bool refuses_in(State state) noexcept {
  return state == State::open || state == State::half_open || state == State::forced_open;
}

/// The numbers of a group of breakers. Owned by the group and by each breaker that has been in it.
template <class Atomics>
class Census {
  // {members: 32, refusing: 32}
  static constexpr std::uint64_t member = std::uint64_t{1} << 32U;
  static constexpr std::uint32_t refusing_in(std::uint64_t word) noexcept { return static_cast<std::uint32_t>(word); }
  static constexpr std::uint32_t members_in(std::uint64_t word) noexcept {
    return static_cast<std::uint32_t>(word >> 32U);
  }

 public:
  /// `share`: the largest part of the members that may refuse because a tripper fired.
  explicit Census(double share) noexcept : share_{share} {}
  Census(const Census&) = delete;
  Census& operator=(const Census&) = delete;

  double share() const noexcept { return share_; }
  // Relaxed, here and below: the word is all that its readers and writers share.
  std::uint32_t members() const noexcept { return members_in(word_.load(std::memory_order_relaxed)); }
  std::uint32_t refusing() const noexcept { return refusing_in(word_.load(std::memory_order_relaxed)); }

  /// A breaker joins the group, in a state that admits.
  void join() noexcept { word_.fetch_add(member, std::memory_order_relaxed); }
  /// A breaker leaves the group while no thread uses it.
  void leave(bool refuses) noexcept { word_.fetch_add(0 - (member + (refuses ? 1 : 0)), std::memory_order_relaxed); }

  /// Claims a place among those that refuse, unless that would make more of them than the share.
  bool claim() noexcept {
    // Relaxed: nothing is read after it; a claim beside the end comes before or after it.
    if (ended_.load(std::memory_order_relaxed) != 0) {
      claim_anyway();
      return true;
    }
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    do {
      if (quotient(std::uint64_t{refusing_in(seen)} + 1, members_in(seen)) > share_) return false;
    } while (!word_.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed, std::memory_order_relaxed));
    return true;
  }
  /// Claims a place whatever the share, for a command.
  void claim_anyway() noexcept { word_.fetch_add(1, std::memory_order_relaxed); }
  void give_back() noexcept { word_.fetch_add(~std::uint64_t{0}, std::memory_order_relaxed); }

  /// Ends the group: breakers that outlive it are limited no longer.
  void end() noexcept { ended_.store(1, std::memory_order_relaxed); }

  SharedCount owners;

 private:
  typename Atomics::template Atomic<std::uint64_t> word_{0};
  typename Atomics::template Atomic<std::uint32_t> ended_{0};
  double share_;
};

/// A breaker's place in a Census; outside of a group a null pointer.
template <class Atomics>
class Seat {
 public:
  /// What a transition changes in the census. It takes effect with `keep`; without that, nothing has changed.
  class Claim {
   public:
    Claim(Census<Atomics>* census, State from, State to, bool may_be_denied) noexcept {
      if (census == nullptr || refuses_in(from) == refuses_in(to)) return;
      if (refuses_in(from)) {
        gives_back_ = census;
      } else if (may_be_denied && !census->claim()) {
        denied_ = true;
      } else {
        if (!may_be_denied) census->claim_anyway();
        claimed_ = census;
      }
    }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim() {
      if (claimed_ != nullptr) claimed_->give_back();
    }

    /// Whether the transition would make too many breakers refuse.
    bool denied() const noexcept { return denied_; }
    /// The transition has been made.
    void keep() noexcept {
      claimed_ = nullptr;
      if (gives_back_ != nullptr) gives_back_->give_back();
    }

   private:
    Census<Atomics>* claimed_ = nullptr;
    Census<Atomics>* gives_back_ = nullptr;
    bool denied_ = false;
  };

  Seat() noexcept = default;
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  ~Seat() {
    if (census_ != nullptr && census_->owners.remove()) delete census_;
  }

  /// Call it before another thread can see the breaker.
  void take(Census<Atomics>& census) noexcept {
    census.owners.add();
    census_ = &census;
    census.join();
  }
  /// Gives up the membership; no thread makes a transition meanwhile, or later.
  void leave(State state) noexcept {
    if (census_ != nullptr) census_->leave(refuses_in(state));
  }

  Claim claim(State from, State to, Cause cause) const noexcept {
    return Claim{census_, from, to, cause == Cause::tripped};
  }
  /// The share of the group; it has one if a claim was denied.
  double share() const noexcept { return census_->share(); }

 private:
  Census<Atomics>* census_ = nullptr;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
