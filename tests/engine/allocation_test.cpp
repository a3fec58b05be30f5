// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// What a call costs in memory: it allocates nothing in any state but the error that refuses it, and a healthy one writes
// nothing. And what becomes of a transition that cannot be announced, because there is no memory for that.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/registry.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"
#include "support/tasks.hpp"

namespace {

thread_local bool counting = false;
thread_local int allocations = 0;
thread_local int failing = 0;             // the number of the allocation that fails, and all after it; 0: none does
thread_local bool failing_once = false;   // all after it succeed
thread_local long outstanding = 0;        // allocated and not given back
thread_local long outstanding_bytes = 0;  // of that, as asked for: allocators round up as their free memory is like

/// What lies before each allocation.
struct Before {
  std::size_t size;    ///< of the allocation
  std::size_t offset;  ///< of the allocation in the memory that std::free takes
};

void* try_allocate(std::size_t size, std::size_t alignment) noexcept {
  if (counting) {
    ++allocations;
    if (failing != 0 && (failing_once ? allocations == failing : allocations >= failing)) return nullptr;
  }
  ++outstanding;
  outstanding_bytes += static_cast<long>(size);
  alignment = std::max({alignment, alignof(std::max_align_t), sizeof(Before)});
  // aligned_alloc wants whole multiples.
  const std::size_t all = (alignment + size + alignment - 1) / alignment * alignment;
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(alignment, all));
  if (memory == nullptr) return nullptr;
  ::new (static_cast<void*>(memory + alignment - sizeof(Before))) Before{size, alignment};
  return memory + alignment;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  const Before before = *reinterpret_cast<const Before*>(static_cast<std::byte*>(memory) - sizeof(Before));
  --outstanding;
  outstanding_bytes -= static_cast<long>(before.size);
  std::free(static_cast<std::byte*>(memory) - before.offset);
}

void* allocate(std::size_t size, std::size_t alignment) {
  void* memory = try_allocate(size, alignment);
#if defined(__cpp_exceptions)
  if (memory == nullptr) throw std::bad_alloc{};
#else
  if (memory == nullptr) std::abort();
#endif
  return memory;
}

}  // namespace

// They serve the whole program, and count only where a test has asked. Every form is here: a sanitizer's own would not
// go with these.
void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new[](std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t to) { return allocate(size, static_cast<std::size_t>(to)); }
void* operator new[](std::size_t size, std::align_val_t to) { return allocate(size, static_cast<std::size_t>(to)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return try_allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return try_allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t to, const std::nothrow_t&) noexcept {
  return try_allocate(size, static_cast<std::size_t>(to));
}
void* operator new[](std::size_t size, std::align_val_t to, const std::nothrow_t&) noexcept {
  return try_allocate(size, static_cast<std::size_t>(to));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { release(memory); }

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;

/// How often `work` allocates on this thread.
template <class Work>
int allocations_of(Work&& work) {
  allocations = 0;
  counting = true;
  work();
  counting = false;
  return allocations;
}

#if defined(__cpp_exceptions)
/// Runs `work` with memory for fewer than `failing_at` allocations on this thread; whether it threw for lack of it.
template <class Work>
bool lacks_memory(int failing_at, Work&& work) {
  allocations = 0;
  failing = failing_at;
  counting = true;
  bool thrown = false;
  try {
    work();
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  counting = false;
  failing = 0;
  return thrown;
}
#endif

const std::error_code lost = std::make_error_code(std::errc::connection_reset);

std::error_code succeed() { return {}; }
std::error_code fail() { return lost; }

/// Every way to make a call that does not report a refusal by throwing.
template <class Breaker>
void use(Breaker& cb, ManualEnvironment& env) {
  for (int i = 0; i != 40; ++i) {
    (void)cb.try_call(i % 4 == 0 ? fail : succeed);
    if (auto admission = cb.try_acquire()) admission.success();
    if (auto admission = cb.try_acquire()) admission.failure(lost);
    if (auto admission = cb.try_acquire()) admission.record(lost);
    (void)cb.try_acquire();
    (void)cb.try_call([] { return 7; });
    (void)cb.state();
    (void)cb.name();
    env.advance(10ms);
  }
}

template <class W>
void check_every_state(const W& window, bool with_slow_threshold) {
  CAPTURE(window, with_slow_threshold);
  const auto rate = FailureRate{0.9};
  ManualEnvironment env;
  CircuitBreaker cb{
      Config{.name = "a name too long to be kept inside a string object",
             .window = window,
             .tripper = (Closed{} & MinRequests{20} & (rate | AvgLatency{1h} | SlowRate{1.0, 1h})) |
                        (HalfOpened{} & ((MinRequests{50} & rate) | FailureStreak{100})),
             .retry = Cooldown{60s},
             .permit = RampUp{0.1, 0.5, 1h},
             .slow_threshold = with_slow_threshold ? std::optional<std::chrono::nanoseconds>{1s} : std::nullopt,
             .environment = env,
             .as_written = true}};

  SECTION("closed") {
    CHECK(allocations_of([&] { use(cb, env); }) == 0);
    CHECK(cb.state() == State::closed);
  }
  SECTION("open") {
    for (int i = 0; i != 20; ++i) (void)cb.try_call(fail);
    REQUIRE(cb.state() == State::open);
    CHECK(allocations_of([&] { use(cb, env); }) == 0);
    CHECK(cb.state() == State::open);
  }
  SECTION("half-open with refusals and admissions") {
    for (int i = 0; i != 20; ++i) (void)cb.try_call(fail);
    env.advance(60s);
    (void)cb.try_acquire();
    REQUIRE(cb.state() == State::half_open);
    int admitted = 0;
    int refused = 0;
    env.script_uniform({0.05, 0.9, 0.05, 0.9, 0.05, 0.9});
    CHECK(allocations_of([&] {
            for (int i = 0; i != 6; ++i) ++(cb.try_call(i % 4 == 0 ? fail : succeed) ? admitted : refused);
          }) == 0);
    CHECK(admitted == 3);
    CHECK(refused == 3);
    CHECK(cb.state() == State::half_open);
  }
  SECTION("metrics-only") {
    cb.metrics_only();
    CHECK(allocations_of([&] { use(cb, env); }) == 0);
    CHECK(cb.state() == State::metrics_only);
  }
  SECTION("disabled") {
    cb.disable();
    CHECK(allocations_of([&] { use(cb, env); }) == 0);
    CHECK(cb.state() == State::disabled);
  }
  SECTION("forced open") {
    cb.force_open();
    CHECK(allocations_of([&] { use(cb, env); }) == 0);
    cb.force_open(1h);
    CHECK(allocations_of([&] { use(cb, env); }) == 0);
    CHECK(cb.state() == State::forced_open);
  }
}

using HealthyTripper = decltype(MinRequests{10} & FailureRate{0.5});
using HealthyCore = detail::Core<CountWindow, HealthyTripper, Cooldown, AllowAll, ManualEnvironment>;

template <class Core>
void record(Core& core, bool failed) {
  const detail::Ticket ticket = core.admit();
  REQUIRE(ticket);
  core.record(ticket, failed);
}

template <class Core>
std::vector<std::byte> copy_of(const Core& core) {
  const auto bytes = core.bytes();
  return {bytes.begin(), bytes.end()};
}

template <class Core>
bool equal(const std::vector<std::byte>& before, const Core& core) {
  const auto bytes = core.bytes();
  return before.size() == bytes.size() && std::memcmp(before.data(), bytes.data(), bytes.size()) == 0;
}

}  // namespace

TEST_CASE("The allocation counter counts") {
  CHECK(allocations_of([] { delete new int{1}; }) == 1);
  CHECK(allocations_of([] { std::string(100, 'x'); }) == 1);
  struct alignas(256) Wide {
    char byte;
  };
  CHECK(allocations_of([] { delete new Wide{}; }) == 1);
}

TEST_CASE("A call over a count window allocates nothing") { check_every_state(CountWindow{100}, false); }

TEST_CASE("A call over a count window with a slow threshold allocates nothing") {
  check_every_state(CountWindow{100}, true);
}

TEST_CASE("A call over a time window allocates nothing") { check_every_state(TimeWindow{10s, 100ms}, false); }

TEST_CASE("A call over a time window with a slow threshold allocates nothing") {
  check_every_state(TimeWindow{10s, 100ms}, true);
}

TEST_CASE("A call under Probes allocates nothing") {
  ManualEnvironment env;
  CircuitBreaker cb{
      Config{.tripper = FailureStreak{3}, .retry = Always{}, .permit = Probes{5, 1h}, .environment = env}};
  for (int i = 0; i != 3; ++i) (void)cb.try_call(fail);
  (void)cb.try_acquire();
  REQUIRE(cb.state() == State::half_open);
  CHECK(allocations_of([&] {
          for (int i = 0; i != 4; ++i) (void)cb.try_call(succeed);
          const auto last = cb.try_acquire();
          (void)cb.try_call(succeed);
        }) == 0);
  CHECK(cb.state() == State::half_open);
}

TEST_CASE("A call through breakers in series allocates nothing, made or refused") {
  CircuitBreaker first{"a name too long to be kept inside a string object"};
  CircuitBreaker second{"another name too long to be kept inside a string object", FailureStreak{100}};
  CircuitBreaker third{"a third name too long to be kept inside a string object", TimeWindow{10s}};
  AsyncCircuitBreaker awaited{first};
  AsyncCircuitBreaker awaited_too{second};
  CHECK(allocations_of([&] {
          auto all = in_series(in_series(first, second), third);
          (void)all.try_call(succeed);
          (void)all.try_call(fail);
          (void)guarded(all, succeed, [](const CallNotPermittedError&) { return std::optional<int>{}; });
          all.try_acquire().failure();
          auto admission = all.try_acquire();
          auto moved = std::move(admission);
          moved.success();
          (void)in_series(awaited, awaited_too).try_call([] { return tasks::Ready<int>{1}; });
        }) == 0);
  third.force_open();
  CHECK(allocations_of([&] {
          auto all = in_series(first, second, third);
          (void)all.try_call(succeed);
          (void)all.try_acquire().rejection();
        }) == 0);
}

TEST_CASE(
    "A call through a breaker of any type allocates nothing once its types have met, and a copied admission once") {
  struct Answer {
    int status = 200;
  };
  struct Page : Answer {};
  const std::string name = "a name too long to be kept inside a string object";
  AnyCircuitBreaker any{
      Config{.name = name, .tracker = OnResult{[](const Answer& answer) { return answer.status > 499; }}}};
  const auto page = [] { return Page{}; };
  (void)any.try_call(page);
  CHECK(allocations_of([&] {
          (void)any.try_call(page);
          (void)any.try_call([] {});
          any.try_acquire().record(Page{});
          any.try_acquire().failure();
          auto series = in_series(any, any);
          (void)series.try_call(page);
          (void)guarded(any, page, [](const CallNotPermittedError&) { return Page{}; })();
          AnyCircuitBreaker moved{std::move(any)};
          any = std::move(moved);
        }) == 0);
  CHECK(allocations_of([&] {
          const AnyAdmission admission{any.try_acquire()};
          const AnyAdmission copy = admission;
          copy.success();
        }) == 1);
  any.force_open();
  CHECK(allocations_of([&] {
          const AnyAdmission refused{any.try_acquire()};
          CHECK_FALSE(refused);
        }) == 0);
  const auto made = [](auto make) { return allocations_of([&] { const auto breaker = make(); }); };
  CHECK(made([] { return std::make_unique<AnyCircuitBreaker>("db"); }) ==
        made([] { return std::make_unique<CircuitBreaker<>>("db"); }) + 1);
}

TEST_CASE(
    "A call that is let through allocates nothing in any form, and a refusal no more than the text of its error") {
  ManualEnvironment env;
  CircuitBreaker cb{Config{.name = "a name too long to be kept inside a string object", .environment = env}};
  const auto cached = [](const CallNotPermittedError&) { return 7; };
  const auto answer = [] { return 42; };
  CHECK(allocations_of([&] { CHECK(called(cb, answer) == 42); }) == 0);
  CHECK(allocations_of([&] { CHECK(cb.call_with_fallback(answer, cached) == 42); }) == 0);
  CHECK(allocations_of([&] { CHECK(guarded(cb, answer, cached)() == 42); }) == 0);
#if defined(__cpp_exceptions)
  // Of the same length, thrown bare: what the exception itself takes.
  const std::string text(CallNotPermittedError{{.circuit_name = cb.name()}}.what());
  const int thrown = allocations_of([&] {
    try {
      throw std::runtime_error{text};
    } catch (const std::runtime_error&) {
    }
  });
  CHECK(allocations_of([&] { CHECK(guarded(cb, answer)() == 42); }) == 0);
  CHECK(allocations_of([&] {
          try {
            cb.call([&] { throw std::runtime_error{text}; });
          } catch (const std::runtime_error&) {
          }
        }) == thrown);
#endif

  cb.force_open();
  CHECK(allocations_of([&] { CHECK_FALSE(cb.try_call(answer).has_value()); }) == 0);
  CHECK(allocations_of([&] { CHECK_FALSE(cb.try_acquire()); }) == 0);
  // A std::runtime_error keeps its text in memory of its own.
  CHECK(allocations_of([&] { CHECK(cb.call_with_fallback(answer, cached) == 7); }) == 1);
  CHECK(allocations_of([&] { CHECK(guarded(cb, answer, cached)() == 7); }) == 1);
#if defined(__cpp_exceptions)
  CHECK(allocations_of([&] {
          try {
            cb.call(answer);
          } catch (const CallNotPermittedError&) {
          }
        }) == thrown);
#endif
}

TEST_CASE("A breaker whose name fits allocates its block and nothing else") {
  CHECK(allocations_of([] { CircuitBreaker cb{Config{.name = "api"}}; }) == 1);
}

TEST_CASE(
    "A breaker shares the labels that it is given: they take no allocation in it, its transitions and its infos") {
  const Labels labels{{"team", "a value too long to be kept inside a string object"}, {"region", "eu"}};
  CHECK(allocations_of([&] { CircuitBreaker cb{Config{.name = "api", .labels = labels}}; }) == 1);

  const auto announced = [](const Labels& given) {
    CircuitBreaker cb{Config{.name = "api", .labels = given, .listeners = {[](const Signal&) {}}}};
    return std::pair{allocations_of([&] { cb.force_open(); }), allocations_of([&] { (void)cb.info(); })};
  };
  CHECK(announced(labels) == announced({}));
  CHECK(announced({}) == std::pair{1, 0});  // the notice; name and reason fit into their objects
}

TEST_CASE("A healthy call into a full window writes nothing") {
  ManualEnvironment env;
  HealthyCore core{Config{.window = CountWindow{100},
                          .tripper = MinRequests{10} & FailureRate{0.5},
                          .retry = Cooldown{60s},
                          .permit = AllowAll{},
                          .environment = env}};
  for (int i = 0; i != 100; ++i) record(core, false);
  const std::vector<std::byte> full = copy_of(core);
  for (int i = 0; i != 250; ++i) record(core, false);
  CHECK(equal(full, core));
  CHECK(core.info().metrics == Metrics{100, 0});
}

TEST_CASE("A success into a window that is not full is written") {
  ManualEnvironment env;
  HealthyCore core{Config{.window = CountWindow{100},
                          .tripper = MinRequests{10} & FailureRate{0.5},
                          .retry = Cooldown{60s},
                          .permit = AllowAll{},
                          .environment = env}};
  for (int i = 0; i != 99; ++i) record(core, false);
  const std::vector<std::byte> almost = copy_of(core);
  record(core, false);
  CHECK_FALSE(equal(almost, core));
}

TEST_CASE("A failure is written and so are the calls that follow until it has left the window") {
  ManualEnvironment env;
  HealthyCore core{Config{.window = CountWindow{100},
                          .tripper = MinRequests{10} & FailureRate{0.5},
                          .retry = Cooldown{60s},
                          .permit = AllowAll{},
                          .environment = env}};
  for (int i = 0; i != 100; ++i) record(core, false);
  std::vector<std::byte> before = copy_of(core);
  record(core, true);
  CHECK_FALSE(equal(before, core));
  CHECK(core.info().metrics == Metrics{100, 1});

  for (int i = 0; i != 100; ++i) {
    CAPTURE(i);
    before = copy_of(core);
    record(core, false);
    CHECK_FALSE(equal(before, core));
  }
  CHECK(core.info().metrics == Metrics{100, 0});

  before = copy_of(core);
  for (int i = 0; i != 10; ++i) record(core, false);
  CHECK(equal(before, core));
}

TEST_CASE("A healthy call that is timed for a slow threshold writes nothing either") {
  ManualEnvironment env;
  HealthyCore core{Config{.window = CountWindow{100},
                          .tripper = MinRequests{10} & FailureRate{0.5},
                          .retry = Cooldown{60s},
                          .permit = AllowAll{},
                          .slow_threshold = 1s,
                          .environment = env}};
  for (int i = 0; i != 100; ++i) record(core, false);
  const std::vector<std::byte> full = copy_of(core);
  for (int i = 0; i != 10; ++i) record(core, false);
  CHECK(equal(full, core));

  const detail::Ticket slow = core.admit();
  REQUIRE(slow);
  env.advance(1s);
  core.record(slow, false);
  CHECK_FALSE(equal(full, core));
  CHECK(core.info().metrics.slow_count() == 1);
}

TEST_CASE("A healthy call under a slow rate of the tripper's writes nothing from the first epoch on") {
  ManualEnvironment env;
  detail::Core<CountWindow, SlowRate<true>, Cooldown, AllowAll, ManualEnvironment> core{
      Config{.window = CountWindow{100},
             .tripper = SlowRate{1.0, 2s},
             .retry = Cooldown{60s},
             .permit = AllowAll{},
             .environment = env}};
  for (int i = 0; i != 100; ++i) record(core, false);
  const std::vector<std::byte> full = copy_of(core);
  for (int i = 0; i != 10; ++i) record(core, false);
  CHECK(equal(full, core));
}

// Without exceptions a lack of memory ends the program.
#if defined(__cpp_exceptions)

namespace {

/// A breaker whose every transition takes memory: it has a listener, and a name that does not fit into a string object.
template <class Permit>
auto make_announcer(const ManualEnvironment& env, std::vector<Signal>& heard, Permit permit,
                    CountWindow window = CountWindow{100}) {
  heard.reserve(16);  // the listener itself takes none but for the signals' strings
  return CircuitBreaker{Config{.name = "a name too long to be kept inside a string object",
                               .window = window,
                               .tripper = FailureRate{0.5},
                               .retry = Cooldown{60s},
                               .permit = permit,
                               .listeners = {[&heard](const Signal& signal) {
                                 const bool counted = std::exchange(counting, false);
                                 heard.push_back(signal);
                                 counting = counted;
                               }},
                               .environment = env,
                               .as_written = true}};
}

/// More than any transition takes.
constexpr int plenty = 50;

}  // namespace

TEST_CASE("A trip that cannot be announced for lack of memory is made by the next failure") {
  // A place in the window for each failure, and one for all.
  const CountWindow window = GENERATE(CountWindow{100}, CountWindow{1});
  CAPTURE(window.size());
  bool lacked = false;
  bool opened = false;
  for (int failing_at = 1; failing_at != plenty; ++failing_at) {
    INFO("the allocation that fails: " << failing_at);
    const ManualEnvironment env;
    std::vector<Signal> heard;
    auto cb = make_announcer(env, heard, AllowAll{}, window);
    REQUIRE_FALSE(lacks_memory(failing_at, [&] { cb.try_acquire().failure(); }));
    if (cb.state() == State::closed) {
      lacked = true;
      REQUIRE(heard.empty());
      REQUIRE(cb.info().metrics == Metrics{1, 1});
      cb.try_acquire().failure();
    } else {
      opened = true;
    }
    REQUIRE(cb.state() == State::open);
    REQUIRE(heard.size() == 1);
    REQUIRE(heard.front().sequence == 1);
    REQUIRE(heard.front().cause == Cause::tripped);
    REQUIRE(cb.try_acquire().rejection() == Rejection{State::open, 60s, cb.name()});
  }
  CHECK(lacked);
  CHECK(opened);
}

TEST_CASE("A trip by slow calls that cannot be announced for lack of memory is made by the next slow call") {
  // One place in the window: the next slow call changes nothing there.
  ManualEnvironment env;
  CircuitBreaker cb{Config{.window = CountWindow{1},
                           .tripper = SlowRate{0.5},
                           .slow_threshold = 1s,
                           .listeners = {[](const Signal&) {}},
                           .environment = env}};
  auto first = cb.try_acquire();
  env.advance(1s);
  CHECK_FALSE(lacks_memory(1, [&] { first.success(); }));
  CHECK(cb.state() == State::closed);
  auto second = cb.try_acquire();
  env.advance(1s);
  second.success();
  CHECK(cb.state() == State::open);
}

TEST_CASE("A retry that is due but cannot be announced for lack of memory is made by the next call") {
  ManualEnvironment env;
  std::vector<Signal> heard;
  auto cb = make_announcer(env, heard, AllowAll{});
  cb.try_acquire().failure();
  env.advance(60s);
  bool admitted = true;
  CHECK_FALSE(lacks_memory(1, [&] { admitted = static_cast<bool>(cb.try_acquire()); }));
  CHECK_FALSE(admitted);
  CHECK(cb.state() == State::open);
  CHECK(cb.try_acquire());
  CHECK(cb.state() == State::half_open);
  CHECK(heard.size() == 2);
}

TEST_CASE("A verdict of Probes that cannot be announced for lack of memory is taken by the next call, however late") {
  const bool failed = GENERATE(false, true);
  const auto later = GENERATE(0s, 10s);
  ManualEnvironment env;
  std::vector<Signal> heard;
  auto cb = make_announcer(env, heard, Probes{1, 10s});
  cb.try_acquire().failure();
  env.advance(60s);
  auto probe = cb.try_acquire();
  REQUIRE(probe);
  CHECK_FALSE(lacks_memory(1, [&] { failed ? probe.failure() : probe.success(); }));
  CHECK(cb.state() == State::half_open);
  env.advance(later);
  Rejection rejection;
  CHECK_FALSE(lacks_memory(1, [&] { rejection = cb.try_acquire().rejection(); }));
  CHECK(rejection == Rejection{State::half_open, std::nullopt, cb.name()});
  CHECK(cb.state() == State::half_open);
  CHECK(heard.size() == 2);
  if (failed) {
    CHECK(cb.try_acquire().rejection() == Rejection{State::open, 60s, cb.name()});
    CHECK(cb.info().reopens == 1);
  } else {
    CHECK(cb.try_acquire());
    CHECK(cb.state() == State::closed);
  }
  CHECK(heard.size() == 3);
}

TEST_CASE("A verdict of Probes that cannot be announced is taken by the next call, however late") {
  const bool failed = GENERATE(true, false);
  const auto later = GENERATE(9s, 3600s);
  ManualEnvironment env;
  Cause cause{};
  CircuitBreaker cb{Config{.window = TimeWindow{10s},
                           .tripper = MinRequests{1} & FailureRate{0.5},
                           .retry = Cooldown{60s},
                           .permit = Probes{2, 30s},
                           .listeners = {[&](const Signal& signal) { cause = signal.cause; }},
                           .environment = env}};
  cb.try_acquire().failure();
  env.advance(60s);
  auto one = cb.try_acquire();
  auto two = cb.try_acquire();
  if (failed) {
    CHECK_FALSE(lacks_memory(1, [&] { one.failure(); }));
    CHECK_FALSE(lacks_memory(1, [&] { two.failure(); }));
  } else {
    one.success();
    CHECK_FALSE(lacks_memory(1, [&] { two.success(); }));
  }
  CHECK(cb.state() == State::half_open);
  CHECK(cb.would_admit());  // a call is needed to go on
  env.advance(later);
  if (failed) {
    CHECK(cb.try_acquire().rejection() == Rejection{State::open, 60s, cb.name()});
    CHECK(cb.info().reopens == 1);
    CHECK(cause == Cause::tripped);
  } else {
    CHECK(cb.try_acquire());
    CHECK(cause == Cause::recovered);
  }
}

TEST_CASE("Probes whose patience is over while memory lacks are given up by the next call that has some") {
  ManualEnvironment env;
  std::vector<Signal> heard;
  auto cb = make_announcer(env, heard, Probes{1, 10s});
  cb.try_acquire().failure();
  env.advance(60s);
  const auto lost_probe = cb.try_acquire();
  REQUIRE(lost_probe);
  env.advance(10s);
  Rejection rejection;
  CHECK_FALSE(lacks_memory(1, [&] { rejection = cb.try_acquire().rejection(); }));
  CHECK(rejection == Rejection{State::half_open, std::nullopt, cb.name()});
  CHECK(cb.state() == State::half_open);
  CHECK(cb.try_acquire().rejection() == Rejection{State::open, 60s, cb.name()});
  CHECK(heard.back().cause == Cause::probes_lost);
  CHECK(heard.size() == 3);
}

TEST_CASE("A command that lacks memory throws and has changed nothing") {
  bool thrown = false;
  bool made = false;
  for (int failing_at = 1; failing_at != plenty; ++failing_at) {
    INFO("the allocation that fails: " << failing_at);
    ManualEnvironment env;
    std::vector<Signal> heard;
    auto cb = make_announcer(env, heard, AllowAll{});
    cb.try_acquire().success();
    const auto since = cb.info().changed_at;
    env.advance(1s);
    if (lacks_memory(failing_at, [&] { cb.force_open(30s); })) {
      thrown = true;
      REQUIRE(cb.state() == State::closed);
      REQUIRE(heard.empty());
      REQUIRE(cb.info().changed_at == since);
      REQUIRE(cb.info().metrics == Metrics{1, 0});
      cb.force_open(30s);
    } else {
      made = true;
    }
    REQUIRE(cb.try_acquire().rejection() == Rejection{State::forced_open, 30s, cb.name()});
    REQUIRE(heard.size() == 1);
    REQUIRE(heard.front().sequence == 1);
  }
  CHECK(thrown);
  CHECK(made);
}

TEST_CASE("A command with a reason that lacks memory throws, and its reason is not shown") {
  constexpr Override given{.reason = "longer than a string holds without memory of its own", .lasting = 30s};
  bool thrown = false;
  bool made = false;
  for (int failing_at = 1; failing_at != plenty; ++failing_at) {
    INFO("the allocation that fails: " << failing_at);
    const ManualEnvironment env;
    std::vector<Signal> heard;
    auto cb = make_announcer(env, heard, AllowAll{});
    if (lacks_memory(failing_at, [&] { cb.disable(given); })) {
      thrown = true;
      REQUIRE(cb.state() == State::closed);
      REQUIRE(heard.empty());
      REQUIRE(cb.info().reason.empty());
      cb.disable(given);
    } else {
      made = true;
    }
    REQUIRE(heard.size() == 1);
    REQUIRE(heard.front().reason == given.reason);
    REQUIRE(cb.info().reason == given.reason);
  }
  CHECK(thrown);
  CHECK(made);
}

TEST_CASE("An override whose end cannot be announced lasts until a call has the memory") {
  bool lasted = false;
  bool ended = false;
  for (int failing_at = 1; failing_at != plenty; ++failing_at) {
    INFO("the allocation that fails: " << failing_at);
    ManualEnvironment env;
    std::vector<Signal> heard;
    auto cb = make_announcer(env, heard, AllowAll{});
    cb.disable(Override{.lasting = 30s, .notify = Notify::no});
    env.advance(30s);
    bool admitted = false;
    REQUIRE_FALSE(lacks_memory(failing_at, [&] { admitted = static_cast<bool>(cb.try_acquire()); }));
    REQUIRE(admitted);
    if (cb.state() == State::disabled) {
      lasted = true;
      REQUIRE(heard.empty());
      REQUIRE(cb.try_acquire());
    } else {
      ended = true;
    }
    REQUIRE(cb.state() == State::closed);
    REQUIRE(heard.size() == 1);
  }
  CHECK(lasted);
  CHECK(ended);
}

namespace {

/// Once through every transition there is. What lacked memory is done again, as a program would: the next call, the next
/// command. Whether each could be made at last.
template <class Breaker>
bool live(Breaker& cb, ManualEnvironment& env, int& thrown) {
  const auto come_to = [&](State state, const auto& act) {
    for (int i = 0; i != 3 && cb.state() != state; ++i) act();
    return cb.state() == state;
  };
  const auto command = [&](State state, const auto& act) {
    return come_to(state, [&] {
      try {
        act();
      } catch (const std::bad_alloc&) {
        ++thrown;
      }
    });
  };
  const auto fail_once = [&] { cb.try_acquire().failure(); };
  const auto ask = [&] { (void)cb.try_acquire(); };
  bool good = come_to(State::open, fail_once);
  env.advance(60s);
  good = good && come_to(State::half_open, ask);
  good = good && come_to(State::open, fail_once);  // by the verdict, or by the call that takes it
  env.advance(60s);
  good = good && come_to(State::half_open, ask);
  const auto hung = cb.try_acquire();
  env.advance(1h);
  good = good && come_to(State::open, ask);  // the patience is over
  env.advance(60s);
  good = good && come_to(State::half_open, ask);
  good = good && come_to(State::closed, [&] { cb.try_acquire().success(); });
  good = good && command(State::disabled, [&] { cb.disable(); });
  good = good && command(State::metrics_only, [&] { cb.metrics_only(); });
  good = good && command(State::forced_open, [&] { cb.force_open(1s); });
  env.advance(1s);
  good = good && come_to(State::half_open, ask);
  good = good && command(State::forced_open, [&] { cb.force_open(Notify::no); });
  return good && command(State::closed, [&] { cb.reset(); });
}

}  // namespace

TEST_CASE("No allocation that fails loses a transition, tells one twice, or leaks") {
  int failed = 0;
  int most = 1;
  for (int failing_at = 1; failing_at <= most; ++failing_at) {
    INFO("the allocation that fails: " << failing_at);
    ManualEnvironment env;
    std::vector<Signal> heard;
    bool good = false;
    bool escaped = true;
    int thrown = 0;
    const long before = outstanding;
    {
      auto cb = make_announcer(env, heard, Probes{1, 1h});
      failing_once = true;
      escaped = lacks_memory(failing_at, [&] { good = live(cb, env, thrown); });
      failing_once = false;
      most = std::max(most, allocations);
    }
    const std::size_t announced = heard.size();
    std::uint64_t last = 0;
    bool in_order = true;
    for (const Signal& signal : heard) {
      // One of them was silent.
      in_order = in_order && (signal.sequence == last + 1 || signal.sequence == last + 2);
      last = signal.sequence;
    }
    std::vector<Signal>{}.swap(heard);
    const long leaked = outstanding - before;
    REQUIRE(good);
    REQUIRE_FALSE(escaped);
    REQUIRE(thrown <= 1);
    REQUIRE(in_order);
    REQUIRE(last == announced + 1);
    REQUIRE(leaked == 0);
    ++failed;
  }
  CHECK(failed >= 20);
  WARN("counted: " << failed << " allocations failed");
}

TEST_CASE("A breaker that lacks memory for itself throws and leaks nothing") {
  int thrown = 0;
  bool made = false;
  for (int failing_at = 1; !made; ++failing_at) {
    CAPTURE(failing_at);
    const ManualEnvironment env;
    const std::string name(100, 'x');
    const long before = outstanding;
    made = !lacks_memory(failing_at, [&] {
      const CircuitBreaker cb{Config{.name = name,
                                     .window = TimeWindow{10s},
                                     .listeners = {[name](const Signal&) {}, [name](const Signal&) {}},
                                     .on_listener_error = [name](const Signal&, std::exception_ptr) {},
                                     .environment = env}};
    });
    REQUIRE(outstanding == before);
    if (!made) ++thrown;
  }
  CHECK(thrown >= 5);
}

TEST_CASE("A restored breaker that lacks memory for itself throws and leaks nothing") {
  ManualEnvironment env;
  const auto config = [&] {
    return Config{.name = std::string(100, 'x'), .window = TimeWindow{10s}, .environment = env};
  };
  CircuitBreaker first{config()};
  first.force_open(Override{.reason = "longer than a string holds without memory of its own", .lasting = 30s});
  const Snapshot snapshot = first.snapshot();
  int thrown = 0;
  bool made = false;
  for (int failing_at = 1; !made; ++failing_at) {
    CAPTURE(failing_at);
    const long before = outstanding;
    made = !lacks_memory(failing_at, [&] {
      const CircuitBreaker second{config(), restore(snapshot)};
      if (second.info().reason != first.info().reason) throw std::bad_alloc{};
    });
    REQUIRE(outstanding == before);
    if (!made) ++thrown;
  }
  CHECK(thrown >= 4);
}

TEST_CASE("Other numbers that lack memory are refused by bad_alloc, the old ones decide on, and nothing leaks") {
  const auto config = [](std::uint64_t failures) {
    return Config{.window = CountWindow{10}, .tripper = FailureStreak{failures}, .retry = Never{}};
  };
  const auto check = [&](auto make) {
    int thrown = 0;
    bool made = false;
    for (int failing_at = 1; !made; ++failing_at) {
      CAPTURE(failing_at);
      const long before = outstanding;
      {
        auto cb = make(config(3));
        made = !lacks_memory(failing_at, [&] { cb.retune(config(2)); });
        for (int i = 0; i != 2; ++i) cb.try_acquire().failure();
        REQUIRE(cb.state() == (made ? State::open : State::closed));
        cb.try_acquire().failure();
        REQUIRE(cb.state() == State::open);
      }
      REQUIRE(outstanding == before);
      if (!made) ++thrown;
    }
    CHECK(thrown >= 1);
  };
  check([](auto c) { return CircuitBreaker{std::move(c)}; });
  check([](auto c) { return AnyCircuitBreaker{std::move(c)}; });
}

TEST_CASE("What cannot be told for lack of memory says so and changes nothing") {
  const ManualEnvironment env;
  std::vector<Signal> heard;
  auto cb = make_announcer(env, heard, AllowAll{});
  cb.try_acquire().success();
  CHECK(lacks_memory(1, [&] { (void)cb.info(); }));
  CHECK(cb.info().metrics == Metrics{1, 0});
}

TEST_CASE("A listener that lacks memory is a listener that throws") {
  const ManualEnvironment env;
  int told = 0;
  CircuitBreaker cb{Config{.listeners = {[](const Signal&) { throw std::bad_alloc{}; }},
                           .on_listener_error = [&](const Signal&, std::exception_ptr) { ++told; },
                           .environment = env}};
  cb.disable();
  CHECK(cb.state() == State::disabled);
  CHECK(told == 1);
}

#endif

namespace {

tasks::Lazy<int> give(int n) { co_return n; }
tasks::Lazy<std::error_code> give_lost() { co_return lost; }

/// A call to be awaited, whose result is not looked at.
template <class Breaker, class F, class... Args>
auto begin(Breaker& cb, F&& f, Args&&... args) {
#if defined(__cpp_exceptions)
  return cb.call(std::forward<F>(f), std::forward<Args>(args)...);
#else
  return cb.try_call(std::forward<F>(f), std::forward<Args>(args)...);
#endif
}

/// Allocations of one `co_await`, in the order: a task without a breaker, guarded, tried, with a fallback; the same four of
/// an awaiter that needs no task.
template <class Breaker>
tasks::Lazy<std::vector<int>> count_awaits(Breaker& cb) {
  using tasks::Ready;
  std::vector<int> counts;
  counts.reserve(8);
  const auto number = [](int n) { return Ready<int>{n}; };
  const auto cached = [](const CallNotPermittedError&) { return 0; };
  const auto start = [] {
    allocations = 0;
    counting = true;
  };
  const auto stop = [&counts] {
    counting = false;
    counts.push_back(allocations);
  };
  start(), (void)co_await give(1), stop();
  start(), (void)co_await begin(cb, give, 1), stop();
  start(), (void)co_await cb.try_call(give, 1), stop();
  start(), (void)co_await cb.call_with_fallback(give, cached, 1), stop();
  start(), (void)co_await Ready<int>{1}, stop();
  start(), (void)co_await begin(cb, number, 1), stop();
  start(), (void)co_await cb.try_call(number, 1), stop();
  start(), (void)co_await cb.call_with_fallback(number, cached, 1), stop();
  co_return counts;
}

/// The same of calls that are refused, without those that throw.
template <class Breaker>
tasks::Lazy<int> count_refusals(Breaker& cb) {
  allocations = 0;
  counting = true;
  (void)co_await cb.try_call(give, 1);
  counting = false;
  co_return allocations;
}

}  // namespace

TEST_CASE("A guarded co_await allocates nothing beyond what it awaits") {
  AsyncCircuitBreaker cb{Config{.tracker = TypeOf<std::error_code>{}, .slow_threshold = 1s}};
  const std::vector<int> bare_then_guarded = tasks::run(count_awaits(cb));
  // clang may leave out the frame of a task that is awaited at once, and of that only.
  CHECK(bare_then_guarded[0] <= 1);
  CHECK(bare_then_guarded[1] <= 1);
  CHECK(bare_then_guarded[2] <= 1);
  CHECK(bare_then_guarded[3] <= 1);
  for (std::size_t i = 4; i != 8; ++i) {
    CAPTURE(i);
    CHECK(bare_then_guarded[i] == 0);
  }
  (void)tasks::run([](auto& breaker) -> tasks::Lazy<int> {
    (void)co_await begin(breaker, give_lost);
    co_return 0;
  }(cb));
  CHECK(cb.info().metrics.failure_count() == 1);

  cb.force_open();
  CHECK(tasks::run(count_refusals(cb)) == 0);
}

namespace {
auto make_peer(const std::string& host) { return Config{.name = host, .listeners = {}}; }
using Peers = CircuitBreakerRegistry<decltype(&make_peer)>;
}  // namespace

TEST_CASE("a call and a lookup of a key that a registry has allocate nothing, whatever the key") {
  Peers peers{make_peer, Capacity{100} & IdleFor{1min} & AtMostOpen{0.5}};
  const std::string key = "a key that is longer than what a string keeps in itself";
  const auto handle = peers[key];
  const std::string_view view = key;
  CHECK(allocations_of([&] { (void)peers.try_call(view, succeed); }) == 0);
  CHECK(allocations_of([&] { (void)peers.try_call(view, fail); }) == 0);
  CHECK(allocations_of([&] { (void)peers[view]; }) == 0);
  CHECK(allocations_of([&] { (void)peers.find(view); }) == 0);
  CHECK(allocations_of([&] { (void)peers.find("another key that is longer than what a string keeps"); }) == 0);
  CHECK(allocations_of([&] { (void)peers.erase(view); }) == 0);
  CHECK(allocations_of([&] { auto copy = handle; }) == 0);
}

TEST_CASE("a registry adds at most 64 bytes a key to its breakers, at each size, and gives all back") {
  if (sizeof(void*) != 8 || sizeof(std::string) != 32) return;
  const long at_first = outstanding_bytes;
  const auto alone = std::make_unique<Peers::Breaker>(make_peer("k0"));
  const long breaker = outstanding_bytes - at_first;
  const long before = outstanding_bytes;
  long largest = 0;
  long added = 0;
  {
    Peers peers{make_peer};
    for (long keys = 1; keys != 6001; ++keys) {
      (void)peers["k" + std::to_string(keys)];
      if (keys >= 500) largest = std::max(largest, (outstanding_bytes - before) / keys - breaker);
    }
    for (int i = 0; i != 50'000; ++i) {  // keys that come and go
      (void)peers["gone " + std::to_string(i)];
      peers.erase("gone " + std::to_string(i));
    }
    added = (outstanding_bytes - before) / 6000 - breaker;
  }
  const long left = outstanding_bytes - before;
  CHECK(largest <= 64);
  CHECK(added <= 64);
  CHECK(left == 0);
}

#if defined(__cpp_exceptions)
TEST_CASE("a key that finds no memory for its breaker leaves nothing behind, and may be asked for again") {
  Peers peers{make_peer};
  for (int i = 0; i != 12; ++i) (void)peers[std::to_string(i)];  // the next one moves the table
  int failing_at = 1;
  while (lacks_memory(failing_at, [&] { (void)peers["new"]; })) {
    CHECK(peers.size() == 12);
    CHECK_FALSE(peers.find("new"));
    ++failing_at;
  }
  CHECK(failing_at >= 4);  // the node, the words of the breaker, the table
  CHECK(peers.size() == 13);
  CHECK(peers.find("new"));
}
#endif
