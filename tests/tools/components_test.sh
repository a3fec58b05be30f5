#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# CMake's files name a component in cmake/components only, and in the places below, each of which has a reason.

set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# Presets that leave one out; a library beside a component's; an example that must not post; a test with a real server.
cat >"$work/allowed" <<'END'
CMakePresets.json "FLUXGATE_ASIO": "OFF"
CMakePresets.json "FLUXGATE_BOOST_ASIO": "OFF"
CMakePresets.json "FLUXGATE_HTTPLIB": "OFF"
CMakePresets.json "FLUXGATE_PROMETHEUS": "OFF"
CMakePresets.json "FLUXGATE_SLACK": "OFF"
cmake/dependencies.cmake prometheus/exposer
cmake/dependencies.cmake prometheus-cpp::pull
examples/CMakeLists.txt "SLACK_TOKEN="
tests/CMakeLists.txt FLUXGATE_PROMETHEUS_SERVER
tests/CMakeLists.txt the test with a real Prometheus
tests/CMakeLists.txt "prometheus_end_to_end"
END

names=$(find cmake/components -name '*.cmake' | sed 's|.*/||; s|\.cmake$||' | paste -s -d '|' -)
if [ -z "$names" ]; then
    echo "no component found" >&2
    exit 1
fi

# stray <file>...: the lines that name a component and are not allowed.
stray() {
    grep -nEi "(^|[^a-z])($names)([^a-z]|$)" "$@" /dev/null | awk '
        NR == FNR {
            file[++count] = $1 ":"
            text[count] = substr($0, length($1) + 2)
            next
        }
        {
            for (i = 1; i <= count; ++i) if (index($0, file[i]) == 1 && index($0, text[i])) next
            print
        }
    ' "$work/allowed" -
}

find . -name build -prune -o -path ./cmake/components -prune -o -type f \
    \( -name CMakeLists.txt -o -name '*.cmake' -o -name '*.cmake.in' -o -name CMakePresets.json \) -print |
    sed 's|^\./||' >"$work/files"
# shellcheck disable=SC2046 # a list of words
stray $(cat "$work/files") >"$work/found"
if [ -s "$work/found" ]; then
    echo "names a component outside cmake/components:" >&2
    cat "$work/found" >&2
    status=1
fi

# What it looks for, it finds.
for line in 'option(FLUXGATE_SLACK "" OFF)' 'target_link_libraries(main PRIVATE fluxgate::boost_asio)' 'set(all log prometheus)'; do
    echo "$line" >"$work/planted.cmake"
    if [ -z "$(stray "$work/planted.cmake")" ]; then
        echo "not reported: $line" >&2
        status=1
    fi
done

exit $status
