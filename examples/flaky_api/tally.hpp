// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What happened to the callers, counted by the callers themselves.

#ifndef FLAKY_API_TALLY_HPP
#define FLAKY_API_TALLY_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "server.hpp"

namespace demo {

/// From here on a call is slow, for the tally as for the breaker.
inline constexpr std::chrono::milliseconds slow_call{300};

/// How a call ended for its caller.
enum class Outcome {
  answered,
  not_found,  ///< 404: the caller's own mistake
  failed,     ///< no answer or a 5xx
  refused,    ///< by the breaker; nothing was sent
};

/// A sum for each health that the server had when the call began.
template <class T>
class ByHealth {
 public:
  T& operator[](Health health) { return sums_[static_cast<std::size_t>(health)]; }

  template <class... H>
  T in(H... healths) const {
    return (T{} + ... + sums_[static_cast<std::size_t>(healths)]);
  }
  T total() const { return in(Health::healthy, Health::erring, Health::slow, Health::down, Health::recovering); }

  friend ByHealth operator-(ByHealth later, const ByHealth& earlier) {
    for (std::size_t i = 0; i != later.sums_.size(); ++i) later.sums_[i] -= earlier.sums_[i];
    return later;
  }

 private:
  std::array<T, 5> sums_{};
};

/// Plain counts; the difference of two is what happened in between.
struct Counts {
  std::uint64_t calls = 0;
  std::uint64_t answered = 0;
  std::uint64_t not_found = 0;
  std::uint64_t failed = 0;
  std::uint64_t slow = 0;  ///< sent and took `slow_call` or longer
  ByHealth<std::uint64_t> sent;
  ByHealth<std::uint64_t> refused;
  ByHealth<std::chrono::nanoseconds> waited;

  friend Counts operator-(const Counts& later, const Counts& earlier);
};

/// Where all callers of one run report.
class Tally {
 public:
  void sent(Health health);
  void ended(Outcome outcome, Health health, std::chrono::nanoseconds waited);
  Counts counts() const;

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace demo

#endif
