// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Every word of the engine is lock-free on this machine, in every object of its type.

#include <atomic>
#include <cstdint>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"

namespace {

using namespace fluxgate;

template <class Word>
concept AcceptedByTheEngine = requires { typename detail::StdAtomics::Atomic<Word>; };

template <class... Words>
struct List {};

/// What the engine keeps in atomics.
using EngineWords = List<detail::Phase, detail::Hold, detail::Round, detail::Streak, detail::NarrowSlot,
                         detail::WideSlot, detail::Lanes, detail::Duration, detail::Owner, detail::Tally,
                         detail::Trouble, std::int64_t, std::uint64_t, detail::Notice*>;

template <class... Words>
constexpr bool all_accepted(List<Words...>) {
  return (AcceptedByTheEngine<Words> && ...);
}
template <class... Words>
constexpr bool all_within_eight_bytes(List<Words...>) {
  return ((sizeof(std::atomic<Words>) <= 8 && alignof(std::atomic<Words>) == sizeof(std::atomic<Words>)) && ...);
}
template <class... Words>
bool all_lock_free(List<Words...>) {
  return (std::atomic<Words>{}.is_lock_free() && ...);
}

/// Larger than any machine does at once without asking for it.
struct Wide {
  std::uint64_t words[4];
};

static_assert(all_accepted(EngineWords{}));
static_assert(all_within_eight_bytes(EngineWords{}));
static_assert(!AcceptedByTheEngine<Wide>, "the seam refuses what would take a lock");

TEST_CASE("every word of the engine is lock-free here") { CHECK(all_lock_free(EngineWords{})); }

}  // namespace
