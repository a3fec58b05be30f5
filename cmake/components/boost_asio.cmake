# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::boost_asio: the library, and Boost.Asio for <fluxgate/integrations/asio.hpp>. Used by our own build and, once
# installed, by find_package. Without Boost it sets fluxgate_boost_asio_FOUND to OFF, and fluxgate_missing to what to do.

find_package(Boost 1.81 QUIET CONFIG)
find_package(Threads QUIET)

if(TARGET fluxgate::boost_asio)
  set(fluxgate_boost_asio_FOUND ON)
elseif(NOT Boost_FOUND)
  set(fluxgate_boost_asio_FOUND OFF)
  string(CONCAT fluxgate_missing "Boost 1.81 or later was not found. Install the package libboost1.81-dev (Debian 12) or "
                                 "libboost-dev (later ones), or add its folder to CMAKE_PREFIX_PATH.")
elseif(NOT Threads_FOUND)
  set(fluxgate_boost_asio_FOUND OFF)
  set(fluxgate_missing "Boost.Asio needs threads, and this compiler has none.")
else()
  set(fluxgate_boost_asio_FOUND ON)
  add_library(fluxgate::boost_asio INTERFACE IMPORTED)
  target_link_libraries(fluxgate::boost_asio INTERFACE fluxgate::fluxgate Boost::headers Threads::Threads)
  target_compile_definitions(fluxgate::boost_asio INTERFACE FLUXGATE_USE_BOOST_ASIO)
endif()
