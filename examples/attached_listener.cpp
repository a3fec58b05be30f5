// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A listener that knows whose it is before anything has happened.

#include <fluxgate/fluxgate.hpp>

#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

using namespace fluxgate;

// [listener]
/// Keeps the line of its breaker on a status page.
class StatusLine {
 public:
  explicit StatusLine(std::map<std::string, std::string>& page) : page_{&page} {}

  void attach(const Info& info) {
    if (info.name == "default") throw std::invalid_argument{"StatusLine: the breaker needs a name"};
    line_ = &(*page_)[info.name];
    *line_ = to_string(info.state);
  }
  void operator()(const Signal& signal) const { *line_ = to_string(signal.new_state); }

 private:
  std::map<std::string, std::string>* page_;
  std::string* line_ = nullptr;
};
// [/listener]

int main() {
  std::map<std::string, std::string> page;
  // [use]
  const StatusLine status{page};
  CircuitBreaker payment{Config{.name = "payment", .listeners = {status}}};
  CircuitBreaker stock{Config{.name = "stock", .listeners = {status}}};
  // [/use]
  stock.disable();
  for (const auto& [name, line] : page) std::cout << name << ": " << line << '\n';
  try {
    CircuitBreaker nameless{Config{.listeners = {status}}};
  } catch (const std::invalid_argument& error) {
    std::cout << error.what() << '\n';
  }
}
