// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Values that each process makes for itself: which one a process finds, and which ones it destroys.

#include <optional>
#include <utility>

#include <fluxgate/listeners/process.hpp>

#include "support/catch.hpp"
#include "support/child.hpp"

namespace {

using fluxgate::detail::PerProcess;

/// What became of the values of a test.
struct Record {
  int made = 0;
  int destroyed = 0;
};

class Value {
 public:
  explicit Value(Record& record) : record_{record}, number_{++record.made} {}
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  ~Value() { ++record_.destroyed; }
  int number() const noexcept { return number_; }

 private:
  Record& record_;
  int number_;
};

}  // namespace

TEST_CASE("the process that made a value finds it, and destroys it once") {
  Record record;
  const auto make = [&] { return Value{record}; };
  {
    PerProcess<Value> value{make};
    REQUIRE(value.find() != nullptr);
    CHECK(value.find()->number() == 1);
    CHECK(&value.get(make) == value.find());
    CHECK(record.made == 1);
    CHECK(record.destroyed == 0);
  }
  CHECK(record.destroyed == 1);
}

TEST_CASE("a child finds nothing until it has made its own, and destroys nothing but that") {
  Record record;
  const auto make = [&] { return Value{record}; };
  std::optional<PerProcess<Value>> value{std::in_place, make};
  CHECK(end_of_child([&] {
          const bool nothing = value->find() == nullptr;
          const int number = value->get(make).number();
          const bool its_own = value->find() != nullptr && value->find()->number() == 2 && record.made == 2;
          const bool kept = record.destroyed == 0;
          value.reset();
          return nothing && number == 2 && its_own && kept && record.destroyed == 1;
        }) == "well");
  CHECK(end_of_child([&] {
          value.reset();
          return record.destroyed == 0;
        }) == "well");
  CHECK(value->find()->number() == 1);
  CHECK(record.destroyed == 0);
}

TEST_CASE("of two that make a child's value at once, both get the one that was first, and the other one goes") {
  Record record;
  const auto make = [&] { return Value{record}; };
  PerProcess<Value> value{make};
  CHECK(end_of_child([&] {
          const Value* first = nullptr;
          const Value& second = value.get([&] {
            first = &value.get(make);  // another one comes first
            return Value{record};
          });
          return first == &second && first == value.find() && first->number() == 2 && record.made == 3 &&
                 record.destroyed == 1;
        }) == "well");
}

TEST_CASE("a child of a child makes its own once more") {
  Record record;
  const auto make = [&] { return Value{record}; };
  PerProcess<Value> value{make};
  CHECK(end_of_child([&] {
          value.get(make);
          return end_of_child([&] { return value.find() == nullptr && value.get(make).number() == 3; }) == "well" &&
                 value.find()->number() == 2;
        }) == "well");
}
