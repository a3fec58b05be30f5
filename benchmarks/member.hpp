// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker where most breakers are: a private member of a class whose functions are defined in another file.

#ifndef FLUXGATE_BENCHMARKS_MEMBER_HPP
#define FLUXGATE_BENCHMARKS_MEMBER_HPP

#include <memory>

namespace measured {

class Service {
 public:
  Service();
  ~Service();
  int ask(int number);       ///< through the breaker
  int ask_bare(int number);  ///< past it

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace measured

#endif
