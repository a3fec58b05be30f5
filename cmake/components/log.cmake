# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::log: the library, and fmt for <fluxgate/listeners/log.hpp>. Used by our own build and, once installed, by
# find_package. Without fmt it sets fluxgate_log_FOUND to OFF, and fluxgate_missing to what to do.

if(NOT TARGET fmt::fmt)
  find_package(fmt QUIET)
endif()

if(TARGET fluxgate::log)
  set(fluxgate_log_FOUND ON)
elseif(NOT TARGET fmt::fmt)
  set(fluxgate_log_FOUND OFF)
  string(CONCAT fluxgate_missing "fmt was not found. Install the package libfmt-dev (Debian, Ubuntu), or add its folder to "
                                 "CMAKE_PREFIX_PATH.")
else()
  set(fluxgate_log_FOUND ON)
  add_library(fluxgate::log INTERFACE IMPORTED)
  if(CMAKE_CXX_FLAGS MATCHES "-stdlib=libc\\+\\+" AND TARGET fmt::fmt-header-only)
    # The compiled fmt of a system is one for its own standard library.
    target_link_libraries(fluxgate::log INTERFACE fluxgate::fluxgate fmt::fmt-header-only)
  else()
    target_link_libraries(fluxgate::log INTERFACE fluxgate::fluxgate fmt::fmt)
  endif()
endif()
