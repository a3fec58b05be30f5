// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The result of `try_call`: the value, or the rejection.

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

/// What is stored for a result of type R: an empty value for void, a pointer for a reference.
template <class R>
using Stored =
    std::conditional_t<std::is_void_v<R>, Nothing,
                       std::conditional_t<std::is_reference_v<R>, std::remove_reference_t<R>*, std::remove_cv_t<R>>>;

}  // namespace detail

/// Holds what the callable returned, or the rejection if it was not invoked. R may be void, a reference or move-only.
///
/// To read the side that is absent is a programming error and aborts the program; check `has_value` first.
template <class R>
class [[nodiscard]] CallResult {
  using Value = detail::Stored<R>;
  using Content = std::variant<Value, Rejection>;

 public:
  /// What the call returns.
  using value_type = R;

  /// Of a call that was refused.
  CallResult(Rejection rejection) noexcept : content_{std::in_place_index<1>, rejection} {}

  CallResult(const CallResult&) = default;
  CallResult(CallResult&&) = default;
  ~CallResult() = default;
  /// If an assignment throws, a rejection keeps its value; a value is left as its own assignment leaves it.
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

  /// Invokes `make` and holds what it returns.
  template <class Make>
  static CallResult from(Make&& make) {
    static_assert(std::is_void_v<R> || std::is_reference_v<R> || std::is_move_constructible_v<Value>,
                  "fluxgate: try_call() keeps what the callable returns, which must be movable for that; call() passes "
                  "it on unchanged.");
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

  /// Whether the callable was invoked and its result is here.
  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value, with the value category of this object; aborts if there is none.
  decltype(auto) value() & { return get(*this); }
  decltype(auto) value() const& { return get(*this); }
  decltype(auto) value() && { return get(std::move(*this)); }
  decltype(auto) value() const&& { return get(std::move(*this)); }

  /// As `value`.
  decltype(auto) operator*() & { return get(*this); }
  decltype(auto) operator*() const& { return get(*this); }
  decltype(auto) operator*() && { return get(std::move(*this)); }
  decltype(auto) operator*() const&& { return get(std::move(*this)); }

  /// Access to a member of the value; aborts if there is none.
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

  /// Why the call was refused; aborts if it was not.
  const Rejection& rejection() const noexcept {
    const Rejection* rejection = std::get_if<1>(&content_);
    if (rejection == nullptr) std::abort();
    return *rejection;
  }

 private:
  template <class... V>
  explicit CallResult(std::in_place_t, V&&... value) : content_{std::in_place_index<0>, std::forward<V>(value)...} {}

  /// Puts a rejection back: a variant whose assignment throws may hold neither side.
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

/// A CallResult fails if the call was refused, or if the result in it failed.
template <class R>
struct outcome_traits<CallResult<R>> {
  /// Asks the traits of the result, too, if it has some.
  static bool failed(const CallResult<R>& result) noexcept {
    if (!result.has_value()) return true;
    if constexpr (HasOutcome<Value>) {
      return outcome_traits<Value>::failed(*result);
    } else {
      return false;
    }
  }
  /// Visits the Rejection, or the error of the result in it.
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
