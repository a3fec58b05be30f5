// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The explorer behind explorer.hpp, and the program that runs the cases.

#include "explorer.hpp"

#include <setjmp.h>  // NOLINT: _setjmp, which leaves the signal mask alone, is not in <csetjmp>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <bitset>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace explorer {
namespace {

using detail::Site;
using std::memory_order;

constexpr int max_locations = 96;
constexpr int max_steps = 20'000;  // of one execution; one that takes more does not end
constexpr std::size_t stack_size = std::size_t{256} * 1024;

/// For each atomic the oldest value that may still be seen; behind those, for each thread the time up to which it is seen.
struct View {
  std::int16_t location[max_locations];
  std::int16_t time[detail::max_threads];
  std::int16_t ordered[detail::max_threads];  ///< how many seq_cst operations of each thread strongly happen before
};

struct Message {
  std::uint64_t value;
  View view;
};

/// A seq_cst operation. What must come before it in the one order of all of them is kept as one bit each.
using Set = std::bitset<512>;
struct Ordered {
  std::size_t number;
  /// Twice the number of the value that was stored, one more for a load of it: by that, operations on one atomic are
  /// ordered.
  int place;
};

struct Location {
  std::vector<Message> messages;
  std::vector<Ordered> ordered;
};

struct Thread {
  View view{};
  bool fresh = true;
  bool ended = true;
  std::vector<std::size_t> ordered{};  ///< its seq_cst operations
};

/// A change to one operation: another order, or no longer one step.
struct Mutation {
  std::string file;
  unsigned line = 0;
  enum class Part : std::uint8_t { none, success, failure, split } part = Part::none;
  memory_order order = memory_order::relaxed;
};

enum class Question : std::uint8_t { pick, first, thread, value, spurious };

struct Choice {
  std::uint8_t chosen;
  std::uint8_t of;
};

struct Abandoned {};

struct Fiber {
  ucontext_t begin{};
  jmp_buf here{};
  bool begun = false;
  std::unique_ptr<char[]> stack;
};

struct SiteUse {
  std::string kind;
  memory_order success;
  memory_order failure;
  bool by_threads = false;
};

/// One execution after the other.
class World {
 public:
  // ---- what the program sets
  Mutation mutation;
  bool tracing = false;
  bool listing = false;
  std::map<std::pair<std::string, unsigned>, SiteUse> sites;  ///< by file and line

  // ---- one execution
  /// With `random`, or without bounds, what the choices do not say is drawn; else it is the first answer.
  void begin(const Bounds* bounds, std::mt19937_64* random) {
    bounded_ = bounds != nullptr;
    if (bounded_) left_ = *bounds;
    random_ = random;
    used_ = 0;
    depth_ = 0;
    steps_ = 0;
    running_ = -1;
    failure_.clear();
    if (random_ != nullptr) {
      choices_.clear();
      // Executions of different temper find different failures.
      switch_one_in_ = 1U << (1 + (*random_)() % 5);
      stale_one_in_ = 1U << (1 + (*random_)() % 4);
      if ((*random_)() % 4 == 0) stale_one_in_ = 0;
    }
  }

  /// Whether there is another execution within the bounds; if so, the choices lead there.
  bool next() {
    while (!choices_.empty()) {
      Choice& last = choices_.back();
      if (++last.chosen != last.of) return true;
      choices_.pop_back();
    }
    return false;
  }
  void forget_choices() { choices_.clear(); }
  void replay(const std::vector<Choice>& choices) { choices_ = choices; }
  const std::vector<Choice>& choices() const { return choices_; }
  const std::string& failure() const { return failure_; }
  std::set<std::string> outcomes;

  void fail(const char* sentence) {
    if (failure_.empty()) failure_ = sentence;
    if (tracing) std::printf("    T%d: violated: %s\n", running_, sentence);
  }

  int running() const { return running_; }

  // ---- threads
  void run(const detail::Job* jobs, int count) {
    jobs_ = jobs;
    count_ = count;
    alive_ = count;
    for (int i = 0; i != used_; ++i) collapse(i);
    before_.clear();
    for (int i = 0; i != count; ++i) {
      Thread& thread = threads_[i];
      thread.view = {};
      thread.view.time[i] = 1;
      thread.fresh = true;
      thread.ended = false;
      thread.ordered.clear();
    }
    if (_setjmp(main_) == 0) go(choose(Question::first, count));
    if (alive_ != 0) {  // a thread did not end
      for (Fiber& fiber : fibers_) fiber.begun = false;
      running_ = -1;
      throw Abandoned{};
    }
    running_ = -1;
    for (int i = 0; i != used_; ++i) collapse(i);
  }

  // ---- atomics
  int new_location(std::uint64_t initial) {
    if (used_ == max_locations) {
      std::fputs("explorer: more atomics than max_locations\n", stderr);
      std::abort();
    }
    if (static_cast<std::size_t>(used_) == locations_.size()) locations_.emplace_back();
    Location& location = locations_[static_cast<std::size_t>(used_)];
    location.messages.clear();
    location.messages.push_back({initial, {}});
    location.ordered.clear();
    // Born among threads, it holds its first value for all of them; what orders a thread behind its birth is what led
    // the thread to it.
    for (Thread& thread : threads_) thread.view.location[used_] = 0;
    return used_++;
  }

  std::uint64_t load(int id, memory_order order, Site site) {
    Location& location = at(id);
    if (running_ < 0) {
      note(site, "load", order, order);
      return location.messages.back().value;
    }
    note(site, "load", order, order);
    weaken(site, Mutation::Part::success, order);
    point();
    const int oldest = oldest_of(location, id, order);
    const int last = last_of(location);
    const int seen = last - choose_value(last - oldest + 1);
    observe_as_load(location, id, seen, order);
    trace(site, "load", id, location.messages[index(seen)].value, seen != last ? "stale" : "");
    return location.messages[index(seen)].value;
  }

  void store(int id, std::uint64_t value, memory_order order, Site site) {
    note(site, "store", order, order);
    Location& location = at(id);
    if (running_ < 0) {
      location.messages.back().value = value;
      return;
    }
    weaken(site, Mutation::Part::success, order);
    point();
    append(location, id, value, order, nullptr, ordered_before(order));
    trace(site, "store", id, value, "");
  }

  std::uint64_t modify(int id, detail::Change change, memory_order order, Site site) {
    note(site, change.kind == detail::Change::Kind::add ? "fetch_add" : "exchange", order, order);
    Location& location = at(id);
    const auto next = [&](std::uint64_t old) {
      return change.kind == detail::Change::Kind::add ? (old + change.operand) & change.mask : change.operand;
    };
    if (running_ < 0) {
      const std::uint64_t old = location.messages.back().value;
      location.messages.back().value = next(old);
      return old;
    }
    weaken(site, Mutation::Part::success, order);
    point();
    const int last = last_of(location);
    const std::uint64_t old = location.messages[index(last)].value;
    const Set before = ordered_before(order);
    observe(location, id, last, order);
    trace(site, "change", id, next(old), "");
    if (mutated(site, Mutation::Part::split)) {
      point();
      append(location, id, next(old), order, nullptr, before);
    } else {
      const View carried = location.messages[index(last)].view;
      append(location, id, next(old), order, &carried, before);
    }
    return old;
  }

  bool compare_exchange(int id, std::uint64_t& expected, std::uint64_t next, memory_order success, memory_order failure,
                        bool weak, Site site) {
    note(site, weak ? "compare_exchange_weak" : "compare_exchange_strong", success, failure);
    Location& location = at(id);
    if (running_ < 0) {
      std::uint64_t& value = location.messages.back().value;
      if (value != expected) {
        expected = value;
        return false;
      }
      value = next;
      return true;
    }
    weaken(site, Mutation::Part::success, success);
    weaken(site, Mutation::Part::failure, failure);
    point();
    const int last = last_of(location);
    const int oldest = oldest_of(location, id, failure);
    // First the latest value: success where it is the expected one. Then older ones that are another, then a failure
    // without a reason.
    int fails[64];
    int count = 0;
    if (location.messages[index(last)].value != expected) fails[count++] = last;
    const bool can_succeed = count == 0;
    if (stale_left()) {
      for (int i = last - 1; i >= oldest && count != 63; --i) {
        if (location.messages[index(i)].value != expected) fails[count++] = i;
      }
    }
    const int options = count + (can_succeed ? 1 : 0);
    int option = 0;
    if (options > 1) option = choose(Question::value, options);
    bool spurious = false;
    if (option == 0 && can_succeed && weak && (!bounded_ || left_.spurious > 0)) {
      spurious = choose(Question::spurious, 2) == 1;
      if (spurious) --left_.spurious;
    }
    if (can_succeed && option == 0 && !spurious) {
      const Set before = ordered_before(success);
      observe(location, id, last, success);
      trace(site, "exchanged", id, next, "");
      if (mutated(site, Mutation::Part::split)) {
        point();
        append(location, id, next, success, nullptr, before);
      } else {
        const View carried = location.messages[index(last)].view;
        append(location, id, next, success, &carried, before);
      }
      return true;
    }
    const int seen = spurious ? last : fails[option - (can_succeed ? 1 : 0)];
    if (seen != last) use_stale();
    observe_as_load(location, id, seen, failure);
    expected = location.messages[index(seen)].value;
    trace(site, "not exchanged", id, expected, spurious ? "spurious" : seen != last ? "stale" : "");
    return false;
  }

  int pick(int count) { return choose(Question::pick, count); }

  // ---- plain memory
  detail::Access now() const {
    return running_ < 0 ? detail::Access{} : detail::Access{running_, threads_[running_].view.time[running_]};
  }
  bool is_behind(detail::Access access) const {
    return running_ < 0 || access.thread < 0 || access.thread == running_ ||
           threads_[running_].view.time[access.thread] >= access.time;
  }
  void hands_over(const void* node) {
    if (running_ < 0) return;
    handed_[node] = now();
  }
  void takes_over(const void* node) {
    const auto found = handed_.find(node);
    if (running_ >= 0 && found != handed_.end() && !is_behind(found->second)) {
      fail("a node is taken over behind the thread that handed it over");
    }
  }
  void forget_handed() { handed_.clear(); }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  static int last_of(const Location& location) { return static_cast<int>(location.messages.size()) - 1; }
  static bool acquires(memory_order order) {
    return order == memory_order::acquire || order == memory_order::acq_rel || order == memory_order::seq_cst;
  }
  static bool releases(memory_order order) {
    return order == memory_order::release || order == memory_order::acq_rel || order == memory_order::seq_cst;
  }

  Location& at(int id) { return locations_[index(id)]; }
  View& view() { return threads_[running_].view; }

  void collapse(int id) {
    Location& location = at(id);
    location.messages.front() = {location.messages.back().value, {}};
    location.messages.resize(1);
    location.ordered.clear();
  }

  int oldest_of(const Location& location, int id, memory_order order) {
    int oldest = view().location[id];
    if (order != memory_order::seq_cst) return oldest;
    // What is older than what an operation before this one has stored or seen would put this one before that.
    const Set before = ordered_before();
    for (const Ordered& other : location.ordered) {
      if (before[other.number]) oldest = std::max(oldest, other.place / 2);
    }
    return oldest;
  }

  /// The seq_cst operations that come before whatever the running thread does next, by what strongly happens before.
  Set ordered_before() {
    Set before;
    for (int i = 0; i != count_; ++i) {
      const int known = view().ordered[i];
      if (known == 0) continue;
      const std::size_t last = threads_[i].ordered[index(known - 1)];
      before |= before_[last];
      before.set(last);
    }
    return before;
  }

  Set ordered_before(memory_order order) { return order == memory_order::seq_cst ? ordered_before() : Set{}; }

  /// Gives a seq_cst operation its place among the others. `before`: what comes before it in any case.
  void put_in_order(Location& location, int place, Set before) {
    const std::size_t number = before_.size();
    if (number == before.size()) {
      std::fputs("explorer: more seq_cst operations than fit\n", stderr);
      std::abort();
    }
    for (const Ordered& other : location.ordered) {
      if (other.place < place) {
        before |= before_[other.number];
        before.set(other.number);
      }
    }
    before_.push_back(before);
    before.set(number);
    for (const Ordered& other : location.ordered) {
      if (other.place <= place) continue;
      for (std::size_t i = 0; i != number; ++i) {
        if (i == other.number || before_[i][other.number]) before_[i] |= before;
      }
    }
    location.ordered.push_back({number, place});
    threads_[running_].ordered.push_back(number);
  }

  void join(View& into, const View& from) const {
    for (int i = 0; i != used_; ++i) into.location[i] = std::max(into.location[i], from.location[i]);
    for (int i = 0; i != count_; ++i) {
      into.time[i] = std::max(into.time[i], from.time[i]);
      into.ordered[i] = std::max(into.ordered[i], from.ordered[i]);
    }
  }

  void observe(Location& location, int id, int seen, memory_order order) {
    View& own = view();
    own.location[id] = std::max(own.location[id], static_cast<std::int16_t>(seen));
    if (acquires(order)) join(own, location.messages[index(seen)].view);
  }
  /// The same for a load, which then is an operation of its own.
  void observe_as_load(Location& location, int id, int seen, memory_order order) {
    const bool ordered = order == memory_order::seq_cst;
    if (ordered) put_in_order(location, 2 * seen + 1, ordered_before());
    observe(location, id, seen, order);
    // Known to what comes behind, not to what it has itself acquired.
    if (ordered) ++view().ordered[running_];
  }

  /// `carried`: what the value before this one carries, for a read-modify-write; `before`: for a seq_cst operation, what
  /// came before it in any case.
  void append(Location& location, int id, std::uint64_t value, memory_order order, const View* carried,
              const Set& before) {
    View& own = view();
    const int place = last_of(location) + 1;
    own.location[id] = static_cast<std::int16_t>(place);
    Message& message = location.messages.emplace_back();
    message.value = value;
    message.view = carried != nullptr ? *carried : View{};
    if (releases(order)) {
      join(message.view, own);
      ++own.time[running_];
    }
    if (order == memory_order::seq_cst) {
      // A thread that sees the value knows what was sequenced before; of this operation itself only another seq_cst one
      // does.
      put_in_order(location, 2 * place, before);
      ++own.ordered[running_];
    }
  }

  // ---- choices
  bool stale_left() const { return !bounded_ || left_.stale > 0; }
  void use_stale() { --left_.stale; }
  int choose_value(int count) {
    if (count == 1 || !stale_left()) return 0;
    const int chosen = choose(Question::value, count);
    if (chosen != 0) use_stale();
    return chosen;
  }

  int choose(Question question, int count) {
    if (count == 1) return 0;
    if (depth_ < choices_.size()) return choices_[depth_++].chosen;
    unsigned chosen = 0;
    if (random_ != nullptr) {
      const std::uint64_t draw = (*random_)();
      const auto others = static_cast<unsigned>(count - 1);
      switch (question) {
        case Question::pick:
        case Question::first: chosen = static_cast<unsigned>((draw >> 32U) % static_cast<unsigned>(count)); break;
        case Question::thread:
          if (draw % switch_one_in_ == 0) chosen = 1 + static_cast<unsigned>((draw >> 32U) % others);
          break;
        case Question::value:
          if (stale_one_in_ != 0 && draw % stale_one_in_ == 0) {
            chosen = 1 + static_cast<unsigned>((draw >> 32U) % others);
          }
          break;
        case Question::spurious: chosen = draw % 16 == 0 ? 1 : 0; break;
      }
    }
    choices_.push_back({static_cast<std::uint8_t>(chosen), static_cast<std::uint8_t>(count)});
    ++depth_;
    return static_cast<int>(chosen);
  }

  /// Before every operation: which thread goes on?
  void point() {
    if (++steps_ > max_steps) {
      fail("the execution ends");
      _longjmp(main_, 1);
    }
    Thread& thread = threads_[running_];
    if (thread.fresh) {
      thread.fresh = false;  // it has just been chosen
      return;
    }
    if (alive_ == 1 || (bounded_ && left_.preemptions == 0)) return;
    const int chosen = choose(Question::thread, alive_);
    if (chosen == 0) return;
    --left_.preemptions;
    // The n-th of the others.
    int next = 0;
    for (int n = chosen;; ++next) {
      if (next != running_ && !threads_[next].ended && --n == 0) break;
    }
    if (_setjmp(fibers_[running_].here) == 0) go(next);
  }

  [[noreturn]] void go(int thread) {
    running_ = thread;
    Fiber& fiber = fibers_[thread];
    if (fiber.begun) _longjmp(fiber.here, 1);
    if (fiber.stack == nullptr) fiber.stack.reset(new char[stack_size]);
    getcontext(&fiber.begin);
    fiber.begin.uc_stack.ss_sp = fiber.stack.get();
    fiber.begin.uc_stack.ss_size = stack_size;
    fiber.begin.uc_link = nullptr;
    fiber.begun = true;
    makecontext(&fiber.begin, &World::enter, 0);
    setcontext(&fiber.begin);
    std::abort();
  }

  static void enter();

  void live() {
    for (;;) {
      const int self = running_;
      jobs_[self].run(jobs_[self].code);
      threads_[self].ended = true;
      --alive_;
      if (_setjmp(fibers_[self].here) != 0) continue;
      if (alive_ == 0) _longjmp(main_, 1);
      int next = 0;
      for (int n = choose(Question::first, alive_);; ++next) {
        if (!threads_[next].ended && n-- == 0) break;
      }
      go(next);
    }
  }

  // ---- mutations
  bool mutated(Site site, Mutation::Part part) const {
    return mutation.part == part && mutation.line == site.line() &&
           std::string_view{site.file_name()}.ends_with(mutation.file);
  }
  void weaken(Site site, Mutation::Part part, memory_order& order) const {
    if (mutated(site, part)) order = mutation.order;
  }
  void note(Site site, const char* kind, memory_order success, memory_order failure) {
    if (!listing) return;
    SiteUse& use = sites[{site.file_name(), site.line()}];
    use.kind = kind;
    use.success = success;
    use.failure = failure;
    if (running_ >= 0) use.by_threads = true;
  }

  void trace(Site site, const char* what, int id, std::uint64_t value, const char* how) const {
    if (!tracing) return;
    std::string_view file = site.file_name();
    file.remove_prefix(std::min(file.size(), file.rfind('/') + 1));
    std::printf("    T%d: %s:%u: %s #%d %016llx %s\n", running_, std::string{file}.c_str(), site.line(), what, id,
                static_cast<unsigned long long>(value), how);
  }

  bool bounded_ = true;
  Bounds left_{};
  std::mt19937_64* random_ = nullptr;
  unsigned switch_one_in_ = 4;
  unsigned stale_one_in_ = 4;
  std::vector<Choice> choices_;
  std::size_t depth_ = 0;
  int steps_ = 0;
  std::string failure_;

  std::vector<Location> locations_;
  int used_ = 0;
  std::vector<Set> before_;  ///< for each seq_cst operation those that come before it
  std::map<const void*, detail::Access> handed_;

  const detail::Job* jobs_ = nullptr;
  int count_ = 0;
  int alive_ = 0;
  int running_ = -1;
  Thread threads_[detail::max_threads];
  Fiber fibers_[detail::max_threads];
  jmp_buf main_{};
};

World& world() {
  static World the_world;
  return the_world;
}

void World::enter() { world().live(); }

/// The case that runs, for the report of a crash.
const char* running_case = "";

extern "C" void crashed(int) {
  static constexpr char text[] = "CRASHED ";
  (void)!write(STDOUT_FILENO, text, sizeof text - 1);
  (void)!write(STDOUT_FILENO, running_case, std::strlen(running_case));
  (void)!write(STDOUT_FILENO, "\n", 1);
  _exit(1);
}

std::vector<const Case*>& cases() {
  static std::vector<const Case*> all;
  return all;
}

// ---- the program ------------------------------------------------------------------------------------------------------

std::string text_of(const std::vector<Choice>& choices) {
  std::size_t length = choices.size();
  while (length != 0 && choices[length - 1].chosen == 0) --length;  // those come by themselves
  std::string text = "-";
  for (std::size_t i = 0; i != length; ++i) text += (i == 0 ? "" : ".") + std::to_string(choices[i].chosen);
  return text;
}

std::vector<Choice> choices_of(std::string_view text) {
  std::vector<Choice> choices;
  unsigned number = 0;
  bool digits = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + static_cast<unsigned>(c - '0');
      digits = true;
    } else if (c == '.') {
      choices.push_back({static_cast<std::uint8_t>(number), 255});
      number = 0;
      digits = false;
    }
  }
  if (digits) choices.push_back({static_cast<std::uint8_t>(number), 255});
  return choices;
}

void execute(const Case& one, const Bounds* bounds, std::mt19937_64* random) {
  world().begin(bounds, random);
  world().forget_handed();
  try {
    one.scenario();
  } catch (const Abandoned&) {
  }
}

struct Options {
  bool full = false;
  std::uint64_t seed = 20'260'101;
  std::string filter;
  std::vector<std::string> left_out;  ///< beginnings of names
  std::string replay;

  bool choose(std::string_view name) const {
    return name.starts_with(filter) &&
           std::none_of(left_out.begin(), left_out.end(),
                        [&](const std::string& beginning) { return name.starts_with(beginning); });
  }
};

struct Result {
  long exhaustive = 0;
  long random = 0;
  bool cut_off = false;  ///< there are more schedules within the bounds
};

/// How many schedules within its full bounds a case gets.
constexpr long most_schedules = 5'000'000;

void report(const Case& one, const std::string& how, const char* options) {
  const std::vector<Choice> choices = world().choices();
  std::printf("VIOLATED %s: %s (%s)\n  replay with: --case '%s' %s%s\n", one.name, world().failure().c_str(),
              how.c_str(), one.name, options, text_of(choices).c_str());
}

bool explore_at_random(const Case& one, long count, std::uint64_t seed, Result& result, bool quiet) {
  for (long i = 0; i != count; ++i) {
    std::mt19937_64 random{seed + static_cast<std::uint64_t>(i)};
    execute(one, nullptr, &random);
    ++result.random;
    if (!world().failure().empty()) {
      if (!quiet) report(one, "seed " + std::to_string(seed + static_cast<std::uint64_t>(i)), "--replay=random");
      return false;
    }
  }
  return true;
}

bool explore_all(const Case& one, const Bounds& bounds, Result& result, bool quiet) {
  world().forget_choices();
  long schedules = 0;
  do {
    if (&bounds == &one.full && schedules++ == most_schedules) {
      result.cut_off = true;
      return true;
    }
    execute(one, &bounds, nullptr);
    ++result.exhaustive;
    if (!world().failure().empty()) {
      if (!quiet) report(one, "exhaustive", &bounds == &one.full ? "--long --replay=bounded" : "--replay=bounded");
      return false;
    }
  } while (world().next());
  return true;
}

const char* name_of(memory_order order) {
  switch (order) {
    case memory_order::relaxed: return "relaxed";
    case memory_order::consume: return "consume";
    case memory_order::acquire: return "acquire";
    case memory_order::release: return "release";
    case memory_order::acq_rel: return "acq_rel";
    case memory_order::seq_cst: return "seq_cst";
  }
  return "?";
}

/// Whether one way of exploring a case, which held or found a violation, has seen what there is to see.
bool is_as_told(const Case& one, bool held) {
  std::string seen;
  for (const std::string& name : std::exchange(world().outcomes, {})) seen += (seen.empty() ? "" : " | ") + name;
  if (one.outcomes == nullptr) return held;
  if (one.outcomes == violation) return !held;
  if (seen == one.outcomes) return held;
  std::printf("VIOLATED %s: outcomes are %s, but must be %s (seed and bounds: see below)\n", one.name, seen.c_str(),
              one.outcomes);
  return false;
}

/// Whether the case went as it must, both ways; adds up its executions.
bool run(const Case& one, const Options& options, long& executions) {
  const Bounds& bounds = options.full ? one.full : one.quick;
  const bool planted = one.outcomes == violation;
  Result result;
  // At random first: what can be found at all is mostly found soon.
  bool good = is_as_told(one, explore_at_random(one, bounds.random, options.seed, result, planted));
  // The narrow bounds are always exhausted.
  good = good && is_as_told(one, explore_all(one, one.quick, result, planted) &&
                                     (!options.full || explore_all(one, one.full, result, planted)));
  executions += result.exhaustive + result.random;
  std::printf(
      "%s: %ld executions (%ld exhaustive: %d preemptions, %d stale, %d spurious%s; %ld random from seed %llu)%s\n",
      one.name, result.exhaustive + result.random, result.exhaustive, bounds.preemptions, bounds.stale, bounds.spurious,
      result.cut_off ? ", CUT OFF" : "", result.random, static_cast<unsigned long long>(options.seed),
      !planted ? ""
      : good   ? ", found both ways"
               : ", NOT FOUND both ways");
  for (const auto& [place, use] : world().sites) {
    if (use.by_threads) {
      std::printf("  site %s:%u %s %s %s\n", place.first.c_str(), place.second, use.kind.c_str(), name_of(use.success),
                  name_of(use.failure));
    }
  }
  world().sites.clear();
  std::fflush(stdout);
  return good;
}

/// FILE:LINE:PART[=ORDER]
Mutation mutation_of(const std::string& text) {
  Mutation mutation;
  std::vector<std::string> fields{""};
  for (const char c : text) {
    if (c == ':' || c == '=') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (fields.size() < 3) std::exit(2);
  mutation.file = fields[0];
  mutation.line = static_cast<unsigned>(std::stoul(fields[1]));
  mutation.part = fields[2] == "split"     ? Mutation::Part::split
                  : fields[2] == "failure" ? Mutation::Part::failure
                                           : Mutation::Part::success;
  if (fields.size() > 3) {
    for (const memory_order order : {memory_order::relaxed, memory_order::acquire, memory_order::release,
                                     memory_order::acq_rel, memory_order::seq_cst}) {
      if (fields[3] == name_of(order)) mutation.order = order;
    }
  }
  return mutation;
}

int main_program(int count, char** arguments) {
  Options options;
  bool list = false;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto value = [&](const char* name) {
      const std::string prefix = std::string{name} + "=";
      return argument.starts_with(prefix) ? argument.substr(prefix.size()) : std::string{};
    };
    if (argument == "--long") {
      options.full = true;
    } else if (argument == "--list") {
      list = true;
    } else if (argument == "--sites") {
      world().listing = true;
    } else if (const std::string mutation = value("--mutate"); !mutation.empty()) {
      world().mutation = mutation_of(mutation);
    } else if (const std::string seed = value("--seed"); !seed.empty()) {
      options.seed = std::stoull(seed);
    } else if (const std::string replay = value("--replay"); !replay.empty()) {
      options.replay = replay;
    } else if (argument == "--case" && i + 1 < count) {
      options.filter = arguments[++i];
    } else if (argument == "--except" && i + 1 < count) {
      options.left_out.emplace_back(arguments[++i]);
    } else {
      std::fprintf(
          stderr,
          "usage: %s [--long] [--list] [--sites] [--seed=N] [--case PREFIX] [--except PREFIX]... [--replay=CHOICES]\n"
          "          [--mutate=FILE:LINE:success=ORDER|failure=ORDER|split]\n",
          arguments[0]);
      return 2;
    }
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE}) std::signal(signal, crashed);
  bool good = true;
  long ran = 0;
  long executions = 0;
  std::vector<const Case*> chosen;
  for (const Case* one : cases()) {
    if (options.choose(one->name)) chosen.push_back(one);
  }
  for (const Case* one : chosen) {
    if (list) {
      std::printf("%s\n", one->name);
      continue;
    }
    ++ran;
    running_case = one->name;
    if (!options.replay.empty()) {
      world().tracing = true;
      world().replay(choices_of(options.replay));
      // Random executions know no bounds.
      const Bounds bounds = options.full ? one->full : one->quick;
      execute(*one, options.replay.starts_with("random") ? nullptr : &bounds, nullptr);
      std::printf("%s: %s\n", one->name, world().failure().empty() ? "nothing violated" : world().failure().c_str());
      good = good && world().failure().empty();
      continue;
    }
    if (!run(*one, options, executions)) {
      good = false;
      if (world().mutation.part != Mutation::Part::none) break;
    }
  }
  if (!list && ran == 0 && options.left_out.empty()) {
    std::fputs("no case has that name\n", stderr);
    return 2;
  }
  if (executions != 0) std::printf("counted: %ld cases, %ld executions explored\n", ran, executions);
  return good ? 0 : 1;
}

}  // namespace

Case::Case(const char* its_name, Bounds quick_bounds, Bounds full_bounds, void (*its_scenario)(),
           const char* its_outcomes)
    : name{its_name}, quick{quick_bounds}, full{full_bounds}, scenario{its_scenario}, outcomes{its_outcomes} {
  cases().push_back(this);
}

void expect(bool holds, const char* sentence) {
  if (!holds) world().fail(sentence);
}

int pick(int count) { return world().pick(count); }

void outcome(const char* name) { world().outcomes.insert(name); }

int this_thread() noexcept { return world().running(); }

namespace detail {

int new_location(std::uint64_t initial) noexcept { return world().new_location(initial); }
std::uint64_t load(int location, memory_order order, Site site) noexcept { return world().load(location, order, site); }
void store(int location, std::uint64_t value, memory_order order, Site site) noexcept {
  world().store(location, value, order, site);
}
std::uint64_t modify(int location, Change change, memory_order order, Site site) noexcept {
  return world().modify(location, change, order, site);
}
bool compare_exchange(int location, std::uint64_t& expected, std::uint64_t next, memory_order success,
                      memory_order failure, bool weak, Site site) noexcept {
  return world().compare_exchange(location, expected, next, success, failure, weak, site);
}
void hands_over(const void* node) noexcept { world().hands_over(node); }
void takes_over(const void* node) noexcept { world().takes_over(node); }
void run_threads(const Job* jobs, int count) { world().run(jobs, count); }
Access now() noexcept { return world().now(); }
bool is_behind(Access access) noexcept { return world().is_behind(access); }

}  // namespace detail

}  // namespace explorer

int main(int count, char** arguments) { return explorer::main_program(count, arguments); }
