// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Rules that are replaced while calls are judged by them.

#include <array>
#include <memory>

#include <fluxgate/engine/replacement.hpp>

#include "engine.hpp"

namespace {

using namespace engine;
using explorer::outcome;

/// Rules of two numbers that are alike.
class Pair {
 public:
  explicit Pair(int number) {
    first_.write(number);
    second_.write(number);
  }

  int read() const {
    const int first = first_.read();
    expect(first != 0 && first == second_.read(), "rules are whole");
    return first;
  }

 private:
  mutable explorer::Plain<int> first_{0};
  mutable explorer::Plain<int> second_{0};
};
using Pairs = detail::Replacement<Pair, explorer::Atomics>;

/// As a breaker does it: until it is the newest, then what is free is destroyed.
void replace(Pairs& pairs, int number) {
  auto node = std::make_unique<Pairs::Node>(number);
  for (bool done = false; !done;) {
    const Pairs::InUse current{pairs};
    done = pairs.replace(current, node);
  }
  pairs.clean();
}
int use(const Pairs& pairs) {
  const Pairs::InUse pair{pairs};
  return pair ? pair->read() : 0;
}

void use_and_replacement() {
  Pairs pairs;
  replace(pairs, 1);
  threads([&] { replace(pairs, 2); },
          [&] {
            const int first = use(pairs);
            const int then = use(pairs);
            expect(first == 1 || first == 2, "there are rules");
            expect(then >= first, "and never older ones later");
            outcome(first == 1 ? "old" : "new");
          });
  expect(use(pairs) == 2, "the newest stay");
}
const Case use_and_replacement_case{
    "rules: a use meets a replacement", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, use_and_replacement, "new | old"};

void use_and_two_replacements() {
  Pairs pairs;
  replace(pairs, 1);
  threads(
      [&] {
        replace(pairs, 2);
        replace(pairs, 3);
      },
      [&] { (void)use(pairs); });
  expect(use(pairs) == 3, "the newest stay");
}
const Case use_and_two_replacements_case{
    "rules: a use meets two replacements", {3, 2, 1, 2000}, {4, 3, 1, 100'000}, use_and_two_replacements};

void replacement_and_replacement() {
  Pairs pairs;
  if (pick(2) == 1) replace(pairs, 1);
  threads([&] { replace(pairs, 2); }, [&] { replace(pairs, 3); });
  const int last = use(pairs);
  expect(last == 2 || last == 3, "one of two replacements is the last");
  outcome(last == 2 ? "first" : "second");
  pairs.clean();  // destroys the other
}
const Case replacement_and_replacement_case{"rules: a replacement meets a replacement",
                                            {3, 2, 1, 2000},
                                            {4, 3, 1, 100'000},
                                            replacement_and_replacement,
                                            "first | second"};

// ---- in a breaker -------------------------------------------------------------------------------------------------

template <class Tr, class P>
auto numbers(Tr tripper, P permit) {
  return Config<CountWindow, All, Tr, Cooldown, P>{
      .window = CountWindow{4}, .tripper = tripper, .retry = Cooldown{60s}, .permit = permit, .as_written = true};
}
template <class Core, class C>
void retune(Core& core, C config) {
  core.retune(config);
}

/// Over two calls, one of them failed, neither rules open; a part of each would.
void no_mixture() {
  Clock clock;
  const auto core = make(clock, CountWindow{4}, rate(1, 1.0), AllowAll{});
  succeed(*core);
  const detail::Ticket ticket = admit(*core);
  threads([&] { core->record(ticket, true); }, [&] { retune(*core, numbers(rate(3, 0.1), AllowAll{})); });
  expect(core->state() == State::closed, "an outcome is judged by the old rules or by the new ones");
  fail(*core);
  expect(core->state() == State::open, "later ones by the new ones");
}
const Case no_mixture_case{"rules: an outcome meets other rules", {2, 2, 1, 2000}, {3, 3, 1, 100'000}, no_mixture};

void last_probe() {
  Clock clock;
  const auto core = make(clock, CountWindow{4}, rate(1, 0.5), Probes{2, 10s});
  open_until_due(*core, clock, 1);
  succeed(*core);
  const detail::Ticket last = admit(*core);
  const auto other = pick(2) == 1 ? Probes{3, 10s} : Probes{1, 10s};
  threads([&] { core->record(last, false); }, [&] { retune(*core, numbers(rate(1, 0.5), other)); });
  if (core->state() == State::half_open && other.count() == 3) {
    outcome("another probe");
    succeed(*core);
  } else if (core->state() == State::half_open) {
    outcome("the next call");
    (void)core->admit();
  } else {
    outcome("the last");
  }
  expect(core->state() == State::closed, "the round has its verdict");
}
const Case last_probe_case{"rules: the last probe meets a round of another length",
                           {2, 2, 1, 2000},
                           {3, 3, 1, 100'000},
                           last_probe,
                           "another probe | the last"};

void opening() {
  Clock clock;
  const auto core = make(clock, CountWindow{4}, rate(1, 0.5), AllowAll{});
  const detail::Ticket ticket = admit(*core);
  auto config = numbers(rate(1, 0.5), AllowAll{});
  config.retry = Cooldown{30s};
  threads([&] { core->record(ticket, true); }, [&] { retune(*core, config); });
  expect(core->state() == State::open, "it opens");
  const detail::Ticket refused = core->admit();
  const Rejection rejection = refused.rejection();
  expect(rejection == Rejection{State::open, 60s} || rejection == Rejection{State::open, 30s}, "for either delay");
  outcome(rejection == Rejection{State::open, 60s} ? "old" : "new");
  expect(core->admit().rejection() == rejection, "and stays with it");
}
const Case opening_case{
    "rules: an opening meets another delay", {2, 2, 1, 2000}, {3, 3, 1, 100'000}, opening, "new | old"};

}  // namespace
