#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# no_stats_test.sh <compiler> [<flag>...]: without CallStats a breaker's code is, instruction for instruction, that of a
# library in which nothing counts calls; with CallStats it is not.

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/calls.cpp" <<'END'
#include <stdexcept>
#include <fluxgate/fluxgate.hpp>
using namespace fluxgate;
#ifdef COUNTED
#define STATS , .stats = CallStats{}
#else
#define STATS
#endif
auto& breaker() {
  static CircuitBreaker breaker{Config{.tracker = TypeOf<std::runtime_error>{}, .slow_threshold = std::chrono::seconds{1} STATS}};
  return breaker;
}
int call(int (*f)(int)) { return breaker().call(f, 42); }
bool acquire() { return static_cast<bool>(breaker().try_acquire()); }
END

# The library as it would be if calls could not be counted.
cp -r "$root/include" "$work/bare"
removed=0
for part in core rules; do
    part=fluxgate/engine/$part.hpp
    sed '/counter()\.\(admitted\|refused\|ended\|slow\|ignored\)/d' "$root/include/$part" >"$work/bare/$part"
    removed=$((removed + $(diff "$root/include/$part" "$work/bare/$part" | grep -c '^<')))
done
[ "$removed" -ge 5 ] || { echo "only $removed lines of counting found in the engine"; exit 1; }

assembly() { # assembly <name> <command>...: without what names files and numbers labels
    name=$1
    shift
    "$@" -std=c++20 -O2 -S -o - "$work/calls.cpp" |
        sed '/^[[:space:]]*\.\(file\|ident\)/d; s/\.L[A-Za-z_]*[0-9][0-9]*/.L/g' >"$work/$name.s"
}
assembly shipped "$@" "-I$root/include"
assembly bare "$@" "-I$work/bare"
assembly counted "$@" "-I$root/include" -DCOUNTED

if ! diff "$work/shipped.s" "$work/bare.s" >"$work/difference"; then
    echo "without CallStats the code differs from that of a library which cannot count:"
    head -40 "$work/difference"
    exit 1
fi
if cmp -s "$work/shipped.s" "$work/counted.s"; then
    echo "with CallStats the code is the same as without"
    exit 1
fi
echo "the same $(grep -c '^[[:space:]][a-z]' "$work/shipped.s") instructions with and without the feature"
