// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// asio_stress.cpp with Boost.Asio, whose include links the component boost_asio.

#if defined(__GNUC__) && !defined(__clang__)
// g++ expects unnamed namespaces in the file that it is given, not in what that includes.
#pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif

#include <boost/asio/io_context.hpp>

#include "asio_stress.cpp"
