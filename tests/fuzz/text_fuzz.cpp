// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Any bytes as the text of a policy: they are read or refused, and what is read prints a text that reads back to it.
// A program of libFuzzer; the first byte says which member the rest is.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fluxgate/expression/describe.hpp>
#include <fluxgate/text/read.hpp>
#include <fluxgate/text/snapshot_text.hpp>
#include <fluxgate/text/text_config.hpp>

namespace {

using namespace fluxgate;
using Measured = detail::MeasuredTree<detail::measured_from_text.back()>;

std::string printed(const detail::TripperTree& tree) { return describe(Measured{tree}); }
std::string printed(const detail::WindowChoice& window) {
  return std::visit([](const auto& chosen) { return chosen.describe(); }, window);
}
template <class Policy>
std::string printed(const Policy& policy) {
  return policy.describe();
}

template <class Read>
void read_twice(std::string_view text, const Read& read) {
  const auto policy = detail::read_whole("fuzzed", "member", text, read);
  // A text that fills the limit may print a longer one.
  const std::string again = printed(policy);
  if (again.size() <= detail::longest_text && detail::read_whole("fuzzed", "member", again, read) != policy)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
  try {
    switch (data[0] % 6) {
      case 0: read_twice(text, detail::read_trippers); break;
      case 1: read_twice(text, detail::read_permit); break;
      case 2: read_twice(text, detail::read_retry); break;
      case 3: read_twice(text, detail::read_window); break;
      case 4: {
        const Snapshot snapshot = snapshot_from(text);
        // Bytes may take four characters where they took one.
        const std::string again = to_string(snapshot);
        if (again.size() <= detail::longest_snapshot && snapshot_from(again) != snapshot) std::abort();
        break;
      }
      default: {
        // What is read can also be asked: whether it may ever open a breaker.
        const auto tree = detail::read_whole("fuzzed", "tripper", text, detail::read_trippers);
        detail::refuse_senseless(Measured{tree}, detail::Refusal{"fuzzed"});
      }
    }
  } catch (const std::invalid_argument& refusal) {
    const std::string_view what{refusal.what()};
    if (!what.starts_with("circuit breaker 'fuzzed': ") && !what.starts_with("snapshot")) std::abort();
  }
  return 0;
}
