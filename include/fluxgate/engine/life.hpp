// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Detects a breaker that is destroyed too early, with FLUXGATE_DEBUG; without it, empty types that do nothing.
///
/// Three roles. A breaker has a Life. What must end before the breaker holds an UnderWay. What refers to the breaker
/// has a Watch, and checks it before each use. Their shared state outlives all of them, so a check after the end
/// touches no freed memory.

#ifndef FLUXGATE_ENGINE_LIFE_HPP
#define FLUXGATE_ENGINE_LIFE_HPP

#include <string_view>

#include <fluxgate/base/macros.hpp>

#if FLUXGATE_DEBUG
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#endif

namespace fluxgate::FLUXGATE_ABI::detail {

#if FLUXGATE_DEBUG

struct LifeState {
  explicit LifeState(std::string_view breaker_name) : name{breaker_name} {}

  [[noreturn]] void fail(std::string_view what) const noexcept {
    std::fprintf(stderr, "fluxgate: %.*s (breaker '%s')\n", static_cast<int>(what.size()), what.data(), name.c_str());
    std::abort();
  }

  const std::string name;
  std::atomic<std::uint64_t> under_way{0};
  std::atomic<bool> ended{false};
};

class Life {
 public:
  explicit Life(std::string_view name) : state_{std::make_shared<LifeState>(name)} {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() {
    // Acquire: pairs with the decrement, so that the memory used by ended calls may be freed.
    if (state_->under_way.load(std::memory_order_acquire) != 0) {
      state_->fail("a breaker is destroyed while a call, a command, an Admission or an awaitable of it is in flight");
    }
    state_->ended.store(true, std::memory_order_release);  // pairs with the load in Watch
  }

 private:
  friend class UnderWay;
  friend class Watch;
  std::shared_ptr<LifeState> state_;
};

class UnderWay {
 public:
  UnderWay() noexcept = default;
  explicit UnderWay(const Life& life) noexcept : state_{life.state_} {
    state_->under_way.fetch_add(1, std::memory_order_relaxed);  // orders nothing
  }
  UnderWay(UnderWay&& other) noexcept : state_{std::move(other.state_)} {}
  UnderWay& operator=(UnderWay&& other) noexcept {
    if (this != &other) {
      end();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~UnderWay() { end(); }

 private:
  void end() noexcept {
    if (state_ != nullptr) state_->under_way.fetch_sub(1, std::memory_order_release);  // pairs with ~Life
  }

  std::shared_ptr<LifeState> state_;
};

class Watch {
 public:
  template <class Breaker>
  explicit Watch(const Breaker& breaker) noexcept : state_{breaker.life_.state_} {}

  /// Aborts the program with the message `what` if the breaker has been destroyed.
  void check(std::string_view what) const noexcept {
    if (state_->ended.load(std::memory_order_acquire)) state_->fail(what);  // pairs with ~Life
  }

 private:
  std::shared_ptr<LifeState> state_;
};

#else

class Life {
 public:
  constexpr explicit Life(std::string_view) noexcept {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
};

class UnderWay {
 public:
  constexpr UnderWay() noexcept = default;
  constexpr explicit UnderWay(const Life&) noexcept {}
};

class Watch {
 public:
  template <class Breaker>
  constexpr explicit Watch(const Breaker&) noexcept {}
  constexpr void check(std::string_view) const noexcept {}
};

#endif

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
