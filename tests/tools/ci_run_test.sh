#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# .ci/run counts the cases of all lanes, and names what each took and what failed, with a ./dev that says what it is told
# to.

set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
mkdir "$work/.ci"
cp .ci/run "$work/.ci/run"

# ends_with <result> <the last lines of the log>: with what "$work/dev" says.
ends_with() {
    chmod +x "$work/dev"
    result=0
    bash "$work/.ci/run" >"$work/log" 2>&1 || result=$?
    printf '%s\n' "$2" >"$work/wanted"
    tail -n "$(wc -l <"$work/wanted")" "$work/log" >"$work/end"
    if [ "$result" -ne "$1" ] || ! diff "$work/wanted" "$work/end" >&2; then
        echo "ended with $result, not with $1, or with other lines" >&2
        status=1
    fi
}

cat >"$work/dev" <<'END'
#!/bin/sh
case "$*" in
check-parts) echo 'format includes documented tidy gcc clang' ;;
test) echo '100% tests passed, 0 tests failed out of 3' ;;
'check clang') echo '100% tests passed, 0 tests failed out of 1' ;;
esac
END
ends_with 0 '4 passed, 0 failed'

cat >"$work/dev" <<'END'
#!/bin/sh
case "$*" in
check-parts) echo 'format tidy gcc clang tsan' ;;
test)
    printf '60%% tests passed, 2 tests failed out of 5\n\nThe following tests did not run:\n\t  4 - not here (Skipped)\n'
    printf '\nThe following tests FAILED:\n\t  7 - a name (with more) - of it (Failed)\n\t 12 - another (SEGFAULT)\n'
    exit 8
    ;;
'check format') exit 1 ;;
'check tidy')
    printf 'a.hpp:1:2: error: the first [a-check]\n' >&2
    printf 'a.hpp:3:4: error: the second [a-check]\n'
    exit 1
    ;;
'check clang') ;;
'check tsan') echo '100% tests passed, 0 tests failed out of 2' ;;
esac
END
ends_with 1 '=== ./dev test: a name (with more) - of it (Failed)
=== ./dev test: another (SEGFAULT)
=== ./dev check format: failed without a failed case
=== ./dev check tidy: failed without a failed case: a.hpp:1:2: error: the first [a-check]
=== ./dev check clang: ran no test
5 passed, 5 failed'
grep -q '^=== [0-9]* s: ./dev check tsan$' "$work/log" || {
    echo '.ci/run does not say what a lane took' >&2
    status=1
}

# A part of the real ./dev that runs no workflow of CMake, and so no test, is one that .ci/run expects none of.
sed -n 's/) lane checks.*//p' .ci/run | tr -d ' ' | tr '|' '\n' | sort >"$work/expected"
for part in $(./dev check-parts); do
    awk -v part="$part" '/^check\(\)/ { inside = 1 } /^}/ { inside = 0 }
        inside && /^    [a-z].*\)/ { mine = index(" " $0, " " part " ") || index($0, " " part ")") }
        inside && mine' dev | grep -q workflow || echo "$part"
done | sort >"$work/found"
diff "$work/expected" "$work/found" >&2 || {
    echo '.ci/run waits for tests that a part does not have' >&2
    status=1
}

exit $status
