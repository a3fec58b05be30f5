#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# check_tested.sh [<folder with include and tests>]: checks that each header has its test where the header stands, or a test
# in the list below. Prints each offence; silent and 0 without one.
#
# The test of include/fluxgate/permits/probes.hpp is tests/permits/probes_test.cpp, or tests in the folder
# tests/permits/probes/. A header that only includes others needs none.

set -eu
cd "${1:-$(dirname "$0")/..}"

# What has no test at its own place. Each line: what covers it, below tests/, and the headers.
elsewhere='
any_circuit_breaker_test.cpp: any/any_breaker any/any_tracker any/find any/type_facts
any_circuit_breaker_test.cpp: engine/window/healthy_words engine/remembered
async_circuit_breaker_test.cpp: coroutine/async_call coroutine/async_calls coroutine/async_coroutine
async_circuit_breaker_test.cpp: coroutine/awaitable
call/handled_error_test.cpp: base/parameter call/call_forms
call/results_test.cpp: trackers/custom trackers/on_result trackers/predicate trackers/type_of
call_stats_test.cpp: engine/call_counter
circuit_breaker_test.cpp: call/admission call/call_observer call/calls call_result guarded info
compile_fail/clang_generic_lambda.cpp: base/in_template
config_test.cpp: base/durations base/require
defaults_test.cpp: permits/questions
engine/allocation_test.cpp: engine/block
engine/core_test.cpp: engine/rules
engine/interleaving_test.cpp: engine/machine
engine/life_test.cpp: call/held_breaker
engine/operations_test.cpp: engine/window/recorder_of
explorer/count.cpp: engine/window/count_recorder
explorer/keys.cpp: engine/census engine/hazards engine/key_node engine/key_table
explorer/rules.cpp: engine/replacement
explorer/state.cpp: engine/notifier engine/state/hold engine/state/rising_time engine/state/round
explorer/state.cpp: engine/state/ticket engine/state/timestamp
expression/policies_test.cpp: base/type_name expression/describe expression/fold expression/operand
expression/policies_test.cpp: trippers/rate
labels_test.cpp: engine/shared_count
listeners/background_test.cpp: listeners/signal_queue
listeners/prometheus_test.cpp: listeners/prometheus_groups listeners/prometheus_series
listeners/slack_test.cpp: listeners/slack_poster
permits/permit_test.cpp: permits/allow_all permits/random
public_headers_test.cpp: base/macros
registry_test.cpp: registry/handle registry/hooks registry/key_hash registry/store
retries/cooldown_test.cpp: retries/jitter
retries/retry_test.cpp: retries/always retries/never
retune_test.cpp: any/retuner engine/retuning policy_texts
semantics/notification_test.cpp: engine/reason signal state
snapshot_test.cpp: engine/resume engine/snapshot_of engine/window/old_buckets engine/window/old_calls
text/read_test.cpp: text/arguments text/permit_list text/retry_choice
trackers/http_status_test.cpp: trackers/http_code
trackers/tracker_test.cpp: trackers/all trackers/count_as_success trackers/questions
trippers/questions_test.cpp: needs
trippers/tripper_test.cpp: trippers/avg_latency trippers/closed trippers/failure_rate
trippers/tripper_test.cpp: trippers/failure_streak trippers/half_opened trippers/manual
trippers/tripper_test.cpp: trippers/min_requests trippers/slow_rate
windows/own_window_test.cpp: engine/window/recorder
'

status=0
offends() { # <header> <what is wrong with it>
    echo "include/fluxgate/$1.hpp: $2"
    status=1
}
own_test() { # the test at the place of a header, if there is one
    for test in "tests/$1_test.cpp" "tests/$1"/*_test.cpp; do
        if [ -e "$test" ]; then
            echo "$test"
            return
        fi
    done
}

headers=$(find include/fluxgate -name '*.hpp' | sed 's|^include/fluxgate/||; s|\.hpp$||' | sort)
if [ -z "$headers" ]; then
    echo "$PWD: no headers"
    exit 1
fi

listed=
while IFS=: read -r cover names; do
    for header in $names; do
        listed="$listed $header "
        [ -e "tests/$cover" ] || offends "$header" "its test is not there: tests/$cover"
        if [ ! -e "include/fluxgate/$header.hpp" ]; then
            offends "$header" "is not there, but in the list of cmake/check_tested.sh"
        elif [ -n "$(own_test "$header")" ]; then
            offends "$header" "has $(own_test "$header"); take it off the list of cmake/check_tested.sh"
        fi
    done
done <<END
$elsewhere
END

for header in $headers; do
    case $listed in *" $header "*) continue ;; esac
    # Something beside comments, directives and empty lines.
    if [ -z "$(own_test "$header")" ] && grep -qvE '^[[:blank:]]*(//|#|$)' "include/fluxgate/$header.hpp"; then
        offends "$header" "has no test; write tests/${header}_test.cpp, or name its test in cmake/check_tested.sh"
    fi
done

exit $status
