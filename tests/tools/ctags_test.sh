#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Universal Ctags, which expands no macros, finds a class in each header that defines one, and with .ctags.d each concept.

set -eu
cd "$(dirname "$0")/../.."
case $(ctags --version 2>/dev/null) in
    "Universal Ctags"*) ;;
    *)
        echo "SKIPPED: Universal Ctags is not installed (package universal-ctags)"
        exit 77
        ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

fail() {
    echo "$1" >&2
    status=1
}

# defines_a_class <header>, by the looks of its lines
defines_a_class() {
    grep -Eq '^(class|struct) .*\{' "$1"
}

shows_a_class() {
    [ -n "$(ctags --quiet --options=NONE --language-force=C++ --kinds-C++=cs -f - "$1")" ]
}

find include -name '*.hpp' | sort >"$work/headers"
classes=0
while read -r header; do
    if defines_a_class "$header"; then
        classes=$((classes + 1))
        shows_a_class "$header" || fail "$header: Universal Ctags finds no class"
    fi
done <"$work/headers"
[ "$classes" -ge 50 ] || fail "only $classes headers found that define a class"

# Concepts, which it knows by our option file only.
grep -rhoE '^ *concept [A-Za-z_]+ =' include | sed 's/^ *concept //; s/ =$//' | sort >"$work/concepts"
[ "$(wc -l <"$work/concepts")" -ge 50 ] || fail "only $(wc -l <"$work/concepts") concepts found"
xargs ctags --quiet --options=NONE --options=.ctags.d/fluxgate.ctags --language-force=C++ --kinds-C++=Q -f - <"$work/headers" |
    cut -f 1 | sort | diff "$work/concepts" - >&2 || fail "Universal Ctags finds other concepts than there are"

# A file of that name would be one of RPM.
ctags --quiet --options=NONE --options=.ctags.d/fluxgate.ctags -f - include/fluxgate/base/macros.hpp | grep -q '^FLUXGATE_TRY' ||
    fail "Universal Ctags finds no macros"

# What it cannot read is reported.
sed 's/^namespace fluxgate::/namespace fluxgate::inline /' include/fluxgate/trackers/all.hpp >"$work/all.hpp"
if shows_a_class "$work/all.hpp"; then fail "a class is found behind namespace fluxgate::inline, too"; fi

exit $status
