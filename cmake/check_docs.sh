#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check_docs.sh <folder of the built examples> [<repository>]: what README.md, CONTRIBUTING.md, CHANGELOG.md and docs/ show is
# what is compiled and run.
#
# The line right above a code block says what the block is:
#   <!-- source: examples/quickstart.cpp -->        the file, without its licence lines
#   <!-- source: examples/quickstart.cpp#charge --> the lines between "// [charge]" and "// [/charge]"
#   <!-- output: quickstart -->                     what the example prints, and it ends well
#   <!-- output: policies_windows#count_window -->  what it prints with this argument
#   <!-- drawing -->                                something to look at; not for C++
# Only shell and CMake are shown without.

set -eu
examples=$(cd "$1" && pwd)
cd "${2:-$(dirname "$0")/..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Prints "line kind what" for each block to compare and puts the block into "$work/<line>"; complains about the others.
blocks() {
    awk -v folder="$work" '
        function complain(text) {
            print FILENAME ":" NR ": " text | "cat >&2"
            bad = 1
        }
        inside && $0 ~ "^ *" fence " *$" { inside = 0; if (copy) close(copy); next }
        inside { if (copy) print >copy; next }
        /^ *(```|~~~)/ {
            match($0, /```|~~~/)
            fence = substr($0, RSTART, RLENGTH)
            language = tolower(substr($0, RSTART + RLENGTH))
            gsub(/^ +| +$/, "", language)
            inside = NR
            copy = ""
            if (kind == "source:" || kind == "output:") {
                copy = folder "/" NR
                printf "" >copy
                print NR, kind, what
            } else if (kind == "drawing" ? language !~ /^(text)?$/ : language !~ /^(sh|cmake)$/) {
                complain("a block of \"" language "\" needs a mark that says where it comes from")
            }
            kind = ""
            next
        }
        kind { complain("the mark above is not right above a block"); kind = "" }
        /^<!-- (source|output): [^ ]+ -->$/ || /^<!-- drawing -->$/ { kind = $2; what = $3; next }
        /^ *<!--[ ]*(source|output|drawing)/ { complain("not a mark as cmake/check_docs.sh knows them") }
        END {
            if (inside) complain("the block of line " inside " does not end")
            if (kind) complain("the mark is not right above a block")
            exit bad
        }
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
                print (substr($0, 1, indent) ~ /^ *$/) ? substr($0, indent + 1) : $0
            }
            text == open { inside = 1 }
        ' "$1"
    fi
}

for page in README.md CONTRIBUTING.md CHANGELOG.md $(find docs -name '*.md' 2>/dev/null | sort); do
    blocks "$page" >"$work/list" || status=1
    while read -r line kind what; do
        name=${what#*#}
        [ "$name" != "$what" ] || name=
        if [ "$kind" = output: ]; then
            program=$examples/${what%%#*}
            [ ! -d "$program" ] || program=$program/${what%%#*} # of a folder
            if ! "$program" ${name:+"$name"} >"$work/real" 2>&1 </dev/null; then
                echo "$page:$line: the example $what fails" >&2
                status=1
            fi
        else
            region "${what%%#*}" "$name" >"$work/real" || true
        fi
        if [ ! -s "$work/real" ] || ! diff -u "$work/real" "$work/$line"; then
            echo "$page:$line: the block is not the $kind $what" >&2
            status=1
        fi
    done <"$work/list"
done

exit $status
