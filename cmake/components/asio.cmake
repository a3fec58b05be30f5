# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::asio: the library, and standalone Asio for <fluxgate/integrations/asio.hpp>. Used by our own build and, once
# installed, by find_package. Without Asio it sets fluxgate_asio_FOUND to OFF, and fluxgate_missing to what to do.

find_path(FLUXGATE_ASIO_INCLUDE_DIR asio.hpp DOC "The folder with the asio.hpp of standalone Asio")
mark_as_advanced(FLUXGATE_ASIO_INCLUDE_DIR)
find_package(Threads QUIET)

if(TARGET fluxgate::asio)
  set(fluxgate_asio_FOUND ON)
elseif(NOT FLUXGATE_ASIO_INCLUDE_DIR)
  set(fluxgate_asio_FOUND OFF)
  string(CONCAT fluxgate_missing "asio.hpp was not found. Install the package libasio-dev (Debian, Ubuntu), or set "
                                 "FLUXGATE_ASIO_INCLUDE_DIR to the folder it lies in.")
elseif(NOT Threads_FOUND)
  set(fluxgate_asio_FOUND OFF)
  set(fluxgate_missing "Asio needs threads, and this compiler has none.")
else()
  set(fluxgate_asio_FOUND ON)
  add_library(fluxgate::asio INTERFACE IMPORTED)
  target_link_libraries(fluxgate::asio INTERFACE fluxgate::fluxgate Threads::Threads)
  target_include_directories(fluxgate::asio INTERFACE "${FLUXGATE_ASIO_INCLUDE_DIR}")
  file(STRINGS "${FLUXGATE_ASIO_INCLUDE_DIR}/asio/version.hpp" fluxgate_asio_version REGEX "define ASIO_VERSION [0-9]+")
  string(REGEX MATCH "[0-9]+" fluxgate_asio_version "${fluxgate_asio_version}")
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND fluxgate_asio_version LESS 102400)
    # Asio before 1.24 takes every Clang for one without the coroutines of C++20.
    target_compile_definitions(fluxgate::asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
  endif()
endif()
