#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# libstdc++ (Debian 12, libstdc++6 12.2.0-14+deb12u1): an exception of another language that a `catch (...)` rethrows stays in
# std::uncaught_exceptions() of its thread for ever, also when an outer handler has caught and ended it. Scope guards that
# tell failure from success by that count, and libraries that tell unwinding from exceptions by it, are wrong on that thread
# from then on, as long as they compare with zero. One that is caught and not rethrown leaves no trace. With libc++
# (libc++1-19 1:19.1.7-3~deb12u1) the count goes back.
#
# Seen:
#   libstdc++: at first 0, after a catch 0, after a catch that rethrows 1
#   libc++:    at first 0, after a catch 0, after a catch that rethrows 0

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update >install.log 2>&1 </dev/null
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --allow-downgrades \
    clang-19=1:19.1.7-3~deb12u1 libc++-19-dev=1:19.1.7-3~deb12u1 libc++abi-19-dev=1:19.1.7-3~deb12u1 \
    g++-12=12.2.0-14+deb12u1 libstdc++6=12.2.0-14+deb12u1 >>install.log 2>&1 </dev/null || { cat install.log; exit 2; }

cat >foreign.cpp <<'CPP'
#include <cstdio>
#include <cstring>
#include <exception>
#include <unwind.h>

// As the runtime of another language throws, by the interface that both use.
void throw_as_another_language() {
  static _Unwind_Exception exception;
  std::memset(&exception, 0, sizeof exception);
  std::memcpy(&exception.exception_class, "ELSELANG", 8);
  exception.exception_cleanup = [](_Unwind_Reason_Code, _Unwind_Exception*) {};
  _Unwind_RaiseException(&exception);
}

int main() {
  std::printf("at first %d", std::uncaught_exceptions());
  try {
    throw_as_another_language();
  } catch (...) {
  }
  std::printf(", after a catch %d", std::uncaught_exceptions());
  try {
    try {
      throw_as_another_language();
    } catch (...) {
      throw;
    }
  } catch (...) {
  }
  std::printf(", after a catch that rethrows %d\n", std::uncaught_exceptions());
}
CPP

g++-12 -std=c++20 -Wall -Wextra foreign.cpp -o by_libstdcxx
clang++-19 -std=c++20 -stdlib=libc++ -Wall -Wextra foreign.cpp -o by_libcxx
{
    echo "libstdc++: $(./by_libstdcxx)"
    echo "libc++:    $(./by_libcxx)"
} | tee seen
cat >expected <<'TEXT'
libstdc++: at first 0, after a catch 0, after a catch that rethrows 1
libc++:    at first 0, after a catch 0, after a catch that rethrows 0
TEXT
diff expected seen && echo "as before"
