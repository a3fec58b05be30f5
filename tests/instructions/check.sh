#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check.sh <program> <compiler> <processor> [<expected>]: counts the instructions of a call on each path with callgrind, and
# compares them with what expected.txt, or the file <expected> beside it, has for both. More than 3 % more is a regression, of
# a short path any; less is a reason to write the new number down. A compiler that the file does not know may take half as many
# again as the worst that it does know. For a processor that it does not know the counts are printed and nothing is compared.

set -eu
program=$1
key=$2-$3
processor=$3
expected=$(dirname "$0")/${4:-expected.txt}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() { # count <path> <times>
    valgrind --tool=callgrind --callgrind-out-file="$work/out" "$program" "$1" "$2" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    sed -n 's/^.*Collected : //p' "$work/log"
}

status=0
compared=0
for path in $(sed -n 's/^path //p' "$expected"); do
    few=$(count "$path" 1000)
    many=$(count "$path" 3000)
    found=$(((many - few + 1000) / 2000))
    limit=$(sed -n "s/^$key $path //p" "$expected")
    more=3
    if [ -z "$limit" ]; then
        limit=$(sed -n "s/^.*-$processor $path //p" "$expected" | sort -n | tail -n 1)
        more=50
    fi
    if [ -z "$limit" ]; then
        echo "$key $path $found"
        continue
    fi
    compared=$((compared + 1))
    if [ $((100 * found)) -gt $(((100 + more) * limit)) ]; then
        echo "$path: $found instructions a call, $limit expected"
        status=1
    else
        echo "$path: $found instructions a call, at most $limit and $more %"
    fi
done
echo "counted: $compared paths of calls, their instructions compared"
[ "$compared" -ne 0 ] || exit 77 # ctest says that it was skipped
exit $status
