// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <chrono>
#include <concepts>
#include <stdexcept>
#include <string>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"

using namespace fluxgate;
using namespace std::chrono_literals;

namespace {

auto make_config() { return Config{.name = "plain", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}; }
auto make_named(std::string name) noexcept {
  return Config{.name = std::move(name), .tracker = TypeOf<std::runtime_error>{}, .tripper = FailureStreak{3}};
}
const auto& make_shared_config(int /*unused*/) {
  static const auto config = Config{.tripper = FailureStreak{1}};
  return config;
}
constexpr auto by_lambda = [] { return Config{.name = "lambda", .window = TimeWindow{10s}}; };
constexpr auto by_argument = [](const std::string& name) { return Config{.name = name, .window = TimeWindow{10s}}; };
constexpr auto by_any = [](const auto& name) {
  return Config{.name = std::string{name}, .permit = AllowAll{}, .as_written = true};
};

struct Client {
  CircuitBreakerFrom<make_config> plain{make_config()};
  CircuitBreakerFrom<&make_named> named;
  CircuitBreakerFrom<by_lambda> lambda{by_lambda()};
  CircuitBreakerFrom<by_any, const char*> any{by_any("any")};
  AsyncCircuitBreakerFrom<make_config> async{plain};

  explicit Client(std::string name) : named{make_named(std::move(name))} {}
};

template <class Expected, class Breaker>
concept NamesTypeOf = std::same_as<Expected, Breaker>;

}  // namespace

TEST_CASE("CircuitBreakerFrom names the type that the configuration deduces") {
  static_assert(NamesTypeOf<CircuitBreakerFrom<make_config>, decltype(CircuitBreaker{make_config()})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<&make_config>, decltype(CircuitBreaker{make_config()})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<make_named>, decltype(CircuitBreaker{make_named("")})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<make_named, const char*>, decltype(CircuitBreaker{make_named("")})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<make_shared_config>, decltype(CircuitBreaker{make_shared_config(0)})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<by_lambda>, decltype(CircuitBreaker{by_lambda()})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<by_argument>, decltype(CircuitBreaker{by_argument("")})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<by_any, const char*>, decltype(CircuitBreaker{by_any("")})>);
  static_assert(NamesTypeOf<CircuitBreakerFrom<[] { return Config{.permit = AllowAll{}}; }>,
                            decltype(CircuitBreaker{Config{.permit = AllowAll{}}})>);
  static_assert(NamesTypeOf<AsyncCircuitBreakerFrom<make_config>, decltype(AsyncCircuitBreaker{make_config()})>);
  SUCCEED();
}

TEST_CASE("A breaker that is a member has the configuration of its function") {
  Client client{"own"};
  CHECK(client.plain.name() == "plain");
  CHECK(client.named.name() == "own");
  CHECK(client.lambda.name() == "lambda");
  CHECK(client.any.name() == "any");
  for (int i = 0; i != 2; ++i) {
    CAPTURE(i);
    CHECK(fails_with(client.plain, std::runtime_error{"down"}));
  }
  CHECK(client.plain.state() == State::open);
  CHECK(client.async.state() == State::open);
}
