// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The policies of a breaker as texts.

#ifndef FLUXGATE_POLICY_TEXTS_HPP
#define FLUXGATE_POLICY_TEXTS_HPP

#include <iosfwd>
#include <string>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// The policies of a breaker, each as it prints itself; `custom` where a policy has no `describe()`. All but the
/// tracker's can be the members of a TextConfig, if the policies are the library's.
struct PolicyTexts {
  std::string window{};          ///< such as `CountWindow{100}`
  std::string tracker{};         ///< such as `All{}`
  std::string tripper{};         ///< such as `(MinRequests{20} & FailureRate{0.5})`
  std::string retry{};           ///< such as `Cooldown{60s}`
  std::string permit{};          ///< such as `Probes{5, 30s}`
  std::string slow_threshold{};  ///< such as `3s`; empty without one

  friend bool operator==(const PolicyTexts&, const PolicyTexts&) = default;
};

/// One line: the members by their names, without a slow threshold that there is not. @throws std::bad_alloc
inline std::string to_string(const PolicyTexts& texts) {
  std::string line = detail::concat({"window ", texts.window, ", tracker ", texts.tracker, ", tripper ", texts.tripper,
                                     ", retry ", texts.retry, ", permit ", texts.permit});
  if (!texts.slow_threshold.empty()) line.append(", slow_threshold ").append(texts.slow_threshold);
  return line;
}

/// Prints that line.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const PolicyTexts& texts) {
  return out << to_string(texts).c_str();
}

}  // namespace fluxgate::FLUXGATE_ABI

#endif
