// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The breakers of a registry, added up by groups, so that the number of series is bounded.

#ifndef FLUXGATE_LISTENERS_PROMETHEUS_GROUPS_HPP
#define FLUXGATE_LISTENERS_PROMETHEUS_GROUPS_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/call_stats.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// What is shown of the breakers of one group.
struct PrometheusGroup {
  std::array<std::uint64_t, 6> states{};  ///< how many are in each
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t slow = 0;
  bool has_threshold = false;
  std::chrono::nanoseconds duration{0};

  void add(const Info& info) {
    ++states.at(static_cast<std::size_t>(info.state));
    calls += info.metrics.total_count();
    failures += info.metrics.failure_count();
    slow += info.metrics.slow_count();
    has_threshold = has_threshold || info.metrics.has_slow_threshold();
    duration += info.metrics.total_duration();
  }

  /// As of one breaker with all these calls in its window.
  Info info(const std::string& name) const {
    Metrics::SlowCounts slow_counts{};
    if (has_threshold) slow_counts[0] = {.threshold = std::chrono::nanoseconds{1}, .count = slow};
    Info info{.name = name};
    info.metrics = Metrics{calls, failures, duration, slow_counts};
    return info;
  }
};

/// Adds up the calls of a group's breakers over scrapes. Breakers come and go, and counters must not decrease: so the
/// growth of each breaker's counts since the last scrape is added.
template <class Key>
class PrometheusCallSums {
 public:
  void begin() { before_ = std::exchange(now_, {}); }

  void add(const std::string& group, const Key& key, const CallCounts& counts) {
    const auto found = before_.find(key);
    CallCounts since = counts;
    // Fewer than before: it is another breaker.
    if (found != before_.end() && found->second.admitted <= counts.admitted) since = difference(counts, found->second);
    sums_[group] = sum(sums_[group], since);
    now_.emplace(key, counts);
  }

  const std::map<std::string, CallCounts>& sums() const noexcept { return sums_; }

 private:
  static CallCounts sum(const CallCounts& a, const CallCounts& b) {
    return {a.admitted + b.admitted, a.succeeded + b.succeeded, a.failed + b.failed,
            a.slow + b.slow,         a.ignored + b.ignored,     a.refused + b.refused};
  }
  static std::uint64_t growth(std::uint64_t now, std::uint64_t before) { return now < before ? 0 : now - before; }
  static CallCounts difference(const CallCounts& a, const CallCounts& b) {
    return {growth(a.admitted, b.admitted), growth(a.succeeded, b.succeeded), growth(a.failed, b.failed),
            growth(a.slow, b.slow),         growth(a.ignored, b.ignored),     growth(a.refused, b.refused)};
  }

  std::unordered_map<Key, CallCounts> before_;
  std::unordered_map<Key, CallCounts> now_;
  std::map<std::string, CallCounts> sums_;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
