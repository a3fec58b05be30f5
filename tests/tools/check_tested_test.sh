#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake/check_tested.sh accepts our tests, and reports each offence that is planted in a copy of them.

set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

fail() {
    echo "$1" >&2
    status=1
}

sh cmake/check_tested.sh || fail "offences in our own tests"

# reports <what the check must say> <command that plants it in the copy>: nothing where the check must accept it
reports() {
    rm -rf "$work/copy"
    mkdir "$work/copy"
    cp -R include tests "$work/copy"
    (cd "$work/copy" && eval "$2")
    result=0
    sh cmake/check_tested.sh "$work/copy" >"$work/said" 2>&1 || result=$?
    if [ "$result" -ne 0 ] && [ -z "$1" ]; then
        fail "refused: $2"
        cat "$work/said" >&2
    elif [ "$result" -eq 0 ] && [ -n "$1" ]; then
        fail "accepted: $2"
    elif ! grep -qF "$1" "$work/said" && [ -n "$1" ]; then
        fail "reported for another reason: $2"
        cat "$work/said" >&2
    fi
}

reports 'fluxgate/permits/new.hpp: has no test; write tests/permits/new_test.cpp' \
    'echo "int new_idea();" >include/fluxgate/permits/new.hpp'
reports 'fluxgate/permits/probes.hpp: has no test' 'rm tests/permits/probes_test.cpp'
reports 'fluxgate/permits/probes.hpp: has no test' 'mv tests/permits/probes_test.cpp tests/'
reports 'fluxgate/permits/probes.hpp: has no test' 'rm tests/permits/probes_test.cpp; mkdir tests/permits/probes'
reports '' 'mkdir tests/permits/probes; mv tests/permits/probes_test.cpp tests/permits/probes/rounds_test.cpp'
reports '' 'printf "// All.\n#pragma once\n\n#include <fluxgate/permits.hpp>\n" >include/fluxgate/everything.hpp'
reports 'fluxgate/guarded.hpp: has tests/guarded_test.cpp; take it off the list' 'touch tests/guarded_test.cpp'
reports 'fluxgate/guarded.hpp: is not there, but in the list' 'rm include/fluxgate/guarded.hpp'
reports 'fluxgate/needs.hpp: its test is not there: tests/trippers/questions_test.cpp' \
    'rm tests/trippers/questions_test.cpp'
reports 'no headers' 'rm -r include/fluxgate/*'

exit $status
