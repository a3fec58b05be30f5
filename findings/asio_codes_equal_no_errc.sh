#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Standalone Asio (Debian 12, libasio-dev 1:1.22.1-1): no error code of a socket equals a std::errc, although it is a
# std::error_code with the number and the message of the errno. `code == std::errc::connection_refused` is false of a
# connection that was refused, returned or thrown, and `code.default_error_condition()` stays in the category "asio.system".
# So retry rules, circuit breakers and metrics that sort errors by std::errc see only unknown ones. The same program with
# Boost.Asio (libboost1.81-dev 1.81.0-5+deb12u1) finds them equal. Upstream: chriskohlhoff/asio issues 143 and 578.
#
# Seen:
#   asio.system:111 Connection refused: errc no, condition asio.system, asio::error yes
#   system:111 Connection refused: errc yes, condition generic, asio::error yes

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update >install.log 2>&1 </dev/null
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --allow-downgrades \
    g++-12=12.2.0-14+deb12u1 libasio-dev=1:1.22.1-1 libboost1.81-dev=1.81.0-5+deb12u1 >>install.log 2>&1 </dev/null ||
    { cat install.log; exit 2; }

cat >refused.cpp <<'CPP'
#ifdef WITH_BOOST
#include <boost/asio.hpp>
namespace net = boost::asio;
using Code = boost::system::error_code;
#else
#include <asio.hpp>
namespace net = asio;
using Code = std::error_code;
#endif
#include <iostream>

int main() {
  using net::ip::tcp;
  net::io_context io;
  // A port that nobody listens on: bound, and closed again.
  const auto nobody = tcp::acceptor{io, tcp::endpoint{net::ip::address_v4::loopback(), 0}}.local_endpoint();
  tcp::socket socket{io};
  Code code;
  socket.connect(nobody, code);
  const std::error_code standard = code;
  const auto said = [](bool is) { return is ? "yes" : "no"; };
  std::cout << code.category().name() << ':' << code.value() << ' ' << code.message() << ": errc "
            << said(standard == std::errc::connection_refused) << ", condition "
            << standard.default_error_condition().category().name() << ", asio::error "
            << said(code == net::error::connection_refused) << '\n';
}
CPP

g++-12 -std=c++20 -pthread refused.cpp -o standalone
g++-12 -std=c++20 -pthread -DWITH_BOOST refused.cpp -o boost
{
    ./standalone
    ./boost
} | tee seen
cat >expected <<'TEXT'
asio.system:111 Connection refused: errc no, condition asio.system, asio::error yes
system:111 Connection refused: errc yes, condition generic, asio::error yes
TEXT
diff expected seen && echo "as before"
