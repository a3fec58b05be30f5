// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Trackers as expressions: what their types say, and what a tree of them answers.

#include <array>
#include <concepts>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/endings.hpp"
#include "support/seen.hpp"

namespace {

using namespace fluxgate;

struct Refusal : CallNotPermittedError {
  using CallNotPermittedError::CallNotPermittedError;
};
struct Mine : TrackerOperand<Mine> {
  bool operator()(const Failure&) const { return true; }
};

template <class T>
constexpr bool names_refusals(const T&) {
  return detail::names<CallNotPermittedError, T>();
}

constexpr auto on_refusal = Custom{[](const CallNotPermittedError&) { return true; }};
constexpr auto on_runtime_error = Custom{[](const std::runtime_error&) { return true; }};
constexpr auto on_pointer = Custom{[](const std::exception_ptr&) { return true; }};
constexpr auto on_number = OnResult{[](int number) { return number < 0; }};

static_assert(!names_refusals(All{}) && !names_refusals(~All{}) && !names_refusals(on_number));
static_assert(names_refusals(TypeOf<CallNotPermittedError>{}) && names_refusals(TypeOf<int, Refusal>{}));
static_assert(!names_refusals(TypeOf<std::runtime_error>{}) && !names_refusals(TypeOf<int, std::exception*>{}));
static_assert(names_refusals(on_refusal) && !names_refusals(on_runtime_error) && !names_refusals(on_pointer));
static_assert(names_refusals(All{} & ~TypeOf<CallNotPermittedError>{}) && names_refusals(on_refusal | on_number));
static_assert(names_refusals(CountAsSuccess{on_refusal}) && !names_refusals(CountAsSuccess{All{}}));
static_assert(names_refusals(Mine{}) && names_refusals(All{} & ~Mine{}));
static_assert(names_refusals([](const Failure&) { return true; }));

// Whose tracker calls a returned value a failure that its traits do not.
template <class R, class T>
constexpr bool looks(const T&) {
  return detail::looks_at<T, R>();
}
constexpr auto answering = [](const Failure&) { return Answer::silent; };

static_assert(looks<int>(on_number) && looks<short>(on_number) && !looks<std::string>(on_number));
static_assert(!looks<int>(All{}) && !looks<int>(TypeOf<int>{}) && !looks<int>(Custom{[](int) { return true; }}));
static_assert(looks<int>(answering) && looks<std::string>(answering) && !looks<int>(Mine{}));
static_assert(looks<int>(All{} & on_number) && looks<int>(on_number & All{}) && !looks<int>(All{} & TypeOf<int>{}));
static_assert(looks<int>(All{} | on_number) && looks<int>(on_number | All{}) && !looks<int>(All{} | Mine{}));
static_assert(looks<int>(~on_number) && !looks<int>(~All{}) && looks<int>(~(Mine{} & answering)));
static_assert(looks<int>(CountAsSuccess{on_number}) && !looks<int>(CountAsSuccess{Mine{}}));
static_assert(!looks<std::string>(CountAsSuccess{on_number}) && !looks<std::string>(~on_number));

// Whether a tracker was given an OnResult, whatever it takes.
template <class T>
constexpr bool has_on_result(const T&) {
  return detail::has_on_result<T>();
}
static_assert(has_on_result(on_number) && !has_on_result(All{}) && !has_on_result(answering) && !has_on_result(Mine{}));
static_assert(has_on_result(on_number & Mine{}) && has_on_result(Mine{} & on_number) && !has_on_result(All{} & Mine{}));
static_assert(has_on_result(on_number | All{}) && has_on_result(All{} | on_number) &&
              !has_on_result(All{} | on_refusal));
static_assert(has_on_result(~on_number) && !has_on_result(~All{}) && has_on_result(CountAsSuccess{All{} & on_number}));

/// A tracker that gives one answer, whatever it is asked about.
struct Says : TrackerOperand<Says> {
  Answer answer;
  constexpr explicit Says(Answer given) : answer{given} {}
  constexpr Answer operator()(const Failure&) const { return answer; }
};

/// What trees say about an error.
template <class T>
Answer ask(const T& tracker) {
  return tracker(Failure::from_error(7));
}

constexpr std::array answers{Answer::no, Answer::yes, Answer::silent, Answer::success};

constexpr auto no = Answer::no;
constexpr auto yes = Answer::yes;
constexpr auto silent = Answer::silent;
constexpr auto success = Answer::success;

using Table = std::array<std::array<Answer, 4>, 4>;
// Rows and columns: no, yes, silent, success.
constexpr Table both{
    {{no, no, no, no}, {no, yes, yes, success}, {no, yes, silent, success}, {no, success, success, success}}};
constexpr Table either{
    {{no, yes, no, success}, {yes, yes, yes, yes}, {no, yes, silent, success}, {success, yes, success, success}}};
constexpr std::array opposite{yes, no, silent, success};
constexpr std::array as_success{silent, success, silent, success};

// One thing short of a tracker.
struct NotConst {
  bool operator()(const Failure&) { return true; }
};
struct OnMutable {
  bool operator()(Failure&) const { return true; }
};
struct WithInt {
  int operator()(const Failure&) const { return 1; }
};
struct WithoutAnswer {
  void operator()(const Failure&) const {}
};
struct WithPointer {
  std::unique_ptr<int> kept;
  bool operator()(const Failure&) const { return true; }
};
static_assert(Tracker<Mine> && !Tracker<NotConst> && !Tracker<OnMutable> && !Tracker<WithInt>);
static_assert(!Tracker<WithoutAnswer> && !Tracker<WithPointer>);

using endings::Down;
struct Gone : Down {};
struct Busy : std::runtime_error {
  Busy() : std::runtime_error{"busy"} {}
};

}  // namespace

TEST_CASE("All counts any exception and any failed value, and no other value") {
  CHECK(seen(All{}, throws(7)) == Seen::failure);
  CHECK(seen(All{}, throws<Down>()) == Seen::failure);
  CHECK(seen(All{}, gives(std::make_error_code(std::errc::io_error))) == Seen::failure);
  CHECK(seen(All{}, gives(std::error_code{})) == Seen::success);
  CHECK(seen(All{}, gives(-1)) == Seen::success);
}

TEST_CASE("TypeOf counts its type and what derives from it, and neither a sibling nor a base") {
  CHECK(seen(TypeOf<Down>{}, throws<Down>()) == Seen::failure);
  CHECK(seen(TypeOf<Down>{}, throws<Gone>()) == Seen::failure);
  CHECK(seen(TypeOf<Down>{}, throws<Busy>()) == Seen::nothing);
  CHECK(seen(TypeOf<Down>{}, throws(std::runtime_error{"down"})) == Seen::nothing);
}

TEST_CASE("Custom counts an error where its predicate says so, and no other of its type or of a near type") {
  constexpr auto from_500 = Custom{[](int status) { return status >= 500; }};
  CHECK(seen(from_500, throws(500)) == Seen::failure);
  CHECK(seen(from_500, throws(499)) == Seen::nothing);
  CHECK(seen(from_500, throws(500L)) == Seen::nothing);
}

TEST_CASE("OnResult counts a value where its predicate says so, not the value below, and leaves exceptions to others") {
  constexpr auto from_500 = OnResult{[](int status) { return status >= 500; }};
  CHECK(seen(from_500, gives(500)) == Seen::failure);
  CHECK(seen(from_500, gives(499)) == Seen::success);
  CHECK(seen(from_500, throws(499)) == Seen::failure);           // silent: what is thrown counts
  CHECK(seen(~All{} & from_500, throws(500)) == Seen::nothing);  // and so another tracker may decide
}

TEST_CASE("CountAsSuccess makes a success of what its tracker names, and not of a sibling") {
  constexpr auto granted = All{} & CountAsSuccess{TypeOf<Down>{}};
  CHECK(seen(granted, throws<Down>()) == Seen::success);
  CHECK(seen(granted, throws<Gone>()) == Seen::success);
  CHECK(seen(granted, throws<Busy>()) == Seen::failure);
  CHECK(seen(All{} & ~TypeOf<Down>{}, throws<Down>()) == Seen::nothing);
}

TEST_CASE("The answers of trackers combine by a table") {
  for (std::size_t left = 0; left != answers.size(); ++left) {
    CAPTURE(answers[left]);
    for (std::size_t right = 0; right != answers.size(); ++right) {
      CAPTURE(answers[right]);
      CHECK(ask(Says{answers[left]} & Says{answers[right]}) == both[left][right]);
      CHECK(ask(Says{answers[left]} | Says{answers[right]}) == either[left][right]);
      // What may be said in two ways is the same in both.
      CHECK(ask(~(Says{answers[left]} & Says{answers[right]})) == ask(~Says{answers[left]} | ~Says{answers[right]}));
      CHECK(ask(~(Says{answers[left]} | Says{answers[right]})) == ask(~Says{answers[left]} & ~Says{answers[right]}));
    }
    CHECK(ask(~Says{answers[left]}) == opposite[left]);
    CHECK(ask(CountAsSuccess{Says{answers[left]}}) == as_success[left]);
  }
}

TEST_CASE("CountAsSuccess describes itself") {
  CHECK(describe(CountAsSuccess{TypeOf<int>{}}) == "CountAsSuccess{TypeOf<int>{}}");
  CHECK(describe(All{} & CountAsSuccess{TypeOf<int>{} | All{}}) == "(All{} & CountAsSuccess{(TypeOf<int>{} | All{})})");
  CHECK(describe(CountAsSuccess{[](const Failure&) { return true; }}) == "CountAsSuccess{custom}");
}

static_assert(CountAsSuccess{All{}} == CountAsSuccess{All{}});
static_assert(sizeof(All{} & CountAsSuccess{TypeOf<int>{}}) <= 2);
