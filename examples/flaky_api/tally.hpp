// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What happened to the callers, counted by the callers themselves.

#ifndef FLAKY_API_TALLY_HPP
#define FLAKY_API_TALLY_HPP

#include <chrono>
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

/// Plain counts; the difference of two is what happened in between.
struct Counts {
  std::uint64_t calls = 0;
  std::uint64_t sent = 0;
  std::uint64_t sent_in_vain = 0;  ///< sent while the server was erring, slow or down
  std::uint64_t answered = 0;
  std::uint64_t not_found = 0;
  std::uint64_t failed = 0;
  std::uint64_t slow = 0;  ///< sent and took `slow_call` or longer
  std::uint64_t refused = 0;
  std::uint64_t refused_needlessly = 0;  ///< refused while the server was healthy
  std::chrono::nanoseconds waited{0};
  std::chrono::nanoseconds waited_in_vain{0};  ///< in calls made while the server was erring, slow or down

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
