# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# 32-bit x86 on a 64-bit one, which runs what is built; under qemu where its kernel does not.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_CXX_COMPILER i686-linux-gnu-g++)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=ld-linux.so.2 OUTPUT_VARIABLE program_32
                OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND "${program_32}" --version RESULT_VARIABLE failure OUTPUT_QUIET ERROR_QUIET)
if(failure)
  set(CMAKE_CROSSCOMPILING_EMULATOR qemu-i386-static)
endif()
