// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which results are failures: the shapes by which they are recognised, imitated and, where they are installed, real.

#include <any>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#if __has_include(<tl/expected.hpp>)
#include <tl/expected.hpp>
#define HAS_TL_EXPECTED 1
#endif
#if __has_include(<boost/version.hpp>)
#include <boost/version.hpp>
#if BOOST_VERSION >= 108100
#include <boost/leaf/result.hpp>
#include <boost/outcome/outcome.hpp>
#include <boost/outcome/result.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/throw_exception.hpp>
#define HAS_BOOST 1
#endif
#endif

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/seen.hpp"

#if defined(BOOST_NO_EXCEPTIONS)
/// Boost expects it of its user.
[[noreturn]] void boost::throw_exception(const std::exception&, const boost::source_location&) { std::abort(); }
#endif

namespace shapes {

enum class Error { none, timeout };

struct Lost : std::runtime_error {
  Lost() : std::runtime_error{"lost"} {}
};

/// As expected, with an error that is copied out of it.
struct Copying {
  bool good;
  bool has_value() const { return good; }
  std::string error() const { return "lost"; }
};
#if defined(__cpp_exceptions)
/// As expected, with an error that cannot be copied out.
struct ThrowingError {
  bool has_value() const { return false; }
  std::string error() const { throw std::bad_alloc{}; }
};
#endif
/// As expected, move-only.
struct MoveOnly {
  std::unique_ptr<int> value;
  std::unique_ptr<Error> failure;
  bool has_value() const noexcept { return value != nullptr; }
  const std::unique_ptr<Error>& error() const noexcept { return failure; }
};

/// As results of Boost.LEAF: its error is shown only where it may be changed.
struct Reticent {
  bool good;
  bool has_value() const { return good; }
  Error error() { return Error::timeout; }
};
struct ReticentAndOk : Reticent {
  bool ok() const { return true; }
};

/// As the statuses of gRPC and Abseil.
struct Status {
  int code = 0;
  [[nodiscard]] bool ok() const { return code == 0; }
};
/// As a StatusOr: the status is part of it.
struct StatusOr {
  Status kept;
  bool ok() const { return kept.ok(); }
  const Status& status() const& { return kept; }
  Status status() && { return kept; }
};
/// As one that makes its status when it is asked for.
struct StatusLater {
  bool good;
  bool ok() const { return good; }
  Status status() const { return {good ? 0 : 5}; }
};
struct OkOrError {
  bool good;
  bool ok() const { return good; }
  Error error() const { return Error::timeout; }
};
struct Derived : StatusOr {};
struct DerivedPair : std::pair<std::error_code, int> {
  using pair::pair;
};
struct DerivedTuple : std::tuple<std::error_code, int, int> {
  using tuple::tuple;
};
struct HiddenPair : private std::pair<std::error_code, int> {};

/// Shapes that are none.
struct OkOptional {
  std::optional<int> ok() const { return {}; }
};
struct OkChanging {
  bool ok() { return false; }
};
struct OkWithArgument {
  bool ok(int) const { return false; }
};
struct Logger {
  bool has_value() const { return false; }
  void error() const {}
};
struct Category {
  static bool category() { return false; }
  static int value() { return 1; }
  explicit operator bool() const { return true; }
};
enum class Colour { red, green };

/// A shape that misleads: to be ill is what it is for.
struct Diagnosis {
  bool well;
  bool ok() const { return well; }
};

enum class Code { fine, broken };
inline std::error_code make_error_code(Code code) { return {static_cast<int>(code), std::generic_category()}; }

/// Known by the functions beside them only.
enum class Fault { none, broken };
inline std::error_code make_error_code(Fault fault) { return {static_cast<int>(fault), std::generic_category()}; }
enum Fate { fine, doomed };
inline std::error_condition make_error_condition(const Fate& fate) {
  return {static_cast<int>(fate), std::generic_category()};
}

/// An error of one of two types.
struct Either {
  int number = 0;
  const char* text = nullptr;
};

}  // namespace shapes

/// An enumeration whose namespace makes error codes of numbers.
namespace numbers {
enum Size { small, large };
inline std::error_code make_error_code(int number) { return {number, std::generic_category()}; }
}  // namespace numbers

template <>
struct std::is_error_code_enum<shapes::Code> : std::true_type {};

template <>
struct fluxgate::outcome_traits<shapes::Diagnosis> : fluxgate::never_failed {};
template <>
struct fluxgate::outcome_traits<shapes::Either> {
  static bool failed(const shapes::Either& either) noexcept { return either.number != 0 || either.text != nullptr; }
  template <class Visit>
  static void visit_error(const shapes::Either& either, Visit&& visit) {
    either.number != 0 ? visit(either.number) : visit(either.text);
  }
};

namespace {

using namespace fluxgate;

template <class... R>
constexpr bool are_results = (HasOutcome<R> && ...);
template <class... R>
constexpr bool is_a_result = (HasOutcome<R> || ...);

using Clock = std::tuple<int, std::error_code>;
static_assert(are_results<std::error_code, std::error_condition, std::errc, std::future_errc, std::exception_ptr>);
static_assert(are_results<shapes::Copying, shapes::MoveOnly, shapes::Status, shapes::StatusOr, shapes::OkOrError,
                          shapes::Derived>);
static_assert(are_results<std::tuple<std::error_code>, std::tuple<std::exception_ptr, int>, std::pair<std::errc, int>>);
static_assert(are_results<std::pair<const std::error_code&, int&>, std::tuple<std::pair<shapes::Status, int>, int>>);
static_assert(are_results<CallResult<int>, CallResult<void>, CallResult<int&>, std::pair<CallResult<void>, int>>);
static_assert(!is_a_result<int, bool, void, int*, void*, int[3], int(), const char*, std::nullptr_t, shapes::Colour>);
static_assert(
    !is_a_result<std::string, std::optional<int>, std::optional<std::error_code>, std::any, std::tuple<>, Clock>);
static_assert(!is_a_result<std::ifstream, std::filesystem::path, std::filesystem::file_status, std::unique_ptr<int>,
                           std::pair<int, std::error_code>, std::pair<bool, int>, std::filesystem::directory_entry>);
static_assert(
    are_results<shapes::Reticent, shapes::DerivedPair, shapes::DerivedTuple, shapes::Fault, shapes::Fate, Errc>);
static_assert(!is_a_result<shapes::HiddenPair, numbers::Size>);
static_assert(!is_a_result<shapes::OkOptional, shapes::OkChanging, shapes::OkWithArgument, shapes::Logger,
                           shapes::Category, shapes::Diagnosis, shapes::Colour>);

constexpr std::errc reset = std::errc::connection_reset;
const std::error_code none;
const std::error_code lost = std::make_error_code(reset);

/// A predicate on errors of this type that always says the same.
template <class Error>
struct Says {
  bool answer;
  bool operator()(const Error&) const { return answer; }
};

/// One value that is well and one that failed, with an error of type Error: every tracker that can tell, tells.
template <class Error, class R>
void check(const R& well, const R& failed) {
  INFO(detail::type_name<R>());
  const auto check_seen = [&](Seen well_is, Seen failed_is, const auto& tracker) {
    CAPTURE(tracker);
    CHECK(seen_of(tracker, well) == well_is);
    CHECK(seen_of(tracker, failed) == failed_is);
  };
  check_seen(Seen::success, Seen::failure, All{});
  check_seen(Seen::success, Seen::failure, TypeOf<Error>{});
  check_seen(Seen::success, Seen::nothing, ~TypeOf<Error>{});
  check_seen(Seen::success, Seen::nothing, TypeOf<shapes::Error*>{});
  check_seen(Seen::success, Seen::failure, Custom{Says<Error>{true}});
  check_seen(Seen::success, Seen::nothing, Custom{Says<Error>{false}});
}

/// The same in calls of such results, for one of each kind.
template <class Error, class Well, class Failed>
void check_calls(Well well, Failed failed) {
  INFO(detail::type_name<Failed>());
  CHECK(seen_in_calls(All{}, well) == Seen::success);
  CHECK(seen_in_calls(All{}, failed) == Seen::failure);
  CHECK(seen_in_calls(~TypeOf<Error>{}, failed) == Seen::nothing);
}

}  // namespace

TEST_CASE("Error codes are recognised by their shape") {
  check<std::error_code>(std::error_code{}, lost);
  check<std::error_condition>(std::error_condition{}, std::make_error_condition(reset));
  check<std::errc>(std::errc{}, reset);
  check<shapes::Code>(shapes::Code::fine, shapes::Code::broken);
  check_calls<std::error_code>(gives(std::error_code{}), gives(lost));
  check<shapes::Fault>(shapes::Fault::none, shapes::Fault::broken);
  check<shapes::Fate>(shapes::fine, shapes::doomed);
  CHECK(seen(All{}, gives(shapes::Colour::green)) == Seen::success);
  CHECK(seen(All{}, gives(numbers::large)) == Seen::success);
}

TEST_CASE("An object that has a value or an error is recognised") {
  check<std::string>(shapes::Copying{true}, shapes::Copying{false});
  check<std::unique_ptr<shapes::Error>>(shapes::MoveOnly{std::make_unique<int>(1), nullptr},
                                        shapes::MoveOnly{nullptr, std::make_unique<shapes::Error>()});
  check_calls<std::string>(gives(shapes::Copying{true}), gives(shapes::Copying{false}));
  check_calls<std::unique_ptr<shapes::Error>>(
      [] { return shapes::MoveOnly{std::make_unique<int>(1), nullptr}; },
      [] { return shapes::MoveOnly{nullptr, std::make_unique<shapes::Error>()}; });
}

TEST_CASE("A failure whose error a const object does not show counts for a tracker that asks no type") {
  CHECK(seen_in_calls(All{}, gives(shapes::Reticent{false})) == Seen::failure);
  CHECK(seen(All{}, gives(shapes::Reticent{true})) == Seen::success);
  CHECK(seen(TypeOf<shapes::Error>{}, gives(shapes::Reticent{false})) == Seen::nothing);
  CHECK(seen(~TypeOf<shapes::Error>{}, gives(shapes::Reticent{false})) == Seen::failure);
  CHECK(seen(All{}, gives(shapes::ReticentAndOk{{false}})) == Seen::failure);
}

TEST_CASE("A status is recognised and its error is the status") {
  check<shapes::Status>(shapes::Status{0}, shapes::Status{5});
  check<shapes::Status>(shapes::StatusOr{{0}}, shapes::StatusOr{{5}});
  check<shapes::Status>(shapes::StatusLater{true}, shapes::StatusLater{false});
  check<shapes::Error>(shapes::OkOrError{true}, shapes::OkOrError{false});
  check<shapes::Status>(shapes::Derived{{{0}}}, shapes::Derived{{{5}}});
  check_calls<shapes::Status>(gives(shapes::StatusOr{{0}}), gives(shapes::StatusOr{{5}}));
  const auto fives = Custom{[](const shapes::Status& status) { return status.code == 5; }};
  CHECK(seen(fives, gives(shapes::StatusLater{false})) == Seen::failure);
  CHECK(seen(fives, gives(shapes::StatusOr{{4}})) == Seen::nothing);
}

TEST_CASE("What only looks like a status is no failure") {
  CHECK(seen(All{}, gives(shapes::OkOptional{})) == Seen::success);
  CHECK(seen(All{}, gives(shapes::OkChanging{})) == Seen::success);
  CHECK(seen(All{}, gives(shapes::Logger{})) == Seen::success);
  CHECK(seen(All{}, gives(std::optional<int>{})) == Seen::success);
  CHECK(seen(All{}, gives(std::any{})) == Seen::success);
}

TEST_CASE("Traits say that a type never failed") {
  CHECK(seen(All{}, gives(shapes::Diagnosis{false})) == Seen::success);
  const auto ill = OnResult{[](const shapes::Diagnosis& diagnosis) { return !diagnosis.ok(); }};
  CHECK(seen_in_calls(ill, gives(shapes::Diagnosis{false})) == Seen::failure);
  CHECK(seen(All{}, gives(std::pair{shapes::Diagnosis{false}, 1})) == Seen::success);
}

TEST_CASE("Traits can show errors of several types") {
  check_calls<int>(gives(shapes::Either{}), gives(shapes::Either{7, nullptr}));
  check<int>(shapes::Either{}, shapes::Either{7, nullptr});
  check<const char*>(shapes::Either{}, shapes::Either{0, "lost"});
}

TEST_CASE("A pair or a tuple fails when its first element does") {
  check<std::error_code>(std::tuple{std::error_code{}}, std::tuple{lost});
  check<std::error_code>(std::tuple{std::error_code{}, 1, 2}, std::tuple{lost, 1, 2});
  check<std::error_code>(std::pair{std::error_code{}, 1}, std::pair{lost, 1});
  check<std::errc>(std::pair{std::errc{}, 1}, std::pair{reset, 1});
  check<std::string>(std::pair{shapes::Copying{true}, 1}, std::pair{shapes::Copying{false}, 1});
  check<std::errc>(std::pair{std::tuple{std::errc{}}, 1}, std::pair{std::tuple{reset}, 1});
  using MoveOnly = std::pair<const std::error_code, std::unique_ptr<int>>;
  check<std::error_code>(MoveOnly{}, MoveOnly{lost, nullptr});
  check<std::error_code>(std::tie(none), std::tie(lost));
  check<shapes::Status>(std::pair{none, shapes::Status{0}}, std::pair{none, shapes::Status{5}});
  check<std::error_code>(std::tuple{none, shapes::Status{0}}, std::tuple{lost, shapes::Status{5}});
  check<std::error_code>(std::pair{none, shapes::Status{0}}, std::pair{lost, shapes::Status{0}});
  check_calls<std::error_code>([] { return std::tie(none); }, [] { return std::tie(lost); });
  CHECK(seen(All{}, gives(std::pair{1, lost})) == Seen::success);
  CHECK(seen(All{}, gives(std::tuple{none, 1, lost})) == Seen::success);
}

TEST_CASE("What derives from a pair or a tuple is judged like it") {
  check<std::error_code>(shapes::DerivedPair{none, 7}, shapes::DerivedPair{lost, 7});
  check<std::error_code>(shapes::DerivedTuple{none, 7, 7}, shapes::DerivedTuple{lost, 7, 7});
  const auto sevens = OnResult{[](int number) { return number == 7; }};
  CHECK(seen(sevens, gives(shapes::DerivedPair{none, 7})) == Seen::failure);
  CHECK(seen(sevens, gives(shapes::DerivedPair{none, 8})) == Seen::success);
}

#if defined(HAS_TL_EXPECTED)
TEST_CASE("An expected of tl is a result") {
  using Number = tl::expected<int, std::errc>;
  check<std::errc>(Number{1}, Number{tl::unexpect, reset});
  using Nothing = tl::expected<void, std::string>;
  check<std::string>(Nothing{}, Nothing{tl::unexpect, "lost"});
}
#endif

#if defined(HAS_BOOST)
TEST_CASE("Results of Boost are results") {
  const boost::system::error_code timed_out{boost::system::errc::timed_out, boost::system::generic_category()};
  check<boost::system::error_code>(boost::system::error_code{}, timed_out);
  using Number = boost::system::result<int>;
  check<boost::system::error_code>(Number{1}, Number{timed_out});
  using Text = boost::system::result<void, std::string>;
  check<std::string>(Text{}, Text{std::string{"lost"}});

  using boost::system::errc::errc_t;
  check<errc_t>(errc_t::success, errc_t::timed_out);
  CHECK(seen_of(All{}, boost::leaf::result<int>{1}) == Seen::success);
  CHECK(seen_of(All{}, boost::leaf::result<int>{boost::leaf::new_error()}) == Seen::failure);
  CHECK(seen_of(All{}, boost::leaf::result<void>{boost::leaf::new_error()}) == Seen::failure);
  CHECK(seen_of(OnResult{[](int number) { return number > 0; }}, boost::leaf::result<int>{1}) == Seen::failure);
  const boost::system::error_code refused{make_error_code(Errc::call_not_permitted)};
  CHECK(seen_of(All{}, refused) == Seen::nothing);
  CHECK(seen_of(All{}, std::pair{refused, 1}) == Seen::nothing);
  CHECK(seen_of(All{} | TypeOf<CallNotPermittedError>{}, refused) == Seen::failure);

  namespace outcome = BOOST_OUTCOME_V2_NAMESPACE;
  using Result = outcome::result<int, std::error_code>;
  check<std::error_code>(Result{1}, Result{lost});
  using Outcome = outcome::outcome<int, std::error_code, std::exception_ptr>;
  check<std::error_code>(Outcome{1}, Outcome{lost});
#if defined(__cpp_exceptions)
  check<shapes::Lost>(Outcome{1}, Outcome{std::make_exception_ptr(shapes::Lost{})});
#endif
}
#endif

#if defined(__cpp_exceptions)

TEST_CASE("A failure whose error cannot be shown counts for a tracker that asks no type") {
  CHECK(seen(All{}, gives(shapes::ThrowingError{})) == Seen::failure);
  CHECK(seen(TypeOf<std::string>{}, gives(shapes::ThrowingError{})) == Seen::nothing);
  CHECK(seen_in_calls(TypeOf<std::string>{}, gives(shapes::ThrowingError{})) == Seen::nothing);
}

TEST_CASE("An exception that is given as a value is judged like a thrown one") {
  const auto thrown = std::make_exception_ptr(shapes::Lost{});
  const auto is_lost = Custom{[](const std::runtime_error& e) { return std::string{e.what()} == "lost"; }};
  const auto is_set = Custom{[](const std::exception_ptr& e) { return e != nullptr; }};
  const auto check_all = [&](const auto& well, const auto& failed) {
    CHECK(seen_of(All{}, well) == Seen::success);
    CHECK(seen_of(All{}, failed) == Seen::failure);
    CHECK(seen_of(TypeOf<shapes::Lost>{}, failed) == Seen::failure);
    CHECK(seen_of(TypeOf<std::exception>{}, failed) == Seen::failure);
    CHECK(seen_of(TypeOf<std::logic_error>{}, failed) == Seen::nothing);
    CHECK(seen_of(TypeOf<std::exception_ptr>{}, failed) == Seen::nothing);
    CHECK(seen_of(is_lost, failed) == Seen::failure);
    CHECK(seen_of(is_set, failed) == Seen::failure);
  };
  check_all(std::exception_ptr{}, thrown);
  check_all(std::tuple{std::exception_ptr{}, 7}, std::tuple{thrown, 7});
  check_all(std::pair{std::exception_ptr{}, 7}, std::pair{thrown, 7});
  check_calls<shapes::Lost>(gives(std::exception_ptr{}), gives(thrown));
  CHECK(seen(TypeOf<int>{}, gives(std::make_exception_ptr(42))) == Seen::failure);
}

#endif
