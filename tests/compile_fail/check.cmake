# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake -DSOURCE=file.cpp -DCOMPILE=compiler;arguments [-DPRECOMPILED=header] -P check.cmake
# The file must compile, must not compile with -DREJECTED, and then the first error of the compiler must say the sentence of
# the file's line "// expects: fluxgate: ...", or begin with it. At most MOST lines may be printed before that error, so that
# a user sees it without scrolling: the chain of instantiations, and warnings. A line "// lines before: N, since ..." allows
# a file more of them. A line "// flags: ..." adds to the compiler's arguments. With a line "// headers: of the system" the
# library is included like one of the system, whose warnings are not seen, and the sentence must be said of the file's own
# lines. PRECOMPILED is included first by those files that have neither of the last two lines: they are compiled as it is.

set(MOST 12)

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

file(STRINGS "${SOURCE}" lines_before REGEX "^// lines before: ")
if(lines_before)
  if(NOT lines_before MATCHES "^// lines before: ([0-9]+), since " OR CMAKE_MATCH_1 LESS_EQUAL MOST)
    message(FATAL_ERROR "${SOURCE}: needs '// lines before: N, since ...', with a number above ${MOST}")
  endif()
  set(MOST ${CMAKE_MATCH_1})
endif()

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
# What a compiler quotes of a file begins with spaces.
string(REGEX MATCH "(^|\n)[^ \n][^\n]*error: [^\n]*" first "${output}")
if(NOT first MATCHES "${place}error: [^\n]*${pattern}")
  message(FATAL_ERROR "${SOURCE}: another error comes before the sentence '${sentence}':\n${output}")
endif()
string(FIND "${output}" "${first}" length)
string(SUBSTRING "${output}" 0 ${length} before)
string(REGEX MATCHALL "\n" before "${before}\n")
list(LENGTH before lines)
if(length EQUAL 0)
  set(lines 0)
endif()
if(lines GREATER MOST)
  message(FATAL_ERROR "${SOURCE}: ${lines} lines stand before the error, more than ${MOST}:\n${output}")
endif()
