// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The concept of a permit, what it sees, and its operator.

#ifndef FLUXGATE_PERMITS_PERMIT_HPP
#define FLUXGATE_PERMITS_PERMIT_HPP

#include <chrono>
#include <concepts>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/expression/operators.hpp>

namespace fluxgate::FLUXGATE_ABI {

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

/// A callable on `const PermitContext&` that returns a bool, or `Probes`. Called on many threads at once. An exception
/// from it counts as a refusal.
template <class P>
concept Permit = std::copy_constructible<P> && requires(const P& permit, const PermitContext& context) {
  { permit(context) } -> std::convertible_to<bool>;
};

namespace detail {

/// Whether `permit` admits a call; not if it throws.
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

/// Base of a permit of your own with `&`: `struct Mine : PermitOperand<Mine> { ... };`
template <class Derived>
using PermitOperand = Operand<Derived, detail::PermitVocabulary>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
