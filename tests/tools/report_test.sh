#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# What benchmarks/report.py makes of results: its verdicts and exit status, and that the documentation is what it makes of
# those that are kept there.

set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    cat "$work/table"
    echo "report_test: $1" >&2
    exit 1
}

changed() { # changed <Python statement on costs>: results in which every bar is met, and then changed
    python3 - "$1" <<'END' >"$work/results.json"
import json, sys
results = json.load(open("docs/performance/results.json"))
costs = results["costs"]
for name, kinds in costs.items():
    for kind, found in kinds.items():
        if kind != "bytes":
            kinds[kind] = [10 if name == "now" or name.startswith("mutex") else 1] * len(found)
results["compile_seconds"]["unit"] = results["compile_seconds"]["standard"]
exec(sys.argv[1])
json.dump(results, sys.stdout)
END
    python3 benchmarks/report.py --from "$work/results.json" >"$work/table"
}

changed 'pass' || fail 'a run that meets its bars fails'
! changed 'costs["throws_all"]["cpu"] = [3 * cost for cost in costs["throws_all"]["cpu"]]' || fail 'a missed bar passes'
grep -q 'throws, tracker All .* MISSED$' "$work/table" || fail 'a missed bar is not called so'
changed 'costs["throws_all"]["cpu"] = [(3 if i < len(costs["now"]["cpu"]) // 3 else 1) * cost for i, cost
                                       in enumerate(costs["throw_and_catch"]["cpu"])]' ||
    fail 'a bar that is missed in one layout of three fails'
grep -q 'throws, tracker All .* unsure$' "$work/table" || fail 'a bar within the range is not called so'
! changed 'del costs["healthy_guarded"]' || fail 'a benchmark that is not there passes'
grep -q 'through guarded() .* MISSING: healthy_guarded$' "$work/table" || fail 'what is missing is not named'
changed '[costs.pop(name) for name in list(costs) if name.endswith("/2")]' || fail 'a machine with one processor fails'
grep -q 'each of 2 threads .* not measured here: ' "$work/table" || fail 'what can not be measured is not named'

cp -r docs "$work/docs"
python3 benchmarks/report.py --from docs/performance/results.json --publish "$work/docs" >"$work/table" || true # it judges, too
diff -r docs "$work/docs" >"$work/table" || fail 'the documentation is not what these results make of it'
echo 'report.py judges and publishes as it must'
