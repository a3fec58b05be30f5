# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::asio: the library, and standalone Asio. CONTRIBUTING.md says what the file of a component contains.

set(fluxgate_asio_needs "standalone Asio")
set(fluxgate_asio_headers "integrations/asio\\.hpp")
set(fluxgate_asio_includes "asio(\\.hpp|/.*)")
set(fluxgate_asio_package "libasio-dev")

macro(fluxgate_find_asio)
  find_path(FLUXGATE_ASIO_INCLUDE_DIR asio.hpp DOC "The folder with the asio.hpp of standalone Asio")
  mark_as_advanced(FLUXGATE_ASIO_INCLUDE_DIR)
  find_package(Threads QUIET)
  if(NOT FLUXGATE_ASIO_INCLUDE_DIR)
    string(CONCAT fluxgate_missing "asio.hpp was not found. Install the package ${fluxgate_asio_package} (Debian, Ubuntu), or "
                                   "set FLUXGATE_ASIO_INCLUDE_DIR to the folder it lies in.")
  elseif(NOT Threads_FOUND)
    set(fluxgate_missing "Asio needs threads, and this compiler has none.")
  else()
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
endmacro()

function(fluxgate_fetch_asio)
  fluxgate_fetch(asio ${fluxgate_asio_package} https://github.com/chriskohlhoff/asio.git asio-1-30-2)
  set(FLUXGATE_ASIO_INCLUDE_DIR "${asio_SOURCE_DIR}/asio/include" CACHE PATH "" FORCE)
endfunction()
