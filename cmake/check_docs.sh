#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check_docs.sh <folder of the built examples>: what README.md and docs/ show is what is compiled and run.
#
# The line before a code block says what the block is:
#   <!-- source: examples/quickstart.cpp -->        the file, without its licence lines
#   <!-- source: examples/quickstart.cpp#charge --> the lines between "// [charge]" and "// [/charge]"
#   <!-- output: quickstart -->                     what the example prints
# Elsewhere a block is free text, but README.md shows no C++ that is not a source.

set -eu
cd "$(dirname "$0")/.."
examples=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# The text of block number $2 of file $1.
block() {
    awk -v wanted="$2" '
        /^<!-- (source|output): .* -->$/ { marked = NR; next }
        /^```/ && inside { inside = 0; next }
        /^```/ { inside = 1; showing = (NR == marked + 1 && ++number == wanted); next }
        inside && showing { print }
    ' "$1"
}

region() { # <file> <region or nothing>
    if [ -z "$2" ]; then
        awk 'NR <= 2 && /^\/\/ SPDX/ { next } !begun && /^$/ { next } { begun = 1; print }' "$1"
    else
        # Indented as much less as its first line is.
        awk -v open="// [$2]" -v close_="// [/$2]" '
            { text = $0; sub(/^ +/, "", text) }
            text == close_ { inside = 0 }
            inside {
                if (!seen++) { match($0, /^ */); indent = RLENGTH }
                line = $0
                sub("^ {0," indent "}", "", line)
                if (substr($0, 1, indent) ~ /^ *$/) line = substr($0, indent + 1)
                print line
            }
            text == open { inside = 1 }
        ' "$1"
    fi
}

for page in README.md $(find docs -name '*.md' 2>/dev/null | sort); do
    # Only marks right above a block count, as in block().
    marks=$(awk '/^<!-- (source|output): .* -->$/ { mark = $2 " " $3; at = NR }
                 /^```/ && !inside { inside = 1; if (at && NR == at + 1) print mark; next }
                 /^```/ { inside = 0 }' "$page")
    number=0
    while read -r kind what; do
        [ -n "$kind" ] || continue
        number=$((number + 1))
        block "$page" "$number" >"$work/shown"
        if [ "$kind" = output: ]; then
            "$examples/$what" >"$work/real" 2>&1 </dev/null || true
        else
            name=${what#*#}
            [ "$name" != "$what" ] || name=
            region "${what%%#*}" "$name" >"$work/real"
        fi
        if [ ! -s "$work/real" ] || ! diff -u "$work/real" "$work/shown"; then
            echo "$page: block $number is not the $kind $what" >&2
            status=1
        fi
    done <<END
$marks
END
    if [ "$page" = README.md ] &&
        awk '/^```cpp/ && previous !~ /^<!-- source: / { print FILENAME ":" NR; bad = 1 } { previous = $0 } END { exit !bad }' "$page"; then
        echo "$page: shows C++ that is not a source" >&2
        status=1
    fi
done

exit $status
