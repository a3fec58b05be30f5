# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# find_package(fluxgate [COMPONENTS asio boost_asio log prometheus slack]): fluxgate::fluxgate, and fluxgate::<component>
# for each component.

include("${CMAKE_CURRENT_LIST_DIR}/fluxgate-targets.cmake")

foreach(fluxgate_component IN LISTS fluxgate_FIND_COMPONENTS)
  if(fluxgate_component MATCHES "^(asio|boost_asio|log|prometheus|slack)$")
    include("${CMAKE_CURRENT_LIST_DIR}/fluxgate-${fluxgate_component}.cmake")
  else()
    set(fluxgate_${fluxgate_component}_FOUND OFF)
    set(fluxgate_missing "the components are asio, boost_asio, log, prometheus and slack; there is no '${fluxgate_component}'.")
  endif()
  if(fluxgate_FIND_REQUIRED_${fluxgate_component} AND NOT fluxgate_${fluxgate_component}_FOUND)
    set(fluxgate_FOUND OFF)
    string(APPEND fluxgate_NOT_FOUND_MESSAGE "fluxgate: ${fluxgate_missing} ")
  endif()
endforeach()
