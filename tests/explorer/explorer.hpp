// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A model checker for code that gets its atomics through the engine's seam.
///
/// A scenario sets something up, hands pieces of code to `threads`, and says with `expect` what must hold. It is run again
/// and again, each time with other answers to three questions: which thread goes on (asked before every atomic
/// operation), which of the values that it may still see a load gets, and whether a weak compare-exchange fails without
/// a reason. Threads are fibers on one system thread, so each run can be repeated exactly.
///
/// Memory. Each atomic keeps all values that were ever stored, in the order in which they were stored. Each thread has
/// a view: of each atomic the oldest value that it may still see. Loads raise the view to what they saw; a value stored
/// with release carries the view of its writer, and a thread that loads it with acquire takes that over. A
/// read-modify-write reads the latest value and hands on what that carries (a release sequence). A failed
/// compare-exchange is a load. So coherence, happens-before and release sequences are those of C++20.
///
/// seq_cst. Such operations are acquire and release, and there must be one order of all of them that agrees with what
/// strongly happens before and with the order of the values of each atomic. What is known of that order is kept; a
/// load may see no value that would close a circle in it. (So it need not be the order in which they were run.)
///
/// What is not explored: values from the future (load buffering: circles of program order and reads-from), and stores that
/// get a place in the modification order before one that ran earlier (with read-modify-writes only, as in the engine,
/// that would be such a circle). What is explored, C++20 allows: a failure is a failure of the code.
///
/// Plain memory. `Plain<T>` finds accesses that are not ordered by happens-before. An atomic pointer checks that a
/// thread that takes an object over is ordered behind the thread that put it there; of nodes with a `next`, behind all
/// that put one there.

#ifndef FLUXGATE_TESTS_EXPLORER_EXPLORER_HPP
#define FLUXGATE_TESTS_EXPLORER_EXPLORER_HPP

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

namespace explorer {

/// How far a case is explored exhaustively, and how often at random beyond that.
struct Bounds {
  int preemptions = 2;  ///< how often a thread is interrupted that could go on
  int stale = 1;        ///< how many loads get another value than the latest
  int spurious = 1;     ///< how many weak exchanges fail without a reason
  long random = 1000;   ///< executions with none of these limits
};

/// A scenario with a name, known to the program from its construction on.
struct Case {
  const char* name;
  Bounds quick;
  Bounds full;
  void (*scenario)();
  const char* outcomes;  ///< all that there must be, in the order of the alphabet: "a | b"; null: not told

  Case(const char* name, Bounds quick, Bounds full, void (*scenario)(), const char* outcomes = nullptr);
};

/// For Case::outcomes: a bug is planted, and must be found.
inline constexpr const char* violation = "violation";

/// Notes a failure of the execution unless `holds`.
void expect(bool holds, const char* sentence);

/// Any number below `count`, outside of threads: all of them are explored.
int pick(int count);

/// Notes how an execution came out.
void outcome(const char* name);

namespace detail {

inline constexpr int max_threads = 4;

/// A memory order, and which of the operation's two: those that a mutation weakens have a number each.
using Site = const std::source_location&;

/// What the atomics ask of the explorer. Values travel as bits.
int new_location(std::uint64_t initial) noexcept;
std::uint64_t load(int location, std::memory_order order, Site site) noexcept;
void store(int location, std::uint64_t value, std::memory_order order, Site site) noexcept;
/// Reads the latest value and stores what `next` makes of it.
struct Change {
  enum class Kind : std::uint8_t { exchange, add } kind;
  std::uint64_t operand;
  std::uint64_t mask = ~std::uint64_t{0};  ///< of the bits that a sum has
};
std::uint64_t modify(int location, Change change, std::memory_order order, Site site) noexcept;
bool compare_exchange(int location, std::uint64_t& expected, std::uint64_t next, std::memory_order success,
                      std::memory_order failure, bool weak, Site site) noexcept;

/// A node that this thread is about to hand over, and one that it takes over.
void hands_over(const void* node) noexcept;
void takes_over(const void* node) noexcept;

struct Job {
  void (*run)(void*);
  void* code;
};
void run_threads(const Job* jobs, int count);

struct Access {
  int thread = -1;
  std::int16_t time = 0;
};
Access now() noexcept;
bool is_behind(Access access) noexcept;

}  // namespace detail

/// Runs each piece of code on a thread of its own, to their ends. They must not throw.
template <class... Code>
void threads(Code&&... code) {
  static_assert(sizeof...(Code) <= detail::max_threads);
  const detail::Job jobs[] = {detail::Job{[](void* piece) { (*static_cast<std::remove_reference_t<Code>*>(piece))(); },
                                          const_cast<void*>(static_cast<const void*>(&code))}...};
  detail::run_threads(jobs, sizeof...(Code));
}

/// The number of the running thread, from 0 in the order of `threads`; -1 outside of them.
int this_thread() noexcept;

/// What the engine needs of `std::atomic`.
template <class T>
class Atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t));
  using Site = std::source_location;

 public:
  Atomic(T value = {}) noexcept : location_{detail::new_location(bits(value))} {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order order, const Site& site = Site::current()) const noexcept {
    return value(detail::load(location_, order, site));
  }
  void store(T next, std::memory_order order, const Site& site = Site::current()) noexcept {
    detail::store(location_, bits(next), order, site);
  }
  T exchange(T next, std::memory_order order, const Site& site = Site::current()) noexcept {
    hand_over(next);
    const T old = value(detail::modify(location_, {detail::Change::Kind::exchange, bits(next)}, order, site));
    if constexpr (is_list) {
      for (T node = old; node != nullptr; node = node->next) detail::takes_over(node);
    } else if constexpr (std::is_pointer_v<T>) {
      if (old != nullptr) detail::takes_over(old);
    }
    return old;
  }
  T fetch_add(T operand, std::memory_order order, const Site& site = Site::current()) noexcept {
    static_assert(std::is_unsigned_v<T>);
    return value(detail::modify(location_, {detail::Change::Kind::add, bits(operand), bits(static_cast<T>(~T{0}))},
                                order, site));
  }
  bool compare_exchange_strong(T& expected, T next, std::memory_order success, std::memory_order failure,
                               const Site& site = Site::current()) noexcept {
    return compare_exchange(expected, next, success, failure, false, site);
  }
  bool compare_exchange_weak(T& expected, T next, std::memory_order success, std::memory_order failure,
                             const Site& site = Site::current()) noexcept {
    return compare_exchange(expected, next, success, failure, true, site);
  }

 private:
  static constexpr bool is_list = requires(T node) { node = node->next; };

  static std::uint64_t bits(T value) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return bits;
  }
  static T value(std::uint64_t bits) noexcept {
    T value{};
    std::memcpy(static_cast<void*>(&value), &bits, sizeof(T));
    return value;
  }
  static void hand_over([[maybe_unused]] T next) noexcept {
    if constexpr (std::is_pointer_v<T>) {
      if (next != nullptr) detail::hands_over(next);
    }
  }
  bool compare_exchange(T& expected, T next, std::memory_order success, std::memory_order failure, bool weak,
                        const Site& site) noexcept {
    hand_over(next);
    std::uint64_t seen = bits(expected);
    if (detail::compare_exchange(location_, seen, bits(next), success, failure, weak, site)) return true;
    expected = value(seen);
    return false;
  }

  int location_;
};

/// Memory without atomics, watched.
template <class T>
class Plain {
 public:
  explicit Plain(T value = {}) : value_{value} {}

  T read() {
    expect(detail::is_behind(written_), "plain memory is read behind its last write");
    const detail::Access access = detail::now();
    if (access.thread >= 0) read_[static_cast<std::size_t>(access.thread)] = access;
    return value_;
  }
  void write(T value) {
    expect(detail::is_behind(written_), "plain memory is written behind its last write");
    for (const detail::Access& access : read_) {
      expect(detail::is_behind(access), "plain memory is written behind its last reads");
    }
    written_ = detail::now();
    value_ = value;
  }

 private:
  T value_;
  detail::Access written_{};
  std::array<detail::Access, detail::max_threads> read_{};
};

struct Atomics {
  template <class T>
  using Atomic = explorer::Atomic<T>;

  /// Each thread has its own, while there are enough.
  template <std::size_t stripes>
  static std::size_t stripe() noexcept {
    return static_cast<std::size_t>(this_thread() + 1) % stripes;
  }
  template <std::size_t>
  static void leave_stripe() noexcept {}

  static constexpr std::uint32_t notices = 4;
  static constexpr std::size_t reason_words = 2;
  static constexpr std::size_t hazard_lines = 4;
  static constexpr std::size_t hazards_a_line = 1;
  struct Watched {
    void read() const { (void)memory.read(); }
    void write() { memory.write(0); }
    mutable Plain<int> memory{};
  };
  static constexpr int patience = 2;
  static void pause() noexcept {}
};

}  // namespace explorer

#endif
