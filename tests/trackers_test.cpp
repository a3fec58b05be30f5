// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Trackers as expressions: what their types say, and what a tree of them answers.

#include <concepts>
#include <exception>
#include <stdexcept>

#include <fluxgate/fluxgate.hpp>

#include "catch.hpp"

namespace {

using namespace fluxgate;

struct Refusal : CallNotPermittedError {
  using CallNotPermittedError::CallNotPermittedError;
};
struct Mine : TrackerOperand<Mine> {
  bool operator()(const Failure&) const { return true; }
};

template <class T>
constexpr bool names_refusals(const T&) {
  return detail::names<CallNotPermittedError, T>();
}

constexpr auto on_refusal = Custom{[](const CallNotPermittedError&) { return true; }};
constexpr auto on_runtime_error = Custom{[](const std::runtime_error&) { return true; }};
constexpr auto on_pointer = Custom{[](const std::exception_ptr&) { return true; }};
constexpr auto on_number = OnResult{[](int number) { return number < 0; }};

static_assert(!names_refusals(All{}) && !names_refusals(~All{}) && !names_refusals(on_number));
static_assert(names_refusals(TypeOf<CallNotPermittedError>{}) && names_refusals(TypeOf<int, Refusal>{}));
static_assert(!names_refusals(TypeOf<std::runtime_error>{}) && !names_refusals(TypeOf<int, std::exception*>{}));
static_assert(names_refusals(on_refusal) && !names_refusals(on_runtime_error) && !names_refusals(on_pointer));
static_assert(names_refusals(All{} & ~TypeOf<CallNotPermittedError>{}) && names_refusals(on_refusal | on_number));
static_assert(names_refusals(Mine{}) && names_refusals(All{} & ~Mine{}));
static_assert(names_refusals([](const Failure&) { return true; }));

}  // namespace
