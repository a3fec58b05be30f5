// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What a breaker is given to keep or to pass on as an rvalue is moved all the way, never copied.

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/tasks.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using tasks::run;

int copies = 0;

/// Counts the copies of all.
struct Counted {
  Counted() = default;
  Counted(const Counted&) { ++copies; }
  Counted(Counted&&) noexcept {}
  Counted& operator=(const Counted&) {
    ++copies;
    return *this;
  }
  Counted& operator=(Counted&&) noexcept { return *this; }
  ~Counted() = default;
  constexpr bool operator==(const Counted&) const { return true; }
};

struct Answer {
  int number = 0;
};
/// A result that cannot be moved.
struct Pinned {
  Pinned() = default;
  Pinned(Pinned&&) = delete;
};

Answer answer{7};

/// What is called, with one argument.
struct ToValue : Counted {
  Answer operator()(Counted) const { return answer; }
};
struct ToReference : Counted {
  Answer& operator()(Counted) const { return answer; }
};
struct ToNothing : Counted {
  void operator()(Counted) const {}
};
struct ToPinned : Counted {
  Pinned operator()(Counted) const { return {}; }
};
struct Later : Counted {
  tasks::Lazy<Answer> operator()(Counted) const { co_return answer; }
};
struct LaterStrict : Counted {
  tasks::Strict<Answer> operator()(Counted) const { co_return answer; }
};

/// A fallback for refusals.
template <class R>
struct Instead : Counted {
  R operator()(const CallNotPermittedError&) const { return R(answer); }
};
template <>
struct Instead<void> : Counted {
  void operator()(const CallNotPermittedError&) const {}
};
struct InsteadLater : Counted {
  tasks::Lazy<Answer> operator()(const CallNotPermittedError&) const { co_return answer; }
};

/// Makes calls in every way that gives a result as one admission, or as what was refused.
template <class F, class Breaker>
void check_calls(Breaker& breaker) {
  INFO(detail::type_name<F>() << " by " << detail::type_name<Breaker>());
  copies = 0;
  (void)breaker.try_call(F{}, Counted{});
  (void)breaker.try_acquire().run(F{}, Counted{});
  if (breaker.would_admit()) called(breaker, F{}, Counted{});
#if defined(__cpp_exceptions)
  (void)breaker.call_with_fallback(F{}, Instead<std::invoke_result_t<F, Counted>>{}, Counted{});
#endif
  CHECK(copies == 0);
}
#if defined(__cpp_exceptions)
template <class F, class Breaker>
void check_guarded(Breaker& breaker) {
  INFO(detail::type_name<F>() << " by " << detail::type_name<Breaker>());
  copies = 0;
  using Result = std::invoke_result_t<F, Counted>;
  auto alone = guarded(breaker, F{});
  auto falling_back = guarded(breaker, F{}, Instead<Result>{});
  (void)falling_back(Counted{});
  (void)std::as_const(falling_back)(Counted{});
  (void)std::move(falling_back)(Counted{});
  if (breaker.would_admit()) {
    (void)alone(Counted{});
    (void)std::as_const(alone)(Counted{});
    (void)std::move(alone)(Counted{});
  }
  CHECK(copies == 0);
}
#endif
template <class Breaker>
void check_all(Breaker& breaker) {
  check_calls<ToValue>(breaker);
  check_calls<ToReference>(breaker);
  check_calls<ToNothing>(breaker);
#if defined(__cpp_exceptions)
  check_guarded<ToValue>(breaker);
  check_guarded<ToReference>(breaker);
  check_guarded<ToNothing>(breaker);
#endif
}

/// Looks at no answer.
const auto elsewhere = OnResult{[](const std::string& text) { return text.empty(); }};

}  // namespace

TEST_CASE("a call copies neither what it calls nor its arguments") {
  CircuitBreaker simple{"simple"};
  CircuitBreaker asking{"asking", TypeOf<std::runtime_error>{}};
  CircuitBreaker overlooking{"overlooking", All{} | elsewhere};
  check_all(simple);
  check_all(asking);
  check_all(overlooking);
  copies = 0;
  (void)simple.try_acquire().run(ToPinned{}, Counted{});
  (void)asking.try_acquire().run(ToPinned{}, Counted{});
#if defined(__cpp_exceptions)
  (void)simple.call(ToPinned{}, Counted{});
#endif
  CHECK(copies == 0);
}

TEST_CASE("a refused call copies neither what it calls nor its fallback") {
  CircuitBreaker simple{"simple"};
  CircuitBreaker overlooking{"overlooking", All{} | elsewhere};
  simple.force_open();
  overlooking.force_open();
  check_all(simple);
  check_all(overlooking);
}

TEST_CASE("a call through a series copies neither what it calls nor its arguments") {
  CircuitBreaker first{"first"};
  CircuitBreaker second{"second", TypeOf<std::runtime_error>{}};
  CircuitBreaker overlooking{"overlooking", All{} | elsewhere};
  auto both = in_series(first, second);
  auto all = in_series(first, overlooking);
  check_all(both);
  check_all(all);
}

#if defined(__cpp_exceptions)

namespace {

template <class A>
tasks::Lazy<await_result_t<A>> await(A awaitable) {
  co_return co_await std::move(awaitable);
}
template <class A>
tasks::Strict<Answer> await_strictly(A task) {
  co_return co_await std::move(task);
}

template <class Breaker>
void check_awaited(Breaker& breaker) {
  INFO(detail::type_name<Breaker>());
  copies = 0;
  (void)run(await(breaker.try_call(Later{}, Counted{})));
  (void)run(await(breaker.call_with_fallback(Later{}, Instead<Answer>{}, Counted{})));
  (void)run(await(breaker.call_with_fallback(Later{}, InsteadLater{}, Counted{})));
  (void)run(await_strictly(breaker.call_with_fallback(LaterStrict{}, Instead<Answer>{}, Counted{})));
  CHECK(copies == 0);
  auto falling_back = guarded(breaker, Later{}, Instead<Answer>{});
  (void)run(await(falling_back(Counted{})));
  (void)run(await(std::move(falling_back)(Counted{})));
  CHECK(copies == 0);
  if (!breaker.would_admit()) return;
  (void)run(await(breaker.call(Later{}, Counted{})));
  auto alone = guarded(breaker, Later{});
  (void)run(await(alone(Counted{})));
  (void)run(await(std::move(alone)(Counted{})));
  CHECK(copies == 0);
}

}  // namespace

TEST_CASE("an awaited call copies neither what it calls nor its arguments nor its fallback") {
  AsyncCircuitBreaker simple{"simple"};
  AsyncCircuitBreaker overlooking{"overlooking", All{} | elsewhere};
  auto both = in_series(simple, overlooking);
  check_awaited(simple);
  check_awaited(overlooking);
  check_awaited(both);
  simple.force_open();
  overlooking.force_open();
  check_awaited(simple);
  check_awaited(overlooking);
  check_awaited(both);
}

namespace {

/// A result that failed, which gives its error away as a value, as one that keeps it in another form does.
struct Erred {
  [[nodiscard]] static bool has_value() noexcept { return false; }
  [[nodiscard]] Counted error() const { return {}; }
};
/// Fails if the number is not zero.
struct Code : Counted {
  explicit Code(int n) : number{n} {}
  int number;
  [[nodiscard]] bool has_value() const noexcept { return number == 0; }
  [[nodiscard]] const int& error() const noexcept { return number; }
};

tasks::Strict<Counted> counted_strictly() { co_return Counted{}; }

}  // namespace

TEST_CASE("what a fallback is called with, and what it is not called with, is moved") {
  CircuitBreaker breaker{"db"};
  copies = 0;
  int handled = 0;
  (void)breaker.call_with_fallback([] { return Erred{}; },
                                   [&](const Counted&) {
                                     ++handled;
                                     return Erred{};
                                   });
  CHECK(handled == 1);
  const Code passed = breaker.call_with_fallback([] { return Code{0}; }, [](const int&) { return Code{1}; });
  CHECK(passed.number == 0);
  CHECK(copies == 0);
}

TEST_CASE("what an awaited call with a fallback returns is moved out") {
  AsyncCircuitBreaker breaker{"db"};
  copies = 0;
  const auto instead = [](const CallNotPermittedError&) { return Counted{}; };
  (void)run(await(breaker.call_with_fallback(counted_strictly, instead)));
  CHECK(copies == 0);
}

#endif

TEST_CASE("a result is moved out of what try_call gives") {
  CircuitBreaker breaker{"db"};
  const auto make = [] { return Counted{}; };
  copies = 0;
  {
    const Counted value = breaker.try_call(make).value();
    const Counted same = *breaker.try_call(make);
  }
  auto kept = breaker.try_call(make);
  (void)std::move(kept).value();
  (void)*std::move(kept);
  (void)std::move(std::as_const(kept)).value();
  (void)*std::move(std::as_const(kept));
  CHECK(copies == 0);
  const Counted copy = kept.value();
  CHECK(copies == 1);
}

namespace {

/// Policies that are callables.
struct Judges : Counted {
  bool operator()(const std::runtime_error&) const { return true; }
};
struct Looks : Counted {
  bool operator()(const Answer&) const { return false; }
};
struct Trips : Counted {
  bool operator()(const CallContext&) const { return false; }
};
struct Admits : Counted {
  bool operator()(const PermitContext&) const { return true; }
};
struct Tells : Counted {
  void operator()(const Signal&) const {}
};

}  // namespace

TEST_CASE("policies are moved into their trees and into the breaker") {
  copies = 0;
  const CircuitBreaker breaker{"db", Custom{Judges{}} & ~Custom{Judges{}} & (All{} | Custom{Judges{}}),
                               FailureRate{0.5} & Trips{}, AllowAll{} & Admits{}, Listener{Tells{}}};
  CHECK(copies == 0);
  const AsyncCircuitBreaker awaiting{"db", Custom{Judges{}}, any_of(Closed{} & FailureRate{0.5}, Trips{}), Tells{}};
  CHECK(copies == 0);
  (void)all_of(FailureRate{0.5} & Trips{}, Trips{} & FailureRate{0.5}, Trips{});
  (void)all_of(Trips{} & FailureRate{0.5}, FailureRate{0.5} & Trips{}, Trips{});
  (void)any_of(FailureRate{0.5} | Trips{}, Trips{} | FailureRate{0.5}, Trips{});
  (void)any_of(Trips{} | FailureRate{0.5}, FailureRate{0.5} | Trips{}, Trips{});
  (void)none_of(Custom{Judges{}}, All{}, Custom{Judges{}});
  (void)(CountAsSuccess{Custom{Judges{}}} | OnResult{Looks{}});
  CHECK(copies == 0);
}
