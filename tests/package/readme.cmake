# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# Gets the library as README.md says, word for word: fetched from a clone, and installed. A block of README is found by a
# word in it; places in angle brackets and the prefix are filled in.

include("${CMAKE_CURRENT_LIST_DIR}/step.cmake")
set(ENV{CXX} "${COMPILER}")
set(ENV{CXXFLAGS} "${FLAGS}")
set(ENV{CMAKE_GENERATOR} "${GENERATOR}")
file(READ "${SOURCE_DIR}/README.md" readme)
file(REMOVE_RECURSE "${WORK_DIR}")

# readme_block(<variable> <language> <first line, a regular expression>): the block that begins so.
function(readme_block variable language first)
  string(REGEX MATCH "\n```${language}\n${first}[^`]*```" found "${readme}")
  if(NOT found)
    message(FATAL_ERROR "README.md has no ${language} block that begins with ${first}")
  endif()
  string(REGEX REPLACE "^\n```[a-z]+\n|```$" "" found "${found}")
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

# fill(<variable> <place> <value>): replaces what must be there.
function(fill variable place value)
  string(FIND "${${variable}}" "${place}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "README.md does not say ${place} in:\n${${variable}}")
  endif()
  string(REPLACE "${place}" "${value}" filled "${${variable}}")
  set(${variable} "${filled}" PARENT_SCOPE)
endfunction()

# consumer(<name> <text> <source> [<option>...]): a project with a program whose warnings our headers do not pass.
function(consumer name text source)
  file(WRITE "${WORK_DIR}/${name}/CMakeLists.txt"
       "cmake_minimum_required(VERSION 3.25)\nproject(${name} LANGUAGES CXX)\nadd_executable(your_program ${source})\n"
       "target_compile_options(your_program PRIVATE ${WARNINGS} -Wpadded -Weffc++)\n${text}")
  file(COPY "${CMAKE_CURRENT_LIST_DIR}/${source}" DESTINATION "${WORK_DIR}/${name}")
  step("${CMAKE_COMMAND}" -S "${WORK_DIR}/${name}" -B "${WORK_DIR}/${name}/build" ${ARGN})
endfunction()
function(build_and_run name)
  step("${CMAKE_COMMAND}" --build "${WORK_DIR}/${name}/build")
  step("${WORK_DIR}/${name}/build/your_program")
endfunction()

# A clone with everything as it lies here, committed or not.
set(clone "${WORK_DIR}/clone")
set(git "${GIT}" -C "${clone}" -c user.name=test -c user.email=test@localhost -c commit.gpgsign=false)
foreach(part IN ITEMS cmake include CMakeLists.txt CMakePresets.json LICENSE)
  file(COPY "${SOURCE_DIR}/${part}" DESTINATION "${clone}")
endforeach()
step("${GIT}" init --quiet "${clone}")
function(commit message)
  step(${git} add --all)
  step(${git} commit --quiet --message "${message}")
  step(${git} rev-parse HEAD)
  string(STRIP "${output}" hash)
  set(hash "${hash}" PARENT_SCOPE)
endfunction()
commit(first)
step(${git} tag v1)

# Fetched, by a tag and by a commit.
readme_block(fetched cmake "include.FetchContent.")
fill(fetched "<where you found this repository>" "file://${clone}")
set(by_tag "${fetched}")
fill(by_tag "<a release or commit>" v1)
consumer(fetched "${by_tag}" main.cpp)
build_and_run(fetched)

# Without SYSTEM it does not build, or the warnings would show nothing.
set(unguarded "${by_tag}")
fill(unguarded "SYSTEM ON" "SYSTEM OFF")
consumer(unguarded "${unguarded}" main.cpp "-DFETCHCONTENT_SOURCE_DIR_FLUXGATE=${clone}")
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${WORK_DIR}/unguarded/build" RESULT_VARIABLE result OUTPUT_VARIABLE output
                ERROR_VARIABLE output)
string(FIND "${output}" "padded" found)
if(result EQUAL 0 OR found EQUAL -1)
  message(FATAL_ERROR "without SYSTEM our headers pass the consumer's warnings, or fail for another reason:\n${output}")
endif()

# Another version of README's line gets another version of the library.
file(WRITE "${clone}/new" "")
commit(second)
set(by_commit "${fetched}")
fill(by_commit "<a release or commit>" "${hash}")
consumer(fetched "${by_commit}" main.cpp)
if(NOT EXISTS "${WORK_DIR}/fetched/build/_deps/fluxgate-src/new")
  message(FATAL_ERROR "a changed GIT_TAG has no effect")
endif()
build_and_run(fetched)

# Installed.
readme_block(installation sh "cmake --preset install")
fill(installation "/usr/local" "${WORK_DIR}/prefix")
file(WRITE "${WORK_DIR}/install.sh" "set -e\ncd '${clone}'\n${installation}")
step(sh "${WORK_DIR}/install.sh")
readme_block(found cmake "find_package.fluxgate [0-9.]+ REQUIRED.")
consumer(found "${found}if(NOT fluxgate_VERSION STREQUAL \"${VERSION}\")\n  message(FATAL_ERROR \"\${fluxgate_VERSION}\")\nendif()\n"
         main.cpp "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
build_and_run(found)
readme_block(component cmake "find_package.fluxgate [0-9.]+ REQUIRED COMPONENTS [a-z]+.")
string(REGEX REPLACE ".*COMPONENTS ([a-z]+).*" "\\1" name "${component}")
list(FIND PROVIDED "${name}" place)
if(NOT place EQUAL -1)
  consumer(component "${component}" ${name}.cpp "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
  build_and_run(component)
endif()
file(SHA256 "${SOURCE_DIR}/LICENSE" ours)
file(SHA256 "${WORK_DIR}/prefix/share/doc/fluxgate/LICENSE" installed)
if(NOT ours STREQUAL installed)
  message(FATAL_ERROR "the licence is not the one that is installed")
endif()
