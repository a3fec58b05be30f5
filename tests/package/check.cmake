# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Configures, builds and runs the project in this folder, WAY being find_package or fetch_content and COMPONENTS a list
# with spaces of what is asked for beside the library, VERSION the one that is asked for instead of ours. With ALONE it is
# configured only. With EXPECT all libraries but ours are hidden; configuring must then fail and say EXPECT.

include("${CMAKE_CURRENT_LIST_DIR}/step.cmake")

file(REMOVE_RECURSE "${WORK_DIR}")
if(WAY STREQUAL "find_package")
  step("${CMAKE_COMMAND}" --install "${BINARY_DIR}" --prefix "${WORK_DIR}/prefix")
endif()

set(configure
    "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${WORK_DIR}/build" -G "${GENERATOR}" "-DWAY=${WAY}"
    "-DCOMPONENTS=${COMPONENTS}" "-DVERSION=${VERSION}" "-DWARNINGS=${WARNINGS}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_CXX_FLAGS=${FLAGS}"
    "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix" "-DFLUXGATE_SOURCE_DIR=${SOURCE_DIR}"
    "-DFLUXGATE_FETCH_DEPENDENCIES=${FETCH}")
if(DEFINED EXPECT)
  # Headers and packages are looked for in our prefix only.
  set(ENV{PKG_CONFIG_LIBDIR} "${WORK_DIR}/prefix")
  refused("${EXPECT}" ${configure} "-DCMAKE_FIND_ROOT_PATH=${WORK_DIR}/prefix" -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY
          -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY)
  return()
endif()

step(${configure})
if(ALONE)
  return()
endif()
step("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
step("${WORK_DIR}/build/consumer")
separate_arguments(COMPONENTS)
foreach(component IN LISTS COMPONENTS)
  step("${WORK_DIR}/build/${component}_consumer")
endforeach()
