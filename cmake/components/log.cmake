# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::log: the library, and fmt. CONTRIBUTING.md says what the file of a component contains.

set(fluxgate_log_needs "fmt")
set(fluxgate_log_headers "listeners/(format|log)\\.hpp")
set(fluxgate_log_package "libfmt-dev")

macro(fluxgate_find_log)
  if(NOT TARGET fmt::fmt)
    find_package(fmt QUIET)
  endif()
  if(NOT TARGET fmt::fmt)
    string(CONCAT fluxgate_missing "fmt was not found. Install the package ${fluxgate_log_package} (Debian, Ubuntu), or add "
                                   "its folder to CMAKE_PREFIX_PATH.")
  else()
    add_library(fluxgate::log INTERFACE IMPORTED)
    if(CMAKE_CXX_FLAGS MATCHES "-stdlib=libc\\+\\+" AND TARGET fmt::fmt-header-only)
      # The compiled fmt of a system is one for its own standard library.
      target_link_libraries(fluxgate::log INTERFACE fluxgate::fluxgate fmt::fmt-header-only)
    else()
      target_link_libraries(fluxgate::log INTERFACE fluxgate::fluxgate fmt::fmt)
    endif()
  endif()
endmacro()

function(fluxgate_fetch_log)
  fluxgate_fetch(fmt ${fluxgate_log_package} https://github.com/fmtlib/fmt.git 11.0.2)
endfunction()
