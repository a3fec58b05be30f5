// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What is not named fits what is.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

constexpr auto rate = FailureRate{0.5};
const auto any_failure = [](const CallContext& context) { return context.metrics.failure_count() != 0; };

// A default policy takes part in trees as the one that it is.
static_assert(std::is_base_of_v<Probes, decltype(Config<>::permit)>);
static_assert(detail::probes_in<decltype(Config<>::permit)>() == 1);
static_assert(detail::probes_in<decltype(Config<>{}.permit & RampUp{0.1, 1.0, 60s})>() == 1);
static_assert(detail::traits_of<decltype(Config<>::tripper)>.needs == detail::traits_of<FailureRate>.needs);
static_assert(detail::traits_of<decltype(Config<>::tripper)>.on_trouble_only);
static_assert(Probes{5, 30s} == detail::default_permit);

/// Admissions of a HALF_OPEN round until the breaker refuses one, at most `most`.
template <class Breaker>
std::vector<typename Breaker::Admission> take_places(Breaker& breaker, std::size_t most) {
  std::vector<typename Breaker::Admission> taken;
  while (taken.size() != most) {
    auto admission = breaker.try_acquire();
    if (!admission) break;
    taken.push_back(std::move(admission));
  }
  return taken;
}

/// What a breaker does when all calls fail, and when all that test recovery succeed.
struct Course {
  std::size_t opened_after;  ///< failures
  std::size_t places;        ///< of the HALF_OPEN round
  std::size_t closed_after;  ///< successes of the round
  friend bool operator==(const Course&, const Course&) = default;
};

std::ostream& operator<<(std::ostream& out, const Course& course) {
  return out << "opened after " << course.opened_after << ", " << course.places << " places, closed after "
             << course.closed_after;
}

template <class Breaker>
Course course_of(Breaker& breaker, ManualEnvironment& env) {
  constexpr std::size_t most = 200;
  Course course{0, 0, 0};
  while (course.opened_after != most && breaker.state() == State::closed) {
    breaker.try_acquire().failure();
    ++course.opened_after;
  }
  CHECK(breaker.state() == State::open);
  env.advance(10s - 1ns);
  CHECK_FALSE(breaker.try_acquire());
  env.advance(1ns);
  auto places = take_places(breaker, most);
  course.places = places.size();
  for (auto& place : places) {
    if (breaker.state() != State::half_open) break;
    place.success();
    ++course.closed_after;
  }
  CHECK(breaker.state() == State::closed);
  return course;
}

/// The course that both front ends take, with the default retry.
template <class W, class T, class Tr, class R, class P>
Course course_of(const Config<W, T, Tr, R, P>& config) {
  CAPTURE(config.window, config.tripper, config.permit);
  static_assert(std::is_same_v<R, Backoff>);
  ManualEnvironment env;
  const auto made = [&] {
    return Config{.name = config.name,
                  .window = config.window,
                  .tracker = config.tracker,
                  .tripper = config.tripper,
                  .retry = config.retry,
                  .permit = config.permit,
                  .environment = env};
  };
  CircuitBreaker breaker{made()};
  const Course course = course_of(breaker, env);
  AsyncCircuitBreaker asynchronous{made()};
  CHECK(course_of(asynchronous, env) == course);
  return course;
}

/// Tripper and permit of a breaker that is made of `config`.
template <class C>
std::pair<std::string, std::string> fitted(C config) {
  CAPTURE(config.window, config.tripper, config.permit);
  detail::fit_defaults(config);
  CHECK(refusal([&] { detail::validate(config); }) == "accepted");
  return {detail::description_of(config.tripper), describe(config.permit)};
}

std::string default_tripper(int closed, int half_open) {
  return "(((Closed{} & MinRequests{" + std::to_string(closed) + "}) | (HalfOpened{} & MinRequests{" +
         std::to_string(half_open) + "})) & FailureRate{0.5})";
}

}  // namespace

TEST_CASE("A breaker without any setting has the documented defaults") {
  const Config config{};
  CHECK(config.name == "default");
  CHECK(config.window == CountWindow{100});
  CHECK(config.tracker == All{});
  CHECK(describe(config.tripper) == default_tripper(20, 5));
  CHECK(config.retry == Backoff{10s, 2.0, 300s, 0.1});
  CHECK(describe(config.permit) == "Probes{5, 30s}");
  CHECK_FALSE(config.slow_threshold.has_value());
  CHECK(config.listeners.empty());
  CircuitBreaker cb{config};
  CHECK(cb.name() == "default");
  CHECK(cb.state() == State::closed);
  CHECK(fitted(config) == std::pair{default_tripper(20, 5), std::string{"Probes{5, 30s}"}});
}

TEST_CASE("The default tripper waits for no more calls than window and permit hold") {
  using Fit = std::pair<std::string, std::string>;
  CHECK(fitted(Config{.window = CountWindow{1}}) == Fit{default_tripper(1, 1), "Probes{5, 30s}"});
  CHECK(fitted(Config{.window = CountWindow{3}}) == Fit{default_tripper(3, 3), "Probes{5, 30s}"});
  CHECK(fitted(Config{.window = CountWindow{19}}) == Fit{default_tripper(19, 5), "Probes{5, 30s}"});
  CHECK(fitted(Config{.window = CountWindow{21}}) == Fit{default_tripper(20, 5), "Probes{5, 30s}"});
  CHECK(fitted(Config{.window = TimeWindow{1s}}) == Fit{default_tripper(20, 5), "Probes{5, 30s}"});
  CHECK(fitted(Config{.permit = Probes{1, 5s}}) == Fit{default_tripper(20, 1), "Probes{1, 5s}"});
  CHECK(fitted(Config{.permit = Probes{4, 5s}}) == Fit{default_tripper(20, 4), "Probes{4, 5s}"});
  CHECK(fitted(Config{.permit = Probes{6, 5s}}) == Fit{default_tripper(20, 5), "Probes{6, 5s}"});
  CHECK(fitted(Config{.window = TimeWindow{10s}, .permit = Probes{2, 5s}}) ==
        Fit{default_tripper(20, 2), "Probes{2, 5s}"});
  CHECK(fitted(Config{.window = CountWindow{3}, .permit = Probes{2, 5s}}) ==
        Fit{default_tripper(3, 2), "Probes{2, 5s}"});
  CHECK(fitted(Config{.window = CountWindow{2}, .permit = Probes{3, 5s} & RampUp{0.1, 1.0, 1s}}) ==
        Fit{default_tripper(2, 2), "(Probes{3, 5s} & RampUp{0.1, 1, 1s})"});
  CHECK(fitted(Config{.permit = Random{0.5} & Probes{3, 5s}}) ==
        Fit{default_tripper(20, 3), "(Random{0.5} & Probes{3, 5s})"});
  CHECK(fitted(Config{.permit = RampUp{0.1, 1.0, 1s}}) == Fit{default_tripper(20, 5), "RampUp{0.1, 1, 1s}"});
}

TEST_CASE("The default permit has a place for each outcome that the tripper waits for") {
  const auto permit_for = [](const auto& tripper) {
    CAPTURE(tripper);
    const auto [same, permit] = fitted(Config{.tripper = tripper, .as_written = true});
    CHECK(same == detail::description_of(tripper));
    const auto over_time = fitted(Config{.window = TimeWindow{10s}, .tripper = tripper, .as_written = true}).second;
    CHECK(over_time == permit);
    return permit;
  };
  CHECK(permit_for(MinRequests{4} & rate) == "Probes{5, 30s}");
  CHECK(permit_for(MinRequests{6} & rate) == "Probes{6, 30s}");
  CHECK(permit_for(MinRequests{20} & rate) == "Probes{20, 30s}");
  CHECK(permit_for(Closed{} & MinRequests{20} & rate) == "Probes{5, 30s}");
  CHECK(permit_for((Closed{} & MinRequests{20} & rate) | (HalfOpened{} & MinRequests{7} & rate)) == "Probes{7, 30s}");
  CHECK(permit_for((MinRequests{20} & rate) | FailureStreak{3}) == "Probes{20, 30s}");
  CHECK(permit_for(FailureStreak{5}) == "Probes{5, 30s}");
  CHECK(permit_for(FailureStreak{12}) == "Probes{12, 30s}");
  CHECK(permit_for(FailureStreak{12} & MinRequests{9}) == "Probes{12, 30s}");
  CHECK(permit_for(FailureStreak{12} | FailureStreak{8}) == "Probes{8, 30s}");
  CHECK(permit_for(FailureStreak{12} | rate) == "Probes{5, 30s}");
  CHECK(permit_for(Closed{} & FailureStreak{12}) == "Probes{5, 30s}");
  CHECK(permit_for(FailureStreak{12} | (Closed{} & rate)) == "Probes{12, 30s}");
  CHECK(permit_for(Manual{}) == "Probes{5, 30s}");
  CHECK(permit_for(Manual{} & FailureStreak{12}) == "Probes{5, 30s}");
  CHECK(permit_for(any_failure) == "Probes{5, 30s}");
  CHECK(permit_for(MinRequests{8} & any_failure) == "Probes{8, 30s}");
  // What is built on a default fits as well.
  CHECK(fitted(Config{.tripper = FailureStreak{12}, .permit = Config<>{}.permit & RampUp{0.1, 1.0, 1s}}).second ==
        "(Probes{12, 30s} & RampUp{0.1, 1, 1s})");
  CHECK(fitted(Config{.window = CountWindow{3}, .tripper = Config<>{}.tripper | FailureStreak{8}}) ==
        std::pair{std::string{"("}.append(default_tripper(3, 3)).append(" | FailureStreak{8})"),
                  std::string{"Probes{5, 30s}"}});
  // As many as there can be at all.
  CHECK(fitted(Config{.window = CountWindow{30'000}, .tripper = MinRequests{30'000} & rate}).second ==
        "Probes{30000, 30s}");
  CHECK(fitted(Config{.window = CountWindow{1}, .tripper = FailureStreak{30'000}}).second == "Probes{30000, 30s}");
  CHECK(fitted(Config{.window = TimeWindow{10s}, .tripper = MinRequests{1'000'000} & rate}).second ==
        "Probes{1000000, 30s}");
}

TEST_CASE("What the user wrote is left as it is") {
  CHECK(fitted(Config{.window = CountWindow{30}, .tripper = MinRequests{20} & rate, .permit = Probes{25, 1s}}) ==
        std::pair<std::string, std::string>{"(MinRequests{20} & FailureRate{0.5})", "Probes{25, 1s}"});
  CHECK(fitted(Config{.tripper = MinRequests{3} & rate, .permit = Probes{3, 1s}}).second == "Probes{3, 1s}");
}

TEST_CASE("A breaker with defaults opens at its minimum and closes after its probes, whatever else is named") {
  CHECK(course_of(Config{}) == Course{20, 5, 5});
  CHECK(course_of(Config{.window = CountWindow{10}}) == Course{10, 5, 5});
  CHECK(course_of(Config{.window = TimeWindow{10s}}) == Course{20, 5, 5});
  CHECK(course_of(Config{.permit = Probes{1, 5s}}) == Course{20, 1, 1});
  CHECK(course_of(Config{.window = TimeWindow{10s}, .permit = Probes{2, 5s}}) == Course{20, 2, 2});
  CHECK(course_of(Config{.tripper = MinRequests{8} & rate}) == Course{8, 8, 8});
  CHECK(course_of(Config{.window = TimeWindow{10s}, .tripper = MinRequests{8} & rate}) == Course{8, 8, 8});
  CHECK(course_of(Config{.tripper = FailureStreak{7}}) == Course{7, 7, 7});
  CHECK(course_of(Config{.tripper = Closed{} & MinRequests{9} & rate}) == Course{9, 5, 5});
  CHECK(course_of(Config{.tripper = any_failure}) == Course{1, 5, 5});
}

TEST_CASE("One failed call of nineteen or fewer does not open a breaker with the default tripper") {
  CircuitBreaker cb{Config{.environment = ManualEnvironment{}}};
  for (int i = 0; i != 19; ++i) cb.try_acquire().failure();
  CHECK(cb.state() == State::closed);
  for (int i = 0; i != 19; ++i) cb.try_acquire().success();
  CHECK(cb.state() == State::open);  // the twentieth outcome, a success, completes the minimum
}

TEST_CASE("Positional breakers have the defaults of Config") {
  ManualEnvironment env;
  CircuitBreaker<CountWindow, All, decltype(Config<>::tripper), Backoff, decltype(Config<>::permit), ManualEnvironment>
      cb{"api", CountWindow{10}, All{}, Config<>{}.tripper, Config<>{}.retry, Config<>{}.permit, env};
  CHECK(course_of(cb, env) == Course{10, 5, 5});

  static_assert(std::is_same_v<decltype(CircuitBreaker{"api"}), decltype(CircuitBreaker{Config{}})>);
  static_assert(std::is_same_v<decltype(AsyncCircuitBreaker{"api"}), decltype(AsyncCircuitBreaker{Config{}})>);
  CircuitBreaker named{"api"};
  CircuitBreaker small{"api", CountWindow{1}};
  AsyncCircuitBreaker asynchronous{"api", CountWindow{2}};
  AsyncCircuitBreaker streak{"api", TimeWindow{10s}, All{}, FailureStreak{12}};
  CHECK(asynchronous.state() == State::closed);
  for (int i = 0; i != 2; ++i) asynchronous.try_acquire().failure();
  CHECK(asynchronous.state() == State::open);
  small.try_acquire().failure();
  CHECK(small.state() == State::open);
}

TEST_CASE("Manual never opens by itself, and takes commands") {
  const auto check_manual = [](const auto& tripper, State after_failures = State::closed) {
    CAPTURE(tripper);
    ManualEnvironment env;
    CircuitBreaker cb{Config{.tripper = tripper, .environment = env, .as_written = true}};
    for (int i = 0; i != 200; ++i) cb.try_acquire().failure();
    CHECK(cb.state() == State::closed);
    CHECK(cb.info().metrics.failure_count() == 100);
    cb.force_open(1s);
    CHECK_FALSE(cb.try_acquire());
    env.advance(1s);
    for (int i = 0; i != 5; ++i) cb.try_acquire().success();
    CHECK(cb.state() == State::closed);
    cb.force_open(1s);
    env.advance(1s);
    for (int i = 0; i != 5; ++i) cb.try_acquire().failure();
    CHECK(cb.state() == after_failures);
  };
  check_manual(Manual{});
  check_manual(Manual{} & FailureRate{0.5});
  check_manual(MinRequests{1000} & Manual{});
  check_manual(Manual{} | (HalfOpened{} & FailureRate{0.5}), State::open);
}

TEST_CASE("Manual composes as any leaf") {
  static_assert(!Manual{}(CallContext{}) && Manual{} == Manual{});
  static_assert(std::is_empty_v<Manual>);
  CHECK(describe(Manual{} | (Closed{} & FailureRate{0.5})) == "(Manual{} | (Closed{} & FailureRate{0.5}))");
  CircuitBreaker cb{Config{.tripper = FailureStreak{2} | Manual{}}};
  for (int i = 0; i != 2; ++i) cb.try_acquire().failure();
  CHECK(cb.state() == State::open);
}

TEST_CASE("Under a tripper that asks nothing in HALF_OPEN one success of the default permit's round closes") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.tripper = Closed{} & MinRequests{10} & rate, .environment = env}};
  for (int i = 0; i != 10; ++i) cb.try_acquire().failure();
  CHECK(cb.state() == State::open);
  env.advance(10s);
  for (int i = 0; i != 5; ++i) cb.try_acquire().failure();
  CHECK(cb.state() == State::open);
  env.advance(30s);
  for (int i = 0; i != 5; ++i) i == 2 ? cb.try_acquire().success() : cb.try_acquire().failure();
  CHECK(cb.state() == State::closed);
}
