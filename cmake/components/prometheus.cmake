# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::prometheus: the library, and the core of prometheus-cpp for <fluxgate/listeners/prometheus.hpp>. Used by our
# own build and, once installed, by find_package. Without prometheus-cpp it sets fluxgate_prometheus_FOUND to OFF, and
# fluxgate_missing to what to do.

if(NOT TARGET prometheus-cpp::core)
  find_package(prometheus-cpp QUIET)
endif()

if(TARGET fluxgate::prometheus)
  set(fluxgate_prometheus_FOUND ON)
elseif(NOT TARGET prometheus-cpp::core)
  set(fluxgate_prometheus_FOUND OFF)
  string(CONCAT fluxgate_missing "prometheus-cpp was not found. Install the package prometheus-cpp-dev (Debian, Ubuntu), or "
                                 "add its folder to CMAKE_PREFIX_PATH.")
else()
  set(fluxgate_prometheus_FOUND ON)
  add_library(fluxgate::prometheus INTERFACE IMPORTED)
  target_link_libraries(fluxgate::prometheus INTERFACE fluxgate::fluxgate prometheus-cpp::core)
endif()
