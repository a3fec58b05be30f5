# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake -DSOURCE=file.cpp -DCOMPILE=compiler;arguments [-DPRECOMPILED=header] -P check.cmake
# The file must compile, must not compile with -DREJECTED, and then an error of the compiler must say the sentence of its
# line "// expects: fluxgate: ...", or begin with it. A line "// flags: ..." adds to the compiler's arguments. With a line
# "// headers: of the system" the library is included like one of the system, whose warnings are not seen, and the sentence
# must be said of the file's own lines. PRECOMPILED is included first by those files that have neither of the two lines: they
# are compiled as it is.

file(STRINGS "${SOURCE}" expects REGEX "^// expects: fluxgate: ")
list(LENGTH expects count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${SOURCE}: needs exactly one line '// expects: fluxgate: ...'")
endif()
list(GET expects 0 sentence)
string(REPLACE "// expects: " "" sentence "${sentence}")

file(STRINGS "${SOURCE}" flags REGEX "^// flags: ")
string(REGEX REPLACE "^// flags: " "" flags "${flags}")
separate_arguments(flags)
list(APPEND COMPILE ${flags})

set(place "")
file(STRINGS "${SOURCE}" headers REGEX "^// headers: of the system$")
if(headers)
  cmake_path(SET library NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../include")
  list(TRANSFORM COMPILE REPLACE "^-I${library}/?$" "-isystem${library}")
  cmake_path(GET SOURCE FILENAME name)
  set(place "${name}:[0-9]+:[0-9]+: ")
endif()

if(PRECOMPILED AND NOT flags AND NOT headers)
  list(APPEND COMPILE -include "${PRECOMPILED}")
endif()

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
# In the error itself: a compiler also prints the line it stands on, with all that is written there.
string(REGEX REPLACE "([][+.*()^$?|\\\\])" "\\\\\\1" pattern "${sentence}")
if(NOT output MATCHES "${place}error: [^\n]*${pattern}")
  message(FATAL_ERROR "${SOURCE}: is rejected without the sentence '${sentence}':\n${output}")
endif()
