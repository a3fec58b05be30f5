// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// A breaker of roles is the breaker of the Config that names the same, in any order and in templates; and what becomes of
// a Config in a template.

#include <chrono>
#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/refusal.hpp"
#include "support/tasks.hpp"

namespace {

using namespace breakers;

using detail::Role;
using detail::role_of;

// Policies that are known by what they can do.
struct OwnTracker {
  bool operator()(const Failure&) const { return true; }
};
struct OwnTripper : TripperOperand<OwnTripper> {
  bool operator()(const CallContext& context) const { return context.consecutive_failures >= 2; }
};
struct OwnPermit {
  bool operator()(const PermitContext&) const noexcept { return true; }
};
struct OwnRetry {
  static nanoseconds delay(std::uint32_t, double) noexcept { return 1h; }
};
struct OwnEnvironment : SystemEnvironment {};
bool fires(const CallContext& context) { return context.consecutive_failures >= 2; }
void hears(const Signal&) {}
void handles(const Signal&, std::exception_ptr) {}

static_assert(role_of<CountWindow> == Role::window && role_of<const TimeWindow&> == Role::window);
static_assert(role_of<All> == Role::tracker && role_of<decltype(TypeOf<int>{} | ~TypeOf<long>{})> == Role::tracker);
static_assert(role_of<OwnTracker> == Role::tracker && role_of<std::function<bool(const Failure&)>> == Role::tracker);
static_assert(role_of<FailureStreak> == Role::tripper && role_of<OwnTripper&> == Role::tripper);
static_assert(role_of<decltype(Closed{} & MinRequests{5} & FailureRate{0.5})> == Role::tripper);
static_assert(role_of<decltype(fires)> == Role::tripper && role_of<decltype(&fires)> == Role::tripper);
static_assert(role_of<decltype([](CallContext) mutable noexcept { return true; })> == Role::tripper);
static_assert(role_of<Cooldown> == Role::retry && role_of<Never> == Role::retry && role_of<OwnRetry> == Role::retry);
static_assert(role_of<Probes> == Role::permit && role_of<decltype(Probes{3, 1s} & Random{0.5})> == Role::permit);
static_assert(role_of<OwnPermit> == Role::permit);
static_assert(role_of<SlowThreshold> == Role::slow_threshold);
static_assert(role_of<Labels> == Role::labels && role_of<const Labels&> == Role::labels);
static_assert(role_of<Label> == Role::none && role_of<std::vector<Label>> == Role::none);
static_assert(role_of<Journal> == Role::listener && role_of<Listener> == Role::listener);
static_assert(role_of<std::vector<Listener>> == Role::listener && role_of<decltype(hears)> == Role::listener);
static_assert(role_of<std::reference_wrapper<Journal>> == Role::listener);
static_assert(role_of<std::reference_wrapper<void(const Signal&)>> == Role::listener);
static_assert(role_of<ListenerErrorHook> == Role::error_hook && role_of<decltype(handles)> == Role::error_hook);
static_assert(role_of<SystemEnvironment> == Role::environment && role_of<ManualEnvironment&> == Role::environment);
static_assert(role_of<OwnEnvironment> == Role::environment);
static_assert(role_of<CallStats> == Role::stats && role_of<NoStats> == Role::stats);

static_assert(role_of<int> == Role::none && role_of<std::chrono::seconds> == Role::none);
static_assert(role_of<const char*> == Role::none && role_of<std::nullptr_t> == Role::none);
static_assert(role_of<Config<>> == Role::none && role_of<CircuitBreaker<>> == Role::none);
static_assert(role_of<decltype([](auto) { return true; })> == Role::none);
static_assert(role_of<decltype([](const Signal&, std::exception_ptr = {}) {})> == Role::several);

/// What a breaker does, call by call: how each ended and the state behind it.
template <class Breaker>
Strings seen_of(Breaker& breaker, ManualEnvironment environment) {
  Strings all{std::string{breaker.name()}};
  for (int i = 0; i != 40; ++i) {
    typename Breaker::Admission admission = breaker.try_acquire();
    std::string line{admission ? "admitted" : "refused"};
    environment.advance(i % 2 == 0 ? 400ms : 2s);
    if (i % 9 == 8) {
      admission.success();
    } else {
      admission.failure(as_thrown(Fault{}));
    }
    all.push_back(line + " " + std::string{to_string(breaker.state())} + " " +
                  std::to_string(breaker.info().metrics.slow_count()));
  }
  return all;
}

template <class A, class B>
constexpr bool of_one_type(const A&, const B&) {
  return std::same_as<A, B>;
}

}  // namespace

TEST_CASE("A breaker of a name is that of a Config with the name") {
  CircuitBreaker by_name{"api"};
  CircuitBreaker by_config{Config{.name = "api"}};
  static_assert(std::same_as<decltype(by_name), decltype(by_config)>);
  CHECK(by_name.name() == "api");
  const std::string name = "other";
  CHECK(CircuitBreaker{name}.name() == "other");
  CHECK(AsyncCircuitBreaker{name}.name() == "other");
}

TEST_CASE("Each role gives what its member of a Config gives") {
  const auto check = [](auto config, auto role) {
    CAPTURE(role);
    ManualEnvironment one;
    ManualEnvironment other;
    config.environment = one;
    CircuitBreaker by_config{std::move(config)};
    CircuitBreaker by_role{"a", std::move(role), other};
    STATIC_REQUIRE(of_one_type(by_config, by_role));
    CHECK(seen_of(by_config, one) == seen_of(by_role, other));
  };
  const ManualEnvironment environment;
  check(Config{.name = "a", .window = CountWindow{10}, .environment = environment}, CountWindow{10});
  check(Config{.name = "a", .window = TimeWindow{10s}, .environment = environment}, TimeWindow{10s});
  check(Config{.name = "a", .tracker = TypeOf<Stranger>{}, .environment = environment}, TypeOf<Stranger>{});
  check(Config{.name = "a", .tripper = FailureStreak{2}, .environment = environment}, FailureStreak{2});
  check(Config{.name = "a", .tripper = &fires, .environment = environment}, &fires);
  check(Config{.name = "a", .retry = Cooldown{3s}, .environment = environment}, Cooldown{3s});
  check(Config{.name = "a", .permit = Probes{1, 5s}, .environment = environment}, Probes{1, 5s});
  check(Config{.name = "a", .slow_threshold = 1s, .environment = environment}, SlowThreshold{1s});
  check(Config{.name = "a", .environment = environment, .stats = CallStats{}}, CallStats{});
}

TEST_CASE("Labels are a role, before and behind others, and change nothing of the type") {
  const Labels labels{{"team", "pay"}, {"region", "eu"}};
  CircuitBreaker before{"a", labels, FailureStreak{2}};
  CircuitBreaker behind{"a", FailureStreak{2}, Labels{{"team", "pay"}, {"region", "eu"}}};
  AsyncCircuitBreaker awaited{"a", FailureStreak{2}, labels};
  STATIC_REQUIRE(of_one_type(before, behind));
  STATIC_REQUIRE(std::same_as<decltype(before), CircuitBreaker<CountWindow, All, FailureStreak>>);
  CHECK(before.info().labels == labels);
  CHECK(behind.info().labels == labels);
  CHECK(awaited.info().labels == labels);
  CHECK(CircuitBreaker{"a", FailureStreak{2}}.info().labels.empty());
}

TEST_CASE("Roles come in any order") {
  const Journal journal;
  const auto check = [&](auto... roles) {
    ManualEnvironment one;
    ManualEnvironment other;
    CircuitBreaker by_config{Config{.name = "a",
                                    .window = CountWindow{10},
                                    .tracker = TypeOf<Fault>{},
                                    .tripper = FailureStreak{2} | FailureRate{0.9},
                                    .retry = Cooldown{3s},
                                    .permit = Probes{2, 5s},
                                    .slow_threshold = 1s,
                                    .environment = one,
                                    .stats = CallStats{},
                                    .as_written = true}};
    CircuitBreaker by_roles{"a", roles..., other};
    STATIC_REQUIRE(of_one_type(by_config, by_roles));
    const std::size_t before = journal.signals().size();
    CHECK(seen_of(by_config, one) == seen_of(by_roles, other));
    CHECK(journal.signals().size() > before);
    CHECK(by_config.call_counts() == by_roles.call_counts());
  };
  const auto tripper = FailureStreak{2} | FailureRate{0.9};
  check(CountWindow{10}, TypeOf<Fault>{}, tripper, Cooldown{3s}, Probes{2, 5s}, SlowThreshold{1s}, CallStats{},
        journal);
  check(journal, CallStats{}, SlowThreshold{1s}, Probes{2, 5s}, Cooldown{3s}, tripper, TypeOf<Fault>{},
        CountWindow{10});
  check(Cooldown{3s}, journal, tripper, CountWindow{10}, CallStats{}, TypeOf<Fault>{}, SlowThreshold{1s},
        Probes{2, 5s});
}

TEST_CASE("The order of the template arguments is one of the orders") {
  ManualEnvironment environment;
  CircuitBreaker breaker{
      "a",         CountWindow{5}, All{}, FailureStreak{3}, Cooldown{2s}, Probes{3, 1s} & Random{0.5},
      environment, CallStats{}};
  static_assert(std::same_as<decltype(breaker),
                             CircuitBreaker<CountWindow, All, FailureStreak, Cooldown,
                                            decltype(Probes{3, 1s} & Random{0.5}), ManualEnvironment, CallStats>>);
  CHECK(breaker.name() == "a");
}

TEST_CASE("Listeners come in their order, one by one and in vectors") {
  Strings heard;
  const auto says = [&](std::string_view who) {
    return [&heard, who = std::string{who}](const Signal& signal) { heard.push_back(who + " " + signal.circuit_name); };
  };
  std::vector<Listener> several{says("second"), says("third")};
  auto fifth = says("fifth");
  CircuitBreaker breaker{"a", says("first"), several, Listener{says("fourth")}, std::ref(fifth)};
  breaker.force_open();
  CHECK(heard == Strings{"first a", "second a", "third a", "fourth a", "fifth a"});
  CHECK(several.size() == 2);
}

TEST_CASE("An empty listener is refused with the name of the breaker") {
  CHECK(refusal([] { CircuitBreaker{"a", Listener{}}; }) == "circuit breaker 'a': a listener is empty");
}

TEST_CASE("Values that cannot work together are refused with the name of the breaker") {
  CHECK(refusal([] { CircuitBreaker{"a", CountWindow{10}, MinRequests{20} & FailureRate{0.5}}; }) ==
        "circuit breaker 'a': MinRequests: count 20 can never be reached over CountWindow{10}");
  CHECK(refusal([] { AsyncCircuitBreaker{"a", SlowThreshold{0s}}; }) ==
        "circuit breaker 'a': slow_threshold 0s is not in (0s, 292 years]");
}

TEST_CASE("Defaults fit the roles that are given") {
  CircuitBreaker breaker{"a", CountWindow{10}};
  for (int i = 0; i != 10; ++i) {
    CAPTURE(i);
    CHECK(breaker.state() == State::closed);
    breaker.try_acquire().failure();
  }
  CHECK(breaker.state() == State::open);
}

TEST_CASE("Rvalues are moved and lvalues copied") {
  const auto counter = std::make_shared<int>(0);
  auto tripper = [own = std::shared_ptr<int>{counter}](const CallContext&) { return own == nullptr; };
  CircuitBreaker copied{"a", tripper};
  CHECK(counter.use_count() == 3);
  const long before = counter.use_count();
  CircuitBreaker moved{"b", std::move(tripper)};
  CHECK(counter.use_count() == before);
}

TEST_CASE("Explicit template arguments take what fits them") {
  CircuitBreaker<CountWindow, All, FailureStreak> breaker{"a", FailureStreak{2}};
  for (int i = 0; i != 2; ++i) breaker.try_acquire().failure();
  CHECK(breaker.state() == State::open);

  ManualEnvironment environment;
  CircuitBreaker<TimeWindow, std::function<bool(const Failure&)>, std::function<bool(const CallContext&)>, Cooldown,
                 Probes, ManualEnvironment>
      erased{"b",        [](const Failure&) { return true; }, &fires, TimeWindow{10s}, Cooldown{1s}, Probes{2, 1s},
             environment};
  fail(erased, 2);
  CHECK(erased.state() == State::open);
  environment.advance(1s);
  CHECK(erased.would_admit());

  // An environment is made where none is given.
  CircuitBreaker<CountWindow, All, detail::DefaultTripper, Backoff, detail::DefaultPermit, ManualEnvironment> own{"c"};
  CHECK(own.info().changed_at == ManualEnvironment{}.wall_now());
}

TEST_CASE("The front end for coroutines takes the same roles") {
  ManualEnvironment environment;
  AsyncCircuitBreaker breaker{"a", environment, Cooldown{1h}, FailureStreak{2}};
  static_assert(std::same_as<decltype(breaker)::Breaker, CircuitBreaker<CountWindow, All, FailureStreak, Cooldown,
                                                                        detail::DefaultPermit, ManualEnvironment>>);
  for (int i = 0; i != 2; ++i) {
    CAPTURE(i);
    CHECK(tasks::run(fails_later<Fault>(breaker)));
  }
  CHECK(breaker.state() == State::open);
}

// In templates. Each gives how many of 50 failing calls are made: 2.

namespace {

/// Deduces, as a call of a function template would not do again at an instantiation.
template <class Breaker>
struct Made {
  explicit Made(Breaker& breaker) : name{breaker.name()} {
    for (int i = 0; i != 50; ++i) {
      if (auto admission = breaker.try_acquire()) {
        ++calls;
        admission.failure();
      }
    }
  }
  explicit Made(const std::unique_ptr<Breaker>& breaker) : Made{*breaker} {}

  std::string name;
  int calls = 0;
};

struct Seen {
  template <class Breaker>
  Seen(const Made<Breaker>& made) : calls{made.calls}, name{made.name} {}

  int calls;
  std::string name;
  friend bool operator==(const Seen&, const Seen&) = default;
};
std::ostream& operator<<(std::ostream& out, const Seen& seen) { return out << seen.calls << " of " << seen.name; }

const Seen as_meant = [] {
  CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
  return Seen{Made{breaker}};
}();

namespace roles {

template <class T>
Seen in_function() {
  CircuitBreaker breaker{"a", FailureStreak{2}, Cooldown{1h}};
  return Made{breaker};
}
constexpr FailureStreak rule{2};
template <class T>
Seen of_rule() {
  CircuitBreaker breaker{"a", Cooldown{1h}, rule};
  return Made{breaker};
}
template <int streak>
Seen of_argument() {
  AsyncCircuitBreaker breaker{"a", FailureStreak{streak}, Cooldown{1h}};
  return Made{breaker};
}
template <class Tripper>
Seen of_parameter(Tripper tripper) {
  CircuitBreaker breaker{"a", tripper, Cooldown{1h}};
  return Made{breaker};
}
template <class T>
struct Client {
  CircuitBreaker<CountWindow, All, FailureStreak, Cooldown> by_default{"a", FailureStreak{2}, Cooldown{1h}};
  AsyncCircuitBreaker<CountWindow, All, FailureStreak, Cooldown> by_constructor;
  Client() : by_constructor{"a", Cooldown{1h}, FailureStreak{2}} {}
  Seen in_member() {
    CircuitBreaker breaker{"a", FailureStreak{2}, Cooldown{1h}};
    return Made{breaker};
  }
};
template <class T>
Seen in_lambda() {
  return [] {
    CircuitBreaker breaker{"a", FailureStreak{2}, Cooldown{1h}};
    return Seen{Made{breaker}};
  }();
}

}  // namespace roles

}  // namespace

TEST_CASE("A breaker of roles in a template is the one outside of it") {
  CHECK(as_meant.calls == 2);
  CHECK(roles::in_function<int>() == as_meant);
  CHECK(roles::of_rule<int>() == as_meant);
  CHECK(roles::of_argument<2>() == as_meant);
  CHECK(roles::of_parameter(FailureStreak{2}) == as_meant);
  roles::Client<int> client;
  CHECK(Seen{Made{client.by_default}} == as_meant);
  CHECK(Seen{Made{client.by_constructor}} == as_meant);
  CHECK(client.in_member() == as_meant);
  CHECK(roles::in_lambda<int>() == as_meant);
  const auto generic = [](auto streak) {
    CircuitBreaker breaker{"a", FailureStreak{streak}, Cooldown{1h}};
    CircuitBreaker constant{"a", FailureStreak{2}, Cooldown{1h}};
    CHECK(Seen{Made{constant}} == as_meant);
    return Seen{Made{breaker}};
  };
  CHECK(generic(2) == as_meant);
}

// What clang refuses without `as_written` is in tests/compile_fail/clang_*.cpp.
#if defined(__clang__)
#define FLUXGATE_TEST_AS_WRITTEN , .as_written = true
#else
#define FLUXGATE_TEST_AS_WRITTEN
#endif

namespace {

FailureStreak give_rule() { return FailureStreak{2}; }
const FailureStreak& show_rule() { return roles::rule; }
auto make_config() { return Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}; }
auto make_any_config(auto streak) {
  return Config{.name = "a", .tripper = FailureStreak{streak}, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN};
}

namespace configs {

template <class T>
Seen in_function() {
  CircuitBreaker breaker{
      Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
  return Made{breaker};
}
template <class T>
Seen of_one_designator() {
  CircuitBreaker breaker{Config{.tripper = FailureStreak{2} FLUXGATE_TEST_AS_WRITTEN}};
  Seen seen{Made{breaker}};
  seen.name = "a";
  return seen;
}
template <class T>
Seen of_parentheses() {
  CircuitBreaker breaker{
      Config{.name = "a", .tripper = FailureStreak(2), .retry = Cooldown(1h) FLUXGATE_TEST_AS_WRITTEN}};
  return Made{breaker};
}
template <class T>
Seen of_calls() {
  CircuitBreaker given{Config{.name = "a", .tripper = give_rule(), .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
  CircuitBreaker shown{Config{.name = "a", .tripper = show_rule(), .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
  CHECK(Seen{Made{given}} == as_meant);
  return Made{shown};
}
template <class T>
Seen of_lambda() {
  CircuitBreaker breaker{Config{.name = "a",
                                .tripper = [](const CallContext& context) { return context.consecutive_failures >= 2; },
                                .retry = OwnRetry{} FLUXGATE_TEST_AS_WRITTEN}};
  return Made{breaker};
}
template <class T>
Seen of_tree() {
  CircuitBreaker breaker{Config{.name = "a",
                                .window = TimeWindow{1h, 1min},
                                .tracker = TypeOf<Fault>{} | TypeOf<Stranger>{},
                                .tripper = (Closed{} & FailureStreak{2}) | (MinRequests{2} & SlowRate{0.5, 1s}),
                                .retry = Backoff{1h, 2.0, 2h},
                                .permit = Random{0.5},
                                .stats = CallStats{} FLUXGATE_TEST_AS_WRITTEN}};
  static_assert(!std::same_as<std::remove_cvref_t<decltype(breaker)>, CircuitBreaker<>>);
  return Made{breaker};
}
template <class Tripper, int streak = 2>
Seen of_parameters(std::string name, Tripper tripper) {
  CircuitBreaker by_type{Config{.name = name, .tripper = tripper, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
  CircuitBreaker by_value{
      Config{.name = std::move(name), .tripper = FailureStreak{streak}, .retry = Never{} FLUXGATE_TEST_AS_WRITTEN}};
  CHECK(Seen{Made{by_value}} == as_meant);
  return Made{by_type};
}
template <class T>
Seen of_variable() {
  const FailureStreak rule{2};
  AsyncCircuitBreaker breaker{Config{.name = "a", .tripper = rule, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
  return Made{breaker};
}
template <class T>
struct Client {
  CircuitBreaker<CountWindow, All, FailureStreak, Cooldown> by_default{
      Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
  CircuitBreaker<CountWindow, All, FailureStreak, Cooldown> by_constructor;
  CircuitBreakerFrom<make_config> from{make_config()};
  CircuitBreakerFrom<make_any_config<int>> from_any{make_any_config(2)};
  Client()
      : by_constructor{
            Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}} {}
};
/// A finished Config may be passed on, copied and moved, in templates, too.
template <class Configuration>
Seen of_finished(Configuration config) {
  Configuration copy = config;
  CircuitBreaker first{copy};
  CircuitBreaker breaker{std::move(config)};
  CHECK(Seen{Made{first}} == as_meant);
  return Made{breaker};
}

// What clang does not call a template is not refused, and temporaries of the library's policies are right.
template <class T>
Seen in_lambda() {
  return [] {
    CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
    return Seen{Made{breaker}};
  }();
}
template <class T>
Seen in_local_class() {
  struct Local {
    static Seen use() {
      CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
      return Made{breaker};
    }
  };
  return Local::use();
}
template <class>
Seen of_nameless() {
  CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
  return Made{breaker};
}
template <class T>
struct Befriended {
  friend Seen befriend(Befriended) {
    CircuitBreaker breaker{Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
    return Made{breaker};
  }
};
template <class T>
struct Static {
  static inline CircuitBreaker<CountWindow, All, FailureStreak, Cooldown> breaker{
      Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h}}};
};

#if !defined(__clang__)
template <class T>
Seen of_rule() {
  CircuitBreaker breaker{Config{.name = "a", .tripper = roles::rule, .retry = Cooldown{1h}}};
  return Made{breaker};
}
#endif

}  // namespace configs

}  // namespace

TEST_CASE("A Config in a template is the one outside of it where the compiler takes it") {
  CHECK(configs::in_function<int>() == as_meant);
  CHECK(configs::of_one_designator<int>() == as_meant);
  CHECK(configs::of_parentheses<int>() == as_meant);
  CHECK(configs::of_calls<int>() == as_meant);
  CHECK(configs::of_lambda<int>() == as_meant);
  CHECK(configs::of_tree<int>().calls == 2);
  CHECK(configs::of_parameters("a", FailureStreak{2}) == as_meant);
  CHECK(configs::of_variable<int>() == as_meant);
  configs::Client<int> client;
  CHECK(Seen{Made{client.by_default}} == as_meant);
  CHECK(Seen{Made{client.by_constructor}} == as_meant);
  CHECK(Seen{Made{client.from}} == as_meant);
  CHECK(Seen{Made{client.from_any}} == as_meant);
  CHECK(configs::of_finished(make_config()) == as_meant);
  const auto generic = [](auto) {
    CircuitBreaker breaker{
        Config{.name = "a", .tripper = FailureStreak{2}, .retry = Cooldown{1h} FLUXGATE_TEST_AS_WRITTEN}};
    return Seen{Made{breaker}};
  };
  CHECK(generic(1) == as_meant);
#if !defined(__clang__)
  CHECK(configs::of_rule<int>() == as_meant);
#endif
}

TEST_CASE("A Config of temporaries is right where clang does not see the template") {
  CHECK(configs::in_lambda<int>() == as_meant);
  CHECK(configs::in_local_class<int>() == as_meant);
  CHECK(configs::of_nameless<int>() == as_meant);
  CHECK(befriend(configs::Befriended<int>{}) == as_meant);
  CHECK(Seen{Made{configs::Static<int>::breaker}} == as_meant);
}

#if defined(__cpp_exceptions)

TEST_CASE("An error hook hears what a listener throws") {
  int errors = 0;
  CircuitBreaker breaker{"a", [&](const Signal&, std::exception_ptr) { ++errors; },
                         [](const Signal&) { throw std::runtime_error{"deaf"}; }};
  breaker.force_open();
  CHECK(errors == 1);

  CircuitBreaker by_functions{"a", hears, &handles};
  by_functions.force_open();
  CHECK(by_functions.info().listener_errors == 0);
}

#endif
