// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// The grammar of policies: what they print of themselves reads back, and what is refused says where and why.

#include <fluxgate/text/read.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

using Measured = detail::MeasuredTree<Needs{.durations = true, .streak = true, .slow_rates = 3, .clock = true}>;

auto read_tripper(std::string_view text) {
  return Measured{detail::read_whole("payment", "tripper", text, detail::read_trippers)};
}
auto read_window(std::string_view text) { return detail::read_whole("payment", "window", text, detail::read_window); }
auto read_retry(std::string_view text) { return detail::read_whole("payment", "retry", text, detail::read_retry); }
auto read_permit(std::string_view text) { return detail::read_whole("payment", "permit", text, detail::read_permit); }

std::string described(const detail::WindowChoice& window) {
  return std::visit([](const auto& chosen) { return chosen.describe(); }, window);
}

/// Random policies with values that their constructors accept.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_{seed} {}

  std::uint64_t up_to(std::uint64_t most) { return std::uniform_int_distribution<std::uint64_t>{0, most}(random_); }
  double ratio() {
    const double any = std::uniform_real_distribution<double>{1e-6, 1.0}(random_);
    return up_to(1) == 0 ? any : static_cast<double>(1 + up_to(99)) / 100;
  }
  std::chrono::nanoseconds duration() {
    constexpr std::int64_t units[] = {1, 1'000, 1'000'000, 1'000'000'000, 60'000'000'000};
    return std::chrono::nanoseconds{units[up_to(4)] * static_cast<std::int64_t>(1'000 + up_to(50))};
  }

  detail::TripperTree tree(std::size_t leaves) {
    if (leaves == 1) return detail::TripperTree{leaf()};
    const auto left = static_cast<std::size_t>(1 + up_to(leaves - 2));
    detail::TripperTree whole = tree(left);
    whole.join(up_to(1) == 0 ? detail::Join::both : detail::Join::either, tree(leaves - left));
    return whole;
  }
  detail::RetryChoice retry() {
    switch (up_to(3)) {
      case 0: return detail::RetryChoice{Never{}};
      case 1: return detail::RetryChoice{Always{}};
      case 2: return detail::RetryChoice{Cooldown{duration(), up_to(1) == 0 ? 0.0 : ratio() * 0.9}};
      default: {
        const auto initial = duration();
        return detail::RetryChoice{
            Backoff{initial, 1.0 + ratio() * 9, initial + duration(), up_to(1) == 0 ? 0.0 : ratio() * 0.9}};
      }
    }
  }
  detail::PermitList permit() {
    detail::PermitList list{some_permit()};
    for (std::uint64_t more = up_to(3); more != 0; --more) {
      auto permit = some_permit();
      if (!std::holds_alternative<Probes>(permit) || list.probes() == nullptr) list.add(std::move(permit));
    }
    return list;
  }
  detail::WindowChoice window() {
    if (up_to(1) == 0) return CountWindow{1 + up_to(29'999)};
    const auto bucket = std::chrono::milliseconds{1 + static_cast<std::int64_t>(up_to(60'000))};
    return TimeWindow{bucket * static_cast<std::int64_t>(1 + up_to(3'599)), bucket};
  }

 private:
  detail::TripperTree::Leaf leaf() {
    switch (up_to(8)) {
      case 0: return Closed{};
      case 1: return HalfOpened{};
      case 2: return MinRequests{1 + up_to(999'999)};
      case 3: return FailureRate{ratio()};
      case 4: return SlowRate{ratio()};
      case 5: return SlowRate{ratio(), duration()};
      case 6: return AvgLatency{duration() / 60 + 1us};
      case 7: return FailureStreak{1 + up_to(29'999)};
      default: return Manual{};
    }
  }
  detail::PermitList::Leaf some_permit() {
    switch (up_to(3)) {
      case 0: return AllowAll{};
      case 1: return Random{ratio()};
      case 2: {
        const double initial = ratio();
        return RampUp{initial, initial + (1 - initial) * ratio(), duration()};
      }
      default: return Probes{1 + up_to(999'999), duration()};
    }
  }

  std::mt19937_64 random_;
};

std::string expected(const std::string& member, const std::string& column, const std::string& found,
                     const std::string& what) {
  return "circuit breaker 'payment': " + member + ", column " + column + ": found " + found + ", expected " + what;
}

const std::string trippers =
    "Closed, HalfOpened, MinRequests, FailureRate, SlowRate, AvgLatency, FailureStreak or Manual";

}  // namespace

TEST_CASE("what a policy prints reads back to an equal policy") {
  Chance chance{23};
  for (std::size_t i = 0; i != 3'000; ++i) {
    CAPTURE(i);
    const Measured tree{chance.tree(1 + i % 20)};
    REQUIRE(read_tripper(describe(tree)) == tree);
    const auto retry = chance.retry();
    REQUIRE(read_retry(retry.describe()) == retry);
    const auto permit = chance.permit();
    REQUIRE(read_permit(permit.describe()) == permit);
    const auto window = chance.window();
    REQUIRE(read_window(described(window)) == window);
  }
}

TEST_CASE("a tree of types reads back to a tree that prints alike") {
  const auto same = [](const auto& policy) { CHECK(describe(read_tripper(describe(policy))) == describe(policy)); };
  same(Closed{} & MinRequests{10} & FailureRate{0.5});
  same(FailureStreak{5} | (MinRequests{10} & (AvgLatency{80ms} | SlowRate{0.1, 2s})));
  same(detail::default_tripper);
  CHECK(read_permit(describe(Probes{5, 30s} & RampUp{0.1, 1.0, 60s})).describe() ==
        describe(Probes{5, 30s} & RampUp{0.1, 1.0, 60s}));
}

TEST_CASE("policies are read in braces or parentheses, with blanks, units and per cent") {
  CHECK(describe(read_tripper("MinRequests{20} & (FailureRate{0.5} | SlowRate{0.3, 2s})")) ==
        describe(MinRequests{20} & (FailureRate{0.5} | SlowRate{0.3, 2s})));
  CHECK(describe(read_tripper(" \n( MinRequests ( 20 )&FailureRate(50%) ) ")) ==
        describe(MinRequests{20} & FailureRate{0.5}));
  CHECK(describe(read_tripper("Closed{} & Closed() & Closed{ }")) == describe(Closed{} & Closed{} & Closed{}));
  CHECK(describe(read_tripper("((FailureRate{0.5}))")) == describe(FailureRate{0.5}));
  CHECK(described(read_window("CountWindow(100)")) == CountWindow{100}.describe());
  CHECK(described(read_window("TimeWindow{1min}")) == TimeWindow{60s}.describe());
  CHECK(described(read_window("TimeWindow{10s, 100ms}")) == TimeWindow{10s, 100ms}.describe());
  CHECK(read_retry("Never{}").describe() == Never::describe());
  CHECK(read_retry("Always{}").describe() == Always::describe());
  CHECK(read_retry("Cooldown{60s}").describe() == Cooldown{60s}.describe());
  CHECK(read_retry("Cooldown{60s, 10%}").describe() == Cooldown{60s, 0.1}.describe());
  CHECK(read_retry("Backoff{10s}").describe() == Backoff{10s}.describe());
  CHECK(read_retry("Backoff{10s, 3}").describe() == Backoff{10s, 3.0}.describe());
  CHECK(read_retry("Backoff{10s, 2, 5min}").describe() == Backoff{10s, 2.0, 300s}.describe());
  CHECK(read_retry("Backoff{10s, 2, 5min, 0.1}").describe() == Backoff{10s, 2.0, 300s, 0.1}.describe());
  CHECK(read_permit("Random{5%}").describe() == Random{0.05}.describe());
  CHECK(read_permit("AllowAll{}").describe() == AllowAll::describe());
  CHECK(read_permit("Probes{5, 30s} & (RampUp{0.1, 1, 1min} & Random{1})").describe() ==
        describe(Probes{5, 30s} & RampUp{0.1, 1.0, 60s} & Random{1.0}));
}

TEST_CASE("retries that are read wait as those that are written") {
  for (const std::uint32_t reopens : {0U, 1U, 5U, 100U}) {
    CAPTURE(reopens);
    for (const double draw : {0.0, 0.3, 0.9}) {
      CAPTURE(draw);
      CHECK(read_retry("Backoff{10s, 2, 5min, 0.1}").delay(reopens, draw) ==
            Backoff{10s, 2.0, 300s, 0.1}.delay(reopens, draw));
      CHECK(read_retry("Cooldown{10s, 0.5}").delay(reopens, draw) == Cooldown{10s, 0.5}.delay(reopens, draw));
      CHECK(read_retry("Never{}").delay(reopens, draw) == std::chrono::nanoseconds::max());
      CHECK(read_retry("Always{}").delay(reopens, draw) == 0ns);
    }
  }
  CHECK(read_retry("Cooldown{10s, 0.5}").jittered());
  CHECK_FALSE(read_retry("Cooldown{10s}").jittered());
  CHECK_FALSE(read_retry("Never{}").jittered());
}

TEST_CASE("permits that are read admit if all of them do") {
  struct Draw {
    double value;
    double uniform() const noexcept { return value; }
  };
  const auto list = read_permit("Random{0.5} & RampUp{0.1, 1, 10s} & Probes{3, 30s}");
  CHECK(list(PermitContext{10s, Draw{0.4}}));
  CHECK_FALSE(list(PermitContext{10s, Draw{0.6}}));  // Random refuses
  CHECK_FALSE(list(PermitContext{0s, Draw{0.4}}));   // RampUp refuses
  REQUIRE(list.probes() != nullptr);
  CHECK(*list.probes() == Probes{3, 30s});
  CHECK(read_permit("Random{0.5}").probes() == nullptr);
}

TEST_CASE("an error names the member, the column, what stands there and what may") {
  const auto tripper = [](std::string_view text) { return refusal([&] { read_tripper(text); }); };
  CHECK(tripper("MinRequests{20} & FailRate{0.5}") == expected("tripper", "19", "'FailRate{0.5}'", trippers));
  CHECK(tripper("") == expected("tripper", "1", "the end", trippers));
  CHECK(tripper("FailureRate") == expected("tripper", "12", "the end", "'{' or '('"));
  CHECK(tripper("FailureRate{0.5") == expected("tripper", "16", "the end", "'}'"));
  CHECK(tripper("FailureRate{0.5)") == expected("tripper", "16", "')'", "'}'"));
  CHECK(tripper("FailureRate(0.5}") == expected("tripper", "16", "'}'", "')'"));
  CHECK(tripper("SlowRate{0.5 2s}") == expected("tripper", "14", "'2s}'", "'}'"));
  CHECK(tripper("Closed{1}") == expected("tripper", "8", "'1}'", "'}'"));
  CHECK(tripper("(Closed{} & Manual{}") == expected("tripper", "21", "the end", "')', '&' or '|'"));
  CHECK(tripper("Closed{} Manual{}") == expected("tripper", "10", "'Manual{}'", "the end"));
  CHECK(tripper("Closed{} &") == expected("tripper", "11", "the end", trippers));
  CHECK(tripper("Closed{})") == expected("tripper", "9", "')'", "the end"));
  CHECK(tripper("closed{}") == expected("tripper", "1", "'closed{}'", trippers));
  CHECK(tripper("Closed{} & Manual{} | Closed{}") ==
        expected("tripper", "21", "'| Closed{}'", "parentheses around one side, where & and | are mixed"));
  CHECK(tripper("Closed{} | Manual{} & Closed{}") ==
        expected("tripper", "21", "'& Closed{}'", "parentheses around one side, where & and | are mixed"));
  CHECK(refusal([] { read_retry("Backoff{10s 2}"); }) == expected("retry", "13", "'2}'", "'}'"));
  CHECK(refusal([] { read_retry("Backoff{10s, 2s}"); }) == expected("retry", "15", "'s}'", "'}'"));
  CHECK(refusal([] { read_retry("Twice{}"); }) ==
        expected("retry", "1", "'Twice{}'", "Never, Always, Cooldown or Backoff"));
  CHECK(refusal([] { read_window("Window{}"); }) == expected("window", "1", "'Window{}'", "CountWindow or TimeWindow"));
  CHECK(refusal([] { read_permit("Probes{5}"); }) == expected("permit", "9", "'}'", "','"));
  CHECK(refusal([] { read_permit("Random{0.5} | Probes{5, 3s}"); }) ==
        expected("permit", "13", "'| Probes{5, 3s}'", "the end"));
  CHECK(refusal([] { read_permit("Probes{5, 3s} & (Random{0.5} & Probes{5, 3s})"); }) ==
        expected("permit", "32", "'Probes{5, 3s})'", "at most one Probes"));
}

#if defined(__cpp_exceptions)
TEST_CASE("values that a policy refuses are refused with their place") {
  CHECK(refusal([] { read_tripper("MinRequests{20} & FailureRate{50}"); }) ==
        "circuit breaker 'payment': tripper, column 19: FailureRate: ratio 50 is not in (0, 1]");
  CHECK(refusal([] { read_tripper("MinRequests{-1}"); }) ==
        "circuit breaker 'payment': tripper, column 1: MinRequests: count -1 is not in [1, 1000000]");
  CHECK(refusal([] { read_window(" CountWindow{0}"); }) ==
        "circuit breaker 'payment': window, column 2: CountWindow: size 0 is not in [1, 30000]");
  CHECK(refusal([] { read_retry("Backoff{10s, 1}"); }) ==
        "circuit breaker 'payment': retry, column 1: Backoff: multiplier 1 is not in (1, 1e9)");
}
#endif

TEST_CASE("a text has at most 64 policies, and 64 parentheses inside each other") {
  const auto repeated = [](int count, const std::string& text, const std::string& between) {
    std::string whole = text;
    for (int i = 1; i != count; ++i) whole += between + text;
    return whole;
  };
  CHECK(read_tripper(repeated(64, "Closed{}", "&")).size() == 127);
  CHECK(refusal([&] { read_tripper(repeated(65, "Closed{}", "&")); }) ==
        expected("tripper", "577", "'Closed{}'", "at most 64 policies"));
  // Not `string + "..." + string`, which GCC 12 at -O1 warns of.
  const auto nested = [](std::size_t depth) {
    std::string whole(depth, '(');
    whole += "Closed{}";
    return whole.append(depth, ')');
  };
  CHECK(read_tripper(nested(64)).size() == 1);
  CHECK(refusal([&] { read_tripper(nested(65)); }) ==
        expected("tripper", "65", "'(Closed{})))))))))))))))...'", "at most 64 parentheses inside each other"));
  CHECK(refusal([&] { read_permit(repeated(65, "AllowAll{}", "&")); }) ==
        expected("permit", "705", "'AllowAll{}'", "at most 64 policies"));
}
