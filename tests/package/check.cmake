# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Configures, builds and runs the project in this folder, WAY being find_package or fetch_content and COMPONENTS a list
# with spaces of what is asked for beside the library. With MISSING, a package that is then hidden, or COMPONENTS that do
# not exist, configuring must fail and say EXPECT.

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
if(WAY STREQUAL "find_package")
  step("${CMAKE_COMMAND}" --install "${BINARY_DIR}" --prefix "${WORK_DIR}/prefix")
endif()

set(configure
    "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${WORK_DIR}/build" -G "${GENERATOR}" "-DWAY=${WAY}"
    "-DCOMPONENTS=${COMPONENTS}" "-DWARNINGS=${WARNINGS}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
    "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix" "-DFLUXGATE_SOURCE_DIR=${SOURCE_DIR}"
    "-DFLUXGATE_FETCH_DEPENDENCIES=${FETCH}")
if(DEFINED EXPECT)
  # Nothing lies in an empty root, and no package is found where looking for it is forbidden.
  execute_process(
    COMMAND ${configure} "-DCMAKE_FIND_ROOT_PATH=${WORK_DIR}/empty" -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY
            -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON
            -DCMAKE_DISABLE_FIND_PACKAGE_prometheus-cpp=ON -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " words "${output}")
  string(FIND "${words}" "${EXPECT}" found)
  if(result EQUAL 0 OR found EQUAL -1)
    message(FATAL_ERROR "configuring does not fail with '${EXPECT}':\n${output}")
  endif()
  return()
endif()

step(${configure})
step("${CMAKE_COMMAND}" --build "${WORK_DIR}/build")
step("${WORK_DIR}/build/consumer")
separate_arguments(COMPONENTS)
foreach(component IN LISTS COMPONENTS)
  step("${WORK_DIR}/build/${component}_consumer")
endforeach()
