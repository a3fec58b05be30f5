# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# What our own programs share. Nothing here reaches a user of the library.

find_package(Threads REQUIRED GLOBAL)

set(FLUXGATE_WARNINGS -Wall -Wextra -Wconversion -Wpedantic -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND FLUXGATE_WARNINGS -Wreserved-identifier)
endif()
add_library(fluxgate_development INTERFACE)
target_link_libraries(fluxgate_development INTERFACE fluxgate::fluxgate)
target_compile_options(fluxgate_development INTERFACE ${FLUXGATE_WARNINGS})

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set_target_properties(fluxgate PROPERTIES CXX_EXTENSIONS OFF)
endif()

# fluxgate_program(<name> <source>...): an executable under our warnings, linked to what its sources include.
function(fluxgate_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE fluxgate_development)
  fluxgate_link_included(${name} ${ARGN})
endfunction()
