#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# clang 19 (Debian 12, clang-19 1:19.1.7-3~deb12u1) in a template: class template argument deduction of an aggregate drops
# what a designated initializer names, when the initializer does not depend on the template's parameters, and deduces the
# default arguments instead. Without a warning under -Wall -Wextra -Wpedantic, and with another value at run time. g++ 12
# (12.2.0-14+deb12u1) takes the same program as it is written. Whoever configures a client by designators in generic code,
# retries or timeouts say, gets the defaults there under one of the two compilers.
#
# Seen:
#   g++:   outside of a template 5, in one 5
#   clang: outside of a template 5, in one 0

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update >install.log 2>&1 </dev/null
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --allow-downgrades \
    clang-19=1:19.1.7-3~deb12u1 g++-12=12.2.0-14+deb12u1 >>install.log 2>&1 </dev/null || { cat install.log; exit 2; }

cat >client.cpp <<'CPP'
#include <cstdio>

struct Never {
  int attempts = 0;
};
struct Often {
  int attempts = 5;
};

template <class Retry = Never>
struct Settings {
  Retry retry = {};
};

template <class Retry>
struct Client {
  explicit Client(Settings<Retry> given) : settings{given} {}
  Settings<Retry> settings;
};

inline constexpr Often often{};

int outside() {
  Client client{Settings{.retry = often}};
  return client.settings.retry.attempts;
}
template <class Read>
int inside(Read read) {
  Client client{Settings{.retry = often}};
  return read(client);
}

int main() {
  const auto attempts = [](const auto& client) { return client.settings.retry.attempts; };
  std::printf("outside of a template %d, in one %d\n", outside(), inside(attempts));
}
CPP

g++-12 -std=c++20 -Wall -Wextra -Wpedantic -Werror client.cpp -o by_gcc
clang++-19 -std=c++20 -Wall -Wextra -Wpedantic -Werror client.cpp -o by_clang
{
    echo "g++:   $(./by_gcc)"
    echo "clang: $(./by_clang)"
} | tee seen
cat >expected <<'TEXT'
g++:   outside of a template 5, in one 5
clang: outside of a template 5, in one 0
TEXT
diff expected seen && echo "as before"
