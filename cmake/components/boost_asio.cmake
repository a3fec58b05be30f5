# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::boost_asio: the library, and Boost.Asio. CONTRIBUTING.md says what the file of a component contains.

# The header is that of the component asio. So a source of ours is for Boost.Asio if it includes a header of Boost.Asio.
set(fluxgate_boost_asio_needs "Boost.Asio")
set(fluxgate_boost_asio_includes "boost/asio(\\.hpp|/.*)")
set(fluxgate_boost_asio_package "libboost1.81-dev (Debian 12) or libboost-dev (later ones)")

macro(fluxgate_find_boost_asio)
  find_package(Boost 1.81 QUIET CONFIG)
  find_package(Threads QUIET)
  if(NOT Boost_FOUND)
    string(CONCAT fluxgate_missing "Boost 1.81 or later was not found. Install the package ${fluxgate_boost_asio_package}, or "
                                   "add its folder to CMAKE_PREFIX_PATH.")
  elseif(NOT Threads_FOUND)
    set(fluxgate_missing "Boost.Asio needs threads, and this compiler has none.")
  else()
    add_library(fluxgate::boost_asio INTERFACE IMPORTED)
    target_link_libraries(fluxgate::boost_asio INTERFACE fluxgate::fluxgate Boost::headers Threads::Threads)
    target_compile_definitions(fluxgate::boost_asio INTERFACE FLUXGATE_USE_BOOST_ASIO)
  endif()
endmacro()
