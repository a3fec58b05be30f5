#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check_includes.sh [<folder with the headers>]: checks that the headers include downwards only, and only what their place
# allows. Prints each offence; silent and 0 without one.

set -eu
cd "${1:-$(dirname "$0")/../include/fluxgate}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Every include, as "from <to>"; and every one of our headers, as "from to", after each header itself, as "from from".
find . -name '*.hpp' | sed 's|^\./||' | sort >"$work/headers"
while read -r file; do
    sed -n 's|^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*\([<"][^>"]*[>"]\).*|\1|p' "$file" | sed "s|^|$file |"
done <"$work/headers" >"$work/includes"
sed 's|.*|& &|' "$work/headers" >"$work/edges"
sed -n 's|^\([^ ]*\) <fluxgate/\(.*\)>$|\1 \2|p' "$work/includes" >>"$work/edges"

if [ ! -s "$work/includes" ]; then
    echo "$PWD: no header that includes anything"
    exit 1
fi

# A header has a floor and may include lower floors. Floors named "within" may include themselves too.
awk '
    function floor(file) {
        if (file ~ /^base\// || file == "version.hpp") return 0
        if (file ~ /^(state|coroutine\/awaitable)\.hpp$/) return 1
        if (file == "metrics.hpp") return 2
        if (file ~ /^(signal|info|errors|outcome|environment|failure)\.hpp$/) return 3
        if (file ~ /^(listener|call_result|call\/handled_error)\.hpp$/) return 4
        if (file == "testing.hpp") return 5
        if (file ~ /^expression\//) return 6
        if (file == "call_stats.hpp" || file ~ /^(windows|trackers|trippers|retries|permits)\//) return 7
        if (file ~ /^(windows|trackers|trippers|retries|permits)\.hpp$/) return 8
        if (file ~ /^(config|call\/call_forms|call\/judge)\.hpp$/) return 9
        if (file == "roles.hpp") return 10
        if (file ~ /^(engine|coroutine)\//) return 11
        if (file == "circuit_breaker.hpp") return 12
        if (file == "async_circuit_breaker.hpp") return 13
        if (file ~ /^(guarded|circuit_breaker_from)\.hpp$/) return 14
        if (file ~ /^(integrations|listeners)\//) return 15
        if (file == "fluxgate.hpp") return 16
        return -1
    }
    function within(f) { return f == 0 || f == 6 || f == 7 || f == 11 || f == 15 }
    function offends(text) { print "include/fluxgate/" $1 ": " text; bad = 1 }
    $1 == $2 {
        exists[$1] = 1
        if (floor($1) < 0) offends("has no floor; give it one in cmake/check_includes.sh")
        next
    }
    !exists[$2] { offends("includes " $2 ", which does not exist"); next }
    {
        from = floor($1); to = floor($2)
        # What is for tests, or needs a third party, is for users to include.
        optional = to == 15 || $2 == "testing.hpp"
        if (to > from || (to == from && !within(from)) || (to != from && optional)) {
            offends("must not include " $2)
        }
    }
    END { exit bad }
' "$work/edges" || status=1

# tsort names the headers of a cycle.
if ! awk '$1 != $2' "$work/edges" | tsort >/dev/null; then
    status=1
fi

# refuse <what> <includes> <headers that may>: extended regular expressions of "<...>" or "\"...\"" and of paths.
refuse() {
    if awk -v what="$1" -v refused="$2" -v allowed="$3" '
        $2 ~ "^(" refused ")$" && $1 !~ "^(" allowed ")" {
            print "include/fluxgate/" $1 ": must not include " $2 ", " what
            bad = 1
        }
        END { exit !bad }
    ' "$work/includes"; then
        status=1
    fi
}
refuse 'our headers are included as <fluxgate/...>' '".*"' '$'
refuse 'which is costly to compile' '<(iostream|regex|format)>' 'listeners/'
refuse 'which belongs to the engine' '<atomic>' 'engine/|listeners/|testing\.hpp'
refuse 'which is for what awaits' '<coroutine>' 'async_|integrations/|coroutine/async'
refuse 'because nothing else locks' '<(mutex|shared_mutex|condition_variable)>' 'listeners/|testing\.hpp'
# Standard headers have neither a folder nor an ending. environment.hpp has the coarse clock of POSIX and atomics.hpp its yield;
# unwinding.hpp has what compilers and POSIX know of unwinding, failure.hpp what compilers know of the exception being handled.
grep -v -e ' <fluxgate/' -e '^environment\.hpp <time\.h>$' -e '^engine/atomics\.hpp <sched\.h>$' \
    -e '^failure\.hpp <cxxabi\.h>$' -e '^base/unwinding\.hpp <\(cxxabi\|pthread\)\.h>$' "$work/includes" >"$work/foreign"
mv "$work/foreign" "$work/includes"
refuse 'which is not standard C++' '<.*[/.].*>' 'listeners/|integrations/'

exit $status
