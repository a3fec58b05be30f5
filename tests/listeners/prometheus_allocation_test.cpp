// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The listener for Prometheus when memory fails, once at each allocation: what is made is whole or leaves nothing behind.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/background.hpp>
#include <fluxgate/listeners/prometheus.hpp>

#include "support/catch.hpp"

namespace {

/// How many allocations of this thread yet succeed; negative: all of them.
thread_local std::int64_t left = -1;

}  // namespace

void* operator new(std::size_t size) {
  if (left == 0) {
    left = -1;
    throw std::bad_alloc{};
  }
  if (left > 0) --left;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
// Out of line: g++ takes an inlined one for a mismatch.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace fluxgate;

/// How often `make` failed before it succeeded, each time at a later allocation; `check` looks at what each left behind.
template <class Make, class Check>
int failures(Make make, Check check) {
  for (int allocations = 0;; ++allocations) {
    left = allocations;
    try {
      make();
      left = -1;
      return allocations;
    } catch (const std::bad_alloc&) {
      left = -1;
    }
    check();
  }
}

std::string shown(const prometheus::Registry& registry) {
  return prometheus::TextSerializer{}.Serialize(registry.Collect());
}

TEST_CASE("A breaker with a listener for Prometheus that fails to be made leaves nothing in the registry") {
  const auto registry = std::make_shared<prometheus::Registry>();
  const PrometheusListener metrics{registry};
  const bool behind = GENERATE(false, true);
  const Listener listener = behind ? Listener{Background{metrics}} : Listener{metrics};
  const auto config = [&](const char* name) { return Config{.name = name, .listeners = {listener}}; };
  const CircuitBreaker other{config("a circuit with a name that needs memory")};
  const std::string before = shown(*registry);
  std::optional<CircuitBreaker<>> api;
  const auto nothing_is_left = [&] { CHECK(shown(*registry) == before); };
  CHECK(failures([&] { api.emplace(config("another circuit with such a name")); }, nothing_is_left) > 50);
  CHECK(shown(*registry) != before);
  api.reset();
  nothing_is_left();
}

TEST_CASE("A listener for a name that fails to be made leaves the name free") {
  const auto registry = std::make_shared<prometheus::Registry>();
  std::optional<PrometheusListener> api;
  const auto make = [&] { api.emplace("a circuit with a name that needs memory", registry); };
  CHECK(failures(make, [&] { CHECK(shown(*registry).empty()); }) > 50);
  CHECK_FALSE(shown(*registry).empty());
}

TEST_CASE("A collector that fails to watch a breaker does not show it") {
  const CircuitBreaker api{Config{.name = "a circuit with a name that needs memory", .stats = CallStats{}}};
  const CircuitBreaker db{Config{.name = "db", .stats = CallStats{}}};
  CallCollector collector;
  const auto first = collector.watch(db);
  std::optional<CallCollector::Watch> watch;
  const auto shown_families = [&] { return collector.Collect().front().metric.size(); };
  CHECK(failures([&] { watch.emplace(collector.watch(api)); }, [&] { CHECK(shown_families() == 6); }) >= 3);
  CHECK(shown_families() == 12);
  std::optional<CallCollector::Watch> newer;
  CHECK(failures([&] { newer.emplace(collector.watch(api, SameName::takes_over)); },
                 [&] { CHECK(shown_families() == 12); }) >= 2);
  CHECK(shown_families() == 12);
}

}  // namespace
