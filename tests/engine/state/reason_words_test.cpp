// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/engine/state/reason_words.hpp>

#include <string>

#include <fluxgate/engine/atomics.hpp>

#include "support/catch.hpp"

using namespace fluxgate;

namespace {

using Words = detail::ReasonWords<detail::StdAtomics>;

}  // namespace

TEST_CASE("a reason belongs to its epoch alone") {
  Words words;
  CHECK(words.read(1).empty());
  words.prepare(1);
  CHECK(words.read(1).empty());
  words.write(2, "why it is so");
  CHECK(words.read(1).empty());
  CHECK(words.read(2) == "why it is so");
  CHECK(words.read(3).empty());
}

TEST_CASE("a writer that is late leaves a newer epoch's reason alone") {
  Words words;
  words.prepare(1);
  words.write(3, "newer");
  words.write(2, "late, and longer than the newer one");
  CHECK(words.read(3) == "newer");
  CHECK(words.read(2).empty());
}

TEST_CASE("room for reasons is made once") {
  Words words;
  words.prepare(1);
  words.write(2, "kept");
  words.prepare(2);
  CHECK(words.read(2) == "kept");
}

TEST_CASE("the order of epochs goes on where their numbers begin again") {
  Words words;
  words.prepare(0xffff'fffeU);
  words.write(0xffff'ffffU, "before");
  CHECK(words.read(0xffff'ffffU) == "before");
  words.write(0, "after");
  words.write(0xffff'ffffU, "late");
  CHECK(words.read(0) == "after");
}
