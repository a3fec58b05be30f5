#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake/check_policies.sh accepts a repository whose policies have their pages and plots, and reports each that has not.

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# A window with a plot, a tracker without, and a concept, which needs no page.
fresh() {
    rm -rf "$work/there"
    mkdir "$work/there"
    cd "$work/there"
    mkdir -p built docs/policies/plots
    for folder in windows trackers trippers retries permits; do mkdir -p "include/fluxgate/$folder"; done
    mkdir include/fluxgate/text
    echo '{"Count", read_count},' >include/fluxgate/text/read.hpp
    : >include/fluxgate/windows/window.hpp
    : >include/fluxgate/trippers/tripper.hpp
    : >include/fluxgate/retries/retry.hpp
    : >include/fluxgate/permits/permit.hpp
    cat >built/policies_plots <<'SCRIPT'
#!/bin/sh
case ${1:-} in
'') echo count ;;
count) echo '0 1' ;;
*) exit 2 ;;
esac
SCRIPT
    chmod +x built/policies_plots
    echo '0 1' >docs/policies/plots/count.dat
    echo '<svg/>' >docs/policies/plots/count.svg
    for policy in windows/count trackers/all; do
        : >"include/fluxgate/$policy.hpp"
        cat >"docs/policies/${policy#*/}.md" <<PAGE
# A policy

What it [decides](../../include/fluxgate/$policy.hpp).

## Example
## Parameters
## When
## Cost
## In a run

![](plots/${policy#*/}.svg)
PAGE
    done
    echo '[count](count.md) [all](all.md)' >docs/policies/README.md
}

accepts() {
    if ! sh "$root/cmake/check_policies.sh" built . >said 2>&1; then
        echo "refused: $1" >&2
        cat said >&2
        status=1
    fi
}

reports() { # <what is wrong> <what the check must say>
    if sh "$root/cmake/check_policies.sh" built . >said 2>&1; then
        echo "accepted: $1" >&2
        status=1
    elif ! grep -qF "$2" said; then
        echo "reported for another reason: $1" >&2
        cat said >&2
        status=1
    fi
}

fresh && accepts "policies with their pages"
fresh && sed -i '/svg/d' docs/policies/all.md && accepts "a tracker without a plot"
fresh && rm docs/policies/count.md && reports "a policy without a page" "count.hpp: its policy has no page"
fresh && sed -i '/^## When/d' docs/policies/count.md && reports "a page without a section" "count.md: its sections"
fresh && echo '### More' >>docs/policies/count.md && reports "a section of its own" "count.md: its sections"
fresh && sed -i '/hpp/d' docs/policies/all.md && reports "a page without its header" "all.md: does not link"
fresh && echo '[count](count.md)' >docs/policies/README.md && reports "a page that is not listed" "does not list all.md"
fresh && sed -i '/svg/d' docs/policies/count.md && reports "a page without its plot" "count.md: does not show its plot"
fresh && : >include/fluxgate/text/read.hpp && reports "a policy that texts can't name" "texts can't name its policy (Count)"
fresh && cp docs/policies/all.md docs/policies/more.md && reports "a page too many" "more.md: there is no such policy"
fresh && echo '0 2' >docs/policies/plots/count.dat && reports "other data" "count.dat: is not what policies_plots prints"
fresh && rm docs/policies/plots/count.dat && reports "no data" "count.dat: is not what policies_plots prints"
fresh && cp docs/policies/plots/count.dat docs/policies/plots/more.dat && reports "data of no plot" "more.dat: policies_plots"
fresh && rm docs/policies/plots/count.svg && reports "a plot that is not there" "count.svg: is missing"
fresh && head -c 20001 /dev/zero >docs/policies/plots/count.svg && reports "a large plot" "count.svg: is larger"
fresh && rm built/policies_plots && reports "no program" "policies_plots fails"

exit $status
