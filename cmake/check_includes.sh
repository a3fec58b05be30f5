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

# The floors, lowest first. A name stands for the header of that name and for the folder of that name; of several that fit,
# the longest counts. A header may include what lies on lower floors, and what goes by its own name. So nothing includes
# what lies on the highest floor: what is for tests, or needs a third party, is for users to include.
floors='
base
engine/shared_count
version state outcome failure environment call_stats needs labels
metrics errors
signal info call_result policy_texts
override
snapshot
listener
expression
windows trackers trippers retries permits
config
roles text
engine/stripe engine/clock engine/life
engine/atomics
engine/state engine/block
engine/window
engine
call
coroutine
circuit_breaker
any
async_circuit_breaker guarded any_circuit_breaker
in_series
circuit_breaker_from
registry
fluxgate awaitable testing listeners integrations
'
floors="$floors" awk '
    BEGIN {
        count = split(ENVIRON["floors"], lines, "\n")
        for (i = 1; i <= count; ++i) {
            n = split(lines[i], names, " ")
            for (k = 1; k <= n; ++k) floor[names[k]] = i
        }
    }
    function name_of(file,    name) {
        name = file
        sub(/\.hpp$/, "", name)
        while (!(name in floor) && sub(/\/[^\/]*$/, "", name)) continue
        return name
    }
    function offends(text) { print "include/fluxgate/" $1 ": " text; bad = 1 }
    $1 == $2 {
        exists[$1] = 1
        if (!(name_of($1) in floor)) offends("has no floor; give it one in cmake/check_includes.sh")
        next
    }
    !exists[$2] { offends("includes " $2 ", which does not exist"); next }
    {
        from = name_of($1); to = name_of($2)
        if (from != to && floor[to] >= floor[from]) offends("must not include " $2)
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
refuse 'because nothing else locks' '<(mutex|shared_mutex|condition_variable)>' 'listeners/|registry/store\.hpp|testing\.hpp'
# Standard headers have neither a folder nor an ending. environment.hpp has the coarse clock of POSIX and atomics.hpp its yield;
# unwinding.hpp has what compilers and POSIX know of unwinding, failure.hpp what compilers know of the exception being handled.
grep -v -e ' <fluxgate/' -e '^environment\.hpp <time\.h>$' -e '^engine/atomics\.hpp <sched\.h>$' \
    -e '^failure\.hpp <cxxabi\.h>$' -e '^base/unwinding\.hpp <\(cxxabi\|pthread\)\.h>$' "$work/includes" >"$work/foreign"
mv "$work/foreign" "$work/includes"
refuse 'which is not standard C++' '<.*[/.].*>' 'listeners/|integrations/'

exit $status
