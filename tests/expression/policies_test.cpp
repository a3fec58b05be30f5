// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Policies as values: trees, their words, their sizes, and policies of the user's own.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"

namespace shop {

struct Error {
  int code;
};
struct Response {
  int status;
};

/// Describes anything, as a user's own library may.
template <class T>
std::string describe(const T&) {
  return "a thing of the shop";
}

}  // namespace shop

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

static_assert(Window<CountWindow> && Window<TimeWindow>);
static_assert(Tracker<All> && Tracker<TypeOf<std::exception>>);
static_assert(Tripper<Closed> && Tripper<HalfOpened> && Tripper<MinRequests> && Tripper<FailureRate> &&
              Tripper<AvgLatency> && Tripper<SlowRate<false>> && Tripper<SlowRate<true>> && Tripper<FailureStreak>);
static_assert(Retry<Never> && Retry<Always> && Retry<Cooldown> && Retry<Backoff>);
static_assert(Permit<AllowAll> && Permit<Random> && Permit<RampUp> && Permit<Probes>);
static_assert(Environment<SystemEnvironment>);

constexpr CallContext in(State state, std::uint64_t total, std::uint64_t failures, std::uint64_t streak = 0) {
  return {.state = state, .metrics = Metrics{total, failures}, .consecutive_failures = streak};
}

constexpr auto rules = (Closed{} & MinRequests{10} & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{2});
static_assert(rules(in(State::closed, 10, 5)));
static_assert(!rules(in(State::closed, 10, 4)));
static_assert(!rules(in(State::closed, 9, 9)));
static_assert(!rules(in(State::closed, 0, 0)));
static_assert(!rules(in(State::half_open, 10, 10, 1)));
static_assert(rules(in(State::half_open, 2, 2, 2)));
static_assert(!FailureRate{0.5}(in(State::closed, 0, 0)));
static_assert(FailureRate{1.0}(in(State::closed, 3, 3)));

constexpr CallContext slow{State::closed, Metrics{4, 0, 8s, {{{1s, 2}, {3s, 1}, {}, {}}}}, 0};
static_assert(SlowRate{0.5}(slow) && !SlowRate{0.51}(slow));
static_assert(SlowRate{0.25, 3s}(slow) && !SlowRate{0.26, 3s}(slow));
static_assert(AvgLatency{2s}(slow) && !AvgLatency{2s + 1ns}(slow));
static_assert(!AvgLatency{2s}(in(State::closed, 0, 0)));
static_assert(AvgLatency{2s - 1ns}(slow) && !AvgLatency{2s}({State::closed, Metrics{4, 0, 8s - 1ns}, 0}));
// Where the threshold times the calls does not fit into nanoseconds.
constexpr std::int64_t most_nanoseconds = std::numeric_limits<std::int64_t>::max();
constexpr CallContext endless{
    State::closed, Metrics{most_nanoseconds / 4'294'000'000'000 + 1, 0, std::chrono::nanoseconds{most_nanoseconds}}, 0};
static_assert(!AvgLatency{4294s}(endless) && AvgLatency{4293s}(endless));
constexpr CallContext longest{
    State::closed, Metrics{most_nanoseconds / 4'294'000'000'000, 0, std::chrono::nanoseconds{most_nanoseconds}}, 0};
static_assert(AvgLatency{4294s}(longest));
// Zero for that of the breaker.
static_assert(!detail::HasSlowThreshold<SlowRate<false>> && SlowRate{0.5, 3s}.slow_threshold() == 3s);

static_assert(Closed{} == Closed{} && MinRequests{3} == MinRequests{3} && MinRequests{3} != MinRequests{4});
static_assert(SlowRate{0.5, 1s} == SlowRate{0.5, 1000ms} && SlowRate{0.5, 1s} != SlowRate{0.5, 2s});
static_assert(CountWindow{5} == CountWindow{5} && CountWindow{5} != CountWindow{6});
static_assert(TimeWindow{10s} == TimeWindow{10s, 1s} && TimeWindow{10s} != TimeWindow{10s, 100ms});
static_assert(Cooldown{60s} == Cooldown{1min} && Cooldown{60s} != Cooldown{60s, 0.1});
static_assert(Backoff{1s} == Backoff{1s, 2.0, 5min} && Backoff{1s} != Backoff{2s});
static_assert(Random{0.5} != Random{0.6} && Probes{5, 1s} == Probes{5, 1s} && Probes{5, 1s} != Probes{6, 1s});
static_assert(All{} == All{} && TypeOf<int>{} == TypeOf<int>{});

// A delay as the engine keeps it: never shorter, and exact where people choose it.
constexpr std::chrono::nanoseconds held(std::chrono::nanoseconds span) { return detail::Hold::of(7, span).span(); }
static_assert(held(0s) == 0s && held(1ns) == 1us && held(134s - 1us) == 134s - 1us && held(-1s) == 0s);
static_assert(held(7199s) == 7199s && held(23h) == 23h && held(24h) == 24h);
static_assert(held(1000h + 1us) > 1000h && held(1000h + 1us) - 1000h < 36ms);
static_assert(held(std::chrono::nanoseconds::max()) == std::chrono::nanoseconds::max() &&
              held(std::chrono::nanoseconds::max() - 1ns) == std::chrono::nanoseconds::max());

// Trees compare by what they hold.
static_assert((MinRequests{1} & FailureRate{0.5}) == (MinRequests{1} & FailureRate{0.5}));
static_assert((MinRequests{1} & FailureRate{0.5}) != (MinRequests{2} & FailureRate{0.5}));
static_assert((MinRequests{1} & FailureRate{0.5}) != (MinRequests{1} & FailureRate{0.6}));
static_assert((FailureStreak{3} | FailureRate{0.1}) != (FailureStreak{4} | FailureRate{0.1}));
static_assert(((Closed{} & FailureStreak{3}) | SlowRate{0.5, 1s}) !=
              ((Closed{} & FailureStreak{3}) | SlowRate{0.5, 2s}));
static_assert((Random{0.5} & AllowAll{}) == (Random{0.5} & AllowAll{}));
static_assert((Random{0.5} & Probes{5, 1s}) != (Random{0.5} & Probes{6, 1s}));
static_assert(~TypeOf<int>{} == ~TypeOf<int>{} && (All{} | TypeOf<int>{}) == (All{} | TypeOf<int>{}));

/// A predicate with an answer of its own.
struct AtLeast {
  int limit;
  constexpr bool operator()(int value) const { return value >= limit; }
  friend constexpr bool operator==(const AtLeast&, const AtLeast&) = default;
};
static_assert(Custom{AtLeast{500}} == Custom{AtLeast{500}} && Custom{AtLeast{500}} != Custom{AtLeast{400}});
static_assert(OnResult{AtLeast{500}} == OnResult{AtLeast{500}} && OnResult{AtLeast{500}} != OnResult{AtLeast{400}});
static_assert(~OnResult{AtLeast{500}} != ~OnResult{AtLeast{400}});
static_assert((All{} | Custom{AtLeast{500}}) != (All{} | Custom{AtLeast{400}}));

/// A predicate that is compared at run time only.
struct Named {
  const char* name;
  bool operator()(int) const { return true; }
  friend bool operator==(const Named& a, const Named& b) { return std::string_view{a.name} == b.name; }
};
static_assert(std::equality_comparable<decltype(Custom{Named{"a"}} | OnResult{Named{"b"}})>);
static_assert(std::equality_comparable<decltype(All{} & CountAsSuccess{~Custom{Named{"a"}}})>);

constexpr auto from_500 = [limit = 500](int value) { return value >= limit; };
static_assert(!std::equality_comparable<decltype(Custom{from_500})>);
static_assert(!std::equality_comparable<decltype(OnResult{from_500})>);
static_assert(!std::equality_comparable<decltype(All{} | Custom{from_500})>);
static_assert(!std::equality_comparable<decltype(~OnResult{from_500})>);

// Policies without values take no room, in a tree as well.
static_assert(std::is_empty_v<Closed> && std::is_empty_v<HalfOpened> && std::is_empty_v<All>);
static_assert(std::is_empty_v<TypeOf<int, long>> && std::is_empty_v<Never> && std::is_empty_v<Always>);
static_assert(std::is_empty_v<AllowAll> && std::is_empty_v<decltype(~TypeOf<int>{})>);
static_assert(std::is_empty_v<decltype(Closed{} & HalfOpened{})>);
static_assert(std::is_empty_v<decltype(TypeOf<int>{} | TypeOf<long>{})>);
static_assert(sizeof(Closed{} & MinRequests{10}) == sizeof(MinRequests));
static_assert(sizeof(Closed{} & MinRequests{10} & FailureRate{0.5}) == sizeof(MinRequests) + sizeof(FailureRate));

struct EveryThird {
  static constexpr TripperTraits traits{};
  constexpr bool operator()(const CallContext& context) const { return context.metrics.total_count() % 3 == 0; }
  constexpr bool settled(const CallContext& context) const { return context.metrics.total_count() >= 2; }
};
struct ByReopens {
  std::chrono::nanoseconds delay(std::uint32_t reopens, double) const noexcept {
    return std::chrono::seconds{10} * (reopens + 1);
  }
};
struct AfterASecond {
  bool operator()(const PermitContext& context) const { return context.elapsed() >= 1s; }
};
static_assert(Tripper<EveryThird> && Retry<ByReopens> && Permit<AfterASecond>);
static_assert(!Tripper<int> && !Retry<int> && !Permit<int> && !Tracker<int> && !Window<int>);

// A tree is a policy of its own kind and of no other; asking that is no error.
static_assert(Tracker<decltype(All{} & All{})> && !Tripper<decltype(All{} & All{})> &&
              !Permit<decltype(All{} | All{})>);
static_assert(Tracker<decltype(~All{})> && !Tripper<decltype(~All{})>);
static_assert(Tripper<decltype(rules)> && !Tracker<decltype(rules)> && !Permit<decltype(rules)>);
static_assert(Permit<decltype(AllowAll{} & AllowAll{})> && !Tripper<decltype(AllowAll{} & AllowAll{})>);

/// A tripper of a user's own with the operators of the shipped ones.
class Failures : public TripperOperand<Failures> {
 public:
  static constexpr TripperTraits traits{};
  constexpr explicit Failures(std::uint64_t count) : count_{count} {}
  constexpr bool operator()(const CallContext& context) const { return context.metrics.failure_count() >= count_; }

 private:
  std::uint64_t count_;
};
static_assert((Failures{3} & MinRequests{5})(in(State::closed, 5, 3)));
static_assert(!(MinRequests{6} & Failures{3})(in(State::closed, 5, 3)));
static_assert((FailureRate{1.0} | Failures{3})(in(State::closed, 5, 3)));
static_assert((Failures{4} | Failures{3})(in(State::closed, 5, 3)) &&
              !(Failures{4} & Failures{3})(in(State::closed, 5, 3)));
static_assert(!std::equality_comparable<Failures>);  // until it says so itself

/// A permit of a user's own with the operator of the shipped ones.
struct After : PermitOperand<After> {
  std::chrono::nanoseconds pause;
  constexpr explicit After(std::chrono::nanoseconds p) : pause{p} {}
  bool operator()(const PermitContext& context) const { return context.elapsed() >= pause; }
  std::string describe() const { return "After{" + std::to_string(pause.count()) + "ns}"; }
  friend constexpr bool operator==(const After&, const After&) = default;
};
static_assert(After{1s} == After{1s} && After{1s} != After{2s});
static_assert((After{1s} & AllowAll{}) != (After{2s} & AllowAll{}));

/// A tracker of a user's own with the operators of the shipped ones.
struct Unlucky : TrackerOperand<Unlucky> {
  Answer operator()(const Failure& failure) const {
    const int* value = failure.result<int>();
    return value == nullptr ? Answer::silent : *value == 13 ? Answer::yes : Answer::no;
  }
};
static_assert(std::is_empty_v<decltype(~Unlucky{} | (All{} & Unlucky{}))>);

}  // namespace

TEST_CASE("policies compare by predicates that are compared at run time only") {
  CHECK(Custom{Named{"a"}} == Custom{Named{"a"}});
  CHECK(Custom{Named{"a"}} != Custom{Named{"b"}});
  CHECK((All{} & CountAsSuccess{OnResult{Named{"a"}}}) == (All{} & CountAsSuccess{OnResult{Named{"a"}}}));
  CHECK((TypeOf<int>{} | ~OnResult{Named{"a"}}) != (TypeOf<int>{} | ~OnResult{Named{"b"}}));
}

TEST_CASE("A tree describes itself in the words it was written in") {
  CHECK(describe(rules) == "(((Closed{} & MinRequests{10}) & FailureRate{0.5}) | (HalfOpened{} & FailureStreak{2}))");
  CHECK(describe(AvgLatency{250ms} | SlowRate{0.5} | SlowRate{0.1, 3s}) ==
        "((AvgLatency{250ms} | SlowRate{0.5}) | SlowRate{0.1, 3s})");
  CHECK(describe(Random{0.5} & RampUp{0.1, 1.0, 60s} & Probes{5, 10s}) ==
        "((Random{0.5} & RampUp{0.1, 1, 60s}) & Probes{5, 10s})");
  CHECK(describe(~All{} & [](const Failure&) { return true; }) == "(~All{} & custom)");
  CHECK(describe(CountWindow{7}) == "CountWindow{7}");
  CHECK(describe(TimeWindow{10s, 100ms}) == "TimeWindow{10s, 100ms}");
  CHECK(describe(Cooldown{90s}) == "Cooldown{90s}");
  CHECK(describe(Cooldown{1500us, 0.1}) == "Cooldown{1500us, 0.1}");
  CHECK(describe(Backoff{1s}) == "Backoff{1s, 2, 300s}");
  CHECK(describe(Backoff{1s, 1.5, 10s, 0.2}) == "Backoff{1s, 1.5, 10s, 0.2}");
  CHECK(describe(Never{}) == "Never{}");
}

TEST_CASE("A reason leaves out the side of an | that does not fire as a whole") {
  const auto said = [](const auto& tripper) {
    return detail::explain(tripper, CallContext{.metrics = Metrics{10, 10}, .consecutive_failures = 10});
  };
  CHECK(said((FailureRate{0.5} & FailureStreak{20}) | FailureStreak{5}) == "consecutive_failures 10 >= 5");
  CHECK(said((FailureStreak{20} & FailureRate{0.5}) | FailureStreak{5}) == "consecutive_failures 10 >= 5");
  CHECK(said(FailureStreak{5} | (FailureRate{0.5} & FailureStreak{20})) == "consecutive_failures 10 >= 5");
}

TEST_CASE("A condition explains itself over a window without calls") {
  CHECK(FailureRate{0.5}.explain({}) == "failure_rate 0 >= 0.5");
  CHECK(SlowRate{0.5, 1s}.explain({}) == "slow_rate 0 >= 0.5");
  CHECK(AvgLatency{1s}.explain({}) == "avg_duration 0s >= 1s");
}

TEST_CASE("A tracker names the types that it looks at") {
  CHECK(describe(TypeOf<int>{}) == "TypeOf<int>{}");
  CHECK(describe(TypeOf<int>{} | ~TypeOf<std::runtime_error, shop::Error>{}) ==
        "(TypeOf<int>{} | ~TypeOf<std::runtime_error, shop::Error>{})");
  CHECK(describe(Custom{[](const shop::Error& error) { return error.code == 7; }}) == "Custom{shop::Error}");
  CHECK(describe(~OnResult{[](const shop::Response& response) { return response.status >= 500; }} | All{}) ==
        "(~OnResult{shop::Response} | All{})");
  CHECK(describe(Custom{[](std::exception_ptr) { return true; }} & TypeOf<const char*>{}) !=
        describe(Custom{[](int) { return true; }} & TypeOf<const char*>{}));
}

TEST_CASE("Describing policies leaves a describe of the user's own alone") {
  using namespace shop;
  CHECK(describe(3) == "a thing of the shop");
  CHECK(describe(Error{7}) == "a thing of the shop");
  CHECK(describe(FailureRate{0.5}) == "FailureRate{0.5}");
  CHECK(describe(MinRequests{5} & FailureRate{0.5}) == "(MinRequests{5} & FailureRate{0.5})");
}

TEST_CASE("Policies of the user's own compose with the shipped ones on either side") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.tracker = Unlucky{} | TypeOf<shop::Error>{},
                           .tripper = (MinRequests{4} & Failures{2}) | (Failures{3} & Closed{}),
                           .retry = Always{},
                           .permit = After{1s} & Random{0.5} & After{2s},
                           .environment = env}};
  cb.try_acquire().record(13);
  cb.try_acquire().failure(shop::Error{7});
  cb.try_acquire().record(12);
  CHECK(cb.state() == State::closed);
  cb.try_acquire().record(11);
  CHECK(cb.state() == State::open);
  env.set_uniform(0.0);
  CHECK_FALSE(cb.try_acquire());
  env.advance(1s);
  CHECK_FALSE(cb.try_acquire());
  env.advance(1s);
  CHECK(cb.try_acquire());
  env.set_uniform(0.5);
  CHECK_FALSE(cb.try_acquire());
  CHECK(describe(After{1ns} & Random{0.5}) == "(After{1ns} & Random{0.5})");
  CHECK(describe(Failures{3} | FailureRate{0.5}) == "(custom | FailureRate{0.5})");
}

TEST_CASE("A lambda composes with a node on either side") {
  const auto odd = [](const CallContext& context) { return context.metrics.total_count() % 2 == 1; };
  const auto right = FailureRate{0.5} & odd;
  const auto left = odd | FailureRate{0.5};
  CHECK(right(in(State::closed, 3, 2)));
  CHECK_FALSE(right(in(State::closed, 4, 4)));
  CHECK(left(in(State::closed, 3, 0)));
  CHECK(left(in(State::closed, 4, 4)));
  CHECK_FALSE(left(in(State::closed, 4, 0)));
  CHECK(describe(left) == "(custom | FailureRate{0.5})");
}

TEST_CASE("Policies of the user's own drive a breaker") {
  ManualEnvironment env;
  CircuitBreaker cb{
      Config{.tripper = EveryThird{}, .retry = ByReopens{}, .permit = AfterASecond{}, .environment = env}};
  for (int i = 0; i != 3; ++i) cb.try_acquire().success();
  REQUIRE(cb.state() == State::open);
  CHECK(cb.try_acquire().rejection().retry_after == 10s);
  env.advance(10s);
  CHECK_FALSE(cb.try_acquire());
  CHECK(cb.state() == State::half_open);
  env.advance(1s);
  cb.try_acquire().success();
  CHECK(cb.state() == State::half_open);  // not settled
  cb.try_acquire().success();
  CHECK(cb.state() == State::closed);
}

TEST_CASE("A draw is made for a retry that depends on it, and for one that does not say") {
  struct ByChance {
    std::chrono::nanoseconds delay(std::uint32_t, double draw) const noexcept {
      return std::chrono::milliseconds{static_cast<int>(1000 * draw)};
    }
  };
  const auto delays = [](const auto& retry) {
    ManualEnvironment env;
    env.script_uniform({0.25, 0.75});
    const std::chrono::nanoseconds first = detail::delay_of(retry, 0, env);
    return std::pair{first, detail::delay_of(retry, 0, env)};
  };
  CHECK(delays(ByChance{}) == std::pair{250ms + 0ns, 750ms + 0ns});
  CHECK(delays(Cooldown{60s, 0.5}) == std::pair{45s + 0ns, 75s + 0ns});
  CHECK(delays(Backoff{1s, 2.0, 1s, 0.5}) == std::pair{750ms + 0ns, 1250ms + 0ns});

  const auto leaves_draws_alone = [](const auto& retry) {
    ManualEnvironment env;
    env.script_uniform({0.25});
    (void)detail::delay_of(retry, 0, env);
    return env.uniform() == 0.25;
  };
  CHECK(leaves_draws_alone(Never{}));
  CHECK(leaves_draws_alone(Always{}));
  CHECK(leaves_draws_alone(Cooldown{60s}));
  CHECK(leaves_draws_alone(Backoff{1s}));
}

TEST_CASE("A lambda tripper sees durations and the streak") {
  ManualEnvironment env;
  CallContext last{};
  CircuitBreaker cb{Config{.tripper =
                               [&last](const CallContext& context) {
                                 last = context;
                                 return false;
                               },
                           .environment = env}};
  auto admission = cb.try_acquire();
  env.advance(3ms);
  admission.failure();
  cb.try_acquire().failure();
  CHECK(last.consecutive_failures == 2);
  CHECK(last.metrics.total_duration() == 3ms);
  CHECK(last.state == State::closed);
}

TEST_CASE("A rate is reached at its value, with however many digits the processor calculates") {
  for (unsigned total = 1; total <= 100; ++total) {
    for (unsigned per_cent = 1; per_cent <= 100; ++per_cent) {
      for (unsigned part = 0; part <= total; ++part) {
        const bool reached = part * 100 >= per_cent * total;
        const double ratio = per_cent / 100.0;
        const CallContext context{
            .state = State::closed,
            .metrics = Metrics{total, part, 0s, {{{1s, part}, {}, {}, {}}}},
            .consecutive_failures = 0,
        };
        if (FailureRate{ratio}(context) != reached || SlowRate{ratio, 1s}(context) != reached) {
          FAIL(part << " of " << total << " against " << per_cent << " %");
        }
      }
    }
  }
}

#if defined(__cpp_exceptions)

TEST_CASE("Policies that throw neither trip nor admit") {
  ManualEnvironment env;
  CircuitBreaker tripper{Config{.tripper = [](const CallContext&) -> bool { throw 1; }, .environment = env}};
  for (int i = 0; i != 5; ++i) tripper.try_acquire().failure();
  CHECK(tripper.state() == State::closed);

  CircuitBreaker permit{Config{.tripper = FailureStreak{1},
                               .retry = Always{},
                               .permit = [](const PermitContext&) -> bool { throw 1; },
                               .environment = env}};
  permit.try_acquire().failure();
  CHECK_FALSE(permit.try_acquire());
  CHECK(permit.state() == State::half_open);
}

#endif
