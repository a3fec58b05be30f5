// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Keeps a Config in a template from losing what it names under clang.
///
/// clang (17 and later; 19 is tested; https://github.com/llvm/llvm-project/issues/178879) deduces the type of
/// `Config{.retry = Cooldown{5s}}` in a template twice. The first time is where the template is defined; the
/// designators then refer to the members of that type. At instantiation clang reuses each designator whose value has
/// not changed, does not find its member in the primary template, and silently deduces a Config of defaults. Nothing in
/// the types shows this. So there are two lines of defence. Temporaries of the library's policies change at
/// instantiation, so that clang resolves their designators by name. And a Config that is made in what clang calls a
/// template is refused unless it has `.as_written = true`, which is lost with the others.

#ifndef FLUXGATE_BASE_IN_TEMPLATE_HPP
#define FLUXGATE_BASE_IN_TEMPLATE_HPP

#include <concepts>
#include <initializer_list>

#include <fluxgate/base/macros.hpp>

#if defined(FLUXGATE_CLANG_LOSES_DESIGNATORS)
#include <source_location>
#include <string_view>
#endif

namespace fluxgate::FLUXGATE_ABI::detail {

/// Base of what a Config takes. Its destructor only has to exist: clang binds temporaries that have one anew at each
/// instantiation. `Derived` makes each base a different type, so that empty members take no space.
template <class Derived>
struct Rebound {
#if defined(FLUXGATE_CLANG_LOSES_DESIGNATORS)
  constexpr Rebound() = default;
  constexpr Rebound(const Rebound&) = default;
  constexpr Rebound(Rebound&&) = default;
  constexpr Rebound& operator=(const Rebound&) = default;
  constexpr Rebound& operator=(Rebound&&) = default;
  constexpr ~Rebound() {}  // NOLINT(modernize-use-equals-default): clang ignores a trivial one
#endif

  /// Of bases only: a template, so that it does not compare derived objects.
  template <std::same_as<Rebound> Base>
  friend constexpr bool operator==(const Base&, const Base&) noexcept {
    return true;
  }
};

/// The last member of a Config: `true` if it is named, else what `unless_lost` returns. Empty.
class AsWritten {
#if defined(FLUXGATE_CLANG_LOSES_DESIGNATORS)
  /// clang writes the template's arguments after the name, as in "void f() [T = int]".
  static constexpr bool is_in_template(std::string_view function) {
    return function.ends_with(']') && function.find(" = ") != function.npos;
  }
#endif

 public:
  /// The Config is taken as it is written.
  consteval AsWritten(bool taken) {
    if (!taken) as_written_has_no_value_but_true();
  }
  /// Deleted: a braced list changes at instantiation, so it would never be lost.
  AsWritten(std::initializer_list<bool>) = delete;

#if defined(FLUXGATE_CLANG_LOSES_DESIGNATORS)
  /// Refuses a Config that may have lost a policy and is made in a template. The location is that of the Config: a
  /// default member initializer that calls a consteval function is evaluated where it is used. An attribute refuses it,
  /// since a call that is not constant would make a lambda around it an immediate function.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"
  static consteval AsWritten unless_lost(bool may_be_lost, std::source_location where = std::source_location::current())
      __attribute__((diagnose_if(
          may_be_lost && is_in_template(where.function_name()),
          "fluxgate: in a template, clang may lose what a Config names: give the breaker its name and its policies, as "
          "in CircuitBreaker b{name, FailureStreak{5}, Cooldown{60s}}, or add .as_written = true to the Config, which "
          "compiles where nothing is lost.",
          "error"))) {
    return true;
  }
#pragma clang diagnostic pop
#else
  static consteval AsWritten unless_lost(bool) { return true; }
#endif

 private:
  static void as_written_has_no_value_but_true() noexcept {}  // not constant: the call does not compile
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
