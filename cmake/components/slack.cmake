# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# fluxgate::slack: the library, and libcurl and nlohmann-json for <fluxgate/listeners/slack.hpp>. Used by our own build
# and, once installed, by find_package. Without one of them it sets fluxgate_slack_FOUND to OFF, and fluxgate_missing to
# what to do.

find_package(CURL QUIET)
if(NOT TARGET nlohmann_json::nlohmann_json)
  find_package(nlohmann_json QUIET)
endif()
find_package(Threads QUIET)

if(TARGET fluxgate::slack)
  set(fluxgate_slack_FOUND ON)
elseif(NOT CURL_FOUND)
  set(fluxgate_slack_FOUND OFF)
  set(fluxgate_missing "CURL was not found. Install the package libcurl4-openssl-dev (Debian, Ubuntu).")
elseif(NOT TARGET nlohmann_json::nlohmann_json)
  set(fluxgate_slack_FOUND OFF)
  string(CONCAT fluxgate_missing "nlohmann_json was not found. Install the package nlohmann-json3-dev (Debian, Ubuntu), or "
                                 "add its folder to CMAKE_PREFIX_PATH.")
elseif(NOT Threads_FOUND)
  set(fluxgate_slack_FOUND OFF)
  set(fluxgate_missing "the listener for Slack needs threads, and this compiler has none.")
else()
  set(fluxgate_slack_FOUND ON)
  add_library(fluxgate::slack INTERFACE IMPORTED)
  target_link_libraries(fluxgate::slack INTERFACE fluxgate::fluxgate CURL::libcurl nlohmann_json::nlohmann_json
                                                  Threads::Threads)
endif()
