#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# policy_plots.sh <folder of the built examples>: makes the plots of docs/policies, each from what policies_plots prints
# (NAME.dat), by style.gp and NAME.gp to NAME.svg.

set -eu
program=$(cd "$1" && pwd)/policies_plots
cd "$(dirname "$0")/../docs/policies/plots"

for name in $("$program"); do
    "$program" "$name" >"$name.dat"
    # Less what SVG takes for granted.
    gnuplot style.gp "$name.gp" |
        sed -e 's/ stroke-linecap="butt" stroke-linejoin="miter"//' -e "s|<title>.*</title>|<title>$name</title>|" \
            -e 's/^[[:blank:]]*//' -e 's/[[:blank:]]*$//' -e '/^$/d' >"$name.svg"
done
