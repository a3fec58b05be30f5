// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// main <library>: asks the trackers of a library that is opened with RTLD_LOCAL about failures of this program.

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "shared.hpp"

using namespace fluxgate;

namespace {

/// Has the name of a type of the library's.
struct Mine {
  const char* text;
};

bool all_well = true;

void check(const char* what, bool well) {
  if (well) return;
  std::fprintf(stderr, "%s\n", what);
  all_well = false;
}

template <class F>
Metrics called(shop::Asked tracker, F f) {
  CircuitBreaker cb{
      Config{.tracker = [tracker](const Failure& failure) { return tracker(failure); }, .as_written = true}};
  try {
    (void)cb.call(f);
  } catch (...) {
  }
  return cb.info().metrics;
}

}  // namespace

int main(int argc, char** argv) {
  void* const library = argc == 2 ? ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (library == nullptr) {
    std::fprintf(stderr, "usage: main <library>: %s\n", argc == 2 ? ::dlerror() : "");
    return EXIT_FAILURE;
  }
  const auto tracker = reinterpret_cast<shop::Asked (*)(char)>(::dlsym(library, "tracker"));

  const auto error_code = [] { return std::make_error_code(std::errc::io_error); };
  check("an error code", called(tracker('c'), error_code) == Metrics{1, 1});
  check("an error code is no enumerator", called(tracker('e'), error_code) == Metrics{0, 0});
  check("a number that is told", tracker('n')(Failure::from_error(7)) == Answer::yes);
  check("a number that is another", tracker('n')(Failure::from_error(8)) == Answer::no);
  check("an enumerator", tracker('e')(Failure::from_error(shop::Error::lost)) == Answer::yes);
  check("a number is no enumerator", tracker('e')(Failure::from_error(0)) == Answer::no);
  check("a response that is bad", called(tracker('r'), [] { return shop::Response{503}; }) == Metrics{1, 1});
  check("a response that is well", called(tracker('r'), [] { return shop::Response{200}; }) == Metrics{1, 0});
  check("a number is no response", called(tracker('r'), [] { return 503; }) == Metrics{1, 0});
  check("two types of one name in unnamed namespaces", tracker('m')(Failure::from_error(Mine{"text"})) == Answer::no);
  check("an exception", called(tracker('x'), []() -> int { throw shop::Down{}; }) == Metrics{1, 1});
  check("an exception that is another", called(tracker('p'), []() -> int { throw shop::Down{}; }) == Metrics{0, 0});
  check("an exception with no base", called(tracker('p'), []() -> int { throw shop::Plain{7}; }) == Metrics{1, 1});
  check("its number", called(tracker('p'), []() -> int { throw shop::Plain{8}; }) == Metrics{0, 0});
  check("an exception that is told", tracker('x')(Failure::from_error(shop::Down{})) == Answer::yes);
  check("a thrown pointer", called(tracker('t'), []() -> int { throw &shop::plain; }) == Metrics{1, 1});
#if !defined(_LIBCPP_VERSION)  // whose runtime finds no base by its name
  check("what derives from an exception", called(tracker('x'), []() -> int { throw shop::Gone{}; }) == Metrics{1, 1});
#endif
  return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
