// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Permits: which calls may test recovery while HALF_OPEN.

#ifndef FLUXGATE_PERMITS_PROBES_HPP
#define FLUXGATE_PERMITS_PROBES_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>

#include <fluxgate/expression/operand.hpp>
#include <fluxgate/macros.hpp>
#include <fluxgate/text.hpp>

namespace fluxgate::inline FLUXGATE_ABI {

/// What a permit sees when it is asked.
class PermitContext {
 public:
  /// `environment` must outlive the context; any type with `uniform()`.
  template <class Environment>
  PermitContext(std::chrono::nanoseconds elapsed, const Environment& environment) noexcept
      : elapsed_{elapsed}, environment_{&environment}, draw_{draw_from<Environment>} {}

  /// Time since the breaker became HALF_OPEN.
  std::chrono::nanoseconds elapsed() const noexcept { return elapsed_; }
  /// A fresh draw in [0, 1).
  double uniform() const noexcept { return draw_(environment_); }

 private:
  template <class Environment>
  static double draw_from(const void* environment) noexcept {
    return static_cast<const Environment*>(environment)->uniform();
  }

  std::chrono::nanoseconds elapsed_;
  const void* environment_;
  double (*draw_)(const void*) noexcept;
};

/// Any callable on `const PermitContext&` that gives a bool, or `Probes`. Called from many threads at once; what it
/// throws counts as a refusal.
template <class P>
concept Permit = std::copy_constructible<P> && requires(const P& permit, const PermitContext& context) {
  { permit(context) } -> std::convertible_to<bool>;
};

namespace detail {

/// Whether `permit` lets a call through; one that throws does not.
template <class P, class Environment>
bool permits(const P& permit, std::chrono::nanoseconds elapsed, const Environment& environment) noexcept {
  FLUXGATE_TRY { return static_cast<bool>(permit(PermitContext{elapsed, environment})); }
  FLUXGATE_CATCH_ALL { return false; }
}

/// The operator of permits: both must admit.
struct PermitVocabulary {
  using Subject = PermitContext;
  static constexpr bool has_or = false;
  static constexpr bool has_not = false;
  template <class P>
  static constexpr bool accepts = Permit<P>;

  static constexpr bool both(const auto& left, const auto& right, const PermitContext& context) {
    return left(context) && right(context);
  }
};

}  // namespace detail

/// Base of a permit of your own that wants `&`: `struct Mine : PermitOperand<Mine> { ... };`
template <class Derived>
using PermitOperand = Operand<Derived, detail::PermitVocabulary>;

/// Admits every call. Choose it where the retry's pause alone is protection enough.
struct AllowAll : PermitOperand<AllowAll> {
  constexpr bool operator()(const PermitContext&) const noexcept { return true; }
  static std::string describe() { return "AllowAll{}"; }
  friend constexpr bool operator==(const AllowAll&, const AllowAll&) = default;
};

/// Admits each call with the probability `ratio`. Choose it for a steady trickle under dense traffic.
class Random : public PermitOperand<Random> {
 public:
  /// @throws std::invalid_argument unless 0 < ratio <= 1
  constexpr explicit Random(double ratio) : ratio_{ratio} {
    detail::require(ratio > 0.0 && ratio <= 1.0, "Random", "ratio", ratio, "(0, 1]");
  }
  bool operator()(const PermitContext& context) const noexcept { return context.uniform() < ratio_; }
  std::string describe() const { return detail::concat({"Random{", detail::text(ratio_), "}"}); }
  friend constexpr bool operator==(const Random&, const Random&) = default;

 private:
  double ratio_;
};

/// Admits each call with a probability that grows from `initial` to `final` over `duration`, then stays.
///
/// Choose it where a cold or recovering dependency must not get its full load at once.
class RampUp : public PermitOperand<RampUp> {
 public:
  /// @throws std::invalid_argument unless 0 < initial <= final <= 1 and duration > 0
  template <class Rep, class Period>
  constexpr RampUp(double initial, double final, std::chrono::duration<Rep, Period> duration)
      : initial_{initial}, final_{final}, duration_{detail::to_nanoseconds(duration)} {
    detail::require(initial > 0.0 && initial <= 1.0, "RampUp", "initial", initial, "(0, 1]");
    detail::require(final >= initial && final <= 1.0, "RampUp", "final", final, "[initial, 1]");
    detail::require(duration_.count() > 0, "RampUp", "duration", duration_, "(0s, 292 years]");
  }
  template <detail::Unitless N>
  constexpr RampUp(double, double, N) {
    detail::refuse_unitless<N>();
  }
  bool operator()(const PermitContext& context) const noexcept { return context.uniform() < ratio(context.elapsed()); }

  /// The probability of admission `elapsed` after HALF_OPEN began.
  constexpr double ratio(std::chrono::nanoseconds elapsed) const noexcept {
    if (elapsed >= duration_) return final_;
    return initial_ +
           (final_ - initial_) * (static_cast<double>(elapsed.count()) / static_cast<double>(duration_.count()));
  }
  std::string describe() const {
    return detail::concat(
        {"RampUp{", detail::text(initial_), ", ", detail::text(final_), ", ", detail::text(duration_), "}"});
  }
  friend constexpr bool operator==(const RampUp&, const RampUp&) = default;

 private:
  double initial_;
  double final_;
  std::chrono::nanoseconds duration_;
};

/// Admits at most `count` calls per HALF_OPEN round and closes the breaker when their outcomes are in, if the tripper
/// does not fire over all of them. Opens it as soon as that is certain: when the tripper would fire even if every
/// outcome that is missing were a success that took no time, or when none of the calls succeeded. A neutral call gives
/// its place back.
///
/// `patience` is for probes that are lost or hang: when all places have been taken for so long, counted from the last
/// admission, without a verdict, the next call reopens the breaker. While a place is free the round waits for callers.
///
/// Choose it to bound what a sick dependency gets, and to judge on a known number of calls.
class Probes : public PermitOperand<Probes> {
 public:
  /// @throws std::invalid_argument unless 1 <= count <= 1000000 and patience > 0; the breaker refuses more than 30000
  ///   over a CountWindow
  template <detail::Count N, class Rep, class Period>
  constexpr Probes(N count, std::chrono::duration<Rep, Period> patience)
      : count_{static_cast<std::uint32_t>(detail::to_count(count, 1'000'000, "Probes", "count", "[1, 1000000]"))},
        patience_{detail::to_nanoseconds(patience)} {
    detail::require(patience_.count() > 0, "Probes", "patience", patience_, "(0s, 292 years]");
  }
  template <detail::Count N, detail::Unitless Patience>
  constexpr Probes(N, Patience) {
    detail::refuse_unitless<Patience>();
  }
  /// The engine claims the place itself, after every other permit of the tree has admitted.
  constexpr bool operator()(const PermitContext&) const noexcept { return true; }
  constexpr std::uint32_t count() const noexcept { return count_; }
  constexpr std::chrono::nanoseconds patience() const noexcept { return patience_; }
  std::string describe() const {
    return detail::concat({"Probes{", detail::text(std::uint64_t{count_}), ", ", detail::text(patience_), "}"});
  }
  friend constexpr bool operator==(const Probes&, const Probes&) = default;

 private:
  std::uint32_t count_;
  std::chrono::nanoseconds patience_;
};

namespace detail {

/// The Probes of a breaker whose permit the user did not write: construction raises its count to what the tripper waits
/// for in HALF_OPEN.
class DefaultProbes : public Probes {
 public:
  using Probes::Probes;

  constexpr void raise_to(std::uint64_t least) {
    if (least > count()) *this = DefaultProbes{least, patience()};
  }
};

/// How many `Probes` a tree of permits holds.
template <class Node>
constexpr int probes_in() noexcept {
  if constexpr (is_and<Node>) {
    return probes_in<decltype(Node::left)>() + probes_in<decltype(Node::right)>();
  } else {
    return std::derived_from<Node, Probes> ? 1 : 0;
  }
}

/// The `Probes` of a tree that has one.
template <class Node>
constexpr auto& find_probes(Node& node) noexcept {
  if constexpr (std::derived_from<Node, Probes>) {
    return node;
  } else if constexpr (probes_in<decltype(Node::left)>() != 0) {
    return find_probes(node.left);
  } else {
    return find_probes(node.right);
  }
}

}  // namespace detail

}  // namespace fluxgate::inline FLUXGATE_ABI

#endif
