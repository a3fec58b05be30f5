# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::slack: the library, libcurl and nlohmann-json. CONTRIBUTING.md says what the file of a component contains.

set(fluxgate_slack_needs "libcurl and nlohmann-json")
set(fluxgate_slack_headers "listeners/slack[a-z_]*\\.hpp")
set(fluxgate_slack_includes "nlohmann/json\\.hpp")
set(fluxgate_slack_package "libcurl4-openssl-dev")
set(fluxgate_slack_json_package "nlohmann-json3-dev")

macro(fluxgate_find_slack)
  find_package(CURL QUIET)
  if(NOT TARGET nlohmann_json::nlohmann_json)
    find_package(nlohmann_json QUIET)
  endif()
  find_package(Threads QUIET)
  if(NOT CURL_FOUND)
    set(fluxgate_missing "CURL was not found. Install the package ${fluxgate_slack_package} (Debian, Ubuntu).")
  elseif(NOT TARGET nlohmann_json::nlohmann_json)
    string(CONCAT fluxgate_missing "nlohmann_json was not found. Install the package ${fluxgate_slack_json_package} (Debian, "
                                   "Ubuntu), or add its folder to CMAKE_PREFIX_PATH.")
  elseif(NOT Threads_FOUND)
    set(fluxgate_missing "the listener for Slack needs threads, and this compiler has none.")
  else()
    add_library(fluxgate::slack INTERFACE IMPORTED)
    target_link_libraries(fluxgate::slack INTERFACE fluxgate::fluxgate CURL::libcurl nlohmann_json::nlohmann_json
                                                    Threads::Threads)
  endif()
endmacro()

function(fluxgate_fetch_slack)
  if(CURL_FOUND) # a part of the system rather than of a project: never downloaded
    fluxgate_fetch(nlohmann_json ${fluxgate_slack_json_package} https://github.com/nlohmann/json.git v3.11.3)
  endif()
endfunction()
