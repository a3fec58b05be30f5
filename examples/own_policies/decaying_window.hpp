// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#ifndef OWN_POLICIES_DECAYING_WINDOW_HPP
#define OWN_POLICIES_DECAYING_WINDOW_HPP

#include <fluxgate/engine/window/recorder.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/needs.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

// [weights]
/// What calls and failures weigh in an epoch, in 4096ths of a call: {epoch: 16, calls: 24, failures: 24}.
class Weights {
 public:
  static constexpr std::uint64_t one = 4096;
  static constexpr std::uint64_t most = 4'095;  ///< calls that fit

  constexpr Weights() = default;
  static constexpr Weights empty(std::uint32_t epoch) noexcept { return Weights{epoch & 0xffffU, 0, 0}; }

  constexpr bool belongs_to(std::uint32_t epoch) const noexcept { return (bits_ & 0xffffU) == (epoch & 0xffffU); }
  constexpr std::uint64_t calls() const noexcept { return rounded(bits_ >> 16U & 0xff'ffffU); }
  constexpr std::uint64_t failures() const noexcept { return rounded(bits_ >> 40U); }

  /// With one call more. What was there keeps all of its weight, or all but one part of `parts`.
  constexpr Weights with(bool failed, std::uint64_t parts, bool keep) const noexcept {
    std::uint64_t calls = bits_ >> 16U & 0xff'ffffU;
    std::uint64_t failures = bits_ >> 40U;
    if (!keep) {
      calls -= calls / parts;
      failures -= failures / parts;
    }
    if (calls + one > most * one) return *this;
    return Weights{bits_ & 0xffffU, calls + one, failures + (failed ? one : 0)};
  }

  friend constexpr bool operator==(const Weights&, const Weights&) = default;

 private:
  constexpr Weights(std::uint64_t epoch, std::uint64_t calls, std::uint64_t failures) noexcept
      : bits_{epoch | calls << 16U | failures << 40U} {}
  static constexpr std::uint64_t rounded(std::uint64_t weight) noexcept { return (weight + one / 2) / one; }

  std::uint64_t bits_ = 0;
};
// [/weights]

// [recorder]
/// Keeps all in one word, so that the exchange which adds an outcome also gives the counts for its verdict.
template <class Atomics, fluxgate::Needs needs>
class DecayingRecorder {
  static_assert(!needs.durations && needs.slow_rates == 0, "a DecayingWindow counts failures only");

 public:
  static constexpr bool on_a_clock = false;
  static constexpr bool quiet_is_unchanged = true;  // it never records quietly

  struct Head {
    typename Atomics::template Atomic<Weights> weights{Weights{}};
  };
  struct Cell {};
  struct Index {};
  struct Receipt {
    fluxgate::Recorded what = fluxgate::Recorded::too_late;
    Weights weights{};
  };
  using Sums = Weights;

  template <class Window>
  explicit DecayingRecorder(const Window& window) noexcept : parts_{window.size()} {}

  std::size_t cells(std::uint32_t /*probes*/) const noexcept { return 0; }
  Index next_index(const auto& /*block*/, std::chrono::nanoseconds, bool /*in_round*/) const noexcept { return {}; }

  Receipt record(const auto& block, Index, std::uint32_t epoch, const fluxgate::Sample& sample, const auto& /*clock*/,
                 bool whole) const noexcept {
    auto& word = block.head().weights;
    // Acquire, here and where the exchange fails: a word of a newer epoch shows the phase of that epoch.
    Weights seen = word.load(std::memory_order_acquire);
    for (;;) {
      const bool own = seen.belongs_to(epoch);
      if (!own && !block.control().is_current(epoch)) return {};
      const Weights next = (own ? seen : Weights::empty(epoch)).with(sample.failed, parts_, whole);
      // Acquire and release: the last of several recorders has the outcomes of all others in `next`.
      if (word.compare_exchange_weak(seen, next, std::memory_order_acq_rel, std::memory_order_acquire)) {
        return {fluxgate::Recorded::counted, next};
      }
    }
  }
  Sums sum(const Receipt& receipt, const auto& /*block*/, std::uint32_t, std::chrono::nanoseconds,
           bool) const noexcept {
    return receipt.weights;
  }
  Sums snapshot(const auto& block, std::uint32_t epoch, std::chrono::nanoseconds, bool /*whole*/) const noexcept {
    // Acquire: as in record.
    const Weights weights = block.head().weights.load(std::memory_order_acquire);
    return weights.belongs_to(epoch) ? weights : Weights::empty(epoch);
  }
  void stamp(const auto& block, std::uint32_t epoch) const noexcept {
    auto& word = block.head().weights;
    Weights seen = word.load(std::memory_order_acquire);  // as in record
    while (!seen.belongs_to(epoch) && block.control().is_current(epoch)) {
      // Release: a thread that sees the stamp sees its phase.
      if (word.compare_exchange_weak(seen, Weights::empty(epoch), std::memory_order_release,
                                     std::memory_order_acquire)) {
        return;
      }
    }
  }
  static fluxgate::Metrics metrics(const Sums& sums, const fluxgate::Thresholds&) noexcept {
    return {sums.calls(), sums.failures()};
  }

 private:
  std::uint64_t parts_;
};
// [/recorder]

// [window]
/// All calls, each weighing less with each that follows: by one part of `size`.
class DecayingWindow {
 public:
  static constexpr std::uint64_t max_size = Weights::most;  // a round of more Probes would not fit
  template <class Atomics, fluxgate::Needs needs>
  using recorder = DecayingRecorder<Atomics, needs>;

  explicit DecayingWindow(std::uint32_t size) : size_{size} {
    if (size == 0 || size > max_size) throw std::invalid_argument{"DecayingWindow: size is not in [1, 4095]"};
  }
  std::uint32_t size() const noexcept { return size_; }
  std::string describe() const { return "DecayingWindow{" + std::to_string(size_) + "}"; }
  friend bool operator==(const DecayingWindow&, const DecayingWindow&) = default;

 private:
  std::uint32_t size_;
};
// [/window]

#endif
