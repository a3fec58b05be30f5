// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Reads the text of policies, token by token.

#ifndef FLUXGATE_TEXT_READER_HPP
#define FLUXGATE_TEXT_READER_HPP

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

// Limits that bound the memory and the recursion of one text.
inline constexpr std::size_t longest_text = 4'096;
inline constexpr std::size_t most_policies = 64;
inline constexpr std::size_t deepest_nesting = 64;

/// A place in the text of one member of a breaker's configuration. What does not fit there is refused with that place,
/// what stands there and what may.
class Reader {
 public:
  /// `breaker`: empty if it is not known.
  Reader(std::string_view breaker, std::string_view member, std::string_view text, std::size_t longest = longest_text)
      : breaker_{breaker}, member_{member}, text_{text} {
    if (text.size() > longest) {
      refuse(concat({what_is_read(), ": ", detail::text(std::uint64_t{text.size()}), " characters are not in [0, ",
                     detail::text(std::uint64_t{longest}), "]"}));
    }
    skip_blanks();
  }

  /// The next character that is no blank; a zero at the end.
  char peek() const noexcept { return place_ < text_.size() ? text_[place_] : '\0'; }
  /// Whether `c` stands here; then it has been read.
  bool accept(char c) noexcept {
    if (place_ == text_.size() || text_[place_] != c) return false;
    ++place_;
    skip_blanks();
    return true;
  }
  /// The letters that stand here, perhaps none.
  std::string_view word() noexcept { return take(is_letter); }

  /// The letters and underscores that stand here, perhaps none.
  std::string_view name() noexcept {
    return take([](char c) noexcept { return is_letter(c) || c == '_'; });
  }

  /// A text in quotes, as `quoted` writes it: a backslash stands before a quote or a backslash, or `\x` and two
  /// hexadecimal digits stand for a byte.
  std::string quoted() {
    static constexpr const char* expected = "a text in quotes";
    const std::size_t begin = place_;
    if (peek() != '"') fail(expected);
    ++place_;
    std::string read;
    while (place_ != text_.size() && text_[place_] != '"') {
      char c = text_[place_++];
      if (c == '\\') {
        if (place_ == text_.size()) fail(begin, expected);
        c = text_[place_++];
        if (c == 'x') {
          unsigned byte = 0;
          const char* const first = text_.data() + std::min(place_, text_.size());
          const char* const last = text_.data() + std::min(place_ + 2, text_.size());
          const auto [end, error] = std::from_chars(first, last, byte, 16);
          if (error != std::errc{} || end != first + 2) fail(place_, "two hexadecimal digits");
          place_ += 2;
          c = static_cast<char>(static_cast<unsigned char>(byte));
        } else if (c != '"' && c != '\\') {
          fail(place_ - 1, "a quote, a backslash or an x behind the backslash");
        }
      }
      read.push_back(c);
    }
    if (place_ == text_.size()) fail(begin, "a text in quotes, which end");
    ++place_;
    skip_blanks();
    return read;
  }

  /// A whole number; `what` says of which kind.
  std::int64_t count(std::string_view what = "a whole number of calls") {
    const std::size_t begin = place_;
    accept_sign();
    const std::string_view digits = take(is_digit, Blanks::stay);
    const std::string_view all = text_.substr(begin, place_ - begin);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
    if (digits.empty() || error != std::errc{} || is_letter(peek()) || peek() == '.') {
      fail(begin, what);
    }
    skip_blanks();
    return value;
  }

  /// A number, such as `0.5` or `1e-3`.
  double number() {
    const std::size_t begin = place_;
    const double value = unsigned_number("a number");
    skip_blanks();
    return text_[begin] == '-' ? -value : value;
  }

  /// A share, such as `0.5` or `50%`.
  double ratio() {
    const std::size_t begin = place_;
    const double value = unsigned_number("a share, such as 0.5 or 50%");
    const bool percent = peek() == '%';
    if (percent) ++place_;
    skip_blanks();
    const double share = percent ? value / 100 : value;
    return text_[begin] == '-' ? -share : share;
  }

  /// A duration, such as `3s` or `1.5min`; exact, so that not even a part of a nanosecond is lost.
  std::chrono::nanoseconds duration() {
    static constexpr const char* expected = "a duration in whole nanoseconds, such as 250ms, 1.5s, 2min or 1h";
    const std::size_t begin = place_;
    const bool negative = accept_sign();
    const std::string_view whole = take(is_digit, Blanks::stay);
    std::string_view fraction;
    if (peek() == '.') {
      ++place_;
      fraction = take(is_digit, Blanks::stay);
      if (fraction.empty()) fail(begin, expected);
    }
    const std::string_view unit = word();
    std::int64_t scale = 0;
    for (const Unit& known : all_units) {
      if (unit == known.name) scale = known.nanoseconds;
    }
    std::int64_t value = 0;
    if (whole.empty() || scale == 0 || !add_scaled(value, whole, scale) || !add_fraction(value, fraction, scale)) {
      fail(begin, expected);
    }
    return std::chrono::nanoseconds{negative ? -value : value};
  }

  /// Counts a policy that has been read from `begin` on.
  void count_policy(std::size_t begin) {
    if (++policies_ > most_policies) fail(begin, "at most 64 policies");
  }
  /// Reads what stands in parentheses, if an opening one stands here.
  template <class Read>
  bool in_parentheses(const char* closing, Read read) {
    if (peek() != '(') return false;
    if (++depth_ > deepest_nesting) fail("at most 64 parentheses inside each other");
    accept('(');
    read();
    if (!accept(')')) fail(closing);
    --depth_;
    return true;
  }

  bool at_end() const noexcept { return place_ == text_.size(); }
  std::size_t place() const noexcept { return place_; }
  [[noreturn]] void fail(std::string_view expected) const { fail(place_, expected); }
  [[noreturn]] void fail(std::size_t place, std::string_view expected) const {
    refuse(concat({where(place), "found ", found_at(place), ", expected ", expected}));
  }
  /// The prefix of an error: breaker, member, column.
  std::string where(std::size_t place) const {
    return concat({what_is_read(), ", column ", detail::text(std::uint64_t{place} + 1), ": "});
  }

 private:
  enum class Blanks : bool { stay, skip };

  /// The units of durations; the longer ones are read only, since texts are printed in the others.
  static constexpr Unit all_units[] = {{3'600'000'000'000, "h"}, {60'000'000'000, "min"}, {1'000'000'000, "s"},
                                       {1'000'000, "ms"},        {1'000, "us"},           {1, "ns"}};

  static constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
  static constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  static constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  void skip_blanks() noexcept {
    while (place_ != text_.size() && is_blank(text_[place_])) ++place_;
  }
  std::string_view take(bool (*is)(char) noexcept, Blanks behind = Blanks::skip) noexcept {
    const std::size_t begin = place_;
    while (place_ != text_.size() && is(text_[place_])) ++place_;
    const std::string_view taken = text_.substr(begin, place_ - begin);
    if (behind == Blanks::skip) skip_blanks();
    return taken;
  }
  bool accept_sign() noexcept {
    const bool there = peek() == '-';
    if (there) ++place_;
    return there;
  }

  /// Digits, perhaps a point with digits, perhaps an exponent; behind a sign, which is read and left to the caller.
  double unsigned_number(const char* expected) {
    const std::size_t sign = place_;
    accept_sign();
    const std::size_t begin = place_;
    bool valid = !take(is_digit, Blanks::stay).empty();
    if (peek() == '.') {
      ++place_;
      valid = !take(is_digit, Blanks::stay).empty() && valid;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++place_;
      if (peek() == '-' || peek() == '+') ++place_;
      valid = !take(is_digit, Blanks::stay).empty() && valid;
    }
    double value = 0;
    // A stream, since not every standard library has std::from_chars for doubles; it must not ask the program's locale.
    std::istringstream stream{std::string{text_.substr(begin, place_ - begin)}};
    stream.imbue(std::locale::classic());
    if (!valid || !(stream >> value)) fail(sign, expected);
    return value;
  }

  /// Adds as many `scale`s as the digits say; false if that does not fit.
  static bool add_scaled(std::int64_t& value, std::string_view digits, std::int64_t scale) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || number > (std::numeric_limits<std::int64_t>::max() - value) / scale) return false;
    value += number * scale;
    return true;
  }
  /// Adds the digits behind a point; false if they are no whole number of nanoseconds.
  static bool add_fraction(std::int64_t& value, std::string_view digits, std::int64_t scale) noexcept {
    std::int64_t part = 0;  // from the last digit on; whole at each step if the sum is
    for (; !digits.empty(); digits.remove_suffix(1)) {
      part += scale * (digits.back() - '0');
      if (part % 10 != 0) return false;
      part /= 10;
    }
    if (part > std::numeric_limits<std::int64_t>::max() - value) return false;
    value += part;
    return true;
  }

  std::string what_is_read() const {
    return breaker_.empty() ? concat({member_}) : concat({"circuit breaker '", breaker_, "': ", member_});
  }

  /// What stands at a place, cut to what a line of a log can hold.
  std::string found_at(std::size_t place) const {
    if (place >= text_.size()) return "the end";
    std::string found{"'"};
    for (const char c : text_.substr(place, 24)) found.push_back(c >= ' ' && c <= '~' ? c : '?');
    found.append(place + 24 < text_.size() ? "...'" : "'");
    return found;
  }

  std::string_view breaker_;
  std::string_view member_;
  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t policies_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
