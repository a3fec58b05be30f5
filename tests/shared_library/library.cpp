// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Trackers made in a shared library with hidden visibility. The program asks them about failures of its own.

#include <system_error>

#include "shared.hpp"

using namespace fluxgate;

namespace {

/// Has the name of a type of the program's.
struct Mine {
  int number;
};

Answer errors(const Failure& failure) { return TypeOf<shop::Error>{}(failure); }
Answer codes(const Failure& failure) { return TypeOf<std::error_code>{}(failure); }
Answer numbers(const Failure& failure) {
  return Custom{[](int number) { return number == 7; }}(failure);
}
Answer exceptions(const Failure& failure) { return TypeOf<shop::Down>{}(failure); }
Answer plain_exceptions(const Failure& failure) {
  return Custom{[](const shop::Plain& plain) { return plain.number == 7; }}(failure);
}
Answer pointers(const Failure& failure) {
  return Custom{[](shop::Plain* plain) { return plain->number == 7; }}(failure);
}
Answer responses(const Failure& failure) {
  return OnResult{[](const shop::Response& response) { return response.status >= 500; }}(failure);
}
Answer own_errors(const Failure& failure) { return TypeOf<Mine>{}(failure); }

}  // namespace

#define FLUXGATE_EXPORTED extern "C" __attribute__((visibility("default")))

FLUXGATE_EXPORTED shop::Asked tracker(char which) {
  switch (which) {
    case 'e': return errors;
    case 'c': return codes;
    case 'n': return numbers;
    case 'x': return exceptions;
    case 'p': return plain_exceptions;
    case 't': return pointers;
    case 'r': return responses;
    default: return own_errors;
  }
}
