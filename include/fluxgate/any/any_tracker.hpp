// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The tracker of a breaker whose type says nothing of it, and what that tracker is shown.

#ifndef FLUXGATE_ANY_ANY_TRACKER_HPP
#define FLUXGATE_ANY_ANY_TRACKER_HPP

#include <memory>
#include <type_traits>
#include <utility>

#include <fluxgate/any/find.hpp>
#include <fluxgate/any/type_facts.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/engine/remembered.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/questions.hpp>
#include <fluxgate/trackers/tracker.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// The view of an error and of a returned value whose types the call knows, and which trackers of other types look at:
/// what `Returned<R, Erred<E>>` shows them, found at run time.
class AnyFailure : public Failure {
 public:
  /// Of an exception.
  explicit AnyFailure(const Failure& failure) noexcept : Failure{failure} {}
  template <class E>
  explicit AnyFailure(const Erred<E>& erred) noexcept
      : Failure{erred}, error_{erred.template error<E>()}, error_type_{&error_facts<E>()} {}
  template <class R, class View>
  explicit AnyFailure(const Returned<R, View>& returned) noexcept : AnyFailure{static_cast<const View&>(returned)} {
    value_ = static_cast<const void*>(std::addressof(returned.value()));
    value_type_ = &result_facts<R>();
  }

  /// Of a returned value that is no failure by its traits.
  AnyFailure(const TypeFacts& type, const void* value) noexcept : value_{value}, value_type_{&type} {
    result_ = value;
    result_type_ = type.id;
  }

  /// As in Erred: by any base.
  template <class E>
  const E* error() const noexcept {
    if (const E* const error = Failure::error<E>()) return error;
    if constexpr (std::is_class_v<E>) {
      if (error_type_ != nullptr) return base_of<E>(*error_type_, error_, Known::alive);
    }
    return nullptr;
  }

  /// Calls `show` with the P in the returned value, if there is one.
  template <class P, class Show>
  void show_result(Show&& show) const {
    if (value_type_ != nullptr && !find<P>(*value_type_, value_, show)) has_no_such_part_ = true;
  }

  /// Null without a returned value.
  const TypeFacts* value_type() const noexcept { return value_type_; }
  /// Whether show_result() was asked for what values of this type never hold.
  bool has_no_such_part() const noexcept { return has_no_such_part_; }

 private:
  mutable bool has_no_such_part_ = false;
  const void* error_ = nullptr;
  const TypeFacts* error_type_ = nullptr;
  const void* value_ = nullptr;
  const TypeFacts* value_type_ = nullptr;
};

// What questions.hpp asks of a tracker's type and a result's, asked of the type alone.

/// Whether a tree has a tracker that sees every returned value: a user's own that gives an Answer.
template <class Node>
constexpr bool sees_every_value() noexcept {
  return count_leaves<Node>([]<class Leaf>(std::type_identity<Leaf>) {
           return !Watching<Leaf> && std::same_as<std::invoke_result_t<const Leaf&, const Failure&>, Answer> &&
                  !judges_errors_only<Leaf>;
         }) != 0;
}
/// Whether a tree looks at returned values at all.
template <class Node>
constexpr bool looks_at_any_value() noexcept {
  return has_on_result<Node>() || sees_every_value<Node>();
}

template <class Node>
inline constinit Remembered<TypeKey, bool> overlooked_by{};

/// Whether no OnResult of a tree, which has some, looks at returned values of a type, which carry more than an error.
template <class Node>
bool overlooks_type(const TypeFacts& type) {
  return overlooked_by<Node>.get(TypeKey::of(type), [&] {
    const int looking = count_leaves<Node>([&]<class Leaf>(std::type_identity<Leaf>) {
      if constexpr (Watching<Leaf>) {
        return path_to<typename Watched<Leaf>::type>(type).way != Way::none;
      } else {
        return false;
      }
    });
    return type.carries_value && looking == 0;
  });
}

/// A tracker that can be asked without its type. Asked on many threads at once.
class AskedTracker {
 public:
  /// What ask_safely() gives.
  virtual Answer answer(const AnyFailure& failure) const noexcept = 0;

  /// Whether it names CallNotPermittedError.
  const bool hears_of_refusals;

 protected:
  explicit AskedTracker(bool hears) noexcept : hears_of_refusals{hears} {}
  AskedTracker(const AskedTracker&) = delete;
  AskedTracker& operator=(const AskedTracker&) = delete;
  ~AskedTracker() = default;
};

/// Represents the tracker in code that does not know its type.
class AnyTracker {
 public:
  explicit AnyTracker(const AskedTracker& tracker) noexcept : tracker_{&tracker} {}

  template <std::derived_from<Failure> View>
  [[gnu::noinline]] Answer operator()(const View& view) const noexcept {
    return tracker_->answer(AnyFailure{view});
  }

  friend bool hears_of_refusals(const AnyTracker& any) noexcept { return any.tracker_->hears_of_refusals; }

 private:
  const AskedTracker* tracker_;
};
static_assert(Tracker<AnyTracker>);

/// Lets the judge pass it views of known types.
template <>
inline constexpr bool sees_returned<AnyTracker> = true;

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
