#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake/check_includes.sh accepts our headers, and reports each offence that is planted in a copy of them.

set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

fail() {
    echo "$1" >&2
    status=1
}

sh cmake/check_includes.sh || fail "offences in our own headers"

# reports <header> <line added to it> <what the check must say>
reports() {
    rm -rf "$work/copy"
    cp -R include/fluxgate "$work/copy"
    mkdir -p "$work/copy/$(dirname "$1")"
    printf '%b\n' "$2" >>"$work/copy/$1"
    if sh cmake/check_includes.sh "$work/copy" >"$work/said" 2>&1; then
        fail "accepted in $1: $2"
    elif ! grep -qF "$3" "$work/said"; then
        fail "reported for another reason, in $1: $2"
        cat "$work/said" >&2
    fi
}

reports engine/core.hpp '#include <fluxgate/circuit_breaker.hpp>' 'engine/core.hpp: must not include circuit_breaker.hpp'
reports engine/core.hpp '#include "../circuit_breaker.hpp"' 'must not include "../circuit_breaker.hpp"'
reports windows.hpp '#include "config.hpp"' 'must not include "config.hpp"'
reports windows.hpp '#include <fluxgate/permits.hpp>' 'windows.hpp: must not include permits.hpp'
reports windows.hpp '#\tinclude\t<fluxgate/config.hpp>' 'windows.hpp: must not include config.hpp'
reports windows.hpp '#include <fluxgate/nonexistent.hpp>' 'nonexistent.hpp, which does not exist'
reports circuit_breaker.hpp '#include <fluxgate/testing.hpp>' 'must not include testing.hpp'
reports fluxgate.hpp '#include <fluxgate/integrations/asio.hpp>' 'must not include integrations/asio.hpp'
reports engine/state/phase.hpp '#include <fluxgate/engine/core.hpp>' 'engine/state/phase.hpp: must not include engine/core.hpp'
reports engine/state/phase.hpp '#include <fluxgate/engine/window/sample.hpp>' 'must not include engine/window/sample.hpp'
reports engine/notifier.hpp '#include <fluxgate/engine/core.hpp>' 'contains a loop'
reports permits/random.hpp '#include <fluxgate/permits.hpp>' 'contains a loop'
reports permits/random.hpp '#include <fluxgate/retries/never.hpp>' 'permits/random.hpp: must not include retries/never.hpp'
reports base/text.hpp '#include <fluxgate/state.hpp>' 'base/text.hpp: must not include state.hpp'
reports listeners/background.hpp '#include <fluxgate/fluxgate.hpp>' 'listeners/background.hpp: must not include fluxgate.hpp'
reports windows.hpp '#include "atomic"' 'must not include "atomic"'
reports windows.hpp ' # include <atomic>' 'must not include <atomic>'
reports windows.hpp '#include <coroutine>' 'must not include <coroutine>'
reports windows.hpp '#include <iostream>' 'must not include <iostream>'
reports engine/notifier.hpp '#include <mutex>' 'must not include <mutex>'
reports engine/notifier.hpp '#include <condition_variable>' 'must not include <condition_variable>'
reports engine/notifier.hpp '#include <asio.hpp>' 'must not include <asio.hpp>'
reports errors.hpp '#include <boost/system/system_error.hpp>' 'must not include <boost/system/system_error.hpp>'
reports retries.hpp '#include <time.h>' 'must not include <time.h>'
reports new_idea.hpp '' 'new_idea.hpp: has no floor'
reports ideas/new.hpp '' 'ideas/new.hpp: has no floor'

mkdir "$work/empty"
if sh cmake/check_includes.sh "$work/empty" >/dev/null 2>&1; then fail "accepted: a folder without headers"; fi

exit $status
