// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What of a returned value the predicate of an OnResult is called with.

#include <any>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/seen.hpp"

namespace looked_at {

struct Response {
  int status;
  bool bad() const { return status >= 500; }
};
struct Page : Response {};
struct Secret : private Response {
  explicit Secret(int s) : Response{s} {}
};
struct Connection {
  virtual ~Connection() = default;
  virtual bool lost() const = 0;
};
struct Lost : Connection {
  bool lost() const override { return true; }
};

/// As StatusOr of Abseil.
struct PageOr {
  bool ok() const { return true; }
  const Page& value() const { return page; }
  Page page{};
};
/// A result type with a value that is reached by its name.
struct Named {
  Page page{};
  bool has_value() const { return true; }
  int error() const { return 0; }
  const Page& value() const { return page; }
};

/// A result that holds a value or a code, and nothing of it can be moved.
struct Pinned {
  Pinned() = default;
  Pinned(Pinned&&) = delete;
  [[nodiscard]] bool ok() const { return true; }
};

/// Holds nothing, and notices that it is asked for it all the same.
struct Empty {
  bool* asked;
  [[nodiscard]] bool has_value() const { return false; }
  const int& operator*() const {
    static constexpr int wrong = -1;
    *asked = true;
    return wrong;
  }
};
/// Holds itself.
struct Endless {
  [[nodiscard]] bool has_value() const { return true; }
  const Endless& operator*() const { return *this; }
};

/// Its traits say what an answer is that may come later.
struct Later : std::optional<std::future<int>> {};

enum CurlCode { curl_ok, curl_failed = 7 };
enum class Scoped { fine, bad };

}  // namespace looked_at

template <>
struct fluxgate::outcome_traits<looked_at::Later> : fluxgate::never_failed {};

namespace {

using namespace fluxgate;
using looked_at::Page;
using looked_at::Response;

template <class P, class R>
constexpr bool looks = detail::look_for<P, R>() != detail::Look::nowhere;

static_assert(looks<int, int> && looks<long, int> && looks<std::int64_t, std::uint32_t> && looks<double, float>);
static_assert(looks<double, int> && looks<int, short> && looks<int, std::uint8_t> &&
              looks<long long, looked_at::CurlCode>);
static_assert(looks<int, looked_at::CurlCode> && looks<unsigned, looked_at::CurlCode>);
static_assert(!looks<int, long long> && !looks<int, unsigned> && !looks<unsigned, int> && !looks<float, double>);
static_assert(!looks<float, int> && !looks<int, double> && !looks<int, bool> && !looks<bool, int> && !looks<int, char>);
static_assert(!looks<char, int> && !looks<bool, int*> && !looks<int, looked_at::Scoped> &&
              !looks<short, looked_at::CurlCode>);
static_assert(looks<const int*, int*> && looks<const void*, int*> && !looks<int*, const int*> && !looks<int, int*>);
static_assert(looks<Response, Page> && looks<const Response*, Page*> && looks<looked_at::Connection, looked_at::Lost>);
static_assert(!looks<Page, Response> && !looks<Response, looked_at::Secret> && !looks<Response, Page*>);
static_assert(looks<std::string_view, std::string> && looks<std::string, const char*> && looks<std::any, int>);
static_assert(looks<Response, std::unique_ptr<Page>> && looks<const Response*, std::unique_ptr<Page>>);
static_assert(looks<Response, std::shared_ptr<const Page>> && !looks<Response*, std::shared_ptr<const Page>>);
static_assert(looks<Response, std::optional<std::unique_ptr<Page>>> && !looks<int, std::unique_ptr<int[]>>);
static_assert(looks<std::optional<int>, std::optional<int>> && looks<long, std::optional<int>>);
static_assert(looks<Response, CallResult<Page>> && looks<Response, CallResult<std::optional<Page>>>);
static_assert(looks<Response, CallResult<const Page&>> && !looks<Response, CallResult<void>>);
static_assert(looks<Response, looked_at::PageOr> && looks<Response, looked_at::Named> && !looks<int, std::any>);
static_assert(looks<Response, std::tuple<std::error_code, Page>> && looks<Response, std::pair<std::errc, Page>>);
static_assert(looks<std::error_code, std::tuple<std::error_code, int, int>>);
static_assert(!looks<int, std::tuple<std::error_code, int, int>> && !looks<int, std::tuple<int, int>>);
static_assert(!looks<int, std::pair<int, int>> && !looks<int, void> && !looks<int, volatile int> && !looks<int, int()>);

// Four steps deep, the value itself among them, and no deeper; so the search ends in what holds itself.
template <class T>
using Beside = std::pair<std::error_code, T>;
template <class T>
using Before = std::pair<T, int>;
static_assert(looks<int, std::optional<std::optional<std::optional<int>>>> &&
              !looks<int, std::optional<std::optional<std::optional<std::optional<int>>>>>);
static_assert(looks<Response, std::unique_ptr<std::unique_ptr<std::unique_ptr<Page>>>> &&
              !looks<Response, std::unique_ptr<std::unique_ptr<std::unique_ptr<std::unique_ptr<Page>>>>>);
static_assert(looks<int, Beside<Beside<Beside<int>>>> && !looks<int, Beside<Beside<Beside<Beside<int>>>>>);
static_assert(looks<std::errc, Before<Before<Before<std::errc>>>> &&
              !looks<std::errc, Before<Before<Before<Before<std::errc>>>>>);
static_assert(!looks<int, looked_at::Endless>);

// Which calls are refused because what they return is not there yet.
template <class... R>
constexpr bool all_unfinished = (detail::is_unfinished<R>() && ...);
template <class... R>
constexpr bool none_unfinished = (!detail::is_unfinished<R>() && ...);
static_assert(all_unfinished<std::future<int>, std::shared_future<void>, std::optional<std::future<int>>>);
static_assert(all_unfinished<Beside<std::future<int>>, std::tuple<std::error_code, std::optional<std::future<int>>>>);
static_assert(all_unfinished<std::optional<Beside<std::shared_future<int>>>>);
static_assert(none_unfinished<int, Page, std::error_code, std::optional<int>, Beside<int>, CallResult<Page>>);
static_assert(none_unfinished<std::tuple<std::error_code>, std::tuple<std::error_code, int, int>, looked_at::Later>);

// Which calls get a warning under an OnResult on Response: those that return more than an error, at which it cannot look.
using OnResponse = decltype(OnResult{[](const Response&) { return true; }});
template <class R>
constexpr bool warns = detail::overlooks_call<decltype(All{} | std::declval<OnResponse>()), R>;
static_assert(warns<int> && warns<std::string&> && warns<std::optional<int>> && warns<std::unique_ptr<int>>);
static_assert(warns<CallResult<int>> && warns<CallResult<std::optional<int>>> && warns<CallResult<CallResult<int>>>);
static_assert(warns<std::pair<std::error_code, int>> && warns<const std::tuple<std::errc, Page, int>&>);
static_assert(warns<std::pair<std::error_code, std::tuple<std::error_code, int>>> && warns<looked_at::Pinned>);
static_assert(!warns<void> && !warns<std::error_code> && !warns<std::errc> && !warns<std::exception_ptr>);
static_assert(!warns<Page> && !warns<std::optional<Page>&&> && !warns<CallResult<Page>> && !warns<looked_at::PageOr>);
static_assert(!warns<CallResult<void>> && !warns<CallResult<std::error_code>> && !warns<std::tuple<std::error_code>>);
static_assert(!warns<std::pair<std::error_code, Page>> && !warns<std::pair<std::error_code, std::errc>>);
static_assert(!warns<looked_at::Pinned&> && !detail::overlooks_call<All, int> &&
              !detail::overlooks_call<All, looked_at::Pinned>);

const auto bad_response = OnResult{[](const Response& response) { return response.status >= 500; }};
const auto bad_pointer = OnResult{[](const Response* response) { return response == nullptr || response->bad(); }};
const auto negative = OnResult{[](long number) { return number < 0; }};

/// One value that is well and one that failed, alone and beside another tracker.
template <class Tracker, class R>
void check(const Tracker& tracker, const R& well, const R& bad) {
  CAPTURE(tracker);
  INFO(detail::type_name<R>());
  CHECK(seen_of(tracker, well) == Seen::success);
  CHECK(seen_of(tracker, bad) == Seen::failure);
  CHECK(seen_of(All{} | tracker, well) == Seen::success);
  CHECK(seen_of(All{} | tracker, bad) == Seen::failure);
  CHECK(seen_of(tracker & All{}, bad) == Seen::failure);
  CHECK(seen_of(~tracker, well) == Seen::failure);
  CHECK(seen_of(~(~tracker | ~tracker), bad) == Seen::failure);
}
/// The same by calls of breakers, for results of each kind.
template <class Tracker, class Well, class Bad>
void check_calls(const Tracker& tracker, Well well, Bad bad) {
  CAPTURE(tracker);
  INFO(detail::type_name<Bad>());
  CHECK(seen_in_calls(tracker, well) == Seen::success);
  CHECK(seen_in_calls(tracker, bad) == Seen::failure);
}

}  // namespace

TEST_CASE("OnResult looks at what derives from its type") {
  check(bad_response, Page{{200}}, Page{{503}});
  static Page well{{200}};
  static Page bad{{503}};
  check_calls(bad_response, gives(well), gives(bad));
  check_calls(bad_response, []() -> Page& { return well; }, []() -> const Page& { return bad; });
  check(OnResult{&Response::bad}, Page{{200}}, Page{{503}});
  CHECK(seen(OnResult{&looked_at::Connection::lost}, gives(looked_at::Lost{})) == Seen::failure);
}

TEST_CASE("OnResult looks at pointers whose objects it takes") {
  static Page well{{200}};
  static Page bad{{503}};
  check<decltype(bad_pointer), Page*>(bad_pointer, &well, &bad);
  check<decltype(bad_pointer), const Response*>(bad_pointer, &well, nullptr);
  check_calls(bad_pointer, gives(&well), gives(&bad));
}

TEST_CASE("OnResult looks at what a smart pointer owns") {
  const auto page = [](int status) { return std::make_unique<Page>(Page{{status}}); };
  check(bad_response, page(200), page(503));
  check(bad_pointer, page(200), page(503));
  check_calls(bad_response, [&] { return page(200); }, [&] { return page(503); });
  CHECK(seen_of(bad_response, std::unique_ptr<Page>{}) == Seen::success);
  CHECK(seen_of(bad_pointer, std::unique_ptr<Page>{}) == Seen::failure);
  check(bad_response, std::make_shared<const Page>(), std::make_shared<const Page>(Page{{503}}));
}

TEST_CASE("OnResult looks at narrower numbers") {
  check(negative, 1, -1);
  check_calls(negative, gives(1), gives(-1));
  check(negative, short{1}, short{-1});
  check(OnResult{[](int code) { return code != 0; }}, looked_at::curl_ok, looked_at::curl_failed);
  check(OnResult{[](double ratio) { return ratio > 0.5; }}, 0.25F, 0.75F);
}

TEST_CASE("OnResult looks at what its predicate would convert") {
  const auto complains = OnResult{[](std::string_view text) { return text == "error"; }};
  check(complains, std::string{"fine"}, std::string{"error"});
  check(complains, static_cast<const char*>("fine"), static_cast<const char*>("error"));
}

TEST_CASE("OnResult looks at what is held") {
  check(negative, std::optional{1}, std::optional{-1});
  check_calls(negative, gives(std::optional{1}), gives(std::optional{-1}));
  check(bad_response, std::optional{Page{{200}}}, std::optional{Page{{503}}});
  check(bad_response, looked_at::PageOr{Page{{200}}}, looked_at::PageOr{Page{{503}}});
  check(bad_response, looked_at::Named{Page{{200}}}, looked_at::Named{Page{{503}}});
  CHECK(seen(negative, gives(std::optional<int>{})) == Seen::success);
  CHECK(seen(OnResult{[](const std::optional<int>& o) { return !o; }}, gives(std::optional<int>{})) == Seen::failure);
  const auto boxed = [](int status) { return std::optional{std::make_unique<Page>(Page{{status}})}; };
  check(bad_response, boxed(200), boxed(503));
}

TEST_CASE("OnResult looks at what another breaker's try_call gave") {
  CircuitBreaker inner{Config{}};
  const auto page = [&](int status) { return inner.try_call(gives(Page{{status}})); };
  check(bad_response, page(200), page(503));
  check(negative, inner.try_call(gives(1)), inner.try_call(gives(-1)));
  check_calls(bad_response, [&] { return page(200); }, [&] { return page(503); });
}

TEST_CASE("OnResult looks at the value beside an error that is not set") {
  const std::error_code fine;
  const std::error_code lost = std::make_error_code(std::errc::connection_reset);
  check(bad_response, std::tuple{fine, Page{{200}}}, std::tuple{fine, Page{{503}}});
  check(bad_response, std::pair{fine, Page{{200}}}, std::pair{fine, Page{{503}}});
  int asked = 0;
  const auto counting = OnResult{[&asked](int) { return ++asked > 0; }};
  CHECK(seen_in_calls(counting, gives(std::tuple{lost, 7})) == Seen::failure);
  CHECK(asked == 0);
  CHECK(seen_in_calls(counting, gives(std::tuple{fine, 7})) == Seen::failure);
#if defined(FLUXGATE_TEST_ANY)
  CHECK(asked == 4);  // seen() asks both
#else
  CHECK(asked == 3);
#endif
  const auto resets = OnResult{[](const std::error_code& code) { return code == std::errc::connection_reset; }};
  CHECK(seen(resets, gives(std::tuple{lost, 1, 2})) == Seen::failure);
  CHECK(seen(resets, gives(std::tuple{std::make_error_code(std::errc::io_error), 1, 2})) == Seen::nothing);
}

TEST_CASE("OnResult looks at what lies three steps in") {
  const auto held = [](int number) { return std::make_optional(std::make_optional(std::make_optional(number))); };
  check(negative, held(1), held(-1));
  const auto owned = [](int status) {
    using Owner = std::unique_ptr<Page>;
    return std::make_unique<std::unique_ptr<Owner>>(std::make_unique<Owner>(std::make_unique<Page>(Page{{status}})));
  };
  check(bad_response, owned(200), owned(503));
  const std::error_code fine;
  check(negative, Beside<Beside<Beside<int>>>{fine, {fine, {fine, 1}}},
        Beside<Beside<Beside<int>>>{fine, {fine, {fine, -1}}});
  const auto lost = OnResult{[](const std::error_code& code) { return code == std::errc::connection_reset; }};
  const auto told = [](std::error_code code) { return Before<Before<Before<std::error_code>>>{{{code, 1}, 2}, 3}; };
  check(lost, told(fine), told(std::make_error_code(std::errc::connection_reset)));
}

TEST_CASE("OnResult looks for its type in all that lies four steps deep, wherever it starts") {
  // The first number lies five steps deep in what is around this, the second one three.
  using Two = std::pair<Beside<Beside<int>>, int>;
  const auto two = [](int deep, int near) { return Two{{{}, {{}, deep}}, near}; };
  check(negative, std::optional{two(-1, 1)}, std::optional{two(1, -1)});
  check(negative, std::make_unique<Two>(two(-1, 1)), std::make_unique<Two>(two(1, -1)));
  check(negative, Beside<Two>{{}, two(-1, 1)}, Beside<Two>{{}, two(1, -1)});
  check(negative, Before<Two>{two(-1, 1), 0}, Before<Two>{two(1, -1), 0});
}

TEST_CASE("OnResult does not look into what holds nothing") {
  bool asked = false;
  CHECK(seen_in_calls(negative, gives(looked_at::Empty{&asked})) == Seen::success);
  CHECK_FALSE(asked);
}

TEST_CASE("OnResult looks at the value itself before what is in it") {
  const auto itself = OnResult{[](const std::any& any) { return std::any_cast<std::optional<int>>(&any) != nullptr; }};
#if defined(FLUXGATE_TEST_ANY)  // it sees conversions to bases and to a few classes of the standard library
  AnyCircuitBreaker any{Config{.tracker = itself}};
  (void)called(any, gives(std::optional<int>{}));
  CHECK(any.info().metrics == Metrics{1, 0});
  CHECK(any.overlooked().find("optional<int>") != std::string_view::npos);
#else
  CHECK(seen(itself, gives(std::optional<int>{})) == Seen::failure);
#endif
}

TEST_CASE("OnResult is silent about what it cannot look at") {
  CHECK(seen_in_calls(negative, gives(std::string{"text"})) == Seen::success);
  CHECK(seen(~negative, gives(std::string{"text"})) == Seen::success);
  CHECK(seen(OnResult{[](int) { return true; }}, gives(7LL)) == Seen::success);
  CHECK(seen(OnResult{[](int) { return true; }}, gives(true)) == Seen::success);
  CHECK(seen(OnResult{[](bool) { return true; }}, gives(7)) == Seen::success);
}
