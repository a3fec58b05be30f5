// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// What `try_call` gives: the value, or the rejection.

#ifndef FLUXGATE_CALL_RESULT_HPP
#define FLUXGATE_CALL_RESULT_HPP

#include <cstdlib>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/outcome.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

struct Nothing {};

/// What is stored for a result of type R: void as an empty value, a reference as a pointer.
template <class R>
using Stored =
    std::conditional_t<std::is_void_v<R>, Nothing,
                       std::conditional_t<std::is_reference_v<R>, std::remove_reference_t<R>*, std::remove_cv_t<R>>>;

}  // namespace detail

/// Holds what the callable returned, or why it was not invoked. R may be void, a reference or move-only.
///
/// Reading the side that is not there is a programming error and ends the program; `has_value` tells.
template <class R>
class [[nodiscard]] CallResult {
  using Value = detail::Stored<R>;
  using Content = std::variant<Value, Rejection>;

 public:
  using value_type = R;

  CallResult(Rejection rejection) noexcept : content_{std::in_place_index<1>, rejection} {}

  CallResult(const CallResult&) = default;
  CallResult(CallResult&&) = default;
  ~CallResult() = default;
  /// One that throws leaves a rejection as it was, and of a value what the value's own assignment leaves.
  CallResult& operator=(const CallResult& other)
    requires std::is_copy_assignable_v<Content> && (!std::is_trivially_copy_assignable_v<Content>)
  {
    return assign(other);
  }
  CallResult& operator=(const CallResult&)
    requires std::is_trivially_copy_assignable_v<Content>
  = default;
  CallResult& operator=(CallResult&& other) noexcept(std::is_nothrow_move_assignable_v<Content>)
    requires std::is_move_assignable_v<Content> && (!std::is_trivially_move_assignable_v<Content>)
  {
    return assign(std::move(other));
  }
  CallResult& operator=(CallResult&&)
    requires std::is_trivially_move_assignable_v<Content>
  = default;

  /// Runs `make` and holds what it returns.
  template <class Make>
  static CallResult from(Make&& make) {
    static_assert(std::is_void_v<R> || std::is_reference_v<R> || std::is_move_constructible_v<Value>,
                  "fluxgate: try_call() keeps what the callable returns, which must be movable for that; call() hands "
                  "it on as it is.");
    if constexpr (std::is_void_v<R>) {
      std::forward<Make>(make)();
      return CallResult{std::in_place, detail::Nothing{}};
    } else if constexpr (std::is_reference_v<R>) {
      R reference = std::forward<Make>(make)();
      return CallResult{std::in_place, std::addressof(reference)};
    } else {
      return CallResult{std::in_place, std::forward<Make>(make)()};
    }
  }

  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  decltype(auto) value() & { return get(*this); }
  decltype(auto) value() const& { return get(*this); }
  decltype(auto) value() && { return get(std::move(*this)); }
  decltype(auto) value() const&& { return get(std::move(*this)); }

  decltype(auto) operator*() & { return get(*this); }
  decltype(auto) operator*() const& { return get(*this); }
  decltype(auto) operator*() && { return get(std::move(*this)); }
  decltype(auto) operator*() const&& { return get(std::move(*this)); }

  auto* operator->()
    requires(!std::is_void_v<R>)
  {
    return pointer(*this);
  }
  auto* operator->() const
    requires(!std::is_void_v<R>)
  {
    return pointer(*this);
  }

  const Rejection& rejection() const noexcept {
    const Rejection* rejection = std::get_if<1>(&content_);
    if (rejection == nullptr) std::abort();
    return *rejection;
  }

 private:
  template <class... V>
  explicit CallResult(std::in_place_t, V&&... value) : content_{std::in_place_index<0>, std::forward<V>(value)...} {}

  /// A variant whose assignment throws may be left with neither side.
  struct StillRefused {
    Content& content;
    const Rejection* before = std::get_if<1>(&content);
    Rejection rejection = before == nullptr ? Rejection{} : *before;
    ~StillRefused() {
      if (content.valueless_by_exception()) content.template emplace<1>(rejection);
    }
  };
  template <class Other>
  CallResult& assign(Other&& other) {
    [[maybe_unused]] const StillRefused still_refused{content_};
    content_ = std::forward<Other>(other).content_;
    return *this;
  }

  template <class Self>
  static decltype(auto) get(Self&& self) {
    auto* value = std::get_if<0>(&self.content_);
    if (value == nullptr) std::abort();
    if constexpr (std::is_void_v<R>) {
      return;
    } else if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(**value);
    } else if constexpr (std::is_lvalue_reference_v<Self>) {
      return (*value);
    } else {
      return std::move(*value);
    }
  }

  template <class Self>
  static auto* pointer(Self& self) {
    auto* value = std::get_if<0>(&self.content_);
    if (value == nullptr) std::abort();
    if constexpr (std::is_reference_v<R>) {
      return *value;
    } else {
      return value;
    }
  }

  Content content_;
};

/// A result in a result: failed when the call was refused, or when what it returned failed.
template <class R>
struct outcome_traits<CallResult<R>> {
  static bool failed(const CallResult<R>& result) noexcept {
    if (!result.has_value()) return true;
    if constexpr (HasOutcome<Value>) {
      return outcome_traits<Value>::failed(*result);
    } else {
      return false;
    }
  }
  /// Shows the Rejection, or the error of what was returned.
  template <class Visit>
  static void visit_error(const CallResult<R>& result, Visit&& visit) {
    if (!result.has_value()) {
      visit(result.rejection());
    } else if constexpr (HasOutcome<Value>) {
      detail::visit_error<Value>(*result, visit);
    }
  }

 private:
  using Value = std::remove_cvref_t<R>;
};

namespace detail {

template <class R>
inline constexpr bool is_call_result = false;
template <class R>
inline constexpr bool is_call_result<CallResult<R>> = true;

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
