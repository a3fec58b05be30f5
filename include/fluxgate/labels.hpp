// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The labels of a breaker: what it belongs to, in the words of the program.

#ifndef FLUXGATE_LABELS_HPP
#define FLUXGATE_LABELS_HPP

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/engine/shared_count.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// One label, such as `{"team", "pay"}`.
struct Label {
  std::string key{};    ///< a name that Prometheus takes for a label: `[a-zA-Z_][a-zA-Z0-9_]*`
  std::string value{};  ///< any text

  friend bool operator==(const Label&, const Label&) = default;
};

/// The labels of a breaker, in the order given: `Config{.name = "db", .labels = {{"team", "pay"}, {"region", "eu"}}}`.
///
/// They go along with each Signal and Info of the breaker, into the lines of a log and into the labels of its series in
/// Prometheus. They do not tell breakers apart; the name does.
///
/// A list that does not change: copies share it, allocate nothing and throw nothing. To put one together at run time,
/// fill a `std::vector<Label>`.
///
/// The constructor of a breaker refuses a key that no Prometheus label can have (anything but
/// `[a-zA-Z_][a-zA-Z0-9_]*`, or with `__` in front), a key that the library's own series have (`circuit_name`, `state`,
/// `old_state`, `new_state`, `outcome`), a key that is there twice, and more than `max_count` labels.
class Labels {
 public:
  /// The most labels of a breaker, since backends bound those of a series. With ours and those that a scrape adds, a
  /// series has at most 22 then.
  static constexpr std::size_t max_count = 16;

  /// What a vector of labels would say.
  using value_type = Label;
  /// Points to a label.
  using const_iterator = const Label*;
  /// Likewise: a label cannot be changed.
  using iterator = const_iterator;

  /// No labels.
  Labels() noexcept = default;
  /// These labels, in this order. @throws std::bad_alloc
  Labels(std::initializer_list<Label> labels) : Labels{labels.begin(), labels.size()} {}
  /// These labels, in this order. @throws std::bad_alloc
  Labels(const std::vector<Label>& labels) : Labels{labels.data(), labels.size()} {}

  Labels(const Labels& other) noexcept : list_{other.list_} {
    if (list_ != nullptr) list_->owners.add();
  }
  Labels(Labels&& other) noexcept : list_{other.list_} { other.list_ = nullptr; }
  Labels& operator=(Labels other) noexcept {
    List* const before = list_;
    list_ = other.list_;
    other.list_ = before;
    return *this;
  }
  ~Labels() {
    if (list_ != nullptr && list_->owners.remove()) list_->destroy(list_);
  }

  /// Whether there are no labels.
  bool empty() const noexcept { return list_ == nullptr; }
  /// How many labels there are.
  std::size_t size() const noexcept { return empty() ? 0 : list_->size; }
  /// The first label.
  const_iterator begin() const noexcept { return empty() ? nullptr : list_->labels; }
  /// One past the last label.
  const_iterator end() const noexcept { return begin() + size(); }
  /// The label at a place below `size()`.
  const Label& operator[](std::size_t place) const noexcept { return begin()[place]; }

  /// The value of a key, valid as long as a copy of these labels is; null if no label has the key.
  const std::string* find(std::string_view key) const noexcept {
    for (const Label& label : *this) {
      if (label.key == key) return &label.value;
    }
    return nullptr;
  }

  /// What the constructor of a breaker refuses about them, in words; empty if it takes them. Valid as long as a copy of
  /// these labels is.
  std::string_view fault() const noexcept { return empty() ? std::string_view{} : list_->fault; }

  friend bool operator==(const Labels& a, const Labels& b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i != a.size(); ++i) {
      if (a.list_ != b.list_ && !(a[i] == b[i])) return false;
    }
    return true;
  }

 private:
  /// What copies share. `destroy` is set where labels are made, so that units without labels have no code for it.
  struct List {
    explicit List(std::size_t count) : size{count}, labels{new Label[count]} {}
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() { delete[] labels; }

    detail::SharedCount owners{};
    void (*destroy)(const List*) = [](const List* list) { delete list; };
    std::size_t size;
    Label* labels;
    std::string fault{};
  };

  explicit Labels(List* list) noexcept : list_{list} {}
  Labels(const Label* first, std::size_t count) : Labels{count == 0 ? nullptr : new List{count}} {
    // From here on the destructor destroys the list, also after an exception.
    for (std::size_t i = 0; i != count; ++i) list_->labels[i] = first[i];
    if (count != 0) list_->fault = fault_in(*this);
  }

  static std::string fault_in(const Labels& labels) {
    if (labels.size() > max_count) {
      return detail::concat({"labels: count ", detail::text(std::uint64_t{labels.size()}), " is not in [0, ",
                             detail::text(std::uint64_t{max_count}), "]"});
    }
    for (const Label& label : labels) {
      const char* const fault = fault_in(label.key);
      if (fault != nullptr) return detail::concat({"labels: key \"", label.key, "\" ", fault});
      if (labels.find(label.key) != &label.value) {
        return detail::concat({"labels: key \"", label.key, "\" is there twice; each key may be there once"});
      }
    }
    return {};
  }

  static const char* fault_in(std::string_view key) noexcept {
    if (!is_name(key)) return "is not in [a-zA-Z_][a-zA-Z0-9_]*";
    if (key.starts_with("__")) return "begins with __, as only labels of Prometheus itself may";
    for (const char* const own : {"circuit_name", "state", "old_state", "new_state", "outcome"}) {
      if (key == own) {
        return "is not allowed: the library's own are circuit_name, state, old_state, new_state and outcome";
      }
    }
    return nullptr;
  }

  static constexpr bool is_name(std::string_view key) noexcept {
    constexpr std::string_view all = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return !key.empty() && (key.front() < '0' || key.front() > '9') &&
           key.find_first_not_of(all) == std::string_view::npos;
  }

  List* list_ = nullptr;  // null without labels
};

namespace detail {

/// For messages: `team="pay", region="eu"`.
inline std::string text(const Labels& labels) {
  std::string all;
  for (const Label& label : labels) {
    all.append(all.empty() ? "" : ", ").append(label.key).append("=\"").append(label.value).append("\"");
  }
  return all;
}

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
