#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check_documented.py names what has no doc comment, and nothing else.

set -eu
check=$(cd "$(dirname "$0")/../.." && pwd)/cmake/check_documented.py
if ! clang++-19 --version >/dev/null 2>&1 || ! PYTHONPATH=/usr/lib/python3/dist-packages python3 -c 'import clang' 2>/dev/null; then
    echo "SKIPPED: clang-19 and python3-clang-19 are not installed"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
mkdir "$work/fluxgate"

# reports <expected output> <<header
reports() {
    cat >"$work/fluxgate/header.hpp"
    result=0
    output=$(python3 "$check" "$work" | sed '$d') || result=$?
    if [ "$output" != "$1" ]; then
        printf 'expected:\n%s\ngot:\n%s\n' "$1" "$output" >&2
        status=1
    fi
}

reports '' <<'END'
namespace fluxgate {
/// A type.
struct Type {
  Type() = default;
  Type(const Type&) = delete;
  /// One, and the other one.
  void overloaded(int);
  void overloaded(long);
  friend bool operator==(const Type&, const Type&) { return true; }
  int operator()() const;
  int after;  ///< A comment behind it counts, too.
 private:
  int hidden;
};
namespace detail {
struct Internal {};
}
struct Type;
}
END

reports 'fluxgate/header.hpp:2: Type
fluxgate/header.hpp:3: Type::member
fluxgate/header.hpp:4: Type::function
fluxgate/header.hpp:6: Number
fluxgate/header.hpp:6: Number::one
fluxgate/header.hpp:7: constant
fluxgate/header.hpp:8: Concept' <<'END'
namespace fluxgate {
struct Type {
  int member;
  void function();  // no doc comment
};
enum class Number { one };
inline constexpr int constant = 1;
template <class T> concept Concept = true;
}
END

exit $status
