# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::prometheus: the library, and the core of prometheus-cpp. CONTRIBUTING.md says what the file of a component
# contains.

set(fluxgate_prometheus_needs "prometheus-cpp")
set(fluxgate_prometheus_headers "listeners/prometheus[a-z_]*\\.hpp")
set(fluxgate_prometheus_package "prometheus-cpp-dev")

macro(fluxgate_find_prometheus)
  if(NOT TARGET prometheus-cpp::core)
    find_package(prometheus-cpp QUIET)
  endif()
  if(NOT TARGET prometheus-cpp::core)
    string(CONCAT fluxgate_missing "prometheus-cpp was not found. Install the package ${fluxgate_prometheus_package} (Debian, "
                                   "Ubuntu), or add its folder to CMAKE_PREFIX_PATH.")
  else()
    add_library(fluxgate::prometheus INTERFACE IMPORTED)
    target_link_libraries(fluxgate::prometheus INTERFACE fluxgate::fluxgate prometheus-cpp::core)
  endif()
endmacro()

function(fluxgate_fetch_prometheus)
  # Its core alone, which needs no web server.
  set(ENABLE_PULL OFF)
  set(ENABLE_PUSH OFF)
  set(ENABLE_TESTING OFF)
  fluxgate_fetch(prometheus-cpp ${fluxgate_prometheus_package} https://github.com/jupp0r/prometheus-cpp.git v1.3.0)
endfunction()
