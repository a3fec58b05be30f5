# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake -DSOURCE=file.cpp -DCOMPILE=compiler;arguments -P check.cmake
# The file must compile, must not compile with -DREJECTED, and then the compiler must print the sentence of its
# line "// expects: fluxgate: ...". A line "// flags: ..." adds to the compiler's arguments.

file(STRINGS "${SOURCE}" expects REGEX "^// expects: fluxgate: ")
if(NOT expects MATCHES "^// expects: (fluxgate: [^;]+)$")
  message(FATAL_ERROR "${SOURCE}: needs exactly one line '// expects: fluxgate: ...'")
endif()
set(sentence "${CMAKE_MATCH_1}")

file(STRINGS "${SOURCE}" flags REGEX "^// flags: ")
string(REGEX REPLACE "^// flags: " "" flags "${flags}")
separate_arguments(flags)
list(APPEND COMPILE ${flags})

execute_process(COMMAND ${COMPILE} "${SOURCE}" RESULT_VARIABLE result ERROR_VARIABLE output OUTPUT_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${SOURCE}: must compile without REJECTED, but does not:\n${output}")
endif()

execute_process(
  COMMAND ${COMPILE} -DREJECTED "${SOURCE}"
  RESULT_VARIABLE result
  ERROR_VARIABLE output
  OUTPUT_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE}: must not compile with REJECTED, but does")
endif()
string(FIND "${output}" "${sentence}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${SOURCE}: is rejected without the sentence '${sentence}':\n${output}")
endif()
