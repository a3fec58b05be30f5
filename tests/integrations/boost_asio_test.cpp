// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// asio_test.cpp with Boost.Asio: this include links the component boost_asio.
#include <boost/asio/io_context.hpp>

#include "asio_test.cpp"
