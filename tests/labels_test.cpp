// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The labels of a breaker as a value, which of them a breaker takes, and where they go from there.

#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace breakers;

// A transition copies them, and must not fail by it.
static_assert(std::is_nothrow_copy_constructible_v<Labels> && std::is_nothrow_move_constructible_v<Labels>);
static_assert(std::is_nothrow_copy_assignable_v<Labels> && std::is_nothrow_default_constructible_v<Labels>);
static_assert(std::ranges::contiguous_range<const Labels> && std::ranges::sized_range<const Labels>);
static_assert(std::same_as<std::ranges::range_reference_t<Labels>, const Label&>, "nothing changes what is shared");
// One pair of braces too few names no label.
static_assert(!std::is_constructible_v<Labels, const char*, const char*>);

/// What a breaker says of labels with this key.
std::string refusal_of(const std::string& key) {
  return refusal([&] { CircuitBreaker{Config{.name = "db", .labels = {{"first", "1"}, {key, "pay"}}}}; });
}

/// As many labels: l0, l1 and so on.
std::vector<Label> labels_of(std::size_t count) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i != count; ++i) labels.push_back({"l" + std::to_string(i), "x"});
  return labels;
}

/// Text that something may trip over.
std::vector<std::string> hostile_texts() {
  return {"",      "say \"hi\"",   "a\\b",     "a\nb\r\tc",  std::string{"a\0b", 3},   "a=\"b\", c=\"d\"",
          "\xff!", "\xe2\x80\xae", "{labels}", "größe 東京", std::string(100'000, 'x')};
}

}  // namespace

TEST_CASE("labels are a list in the order given") {
  const Labels labels{{"team", "pay"}, {"region", "eu"}, {"a", ""}};
  CHECK_FALSE(labels.empty());
  REQUIRE(labels.size() == 3);
  CHECK(labels[0] == Label{"team", "pay"});
  CHECK(labels[1] == Label{"region", "eu"});
  CHECK(labels.end() - labels.begin() == 3);
  CHECK((labels.end() - 1)->key == "a");
  CHECK(labels == Labels{std::vector<Label>{{"team", "pay"}, {"region", "eu"}, {"a", ""}}});
  CHECK_FALSE(labels == Labels{{"region", "eu"}, {"team", "pay"}, {"a", ""}});
  CHECK_FALSE(labels == Labels{{"team", "pay"}, {"region", "eu"}});
  CHECK_FALSE(labels == Labels{{"team", "pay"}, {"region", "us"}, {"a", ""}});
}

TEST_CASE("no labels are an empty list, however that is written") {
  for (const Labels& labels : {Labels{}, Labels{std::vector<Label>{}}, Config{}.labels, Config{.labels = {}}.labels}) {
    CHECK(labels.empty());
    CHECK(labels.size() == 0);  // NOLINT(readability-container-size-empty): both are asked
    CHECK(labels.begin() == labels.end());
    CHECK(labels == Labels{});
    CHECK(labels.fault().empty());
    CHECK(labels.find("team") == nullptr);
  }
  CHECK_FALSE(Labels{} == Labels{{"team", "pay"}});
}

TEST_CASE("a value is found by its key") {
  const Labels labels{{"team", "pay"}, {"region", ""}};
  REQUIRE(labels.find("team") != nullptr);
  CHECK(*labels.find("team") == "pay");
  REQUIRE(labels.find("region") != nullptr);
  CHECK(labels.find("region")->empty());
  CHECK(labels.find("Team") == nullptr);
  CHECK(labels.find("tea") == nullptr);
  CHECK(labels.find("") == nullptr);
}

TEST_CASE("copies of labels share one list, which lives as long as the last of them") {
  std::optional<Labels> first{std::in_place, std::vector<Label>{{"team", std::string(1000, 'x')}}};
  const Labels copy = *first;
  CHECK(copy.begin() == first->begin());
  first.reset();
  CHECK(copy.find("team")->size() == 1000);
}

TEST_CASE("a breaker refuses a key that no label of Prometheus can have, with its own name") {
  for (const std::string& key :
       {std::string{}, std::string{"1st"}, std::string{"0"}, std::string{"9th"}, std::string{"te am"},
        std::string{"team-a"}, std::string{"a.b"}, std::string{"a:b"}, std::string{"a\""}, std::string{"a\n"},
        std::string{"größe"}, std::string{"\xff"}, std::string{"@"}, std::string{"["}, std::string{"`"},
        std::string{"{"}, std::string{"/"}}) {
    CAPTURE(key);
    CHECK(refusal_of(key) == "circuit breaker 'db': labels: key \"" + key + "\" is not in [a-zA-Z_][a-zA-Z0-9_]*");
  }
  CHECK(refusal_of(std::string{"a\0b", 3}).starts_with("circuit breaker 'db': labels: key \"a"));  // what() ends there
  for (const char* const key : {"__", "__name__", "__team"}) {
    CAPTURE(key);
    CHECK(refusal_of(key) == "circuit breaker 'db': labels: key \"" + std::string{key} +
                                 "\" begins with __, as only labels of Prometheus itself may");
  }
  for (const char* const key : {"a", "z", "A", "Z", "_", "_1", "a0", "z9", "team_of_2", "_a__b"}) {
    CAPTURE(key);
    CHECK(refusal_of(key) == "accepted");
  }
}

TEST_CASE("a breaker refuses a key that the library's own series have") {
  for (const char* const key : {"circuit_name", "state", "old_state", "new_state", "outcome"}) {
    CAPTURE(key);
    CHECK(refusal_of(key) ==
          "circuit breaker 'db': labels: key \"" + std::string{key} +
              "\" is not allowed: the library's own are circuit_name, state, old_state, new_state and outcome");
  }
  for (const char* const key : {"State", "states", "circuit", "name"}) {
    CAPTURE(key);
    CHECK(refusal_of(key) == "accepted");
  }
}

TEST_CASE("a breaker refuses a key that is there twice, whatever the values") {
  CHECK(refusal_of("first") ==
        "circuit breaker 'db': labels: key \"first\" is there twice; each key may be there once");
  CHECK(refusal([] { AsyncCircuitBreaker{"db", Labels{{"a", "1"}, {"b", "1"}, {"a", "1"}}}; }) ==
        "circuit breaker 'db': labels: key \"a\" is there twice; each key may be there once");
}

TEST_CASE("a breaker takes sixteen labels and refuses more") {
  CHECK(refusal([] { CircuitBreaker{"db", Labels{labels_of(16)}}; }) == "accepted");
  CHECK(refusal([] { CircuitBreaker{"db", Labels{labels_of(17)}}; }) ==
        "circuit breaker 'db': labels: count 17 is not in [0, 16]");
  CHECK(Labels::max_count == 16);
}

TEST_CASE("labels say beforehand what a breaker would refuse") {
  CHECK(Labels{{"team", "pay"}}.fault().empty());
  CHECK(Labels{{"te am", "pay"}}.fault() == "labels: key \"te am\" is not in [a-zA-Z_][a-zA-Z0-9_]*");
}

TEST_CASE("an info and every signal carry the labels of the breaker, without a copy of the texts") {
  ManualEnvironment env;
  const Journal journal;
  const Labels labels{{"team", "pay"}, {"region", "eu"}};
  CircuitBreaker breaker{Config{.name = "db",
                                .labels = labels,
                                .tripper = FailureStreak{2},
                                .retry = Cooldown{60s},
                                .permit = Probes{2, 10s},
                                .listeners = {journal},
                                .environment = env}};
  CHECK(breaker.info().labels.begin() == labels.begin());
  fail(breaker, 2);
  env.advance(60s);
  succeed(breaker, 2);
  breaker.disable();
  breaker.reset();
  REQUIRE(journal.transitions() == Strings{"closed>open tripped", "open>half_open retry_due",
                                           "half_open>closed recovered", "closed>disabled manual",
                                           "disabled>closed manual"});
  for (const Signal& signal : journal.signals()) CHECK(signal.labels.begin() == labels.begin());
  CHECK(breaker.info().labels == labels);
}

TEST_CASE("a breaker without labels has none in its infos and signals") {
  const Journal journal;
  CircuitBreaker breaker{"db", journal};
  breaker.force_open();
  REQUIRE(journal.signals().size() == 1);
  CHECK(journal.signals().front().labels.empty());
  CHECK(breaker.info().labels.empty());
}

TEST_CASE("the labels of a signal outlive its breaker") {
  const Journal journal;
  {
    AsyncCircuitBreaker breaker{Config{.name = "db", .labels = {{"team", "pay"}}, .listeners = {journal}}};
    breaker.force_open();
  }
  REQUIRE(journal.signals().size() == 1);
  CHECK(journal.signals().front().labels == Labels{{"team", "pay"}});
}

TEST_CASE("a listener that is attached is told of the labels") {
  struct Attached {
    void attach(const Info& info) { *told = info.labels; }
    void operator()(const Signal&) const {}
    Labels* told;
  };
  Labels told;
  const CircuitBreaker breaker{Config{.labels = {{"team", "pay"}}, .listeners = {Attached{&told}}}};
  CHECK(told == Labels{{"team", "pay"}});
}

TEST_CASE("the value of a label is any text, and arrives unchanged") {
  for (const std::string& text : hostile_texts()) {
    CAPTURE(text.substr(0, 30));
    const Journal journal;
    CircuitBreaker breaker{Config{.name = "db", .labels = {{"team", text}}, .listeners = {journal}}};
    breaker.disable();
    REQUIRE(journal.signals().size() == 1);
    CHECK(*journal.signals().front().labels.find("team") == text);
    CHECK(*breaker.info().labels.find("team") == text);
  }
}

TEST_CASE("a Config may be copied with its labels, and given to several breakers") {
  const Config config{.name = "db", .labels = {{"team", "pay"}}};
  const CircuitBreaker one{config};
  const CircuitBreaker two{config};
  CHECK(one.info().labels == Labels{{"team", "pay"}});
  CHECK(one.info().labels.begin() == two.info().labels.begin());
}
