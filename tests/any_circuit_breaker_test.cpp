// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What is AnyCircuitBreaker's own: that it moves, and how a tracker finds what it looks for in a result of another type.
/// What it has in common with CircuitBreaker is in the tests of that, which run with it as well (any_tests).

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/barrier.hpp"
#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/last_words.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

static_assert(std::is_nothrow_move_constructible_v<AnyCircuitBreaker>);
static_assert(std::is_nothrow_move_assignable_v<AnyCircuitBreaker>);
static_assert(std::is_default_constructible_v<AnyCircuitBreaker>);
static_assert(!std::is_copy_constructible_v<AnyCircuitBreaker> && !std::is_copy_assignable_v<AnyCircuitBreaker>);
static_assert(sizeof(AnyCircuitBreaker) == sizeof(void*));
static_assert(!std::is_copy_constructible_v<AnyCircuitBreaker::Admission>);
// What docs/any.md says.
static_assert(sizeof(detail::AnyBreakerOf<CircuitBreaker<>>) - sizeof(CircuitBreaker<>) <= 80);
static_assert(std::is_copy_constructible_v<AnyAdmission>);

/// The error of a result that is nothing else.
struct Fault {};
template <class Breaker>
void fail(Breaker& breaker, int times = 1) {
  for (int i = 0; i != times; ++i) CHECK(fails_with<Fault>(breaker));
}

template <class T>
AnyCircuitBreaker with_tracker(T tracker) {
  return AnyCircuitBreaker{Config{.tracker = std::move(tracker), .as_written = true}};
}
/// Whether a call that gives this is a failure.
template <class Result>
bool counts(AnyCircuitBreaker& breaker, const Result& result) {
  const auto before = breaker.info().metrics.failure_count();
  (void)called(breaker, [&]() -> const Result& { return result; });
  return breaker.info().metrics.failure_count() != before;
}
template <class T, class Result>
bool counts_by(const T& tracker, const Result& result) {
  AnyCircuitBreaker breaker = with_tracker(tracker);
  const bool first = counts(breaker, result);
  CHECK(counts(breaker, result) == first);  // by what was remembered
  return first;
}

// Classes that only the language's runtime relates.

struct Response {
  int status = 200;
};
struct Page : Response {};
struct Tagged {
  int tag = 7;
};
/// Not at its own address, and neither an aggregate nor polymorphic.
class Signed : public Tagged, public Response {
 public:
  explicit Signed(int code, std::string by) : Response{code}, by_{std::move(by)} {}

 private:
  std::string by_;
};
struct Secret : private Response {
  explicit Secret(int code) : Response{code} {}
};
struct Left : Response {};
struct Right : Response {};
struct Ambiguous : Left, Right {};
/// With a virtual base, which lies elsewhere in each class that derives from it.
struct Shared : virtual Response {
  virtual ~Shared() = default;
  long padding = 1;
};
struct Wider : Shared, Tagged {
  long more[3]{};
};
struct Widest : Wider {
  long yet_more[5]{};
};
/// The same without virtual functions.
struct Bare : virtual Response {
  std::string text;
};
struct BareWider : Tagged, Bare {
  long more[3]{};
};

const auto bad = OnResult{[](const Response& response) { return response.status >= 500; }};

/// Shows a Config as something else would that knows its type at run time only.
struct ByNumber {
  int number;

  template <class Visitor>
  void visit_config(Visitor& visitor) const {
    if (number == 1 || number == 3) visitor(Config{.name = "one", .tripper = FailureStreak{1}, .as_written = true});
    if (number == 2 || number == 3) visitor(Config{.name = "two", .window = TimeWindow{10s}, .as_written = true});
  }
};

/// A class with a breaker that is its own affair.
class Client {
 public:
  explicit Client(AnyCircuitBreaker breaker) : breaker_{std::move(breaker)} {}
  State state() const { return breaker_.state(); }
  void lose() { fail(breaker_); }

 private:
  AnyCircuitBreaker breaker_;
};

std::string name_of(const AnyCircuitBreaker& breaker) { return std::string{breaker.name()}; }

}  // namespace

TEST_CASE("An AnyCircuitBreaker without a word is the breaker of a Config without a word") {
  AnyCircuitBreaker breaker;
  CHECK(breaker.name() == "default");
  fail(breaker, 19);
  CHECK(breaker.state() == State::closed);
  fail(breaker);
  CHECK(breaker.state() == State::open);
  CHECK(refuses(breaker, [] {}));
}

TEST_CASE("Breakers of different policies have one type: as members, in containers, as parameters") {
  std::vector<AnyCircuitBreaker> breakers(2);
  breakers.push_back(AnyCircuitBreaker{Config{.name = "streak", .tripper = FailureStreak{1}}});
  breakers.emplace_back("timed", TimeWindow{10s}, FailureStreak{2});
  CHECK(name_of(breakers.front()) == "default");
  CHECK(name_of(breakers[3]) == "timed");
  fail(breakers[2]);
  fail(breakers[3]);
  CHECK(breakers[2].state() == State::open);
  CHECK(breakers[3].state() == State::closed);

  std::map<std::string, AnyCircuitBreaker> by_host;
  by_host["a"] = std::move(breakers[2]);
  CHECK(by_host["a"].state() == State::open);
  CHECK(by_host["b"].state() == State::closed);

  Client client{std::move(breakers[3])};
  client.lose();
  CHECK(client.state() == State::open);
}

TEST_CASE("A breaker is made of what shows its Config to a visitor") {
  AnyCircuitBreaker one{ByNumber{1}};
  AnyCircuitBreaker two{ByNumber{2}};
  CHECK(one.name() == "one");
  CHECK(two.name() == "two");
  fail(one);
  fail(two);
  CHECK(one.state() == State::open);
  CHECK(two.state() == State::closed);
  CHECK(refusal([] { AnyCircuitBreaker{ByNumber{0}}; }) == "visit_config() has not called its visitor with a Config");
  CHECK(refusal([] { AnyCircuitBreaker{ByNumber{3}}; }) ==
        "visit_config() has called its visitor with more than one Config");
}

TEST_CASE("A Config that cannot work is refused behind any type as well") {
  CHECK(refusal([] {
          AnyCircuitBreaker{
              Config{.name = "db", .window = CountWindow{10}, .tripper = MinRequests{20} & FailureRate{1}}};
        }) == "circuit breaker 'db': MinRequests: count 20 can never be reached over CountWindow{10}");
}

TEST_CASE("A breaker that moves takes its state along, and what refers to it stays with it") {
  auto first = std::make_unique<AnyCircuitBreaker>("db", FailureStreak{2}, CallStats{});
  auto admission = first->try_acquire();
  const auto on_refusal = [](const CallNotPermittedError&) { return -1; };
  auto answer = guarded(*first, [] { return 42; }, on_refusal);
  auto series = in_series(*first, *first);
  AnyCircuitBreaker second{std::move(*first)};
  first.reset();

  CHECK(second.name() == "db");
  admission.failure();
  CHECK(answer() == 42);
  CHECK(series.try_call([] { return 7; }).value() == 7);
  CHECK(second.info().metrics == Metrics{4, 1});
  CHECK(second.call_counts().value().in_flight() == 0);
  second.force_open();
  CHECK(answer() == -1);
  CHECK(series.try_call([] { return 7; }).rejection().circuit_name == "db");

  AnyCircuitBreaker other{"other"};
  other = std::move(second);
  CHECK(other.state() == State::forced_open);
  second = AnyCircuitBreaker{"new"};
  CHECK(second.name() == "new");
  AnyCircuitBreaker& self = second;
  second = std::move(self);
  CHECK(second.name() == "new");
}

TEST_CASE("A call may move its breaker") {
  AnyCircuitBreaker here{"db", FailureStreak{1}};
  std::optional<AnyCircuitBreaker> there;
  CHECK(called(here, [&] {
          there.emplace(std::move(here));
          return std::make_error_code(std::errc::io_error);
        }) == std::errc::io_error);
  CHECK(there->state() == State::open);
}

TEST_CASE("A breaker that was moved from ends the program with a sentence when it is used") {
  const std::string sentence = "fluxgate: an AnyCircuitBreaker is used that was moved from\n";
  const auto use = [&](auto what) {
    return last_words([&] {
      AnyCircuitBreaker breaker;
      const AnyCircuitBreaker other{std::move(breaker)};
      what(breaker);
    });
  };
  CHECK(use([](auto& breaker) { (void)breaker.try_call([] {}); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.try_acquire(); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.state(); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.name(); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.info(); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.would_admit(); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.call_counts(); }) == sentence);
  CHECK(use([](auto& breaker) { (void)breaker.overlooked(); }) == sentence);
  CHECK(use([](auto& breaker) { breaker.reset(); }) == sentence);
  CHECK(use([](auto& breaker) { breaker.disable(Override{}); }) == sentence);
  CHECK(end_of([] {
          AnyCircuitBreaker breaker;
          AnyCircuitBreaker other{std::move(breaker)};
          const AnyCircuitBreaker again{std::move(breaker)};  // moving on what is not there is no use
          breaker = std::move(other);
          (void)breaker.state();
        }).finished);
}

TEST_CASE("call_counts is empty unless calls are counted") {
  AnyCircuitBreaker counting{"db", CallStats{}};
  AnyCircuitBreaker plain{"db"};
  called(counting, [] {});
  called(plain, [] {});
  CHECK(counting.call_counts().value().succeeded == 1);
  CHECK_FALSE(plain.call_counts().has_value());
}

TEST_CASE("An AnyAdmission fits in a function that is copied, and tells its outcome once") {
  AnyCircuitBreaker breaker{"db", FailureStreak{3}, CallStats{}};
  {
    AnyAdmission admission = breaker.try_acquire();
    const std::function<void(bool)> done = [admission](bool well) { well ? admission.success() : admission.failure(); };
    const std::function<void(bool)> copy = done;
    CHECK(admission);
    copy(false);
    CHECK_FALSE(admission);
    done(true);
    done(false);
    CHECK(breaker.info().metrics == Metrics{1, 1});
  }
  {
    std::function<void()> never = [admission = AnyAdmission{breaker.try_acquire()}] { admission.success(); };
    const std::function<void()> copy = never;
    never = nullptr;
    CHECK(breaker.call_counts().value().in_flight() == 1);
  }
  CHECK(breaker.call_counts().value().ignored == 1);

  const AnyAdmission told{breaker.try_acquire()};
  told.record(std::make_error_code(std::errc::io_error));
  CHECK(breaker.info().metrics == Metrics{2, 2});
  const AnyAdmission by_error{breaker.try_acquire()};
  by_error.failure(Fault{});
  CHECK(breaker.state() == State::open);
  const AnyAdmission refused{breaker.try_acquire()};
  CHECK_FALSE(refused);
  CHECK(refused.rejection().state == State::open);
  CHECK(refused.rejection().circuit_name == "db");
  refused.failure();
  CHECK(refused.run([] { return 5; }) == 5);
}

TEST_CASE("An AnyAdmission makes one call, which may destroy it") {
  AnyCircuitBreaker breaker{"db", CallStats{}};
  std::optional<AnyAdmission> admission{breaker.try_acquire()};
  const AnyAdmission copy = *admission;
  CHECK(admission->run([&] {
    admission.reset();
    return 5;
  }) == 5);
  CHECK(copy.run([] { return 6; }) == 6);
  copy.ignore();
  CHECK(breaker.info().metrics == Metrics{1, 0});
  CHECK(breaker.call_counts().value().admitted == 1);
}

TEST_CASE("An AnyAdmission that is forgotten gives a probe's place back") {
  ManualEnvironment env;
  AnyCircuitBreaker breaker{"db", FailureStreak{1}, Cooldown{1s}, Probes{1, 60s}, env};
  fail(breaker);
  env.advance(1s);
  {
    const AnyAdmission probe{breaker.try_acquire()};
    CHECK(probe);
    CHECK_FALSE(breaker.would_admit());
  }
  CHECK(breaker.would_admit());
}

#if defined(__cpp_exceptions)
TEST_CASE("OnResult finds a base of what a call returns, wherever it lies") {
  CHECK(counts_by(bad, Page{{500}}));
  CHECK_FALSE(counts_by(bad, Page{{200}}));
  CHECK(counts_by(bad, Signed{500, "a name that is too long to be kept inside the string"}));
  CHECK_FALSE(counts_by(bad, Signed{200, "x"}));
  CHECK(counts_by(OnResult{[](const Tagged& tagged) { return tagged.tag == 7; }}, Signed{200, "x"}));
  Bare bare;
  bare.status = 500;
  CHECK(counts_by(bad, bare));
  // As in C++, a base that is private or ambiguous is none.
  CHECK_FALSE(counts_by(bad, Secret{500}));
  CHECK_FALSE(counts_by(bad, Ambiguous{Left{{500}}, Right{{500}}}));
}

TEST_CASE("OnResult finds a virtual base in each object where it lies in that") {
  AnyCircuitBreaker breaker = with_tracker(bad);
  Shared shared;
  Wider wider;
  Widest widest;
  for (Shared* const object : std::vector<Shared*>{&shared, &wider, &widest, &shared, &widest, &wider}) {
    CHECK_FALSE(counts(breaker, *object));
    object->status = 500;
    CHECK(counts(breaker, *object));
    object->status = 200;
  }
  Bare bare;
  BareWider bare_wider;
  for (Bare* const object : std::vector<Bare*>{&bare, &bare_wider, &bare}) {
    CHECK_FALSE(counts(breaker, *object));
    object->status = 500;
    CHECK(counts(breaker, *object));
    object->status = 200;
  }
  CHECK(breaker.overlooked().empty());
}

TEST_CASE("OnResult finds bases through pointers, and in what holds them") {
  Signed page{500, "x"};
  Wider wider;
  wider.status = 500;
  const auto by_pointer =
      OnResult{[](const Response* response) { return response != nullptr && response->status >= 500; }};
  CHECK(counts_by(by_pointer, &page));
  CHECK(counts_by(by_pointer, &wider));
  CHECK(counts_by(by_pointer, static_cast<const Signed*>(&page)));
  CHECK_FALSE(counts_by(by_pointer, static_cast<Signed*>(nullptr)));
  CHECK(
      counts_by(OnResult{[](const Response* response) { return response == nullptr; }}, static_cast<Wider*>(nullptr)));
  CHECK(counts_by(by_pointer, std::make_shared<Signed>(page)));
  CHECK(counts_by(bad, std::make_shared<Signed>(page)));
  CHECK(counts_by(bad, std::optional<Signed>{page}));
  CHECK_FALSE(counts_by(bad, std::optional<Signed>{}));
}

TEST_CASE("TypeOf and Custom find an error value by its bases") {
  struct Refused {
    Signed reason;
    static bool has_value() { return false; }
    const Signed& error() const { return reason; }
  };
  const Refused refused{Signed{500, "x"}};
  const auto code = [](int least) { return Custom{[least](const Response& r) { return r.status >= least; }}; };
  CHECK(counts_by(TypeOf<Response>{}, refused));
  CHECK(counts_by(TypeOf<Tagged>{}, refused));
  CHECK(counts_by(code(500), refused));
  CHECK_FALSE(counts_by(code(501), refused));
  CHECK_FALSE(counts_by(TypeOf<Page>{}, refused));
}
#else
TEST_CASE("Without exceptions a class is found by its own type alone, and overlooked() says so") {
  CHECK(counts_by(bad, Response{500}));
  AnyCircuitBreaker breaker = with_tracker(bad);
  CHECK_FALSE(counts(breaker, Page{{500}}));
  CHECK(breaker.overlooked().find("Page") != std::string_view::npos);
  const Failed<Page> failed{Page{{500}}};
  CHECK(counts_by(TypeOf<Page>{}, failed));
  CHECK_FALSE(counts_by(TypeOf<Response>{}, failed));
}
#endif

TEST_CASE("OnResult finds pointers with less right and to anything, and numbers with more room") {
  int number = -1;
  CHECK(counts_by(OnResult{[](const int* pointer) { return *pointer < 0; }}, &number));
  CHECK(counts_by(OnResult{[&](const void* pointer) { return pointer == &number; }}, &number));
  CHECK_FALSE(counts_by(OnResult{[](int*) { return true; }}, static_cast<const int*>(&number)));
  CHECK_FALSE(counts_by(OnResult{[](const long*) { return true; }}, &number));
  CHECK(counts_by(OnResult{[](volatile int* pointer) { return *pointer < 0; }}, &number));
  CHECK_FALSE(counts_by(OnResult{[](const int*) { return true; }}, static_cast<volatile int*>(&number)));

  const auto minus_one = [](auto found) {
    return OnResult{[](decltype(found) seen) { return seen == decltype(found)(-1); }};
  };
  CHECK(counts_by(minus_one(0LL), static_cast<signed char>(-1)));
  CHECK(counts_by(minus_one(0.0), -1));
  CHECK(counts_by(minus_one(0.0L), -1.0F));
  CHECK_FALSE(counts_by(minus_one(0), -1LL));
  CHECK_FALSE(counts_by(minus_one(0U), -1));
  CHECK_FALSE(counts_by(minus_one(0), -1.0));
  CHECK(counts_by(OnResult{[](std::uint64_t seen) { return seen == 0xffff'ffffU; }}, 0xffff'ffffU));
  CHECK(counts_by(OnResult{[](std::uint64_t seen) { return seen == ~std::uint64_t{0}; }}, ~std::uint64_t{0}));
  enum Plain { fine, broken };
  enum class Scoped { fine, broken };
  const auto is_one = OnResult{[](int seen) { return seen == 1; }};
  CHECK(counts_by(is_one, broken));
  CHECK_FALSE(counts_by(is_one, fine));
  CHECK_FALSE(counts_by(is_one, Scoped::broken));
  CHECK_FALSE(counts_by(OnResult{[](char seen) { return seen == 1; }}, broken));
}

TEST_CASE("OnResult finds texts and error codes by conversion") {
  CHECK(counts_by(OnResult{[](std::string_view text) { return text == "down"; }}, std::string{"down"}));
  CHECK(counts_by(OnResult{[](const std::string& text) { return text == "down"; }}, static_cast<const char*>("down")));
  CHECK(counts_by(OnResult{[](std::error_code code) { return code == std::errc::io_error; }},
                  std::optional{std::io_errc::stream}) == false);
  CHECK(counts_by(OnResult{[](std::error_condition condition) { return condition == std::errc::io_error; }},
                  std::optional{std::errc::io_error}));
}

TEST_CASE("A value that no OnResult can look at is a success, and overlooked() says its type") {
  AnyCircuitBreaker breaker = with_tracker(bad | OnResult{[](int number) { return number < 0; }});
  CHECK(breaker.overlooked().empty());
  called(breaker, [] {});
  (void)called(breaker, [] { return 1; });
  (void)called(breaker, [] { return Response{}; });
  CHECK_FALSE(called(breaker, [] { return std::error_code{}; }));  // carries nothing else
  CHECK(breaker.overlooked().empty());
  CHECK_FALSE(counts(breaker, std::string{"x"}));
  CHECK(breaker.overlooked().find("string") != std::string_view::npos);
  const std::string first{breaker.overlooked()};
  CHECK_FALSE(counts(breaker, 1.5));
  CHECK(breaker.overlooked() == first);

  struct Pinned {
    Pinned() = default;
    Pinned(Pinned&&) = delete;
  };
  AnyCircuitBreaker strict = with_tracker(bad);
  (void)strict.try_acquire().run([] { return Pinned{}; });
  AnyCircuitBreaker easy;
  AnyCircuitBreaker own = with_tracker(bad & [](const Failure&) { return Answer::silent; });
  CHECK_FALSE(counts(easy, 1.5));
  CHECK_FALSE(counts(own, 1.5));
  CHECK(easy.overlooked().empty());
  CHECK(own.overlooked().empty());
#if defined(__cpp_exceptions)
  (void)strict.call([] { return Pinned{}; });
  CHECK(strict.overlooked().find("Pinned") != std::string_view::npos);
#endif
}

TEST_CASE("Threads that meet new types at once find the same in them") {
  struct Early : Response {
    std::string text;
  };
  struct Late : Tagged, Response {
    std::string text;
  };
  constexpr int calls = 500;
  AnyCircuitBreaker breaker{Config{.window = CountWindow{4 * calls}, .tracker = bad, .tripper = Manual{}}};
  Barrier barrier{2};
  const auto work = [&] {
    barrier.wait();
    for (int i = 0; i != calls; ++i) {
      (void)called(breaker, [] { return Early{{500}, {}}; });
      (void)called(breaker, [] { return std::make_optional(Late{{}, {200}, {}}); });
    }
  };
  std::thread other{work};
  work();
  other.join();
#if defined(__cpp_exceptions)
  CHECK(breaker.info().metrics == Metrics{4 * std::uint64_t{calls}, 2 * std::uint64_t{calls}});
#else
  CHECK(breaker.info().metrics == Metrics{4 * std::uint64_t{calls}, 0});
#endif
}

TEST_CASE("Copies of an AnyAdmission on two threads tell one outcome") {
  constexpr int calls = 300;
  AnyCircuitBreaker breaker{Config{.window = CountWindow{calls}, .tripper = Manual{}, .stats = CallStats{}}};
  std::vector<AnyAdmission> mine;
  for (int i = 0; i != calls; ++i) mine.emplace_back(breaker.try_acquire());
  std::vector<AnyAdmission> others = mine;
  Barrier barrier{2};
  const auto report = [&](std::vector<AnyAdmission>& admissions) {
    barrier.wait();
    for (AnyAdmission& admission : admissions) {
      const AnyAdmission last = std::move(admission);
      last.failure();
    }
  };
  std::thread other{[&] { report(others); }};
  report(mine);
  other.join();
  CHECK(breaker.info().metrics == Metrics{calls, calls});
  CHECK(breaker.call_counts().value().in_flight() == 0);
}
