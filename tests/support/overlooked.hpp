// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A tracker and calls that it can and cannot judge, for tests of the warning.

#ifndef FLUXGATE_TESTS_SUPPORT_OVERLOOKED_HPP
#define FLUXGATE_TESTS_SUPPORT_OVERLOOKED_HPP

#include <string>
#include <system_error>

#include <fluxgate/fluxgate.hpp>

#include "tasks.hpp"

namespace shop {

struct Response {
  int status;
};
struct Page : Response {};

Page page();
std::error_code status();
void nothing();
std::string text();

tasks::Lazy<Page> page_later();
tasks::Lazy<std::error_code> status_later();
tasks::Lazy<void> nothing_later();
tasks::Lazy<std::string> text_later();

inline const auto tracker = fluxgate::All{} | fluxgate::OnResult{[](const Response& r) { return r.status >= 500; }};
/// Says that a text is no failure.
inline const auto informed = tracker | fluxgate::OnResult{[](const std::string&) { return false; }};

template <class R, class Error>
R instead(const Error&);

}  // namespace shop

#endif
