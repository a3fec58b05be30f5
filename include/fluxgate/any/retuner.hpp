// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Gives a breaker of any type other numbers, if they are of its types.

#ifndef FLUXGATE_ANY_RETUNER_HPP
#define FLUXGATE_ANY_RETUNER_HPP

#include <string>
#include <string_view>
#include <utility>

#include <fluxgate/any/any_breaker.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/config.hpp>
#include <fluxgate/expression/describe.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Takes the first Config whose policies have the breaker's types.
class Retuner {
 public:
  explicit Retuner(AnyBreaker& breaker) noexcept : breaker_{breaker} {}

  /// Whether it has taken this Config, or one before it.
  template <class W, class T, class Tr, class R, class P, class E, class S>
  bool operator()(Config<W, T, Tr, R, P, E, S> config) {
    if (done_) return true;
    const std::string_view other = breaker_.other_policy(policy_types<W, T, Tr, R, P>());
    if (other.empty()) {
      Config<W, T, Tr, R, P> numbers{.name = std::move(config.name),
                                     .labels = std::move(config.labels),
                                     .window = std::move(config.window),
                                     .tracker = std::move(config.tracker),
                                     .tripper = std::move(config.tripper),
                                     .retry = std::move(config.retry),
                                     .permit = std::move(config.permit),
                                     .slow_threshold = config.slow_threshold,
                                     .as_written = true};
      breaker_.retune(&numbers);
      done_ = true;
    } else if (given_.empty()) {
      other_ = other;
      given_ = other == "window"    ? description_of(config.window)
               : other == "tracker" ? description_of(config.tracker)
               : other == "tripper" ? description_of(config.tripper)
               : other == "retry"   ? description_of(config.retry)
                                    : description_of(config.permit);
    }
    return done_;
  }

  /// Refuses if it has taken none.
  void conclude() const {
    if (done_) return;
    const Refusal refusal{breaker_.name()};
    if (other_.empty()) refusal({"retune: visit_config() has not called its visitor with a Config"});
    refusal({"retune: ", other_, " ", given_, " is of another type than the breaker's ", other_,
             ", or needs more to be measured"});
  }

 private:
  AnyBreaker& breaker_;
  bool done_ = false;
  std::string_view other_{};
  std::string given_{};
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
