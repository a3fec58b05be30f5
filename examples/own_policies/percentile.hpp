// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#ifndef OWN_POLICIES_PERCENTILE_HPP
#define OWN_POLICIES_PERCENTILE_HPP

#include <fluxgate/trippers/tripper.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

// [percentile]
/// Fires when the 95th percentile of the window's durations is at least `threshold`, by the nearest rank: when more than
/// a twentieth of the calls, rounded down, took so long.
class Percentile95 : public fluxgate::TripperOperand<Percentile95> {
 public:
  // The window counts the calls that reach slow_threshold(); without a slow call it does not fire.
  static constexpr fluxgate::TripperTraits traits{.needs = {.slow_rates = 1}, .on_trouble_only = true};

  explicit Percentile95(std::chrono::milliseconds threshold) : threshold_{threshold} {
    if (threshold.count() <= 0) throw std::invalid_argument{"Percentile95: the threshold must be positive"};
  }
  bool operator()(const fluxgate::CallContext& context) const noexcept {
    const fluxgate::Metrics& metrics = context.metrics;
    return metrics.slow_count(threshold_) > metrics.total_count() / 20;
  }
  std::chrono::nanoseconds slow_threshold() const noexcept { return threshold_; }
  std::string explain(const fluxgate::CallContext&) const { return "p95 >= " + text(); }
  std::string describe() const { return "Percentile95{" + text() + "}"; }
  friend bool operator==(const Percentile95&, const Percentile95&) = default;

 private:
  std::string text() const { return std::to_string(threshold_.count()) + "ms"; }

  std::chrono::milliseconds threshold_;
};
// [/percentile]

#endif
