// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Reads a policy from its name and arguments.

#ifndef FLUXGATE_TEXT_ARGUMENTS_HPP
#define FLUXGATE_TEXT_ARGUMENTS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/text/reader.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// What stands between the braces, or parentheses, of a policy.
class Arguments {
 public:
  /// `begin`: where the policy's name stands.
  Arguments(Reader& reader, std::size_t begin)
      : reader_{reader}, begin_{begin}, closing_{reader.accept('{') ? '}' : ')'} {
    if (closing_ == ')' && !reader.accept('(')) reader.fail("'{' or '('");
  }

  std::int64_t count() { return next().count(); }
  double number() { return next().number(); }
  double ratio() { return next().ratio(); }
  std::chrono::nanoseconds duration() { return next().duration(); }
  /// Whether another one follows.
  bool more() const noexcept { return first_ ? reader_.peek() != closing_ : reader_.peek() == ','; }

  /// The policy of these values, a tuple, behind which no other may follow. What its constructor refuses is refused
  /// with the place; without exceptions the constructor ends the program, naming the policy and the value only.
  template <class Policy, class Values = std::tuple<>>
  Policy make(const Values& values = {}) {
    const char closing[] = {'\'', closing_, '\'', '\0'};
    if (!reader_.accept(closing_)) reader_.fail(closing);
    FLUXGATE_TRY { return std::make_from_tuple<Policy>(values); }
#if defined(__cpp_exceptions)
    catch (const std::invalid_argument& refusal) {
      refuse(concat({reader_.where(begin_), refusal.what()}));
    }
#endif
  }

 private:
  Reader& next() {
    if (!first_ && !reader_.accept(',')) reader_.fail("','");
    first_ = false;
    return reader_;
  }

  Reader& reader_;
  std::size_t begin_;
  char closing_;
  bool first_ = true;
};

/// A policy that can be read: its name, and how it is made of its arguments.
template <class Policy>
struct KnownPolicy {
  std::string_view name;
  Policy (*read)(Arguments& arguments);
};

/// The policy that stands here, one of those that are known.
template <class Policy, std::size_t size>
Policy read_policy(Reader& reader, const KnownPolicy<Policy> (&all)[size]) {
  const std::size_t begin = reader.place();
  const std::string_view name = reader.word();
  std::string names;
  for (const KnownPolicy<Policy>& known : all) {
    if (known.name == name) {
      reader.count_policy(begin);
      Arguments arguments{reader, begin};
      return known.read(arguments);
    }
    names.append(names.empty() ? "" : &known == std::end(all) - 1 ? " or " : ", ").append(known.name);
  }
  reader.fail(begin, names);
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
