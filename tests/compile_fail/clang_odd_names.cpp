// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: in a template, clang may lose what a Config names

#include <fluxgate/fluxgate.hpp>

using namespace fluxgate;

int numbers[3];

// No templates, though their names end or read as those of templates do: "int (&array())[3]", and
// "void Client<const (lambda at directory [a = b]/file.cpp:1:18)>::use()".
int (&array())[3] {
  CircuitBreaker breaker{Config{.name = "a"}};
  breaker.reset();
  return numbers;
}

#line 1 "directory [a = b]/file.cpp"
constexpr auto send = [] {};

template <class Send>
struct Client {
  void use() {
#ifdef REJECTED
    CircuitBreaker breaker{Config{.name = "a"}};
    breaker.reset();
#endif
  }
};
template <>
struct Client<decltype(send)> {
  void use() {
    CircuitBreaker breaker{Config{.name = "a"}};
    breaker.reset();
  }
};
template struct Client<int>;
