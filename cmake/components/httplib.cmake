# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::httplib: the library, and cpp-httplib. CONTRIBUTING.md says what the file of a component contains.

set(fluxgate_httplib_needs "cpp-httplib")
set(fluxgate_httplib_headers "integrations/httplib\\.hpp")
set(fluxgate_httplib_includes "httplib\\.h")
set(fluxgate_httplib_package "libcpp-httplib-dev")

macro(fluxgate_find_httplib)
  if(NOT TARGET httplib::httplib)
    find_package(httplib QUIET CONFIG)
  endif()
  if(NOT TARGET httplib::httplib AND NOT TARGET PkgConfig::fluxgate_cpp_httplib)
    # Debian's has no CMake files. Without the macros of its pkg-config file, programs and the compiled library disagree
    # about its classes.
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
      pkg_check_modules(fluxgate_cpp_httplib QUIET IMPORTED_TARGET GLOBAL cpp-httplib)
    endif()
  endif()
  find_package(OpenSSL QUIET) # 0.16 and later call libcrypto in their headers, which the package's link line does not name
  find_package(Threads QUIET)
  if(NOT TARGET httplib::httplib AND NOT TARGET PkgConfig::fluxgate_cpp_httplib)
    string(CONCAT fluxgate_missing "cpp-httplib was not found. Install the package ${fluxgate_httplib_package} and pkg-config "
                                   "(Debian, Ubuntu), or add its folder to CMAKE_PREFIX_PATH.")
  elseif(NOT TARGET httplib::httplib AND NOT OpenSSL_FOUND)
    set(fluxgate_missing "OpenSSL was not found, which cpp-httplib needs. Install the package libssl-dev (Debian, Ubuntu).")
  elseif(NOT Threads_FOUND)
    set(fluxgate_missing "cpp-httplib needs threads, and this compiler has none.")
  else()
    add_library(fluxgate::httplib INTERFACE IMPORTED)
    target_link_libraries(fluxgate::httplib INTERFACE fluxgate::fluxgate Threads::Threads)
    if(TARGET httplib::httplib)
      target_link_libraries(fluxgate::httplib INTERFACE httplib::httplib)
    else()
      target_link_libraries(fluxgate::httplib INTERFACE PkgConfig::fluxgate_cpp_httplib OpenSSL::Crypto)
    endif()
  endif()
endmacro()

function(fluxgate_fetch_httplib)
  fluxgate_fetch(httplib "${fluxgate_httplib_package} and pkg-config" https://github.com/yhirose/cpp-httplib.git v0.11.4)
endfunction()
