#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Runs a command in a copy of this repository on another suite of Debian: in_suite.sh SUITE COMMAND
# The bare suite is kept for the next time; the copy in which the command runs, and installs what it likes, is not.
# Ends with 77 where that cannot be had, and says why.

set -eu
suite=$1
command=$2
repository=$(cd "$(dirname "$0")/../.." && pwd)
kept=${XDG_CACHE_HOME:-$HOME/.cache}/fluxgate/$suite

skip() {
    echo "in_suite.sh: SKIPPED: $*" >&2
    exit 77
}
[ "$(id -u)" -eq 0 ] || skip "another suite takes root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"

if [ ! -e "$kept/.ready" ]; then
    # From where this system has its packages.
    mirror=$(sed -n -E 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] *)?([^ ]+).*/\2/p' \
        /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
    rm -rf --one-file-system "$kept"
    mkdir -p "$kept"
    # shellcheck disable=SC2086 # no mirror, no argument
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$kept" ${mirror:-} >"$kept.log" 2>&1 || {
        tail -n 5 "$kept.log" >&2
        skip "debootstrap could not make $suite"
    }
    for file in /etc/apt/apt.conf.d/*proxy* /etc/apt/apt.conf.d/99*; do # how this system reaches packages
        if [ -e "$file" ]; then cp "$file" "$kept/etc/apt/apt.conf.d/"; fi
    done
    touch "$kept/.ready"
fi

root=$(mktemp -d)
clean() {
    umount -l "$root/proc" 2>/dev/null || true
    umount -R -l "$root/dev" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap clean EXIT
trap 'exit 1' INT TERM
cp -a "$kept/." "$root/"
for file in /etc/resolv.conf /etc/hosts; do
    if [ -e "$file" ]; then cp "$file" "$root$file"; fi
done
mkdir "$root/fluxgate"
# What git knows, as it lies here; no build.
(cd "$repository" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T - 2>/dev/null) |
    tar -x -C "$root/fluxgate"
mount -t proc proc "$root/proc" || skip "a container that may not mount"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    CMAKE_BUILD_PARALLEL_LEVEL="${CMAKE_BUILD_PARALLEL_LEVEL:-}" CTEST_PARALLEL_LEVEL="${CTEST_PARALLEL_LEVEL:-}" \
    sh -c "cd /fluxgate && $command" </dev/null
