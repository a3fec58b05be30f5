#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# CONTRIBUTING.md names files and folders that are there, and words that ./dev knows.

# shellcheck disable=SC2016 # patterns with the backquotes of the page

set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Everything in backquotes and in blocks, a word a line.
words() {
    awk '/^```/ { inside = !inside; next } inside { sub(/#.*/, ""); print "`" $0 "`"; next } { print }' "$1" |
        grep -o '`[^`]*`' | tr -d '`' | tr ' ' '\n'
}

# absent <page>: the paths that no file or folder of the repository ends in. A name in capitals or angle brackets stands for
# any, and what is built is not there.
absent() {
    words "$1" | grep -E '^[a-z][a-z_.*/-]*(/|\.(hpp|cpp|md|sh|py|txt|cmake|json))$' | grep -v -e '^build/' | sort -u |
        while read -r path; do
            [ -n "$(find . -path ./build -prune -o -path "*/${path%/}" -print -quit)" ] || echo "$path"
        done
}

# unknown <page>: what follows ./dev and ./dev check, and is neither a command nor a part.
unknown() {
    words "$1" | tr '\n' ' ' | grep -oE '\./dev [a-z]+( [a-z]+)?' | while read -r _ command part; do
        grep -q "^$command)" dev || echo "./dev $command"
        [ "$command" != check ] || [ -z "$part" ] || grep -qE "^    (.* \| )?$part( \| .*)?\)" dev || echo "./dev check $part"
    done
}

absent CONTRIBUTING.md >"$work/found"
unknown CONTRIBUTING.md >>"$work/found"
if [ -s "$work/found" ]; then
    echo "CONTRIBUTING.md names what is not there:" >&2
    cat "$work/found" >&2
    status=1
fi

# What it looks for, it finds.
cat >"$work/page.md" <<'END'
See `docs/absent.md` and `absent/`, or `docs/choosing.md`.
```sh
./dev brew
./dev check coffee
./dev check asan
sh tests/tools/absent_test.sh
```
END
for expected in docs/absent.md absent/ tests/tools/absent_test.sh; do
    absent "$work/page.md" | grep -qxF "$expected" || {
        echo "not reported: $expected" >&2
        status=1
    }
done
if absent "$work/page.md" | grep -q choosing; then
    echo "reported, though it is there: docs/choosing.md" >&2
    status=1
fi
if [ "$(unknown "$work/page.md" | paste -s -d ,)" != "./dev brew,./dev check coffee" ]; then
    echo "of ./dev brew, check coffee and check asan the first two are to be reported" >&2
    status=1
fi

exit $status
