// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker that survives a restart of its program.

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>
#include <fluxgate/text/snapshot_text.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

using namespace fluxgate;
using namespace std::chrono_literals;

auto payment_config(const ManualEnvironment& clock) {
  return Config{.name = "payment",
                .tripper = FailureStreak{3},
                .retry = Cooldown{60s},
                .permit = Probes{3, 30s},
                .environment = clock,
                .as_written = true};
}

// [save]
template <class Breaker>
void save(const Breaker& breaker, const std::filesystem::path& path) {
  std::ofstream{path} << to_string(breaker.snapshot()) << '\n';
}
// [/save]

// [load]
/// What the last run has left; empty if there is nothing that can be read.
std::optional<Snapshot> load(const std::filesystem::path& path) {
  std::ifstream file{path};
  if (!file) return std::nullopt;
  try {
    return snapshot_from(std::string{std::istreambuf_iterator<char>{file}, {}});
  } catch (const std::invalid_argument& error) {
    std::cerr << "begins anew: " << error.what() << '\n';
    return std::nullopt;
  }
}
// [/load]

int main() {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "fluxgate-example-snapshot";
  ManualEnvironment clock;  // set by hand, so that the example prints the same each time
  {
    CircuitBreaker payment{payment_config(clock)};
    for (int i = 0; i != 3; ++i) {
      try {
        payment.call([] { throw std::runtime_error{"no answer"}; });
      } catch (const std::runtime_error&) {
      }
    }
    clock.advance(20s);
    std::cout << to_string(payment.state()) << ", retry in " << *payment.info().retry_after / 1s << " s\n";
    save(payment, path);
    std::cout << to_string(payment.snapshot()) << '\n';
  }

  // The next process, ten seconds later.
  // [restore]
  const std::optional<Snapshot> last = load(path);
  const auto age = 10s;  // such as the time since the file was written
  CircuitBreaker payment{payment_config(clock), restore(last.value_or(Snapshot{}), age)};
  // [/restore]
  std::cout << to_string(payment.state()) << ", retry in " << *payment.info().retry_after / 1s << " s\n";
  std::filesystem::remove(path);
}
