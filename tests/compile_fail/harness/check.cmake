# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# The harness must report each of these files, for the reason given.

function(must_report file reason)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${CMAKE_CURRENT_LIST_DIR}/${file}" "-DCOMPILE=${COMPILE}"
            -P "${CMAKE_CURRENT_LIST_DIR}/../check.cmake"
    RESULT_VARIABLE result
    ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(result EQUAL 0 OR NOT output MATCHES "${reason}")
    message(FATAL_ERROR "${file}: not reported with '${reason}':\n${output}")
  endif()
endfunction()

must_report(never_rejected.cpp "must not compile with REJECTED, but does")
must_report(never_accepted.cpp "must compile without REJECTED, but does not")
must_report(other_reason.cpp "is rejected without the sentence")
must_report(only_in_comment.cpp "is rejected without the sentence")
must_report(no_sentence.cpp "needs exactly one line")
must_report(two_sentences.cpp "needs exactly one line")
must_report(sentence_second.cpp "another error comes before the sentence")
must_report(late_sentence.cpp "lines stand before the error, more than 12")
must_report(allowed_lines.cpp "lines stand before the error, more than 14")
must_report(allowed_without_need.cpp "with a number above")
