#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check_policies.sh <folder of the built examples> [<repository>]: each policy has a page in docs/policies, all pages are
# built alike, the catalogue lists them, texts can name all but trackers, and the data behind each plot are what policies_plots
# prints. (Plots themselves are not compared: versions of gnuplot differ.) Prints each offence; silent and 0 without one.

set -eu
program=$(cd "$1" && pwd)/policies_plots
cd "${2:-$(dirname "$0")/..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

complain() {
    echo "$1" >&2
    status=1
}

# Headers beside the policies, which state concepts or serve the policies.
others=' window tracker predicate questions result_looks http_code tripper rate traits retry jitter permit '

sections='## Example
## Parameters
## When
## Cost
## In a run'

for folder in windows trackers trippers retries permits; do
    for header in include/fluxgate/"$folder"/*.hpp; do
        name=$(basename "$header" .hpp)
        case $others in *" $name "*) continue ;; esac
        page=docs/policies/$name.md
        echo "$name.md" >>"$work/known"
        if [ ! -e "$page" ]; then
            complain "$header: its policy has no page $page"
            continue
        fi
        [ "$(grep '^##' "$page")" = "$sections" ] || complain "$page: its sections are not those of every page"
        grep -qF "](../../$header)" "$page" || complain "$page: does not link to its header"
        grep -qF "]($name.md)" docs/policies/README.md || complain "docs/policies/README.md: does not list $name.md"
        # What a tracker decides is a table, which check_docs.sh compares.
        if [ "$folder" != trackers ]; then
            grep -qF "](plots/$name.svg)" "$page" || complain "$page: does not show its plot"
            # The type is named as the header is: count_window.hpp has CountWindow.
            type=$(echo "$name" | awk -F_ '{ for (i = 1; i <= NF; ++i) printf "%s%s", toupper(substr($i, 1, 1)), substr($i, 2) }')
            grep -qF "{\"$type\"," include/fluxgate/text/read.hpp || complain "$header: texts can't name its policy ($type)"
        fi
    done
done

for page in docs/policies/*.md; do
    page=$(basename "$page")
    [ "$page" = README.md ] || grep -qx "$page" "$work/known" || complain "docs/policies/$page: there is no such policy"
done

"$program" >"$work/names" || complain "policies_plots fails"
while read -r name; do
    plot=docs/policies/plots/$name
    if ! "$program" "$name" >"$work/data" || ! diff -u "$plot.dat" "$work/data"; then
        complain "$plot.dat: is not what policies_plots prints; ./dev docs --plots makes the plots again"
    fi
    if [ ! -s "$plot.svg" ]; then
        complain "$plot.svg: is missing"
    elif [ "$(wc -c <"$plot.svg")" -gt 20000 ]; then
        complain "$plot.svg: is larger than 20 kB"
    fi
done <"$work/names"
for data in docs/policies/plots/*.dat; do
    grep -qx "$(basename "$data" .dat)" "$work/names" || complain "$data: policies_plots does not know it"
done

exit $status
