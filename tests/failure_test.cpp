// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Whether two ids are of one type, where two libraries have type information of their own for it.

#include <fluxgate/failure.hpp>
#include <fluxgate/fluxgate.hpp>

#include "support/catch.hpp"
#include "support/exceptions.hpp"

namespace {

/// A result that failed, and its error.
struct Code {
  int number;
  [[nodiscard]] bool has_value() const noexcept { return number == 0; }
  [[nodiscard]] const int& error() const noexcept { return number; }
};

}  // namespace

TEST_CASE("A tracker sees the returned value beside the error in it") {
  using namespace fluxgate;
  int seen = 0;
  const auto look = [&seen](const Failure& failure) {
    const Code* const code = failure.result<Code>();
    if (code != nullptr && failure.error<int>() != nullptr) seen = code->number;
    return Answer::yes;
  };
  CircuitBreaker breaker{"db", look};
  (void)called(breaker, [] { return Code{7}; });
  CHECK(seen == 7);
  CHECK(breaker.info().metrics.failure_count() == 1);
}

// libc++ does not let others make type information, and without it there is none.
#if defined(__GLIBCXX__) && defined(__cpp_rtti)

#include <cxxabi.h>

namespace {

using fluxgate::detail::same_type;

// Names that two libraries have, each at a place of its own.
constexpr char mine[] = "N4shop4MineE";
constexpr char mine_too[] = "N4shop4MineE";
constexpr char other[] = "N4shop5OtherE";
constexpr char hidden[] = "N12_GLOBAL__N_14MineE";
constexpr char hidden_too[] = "N12_GLOBAL__N_14MineE";

}  // namespace

TEST_CASE("Type information of two libraries is of one type where the names are equal") {
  const abi::__class_type_info here{mine};
  const abi::__class_type_info there{mine_too};
  const abi::__class_type_info another{other};
  CHECK(same_type(&here, &here));
  CHECK(same_type(&here, &there));
  CHECK_FALSE(same_type(&here, &another));
  CHECK_FALSE(same_type(nullptr, &here));
}

TEST_CASE("Types in unnamed namespaces of two files share their names and are different") {
  const abi::__class_type_info here{hidden};
  const abi::__class_type_info there{hidden_too};
  CHECK(same_type(&here, &here));
  CHECK_FALSE(same_type(&here, &there));
}

#endif
