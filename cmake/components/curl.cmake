# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::curl: the library, and libcurl. CONTRIBUTING.md says what the file of a component contains.

set(fluxgate_curl_needs "libcurl")
set(fluxgate_curl_headers "integrations/curl\\.hpp")
set(fluxgate_curl_includes "curl/curl\\.h")
set(fluxgate_curl_package "libcurl4-openssl-dev")

macro(fluxgate_find_curl)
  find_package(CURL 7.80 QUIET)
  if(NOT CURL_FOUND)
    string(CONCAT fluxgate_missing "CURL 7.80 or later was not found. Install the package ${fluxgate_curl_package} (Debian, "
                                   "Ubuntu).")
  else()
    add_library(fluxgate::curl INTERFACE IMPORTED)
    target_link_libraries(fluxgate::curl INTERFACE fluxgate::fluxgate CURL::libcurl)
  endif()
endmacro()
