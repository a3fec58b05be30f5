# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Adds a component to a copy of the library by one file in cmake/components, and nothing else of CMake. It then has an option,
# is linked to the examples that include its header, is installed, found, and named among the components.

include("${CMAKE_CURRENT_LIST_DIR}/step.cmake")
set(ENV{CXX} "${COMPILER}")
set(ENV{CXXFLAGS} "${FLAGS}")
set(ENV{CMAKE_GENERATOR} "${GENERATOR}")
file(REMOVE_RECURSE "${WORK_DIR}")
set(library "${WORK_DIR}/library")
foreach(part IN ITEMS cmake include CMakeLists.txt LICENSE examples/CMakeLists.txt)
  cmake_path(GET part PARENT_PATH folder)
  file(COPY "${SOURCE_DIR}/${part}" DESTINATION "${library}/${folder}")
endforeach()

file(WRITE "${library}/cmake/components/coffee.cmake" [[
set(fluxgate_coffee_needs "a cup")
set(fluxgate_coffee_headers "listeners/coffee\\.hpp")
set(fluxgate_coffee_package "cup-dev")

macro(fluxgate_find_coffee)
  if(NOT CUP)
    set(fluxgate_missing "a cup was not found. Install the package ${fluxgate_coffee_package} (Debian, Ubuntu).")
  else()
    add_library(fluxgate::coffee INTERFACE IMPORTED)
    target_link_libraries(fluxgate::coffee INTERFACE fluxgate::fluxgate)
    target_compile_definitions(fluxgate::coffee INTERFACE CUP)
  endif()
endmacro()
]])
file(WRITE "${library}/include/fluxgate/listeners/coffee.hpp" [[
#ifndef CUP
#error no cup
#endif
inline int drink() { return 0; }
]])
set(program "#include <fluxgate/listeners/coffee.hpp>\nint main() { return drink(); }\n")
file(WRITE "${library}/examples/drink.cpp" "${program}")

# In our own build.
set(configure "${CMAKE_COMMAND}" -S "${library}" -B "${WORK_DIR}/build" -DFLUXGATE_BUILD_TESTS=OFF -DFLUXGATE_BUILD_BENCHMARKS=OFF)
refused("Install the package cup-dev (Debian, Ubuntu)." ${configure} -DFLUXGATE_BUILD_EXAMPLES=OFF -DFLUXGATE_COFFEE=ON)
refused("Install the package cup-dev (Debian, Ubuntu)." ${configure} -DFLUXGATE_BUILD_EXAMPLES=ON -DFLUXGATE_COFFEE=OFF)
step(${configure} -DCUP=ON)
step("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
step("${WORK_DIR}/build/examples/drink")

# In a user's.
step("${CMAKE_COMMAND}" --install "${WORK_DIR}/build" --prefix "${WORK_DIR}/prefix")
file(WRITE "${WORK_DIR}/user/drink.cpp" "${program}")
file(WRITE "${WORK_DIR}/user/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES CXX)
find_package(fluxgate REQUIRED COMPONENTS ${COMPONENT})
add_executable(drink drink.cpp)
target_link_libraries(drink PRIVATE fluxgate::${COMPONENT})
]])
set(configure "${CMAKE_COMMAND}" -S "${WORK_DIR}/user" -B "${WORK_DIR}/user/build" "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
refused(" coffee, " ${configure} -DCOMPONENT=tea)
refused("fluxgate: a cup was not found. Install the package cup-dev (Debian, Ubuntu)." ${configure} -DCOMPONENT=coffee)
step(${configure} -DCOMPONENT=coffee -DCUP=ON)
step("${CMAKE_COMMAND}" --build "${WORK_DIR}/user/build")
step("${WORK_DIR}/user/build/drink")
