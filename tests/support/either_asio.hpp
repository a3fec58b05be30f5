// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Standalone Asio or Boost.Asio under the same names: `net`, `error_code`, `system_error`.

#ifndef FLUXGATE_TESTS_SUPPORT_EITHER_ASIO_HPP
#define FLUXGATE_TESTS_SUPPORT_EITHER_ASIO_HPP

#include <utility>  // Boost 1.74's coroutine header forgets it

#if defined(FLUXGATE_USE_BOOST_ASIO)

#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace net = boost::asio;
using boost::system::error_code;
using boost::system::system_error;

#else

#include <asio.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>

#include <system_error>

namespace net = asio;
using std::error_code;
using std::system_error;

#endif

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/asio.hpp>

#endif
