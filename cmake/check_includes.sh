#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Checks that the headers include downwards only. Prints each offence; silent and 0 without one.

set -eu
cd "$(dirname "$0")/../include/fluxgate"

edges=$(mktemp)
trap 'rm -f "$edges"' EXIT

# Every include of one of our headers, as "from to".
find . -name '*.hpp' | sed 's|^\./||' | sort | while read -r file; do
    echo "$file $file"
    sed -n 's|^ *# *include *[<"]fluxgate/\([^>"]*\)[>"].*|\1|p' "$file" | while read -r to; do echo "$file $to"; done
done >"$edges"

status=0

# A header has a floor and may include lower floors. Floors named "within" may include themselves too.
awk '
    function floor(file) {
        if (file ~ /^(text|macros|version)\.hpp$/) return 0
        if (file ~ /^(state|awaitable)\.hpp$/) return 1
        if (file == "metrics.hpp") return 2
        if (file ~ /^(signal|info|errors|outcome|environment)\.hpp$/) return 3
        if (file == "call_result.hpp") return 4
        if (file ~ /^listeners\//) return 5
        if (file == "testing.hpp") return 5
        if (file == "expression.hpp") return 6
        if (file ~ /^(windows|trackers|trippers|retries|permits)\.hpp$/) return 7
        if (file ~ /^(config|call_forms)\.hpp$/) return 8
        if (file ~ /^engine\//) return 9
        if (file == "circuit_breaker.hpp") return 10
        if (file == "async_circuit_breaker.hpp") return 11
        if (file == "guarded.hpp") return 12
        if (file ~ /^integrations\//) return 13
        if (file == "fluxgate.hpp") return 14
        return -1
    }
    function within(f) { return f == 0 || f == 9 }
    $1 == $2 {
        if (floor($1) < 0) {
            print "include/fluxgate/" $1 ": has no floor; give it one in cmake/check_includes.sh"
            bad = 1
        }
        next
    }
    {
        from = floor($1); to = floor($2)
        if (to > from || (to == from && !within(from)) || $2 == "testing.hpp") {
            print "include/fluxgate/" $1 ": must not include " $2
            bad = 1
        }
    }
    END { exit bad }
' "$edges" || status=1

# tsort names the headers of a cycle.
if ! awk '$1 != $2' "$edges" | tsort >/dev/null; then
    status=1
fi

# Standard headers that are costly, or that belong to one part of the library.
refuse() { # <extended regular expression of headers> <extended regular expression of files that may include them>
    if grep -rnE "^ *# *include *<($1)>" . | sed 's|^\./||' | grep -vE "^($2)" | sed 's|^|include/fluxgate/|; s|$|  (not here)|' | grep .; then
        status=1
    fi
}
refuse 'iostream|regex|format' 'listeners/'
refuse 'atomic' 'engine/|listeners/|testing\.hpp'
refuse 'coroutine' 'async_|integrations/|engine/async'

exit $status
