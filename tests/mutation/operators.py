#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""Changes every header by rule, one place at a time; the tests must notice each time.

mutate.py weakens the engine where a person thought of it. Here clang's syntax tree says where an operator applies:

- a comparison is turned, or moved by one;
- an operand of `&&` or `||` is left out, a negation too, and a condition or a returned bool is negated;
- a number is one more or one less, a bool is the other one, a text is another one;
- a sum becomes a difference, a product a quotient, an increment a decrement, and back;
- a statement is left out.

All mutants of the headers are compiled into the test programs at once, each behind a question at run time whether it is
the one that is switched on; so a mutant costs a run and no build. What a test asserts at compile time is asked at run time
once more. Every test case notes which mutants it reaches, and a mutant is tried with those only.

Where the compiler evaluates, the question is answered with no, so that a mutant which lives, or which no case reaches, may
be one that a constant expression decides. If it stands in a constexpr function or in the initializer of a member, it is
tried once more, compiled for itself, with the test sources in which the compiler meets it: three of them must be accepted,
the examples of code that must not compile must be refused with their sentences, and the program of one must pass.

A mutant that all this lets live is an error, unless mutants.py says why it does no harm or open.txt lists it as one that
is still to be looked at. What is listed there and killed is an error, too: the list gets shorter only.

`--headers REGEX` tries some headers, with all tests; with `--table` it writes the rows and the open mutants of each header
as soon as the header is done, and leaves the others alone. `--turn N` tries the headers of one group, with the test sources
that the table in docs/mutants.md names for them; `./dev check mutants` takes the group by the commit.
"""

import argparse
import collections
import concurrent.futures
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
import mutants as lists  # noqa: E402

PAGE = ROOT / "docs" / "mutants.md"
OPEN = HERE / "open.txt"
BEGIN, END = "<!-- by rule -->", "<!-- /by rule -->"
TURNS = 60
WHOLE = None  # the parts of a node: itself
MAX = 1 << 14  # mutants, at most

# What the mutated headers ask, and its answer: in a unit of its own, which brings no names into the tests.
# In a constant expression FLUXGATE_MUTANT is on.
QUESTION = """#pragma once
#ifndef FLUXGATE_MUTANT
#define FLUXGATE_MUTANT 0
#endif
namespace fluxgate_mutation { bool is_on(unsigned number) noexcept; }
constexpr bool fluxgate_mutant(unsigned number) noexcept {
  return __builtin_is_constant_evaluated() ? number == FLUXGATE_MUTANT : fluxgate_mutation::is_on(number);
}
// What is moved, or with the mutant a copy of it, so that what it came from stays as it was.
template <class T>
constexpr T&& fluxgate_moved(unsigned number, T&& from) noexcept {
  if constexpr (__is_constructible(T, const T&) && !__is_abstract(T)) {
    if (fluxgate_mutant(number)) return static_cast<T&&>(*new T(static_cast<const T&>(from)));
  }
  return static_cast<T&&>(from);
}
template <class T>
constexpr T& fluxgate_moved(unsigned, T& from) noexcept {
  return from;
}
namespace {
struct FluxgateHeld { bool (*holds)(); const FluxgateHeld* next; };
const FluxgateHeld* fluxgate_held = nullptr;
struct FluxgateHold {
  FluxgateHeld held;
  explicit FluxgateHold(bool (*holds)()) : held{holds, fluxgate_held} { fluxgate_held = &held; }
};
}
#if FLUXGATE_MUTANT
#define FLUXGATE_HOLDS static_assert
#else
#define FLUXGATE_JOIN_(a, b) a##b
#define FLUXGATE_JOIN(a, b) FLUXGATE_JOIN_(a, b)
#define FLUXGATE_HOLDS(...) \\
  [[maybe_unused]] static const FluxgateHold FLUXGATE_JOIN(fluxgate_hold_, __COUNTER__){[]() -> bool { \\
    volatile bool now = true; \\
    return now && static_cast<bool>(__VA_ARGS__); \\
  }}
#endif
"""
# Behind each test source: what it asserts at compile time, once more at run time.
HELD = """
TEST_CASE("%s") {
  for (const FluxgateHeld* each = fluxgate_held; each != nullptr; each = each->next) CHECK(each->holds());
}
"""
ANSWER = """#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cstdlib>
struct Board { unsigned on; unsigned char reached[%d]; };
static Board nowhere;
static Board* open_board() {
  const char* path = std::getenv("FLUXGATE_BOARD");
  const int file = path != nullptr ? open(path, O_RDWR) : -1;
  if (file < 0) return &nowhere;
  void* at = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? &nowhere : static_cast<Board*>(at);
}
namespace fluxgate_mutation {
bool is_on(unsigned number) noexcept {
  static Board* const board = open_board();
  board->reached[number] = 1;
  return board->on == number;
}
}
""" % MAX

# As tests/support/catch.hpp includes it.
CATCH2 = """#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER
#define CATCH_CONFIG_ENABLE_PAIR_STRINGMAKER
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
"""

TURNED = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="]}
SWAPPED = {"+": "-", "-": "+", "*": "/", "/": "*", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
# The headers whose tests are mutate.py's: protocols between threads, which no test of one thread can tell apart.
HEADERS_OF_MUTATE = {"count_recorder.hpp", "count_words.hpp", "time_recorder.hpp", "streak.hpp", "round.hpp",
                     "notifier.hpp", "hold.hpp", "reason_words.hpp", "timestamp.hpp", "rising_time.hpp", "atomics.hpp"}


class Node:
    """A stretch of a header's text that is rendered in another way: its parts, and how they are put together."""

    def __init__(self, start, end, parts, ids, write):
        self.start, self.end, self.parts, self.ids, self.write = start, end, parts, ids, write


class Mutant:
    """In `function`; `constant` says whether the compiler may evaluate it."""

    def __init__(self, number, header, name, function, constant):
        self.number, self.header, self.name, self.function, self.constant = number, header, name, function, constant


class Header:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(ROOT / "include" / "fluxgate"))
        self.bytes = path.read_bytes()
        self.nodes = []
        self.seen = set()

    def text(self, start, end):
        return self.bytes[start:end].decode()


class Generator:
    """Walks the syntax tree of all headers and notes what may be changed in them."""

    def __init__(self, headers):
        self.headers = {str(header.path): header for header in headers}
        self.mutants = []

    def collect(self, include_all, arguments):
        # Where the distribution's package for clang lies, behind what this interpreter has of its own.
        sys.path.append("/usr/lib/python3/dist-packages")
        import clang.cindex
        self.kinds = clang.cindex.CursorKind
        self.types = clang.cindex.TypeKind
        unit = clang.cindex.Index.create().parse(str(include_all), args=arguments)
        bad = [str(one) for one in unit.diagnostics if one.severity >= clang.cindex.Diagnostic.Error]
        if bad:
            sys.exit("\n".join(bad))
        for cursor in unit.cursor.get_children():
            if cursor.location.file and cursor.location.file.name in self.headers:
                self.declarations(cursor)
        names = collections.Counter(one.name for one in self.mutants)
        numbers = collections.Counter()
        for one in self.mutants:
            if names[one.name] > 1:
                numbers[one.name] += 1
                one.name += f" ({numbers[one.name]})"

    def declarations(self, cursor):
        K = self.kinds
        file = cursor.location.file
        self.header = self.headers.get(file.name) if file else None
        if self.header is None or cursor.kind in (K.STATIC_ASSERT, K.CONCEPT_DECL, K.ENUM_DECL):
            return
        if cursor.kind in (K.FUNCTION_DECL, K.CXX_METHOD, K.CONSTRUCTOR, K.DESTRUCTOR, K.FUNCTION_TEMPLATE,
                           K.CONVERSION_FUNCTION):
            self.function(cursor)
        elif cursor.kind in (K.FIELD_DECL, K.VAR_DECL):
            for child in cursor.get_children():
                if child.kind.is_expression():
                    self.inside, self.constant = cursor.spelling, True
                    self.default(child)
        else:
            for child in cursor.get_children():
                self.declarations(child)

    def function(self, cursor):
        K = self.kinds
        self.inside = cursor.spelling.split("<")[0] if not cursor.spelling.startswith("operator") else cursor.spelling
        self.returns_bool = cursor.result_type.kind == self.types.BOOL
        owner = cursor.semantic_parent
        if owner is not None and owner.spelling and owner.kind != K.NAMESPACE:
            self.inside = f"{owner.spelling}::{self.inside}"
        children = list(cursor.get_children())
        body = next((child.extent.start.offset for child in children if child.kind == K.COMPOUND_STMT), cursor.extent.end.offset)
        self.constant = re.search(r"\bconst(expr|eval)\b", self.header.text(cursor.extent.start.offset, body)) is not None
        for child in children:
            if child.kind == K.COMPOUND_STMT:
                self.statement(child)
            elif child.kind == K.PARM_DECL:
                for value in child.get_children():
                    if value.kind.is_expression():
                        self.default(value)
            elif cursor.kind == K.CONSTRUCTOR and child.kind.is_expression():  # initializers of members
                self.expression(child)

    # ---- statements

    def statement(self, cursor):
        K = self.kinds
        children = list(cursor.get_children())
        if cursor.kind == K.COMPOUND_STMT:
            for child in children:
                self.body(child)
        elif cursor.kind in (K.IF_STMT, K.WHILE_STMT, K.DO_STMT, K.FOR_STMT, K.CXX_FOR_RANGE_STMT, K.SWITCH_STMT):
            condition = None
            if cursor.kind in (K.IF_STMT, K.WHILE_STMT):
                condition = next((one for one in children if one.kind.is_expression()), None)
            elif cursor.kind == K.DO_STMT and children:
                condition = children[-1]
            head = self.header.text(cursor.extent.start.offset, cursor.extent.end.offset)[:30]
            constant = re.match(r"if constexpr\b|if consteval\b", head) is not None
            for child in children:
                if cursor.kind == K.SWITCH_STMT and child.kind.is_expression():
                    self.expression(child)
                elif child.kind.is_expression() and child is condition:
                    if not constant:
                        self.condition(child)
                elif cursor.kind == K.FOR_STMT and child.kind.is_expression() and child is not children[-1]:
                    self.expression(child)
                elif cursor.kind == K.CXX_FOR_RANGE_STMT and child is not children[-1]:
                    self.parts(child)
                else:
                    self.body(child)
        elif cursor.kind == K.RETURN_STMT:
            for child in children:
                if self.returns_bool:
                    self.condition(child)
                else:
                    self.expression(child)
        elif cursor.kind == K.DECL_STMT:
            self.parts(cursor)
        elif cursor.kind in (K.CASE_STMT, K.DEFAULT_STMT):
            for child in children[1 if cursor.kind == K.CASE_STMT else 0:]:
                self.body(child)
        elif cursor.kind.is_expression():
            self.expression(cursor)
        else:
            for child in children:
                self.statement(child)

    def body(self, child):
        """A statement that may be left out."""
        K = self.kinds
        empty_return = child.kind == K.RETURN_STMT and not list(child.get_children())
        if (child.kind.is_expression() and child.kind not in (K.CXX_THROW_EXPR,)) or empty_return \
                or child.kind in (K.BREAK_STMT, K.CONTINUE_STMT):
            text = self.header.text(child.extent.start.offset, child.extent.end.offset)
            if not re.match(r"(static_cast<void>|\(void\))", text):
                self.node(child, WHOLE, ["left out"], lambda ids, parts: f"if (fluxgate_mutant({ids[0]})) {{}} else {parts[0]}")
        self.statement(child)

    # ---- expressions

    def default(self, cursor):
        """The value of a member or a parameter that is given none: besides what changes everywhere, its enumerator."""
        bare = self.bare(cursor)
        named = bare.referenced if bare.kind == self.kinds.DECL_REF_EXPR else None
        if named is not None and named.kind == self.kinds.ENUM_CONSTANT_DECL:
            names = [one.spelling for one in named.semantic_parent.get_children() if one.kind == named.kind]
            other = names[(names.index(named.spelling) + 1) % len(names)]
            text = self.header.text(bare.extent.start.offset, bare.extent.end.offset)
            replaced = text.removesuffix(named.spelling) + other
            self.node(bare, [], [f"{replaced} in its place"], lambda ids, parts: f"(fluxgate_mutant({ids[0]}) ? {replaced} : {text})")
        self.expression(cursor)

    def bare(self, cursor):
        """Without parentheses and what the compiler adds."""
        K = self.kinds
        while cursor.kind in (K.PAREN_EXPR, K.UNEXPOSED_EXPR) and len(list(cursor.get_children())) == 1:
            cursor = list(cursor.get_children())[0]
        return cursor

    def condition(self, cursor):
        """What is asked for true or false; the operators below see to comparisons and negations."""
        K = self.kinds
        bare = self.bare(cursor)
        end = cursor.extent.end.offset
        if re.fullmatch(r"[A-Z_]*|t", self.header.text(cursor.extent.start.offset, end)) \
                or re.match(r"\s*=[^=]", self.header.text(end, end + 9)):
            return  # of a macro, of a function that is defaulted, or a declaration
        operator = self.operator(bare)[0]
        if operator not in TURNED and operator not in ("&&", "||", "!") and bare.kind != K.CXX_BOOL_LITERAL_EXPR:
            self.node(cursor, WHOLE, ["negated"],
                      lambda ids, parts: f"(fluxgate_mutant({ids[0]}) != static_cast<bool>({parts[0]}))")
        self.expression(cursor)

    def operator(self, cursor):
        """The operator, its left and its right side, where it is one."""
        K = self.kinds
        if cursor.kind not in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR, K.UNARY_OPERATOR, K.CALL_EXPR,
                               K.UNEXPOSED_EXPR):
            return None, None, None
        if cursor.kind == K.CALL_EXPR and not cursor.spelling.startswith("operator"):
            return None, None, None
        children = [one for one in cursor.get_children() if one.extent.end.offset > one.extent.start.offset]
        children.sort(key=lambda one: (one.extent.start.offset, -one.extent.end.offset))
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        if cursor.kind == K.CALL_EXPR and len(children) == 3:  # the operator itself is a child
            children = [children[0], children[2]]
        if len(children) == 1 and cursor.kind == K.UNARY_OPERATOR:
            operand = children[0]
            before = self.header.text(start, operand.extent.start.offset).strip()
            after = self.header.text(operand.extent.end.offset, end).strip()
            return before or after, operand, None
        if len(children) != 2:
            return None, None, None
        left, right = children
        between = self.header.text(left.extent.end.offset, right.extent.start.offset)
        between = re.sub(r"//[^\n]*", "", between).strip()
        if left.extent.start.offset != start or right.extent.end.offset != end:
            return None, None, None
        return (between, left, right) if re.fullmatch(r"[-+*/<>=!&|%^]+", between) else (None, None, None)

    def expression(self, cursor):
        K = self.kinds
        operator, left, right = self.operator(cursor)
        if cursor.location.file is None or cursor.location.file.name != str(self.header.path):
            return
        if right is not None and operator in TURNED:
            turned = TURNED[operator]

            def write(ids, parts):
                text = f"{parts[0]} {operator} {parts[1]}"
                for number, other in zip(ids, turned):
                    if number is not None:
                        text = f"fluxgate_mutant({number}) ? ({parts[0]} {other} {parts[1]}) : ({text})"
                return f"({text})"
            self.node(cursor, [left, right], [f"{operator} to {other}" for other in turned], write)
        elif right is not None and operator in ("&&", "||"):
            for side in (left, right):
                if self.operator(side)[0] != operator:
                    self.node(side, WHOLE, [f"without it before or behind {operator}"],
                              (lambda ids, parts: f"(fluxgate_mutant({ids[0]}) || static_cast<bool>({parts[0]}))")
                              if operator == "&&" else
                              (lambda ids, parts: f"(!fluxgate_mutant({ids[0]}) && static_cast<bool>({parts[0]}))"))
        elif right is not None and operator in SWAPPED and cursor.type.kind != self.types.POINTER \
                and self.has_opposite(operator, left, right):
            other = SWAPPED[operator]
            if "\"" not in self.header.text(cursor.extent.start.offset, cursor.extent.end.offset):
                self.node(cursor, [left, right], [f"{operator} to {other}"],
                          lambda ids, parts: f"(fluxgate_mutant({ids[0]}) ? ({parts[0]} {other} {parts[1]}) : ({parts[0]} {operator} {parts[1]}))")
        elif left is not None and right is None and operator == "!":
            self.node(cursor, WHOLE, ["without !"], lambda ids, parts: f"(fluxgate_mutant({ids[0]}) != ({parts[0]}))")
        elif left is not None and right is None and operator in ("++", "--") and \
                self.header.text(cursor.extent.start.offset, cursor.extent.start.offset + 2) == operator:
            other = "--" if operator == "++" else "++"
            self.node(cursor, [left], [f"{operator} to {other}"],
                      lambda ids, parts: f"(fluxgate_mutant({ids[0]}) ? {other}{parts[0]} : {operator}{parts[0]})")
        elif cursor.kind == K.INTEGER_LITERAL:
            text = self.header.text(cursor.extent.start.offset, cursor.extent.end.offset)
            before = self.header.bytes[cursor.extent.start.offset - 1:cursor.extent.start.offset]
            if re.fullmatch(r"[0-9'a-fxA-FX]+[uUlL]*", text) and before != b"<":
                off = [f"{text} and one more"] + ([f"{text} and one less"] if not re.fullmatch(r"0[uUlL]*", text) else [])

                def write(ids, parts):
                    result = text
                    for number, sign in zip(ids, "+-"):
                        if number is not None:
                            result = f"(fluxgate_mutant({number}) ? {text} {sign} 1 : {result})"
                    return result
                self.node(cursor, [], off, write)
        elif cursor.kind == K.CXX_BOOL_LITERAL_EXPR:
            text = self.header.text(cursor.extent.start.offset, cursor.extent.end.offset)
            self.node(cursor, [], [f"not {text}"], lambda ids, parts: f"(fluxgate_mutant({ids[0]}) != {text})")
        elif cursor.kind == K.STRING_LITERAL:
            text = self.header.text(cursor.extent.start.offset, cursor.extent.end.offset)
            if re.fullmatch(r'"([^"\\\n]|\\.)*"', text):
                self.node(cursor, [], [f"another text than {text[:40]}"],
                          lambda ids, parts: f"(fluxgate_mutant({ids[0]}) ? \"?\" : {text})")
        elif cursor.kind == K.CONDITIONAL_OPERATOR:
            children = list(cursor.get_children())
            if children:
                self.condition(children[0])
                for child in children[1:]:
                    self.expression(child)
                return
        elif cursor.kind == K.CALL_EXPR and is_move(self.header.text(cursor.extent.start.offset, cursor.extent.end.offset)):
            outer, self.constant = self.constant, False  # a copy that nothing deletes is no constant
            self.node(cursor, WHOLE, ["a copy"], lambda ids, parts: f"fluxgate_moved({ids[0]}, {parts[0]})")
            self.constant = outer
        self.parts(cursor)

    def has_opposite(self, operator, left, right):
        """Whether what swaps the operator compiles: there are no sums of two places or times, nor products of durations."""
        kinds = [one.type.get_canonical().kind for one in (left, right)]
        names = [one.type.get_canonical().spelling for one in (left, right)]
        record = self.types.RECORD
        places = all(kind in (self.types.POINTER, self.types.CONSTANTARRAY) for kind in kinds) or all("time_point" in name for name in names)
        return not (operator == "-" and places) and "basic_string" not in names[0] \
            and not (operator == "*" and kinds[1] == record) and not (operator == "/" and kinds == [record, record])

    def parts(self, cursor):
        K = self.kinds
        for child in cursor.get_children():
            if child.kind in (K.STATIC_ASSERT, K.TYPE_REF, K.TEMPLATE_REF, K.NAMESPACE_REF, K.TYPE_ALIAS_DECL):
                continue
            if child.kind.name in ("REQUIRES_EXPR", "CONCEPT_SPECIALIZATION_EXPR", "PACK_INDEXING_EXPR", "SIZE_OF_PACK_EXPR",
                                   "CXX_UNARY_EXPR", "CXX_NOEXCEPT_EXPR"):
                continue
            if child.kind in (K.VAR_DECL,):
                head = self.header.text(child.extent.start.offset, child.location.offset)
                if "constexpr" in head:
                    continue
            if child.kind == K.LAMBDA_EXPR:
                outer, self.returns_bool = self.returns_bool, False
                for inner in child.get_children():
                    if inner.kind == K.COMPOUND_STMT:
                        self.statement(inner)
                self.returns_bool = outer
            elif child.kind in (K.CLASS_DECL, K.STRUCT_DECL, K.CLASS_TEMPLATE):
                outer = (self.inside, self.returns_bool, self.constant)
                for inner in child.get_children():
                    self.declarations(inner)
                self.inside, self.returns_bool, self.constant = outer
            elif child.kind.is_expression():
                self.expression(child)
            elif child.kind.is_statement():
                self.statement(child)
            else:
                self.parts(child)

    # ---- what is noted

    def node(self, cursor, parts, changes, write):
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        if cursor.extent.start.file is None or cursor.extent.start.file.name != str(self.header.path) or end <= start:
            return
        key = (start, end, tuple(changes))
        if key in self.header.seen:  # templates show some expressions twice
            return
        self.header.seen.add(key)
        ids = []
        said = " ".join(re.sub(r"//[^\n]*", "", self.header.text(start, end)).split())
        said = said if len(said) <= 100 else said[:97] + "..."
        for change in changes:
            number = len(self.mutants) + 1
            self.mutants.append(Mutant(number, self.header, f"{self.header.name}: {self.inside}: {said}: {change}",
                                       self.inside, self.constant))
            ids.append(number)
        spans = [(start, end)] if parts is WHOLE else [(one.extent.start.offset, one.extent.end.offset) for one in parts]
        self.header.nodes.append(Node(start, end, spans, ids, write))


def is_move(text):
    """Whether it is one call of std::move or std::forward, and no more."""
    begin = re.match(r"std::(move|forward<[^()]*>)\(", text)
    depth = 0
    for at in range(begin.end() - 1 if begin else len(text), len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at == len(text) - 1
    return False


def render(header, start, end, nodes, dropped):
    """The text of the stretch, with the nodes in it that are its outermost written as they are."""
    result, place = [], start
    rest = [one for one in nodes if start <= one.start and one.end <= end]
    # Outermost first; of the same stretch the one that was noted first is around the others.
    rest.sort(key=lambda one: (one.start, -one.end))
    while rest:
        one = rest[0]
        result.append(header.text(place, one.start))
        inside = [other for other in rest[1:] if other.start < one.end]
        alive = [None if number in dropped else number for number in one.ids]
        parts = [render(header, a, b, inside, dropped) for a, b in one.parts]
        if all(number is None for number in alive):
            # The other parts of it stay as they were.
            result.append(render(header, one.start, one.end, inside, dropped))
        else:
            result.append(one.write(alive, parts))
        place = one.end
        rest = [other for other in rest[1:] if other.start >= one.end]
    result.append(header.text(place, end))
    return "".join(result)


def write_headers(headers, include, dropped):
    for header in headers:
        write(include / "fluxgate" / header.name, render(header, 0, len(header.bytes), header.nodes, dropped).encode())


def copy_of_tree(target, mutated, wanted):
    """Brings the copy up to date but for the mutated headers; what has not changed keeps its time, and so what is built of it.
    Of the test sources that are not wanted stay those that CMake names, empty."""
    files = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           capture_output=True, check=True).stdout.decode().split("\0")
    named = (ROOT / "tests/CMakeLists.txt").read_text()

    def stays(name):
        source = name.removeprefix("tests/")
        return not name.endswith("_test.cpp") or wanted(source) or source in named
    files = {name for name in files if name and (ROOT / name).is_file() and stays(name)}
    for path in [path for path in target.rglob("*") if path.is_file() and str(path.relative_to(target)) not in files]:
        path.unlink()
    for name in files - {f"include/fluxgate/{header.name}" for header in mutated}:
        content = (ROOT / name).read_bytes()
        if name.startswith("tests/") and name.endswith("_test.cpp"):
            source = name.removeprefix("tests/")
            text, number = re.subn(r"^static_assert\(", "FLUXGATE_HOLDS(", content.decode(), flags=re.M)
            content = (text + HELD % held_in(source) if number != 0 else text).encode() if wanted(source) else b""
        write(target / name, content)
        shutil.copymode(ROOT / name, target / name)


def write(path, content):
    """Unless the file has this content already."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def held_in(source):
    return f"what {source} asserts at compile time holds at run time"


def all_headers(include):
    return "".join(f"#include <fluxgate/{path.relative_to(include / 'fluxgate')}>\n"
                   for path in sorted((include / "fluxgate").rglob("*.hpp")))


def generate(work):
    """The mutants of all headers."""
    include = ROOT / "include"
    unit = work / "all.cpp"
    unit.write_text(all_headers(include))
    resource = subprocess.run(["clang++-19", "-print-resource-dir"], capture_output=True, text=True, check=True).stdout.strip()
    headers = [Header(path) for path in sorted((include / "fluxgate").rglob("*.hpp")) if path.name not in HEADERS_OF_MUTATE]
    generator = Generator(headers)
    generator.collect(unit, ["-std=c++20", "-xc++", f"-I{include}", "-resource-dir", resource])
    return headers, generator.mutants


def mentioned(output, mutants):
    """The mutants in those lines of the headers of which the compiler complains; of a line those of its arithmetic first."""
    arithmetic = {one.number for one in mutants if re.search(r": [-+*/]=? to [-+*/]=?( \(\d+\))?$", one.name)}
    found = set()
    files = {}
    for block in re.split(r"\n(?=\S+: In |\S*In file included|\S+: In instantiation)", output):
        if "error:" not in block:
            continue
        places = re.findall(r"(\S*/include/fluxgate/\S+?\.hpp):(\d+):\d+:(?: +required| +error:|   in|)", block)
        errors = re.findall(r"(\S*/include/fluxgate/\S+?\.hpp):(\d+):\d+: error", block)
        for name, line in errors + places:
            if name not in files:
                files[name] = pathlib.Path(name).read_text().splitlines()
            ids = set(map(int, re.findall(r"fluxgate_mutant\((\d+)\)", files[name][int(line) - 1])))
            if ids:
                found |= ids & arithmetic or ids
                break
    return found


def build(options, work, headers, mutants, source):
    """Builds all test programs with all mutants; those that do not compile are dropped."""
    question, answer = work / "question.hpp", work / "answer.o"
    write(question, QUESTION.encode())
    subprocess.run(["g++", "-O1", "-xc++", "-", "-c", "-o", str(answer)], input=ANSWER, text=True, check=True)
    refused = work / "refused.txt"  # in a folder that stays, the names of those that another build has dropped
    known = set(refused.read_text().splitlines()) if refused.is_file() else set()
    dropped = {one.number for one in mutants if one.name in known}
    folder = work / "build"
    write_headers(headers, source / "include", dropped)
    subprocess.run(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja", "-DCMAKE_CXX_COMPILER=g++",
                    "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0", f"-DCMAKE_CXX_FLAGS=-include {question} -w",
                    f"-DCMAKE_EXE_LINKER_FLAGS={answer}", "-DFLUXGATE_BUILD_TESTS=ON", "-DFLUXGATE_BUILD_EXAMPLES=OFF"],
                   check=True, stdout=subprocess.DEVNULL)
    stages = stages_of(folder, source / "tests")
    for attempt in range(30):
        begin = time.monotonic()
        write_headers(headers, source / "include", dropped)
        done = subprocess.run(["cmake", "--build", str(folder), "--parallel", str(options.jobs), "--target", *stages[0], "--", "-k", "0"],
                              capture_output=True, text=True)
        output = done.stdout + done.stderr
        print(f"built for {time.monotonic() - begin:.0f} s", flush=True)
        if done.returncode == 0:
            stages.pop(0)
            if not stages:
                return folder, dropped
            continue
        new = mentioned(output, mutants) - dropped
        (work / f"build-{attempt}.log").write_text(output)
        print(f"attempt {attempt}: {len(new)} mutants do not compile", flush=True)
        if not new:
            print(output[-6000:])
            sys.exit("what does not compile is no mutant")
        dropped |= new
        refused.write_text("".join(f"{one.name}\n" for one in mutants if one.name in known or one.number in dropped))
    sys.exit("too many attempts")


def stages_of(folder, tests):
    """What is built in turn: the longest test sources, which name most of what does not compile, and then the programs."""
    listed = subprocess.run(["ninja", "-C", str(folder), "-t", "targets", "all"], capture_output=True, text=True, check=True).stdout
    objects = re.findall(r"^(\S+/unit_tests\.dir/(\S+_test\.cpp)\.o): ", listed, re.M)
    objects.sort(key=lambda one: -(tests / one[1]).stat().st_size)
    programs = [name for name in re.findall(r"^([\w.]+): phony", listed, re.M)
                if re.fullmatch(r"unit_tests|results_cxx23|integration_\w+_test|fiber_tests|coroutine_tests|listener_\w+", name)]
    return [[name for name, _ in objects[:8]], programs] if objects else [programs]


Killer = collections.namedtuple("Killer", "name source")
NONSENSE = Killer("its header does not compile", None)  # no mutant at all


def succeeds(command, folder, seconds, board=""):
    """Whether the command succeeds within so many seconds of the processor, and what it says."""
    try:
        done = subprocess.run(["sh", "-c", f'ulimit -S -t {seconds}; ulimit -c 0; exec "$0" "$@"', *command],
                              capture_output=True, cwd=folder, timeout=10 * seconds,
                              env={**os.environ, "FLUXGATE_BOARD": str(board)})
        return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
    except subprocess.TimeoutExpired:
        return False, ""


def switch(board, on):
    """This mutant is on, and none has been reached."""
    with open(board, "r+b") as file:
        file.write(on.to_bytes(4, "little") + bytes(MAX))


class Case:
    """A test case, which runs in a process of its own."""

    def __init__(self, name, command, folder, source):
        self.name, self.command, self.folder, self.source = name, command, folder, source
        self.seconds = 0.0
        self.limit = 20  # seconds of the processor

    def run(self, on, board):
        """Whether the case passes with this mutant, and which it reaches."""
        switch(board, on)
        good, _ = succeeds(self.command, self.folder, self.limit, board)
        return good, board.read_bytes()[4:]


def together(cases):
    """Cases of one program in one process; Catch2 takes the names in a list."""
    first = cases[0]
    names = ",".join(case.command[1] for case in cases)
    result = Case("", [first.command[0], names, *first.command[2:]], first.folder, "")
    result.limit = 5 + int(2 * sum(case.seconds for case in cases))
    return result


class Compiled:
    """Tries mutants that are compiled for themselves."""

    def __init__(self, work, source, folder):
        self.work, self.tests, self.folder = work, source / "tests", folder
        self.plain = ["g++", "-std=c++20", "-w", "-O0", "-include", str(work / "question.hpp"), f"-I{source / 'include'}",
                      f"-I{self.tests}"]
        self.compiling, self.linking = {}, {}  # the commands of a test source
        self.objects = {}
        listed = subprocess.run(["ninja", "-t", "commands"], cwd=folder, capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines():
            words = shlex.split(line.removeprefix(": && ").partition(" && ")[0])
            words = words[next((at for at, word in enumerate(words) if word.endswith("g++")), 0):]
            if "-c" in words and pathlib.Path(words[-1]).is_relative_to(self.tests):
                name = str(pathlib.Path(words[-1]).relative_to(self.tests))
                self.objects[words[words.index("-o") + 1]] = name
                self.compiling.setdefault(name, words[:words.index("-MD")])
            for name in {self.objects[word] for word in words if word in self.objects and "-c" not in words}:
                self.linking.setdefault(name, words)
        # What no mutant changes, compiled in advance.
        self.common = work / "common.hpp"
        headers = [path.read_text() for path in (ROOT / "include").rglob("*.hpp")]
        standard = sorted({name for text in headers for name in re.findall(r"^#include (<[a-z_]+>)$", text, re.M)})
        self.common.write_text("".join(f"#include {name}\n" for name in standard) + CATCH2)
        subprocess.run(["g++", "-std=c++20", "-w", "-O0", "-xc++-header", str(self.common),
                        "-o", f"{self.common}.gch"], check=True)
        self.sound = {}  # whether a question about a source is answered with yes while no mutant is on

    def kill(self, one, tests, board):
        """What notices the mutant where a constant expression decides it."""
        for test in tests:
            if not self.holds(self.is_accepted, test, one.number):
                return Killer(f"{test} does not compile", test) if self.stands_alone(one) else NONSENSE
        for test in self.twins(one)[:3]:
            if not self.holds(self.is_refused, test, one.number):
                return Killer(f"{test} is not refused with its sentence, or its twin is refused", test)
        for test in tests[:1]:
            if not self.holds(self.passes, test, one.number, board):
                return Killer(f"{test}, compiled with it, does not pass", test)
        return None

    def stands_alone(self, one):
        """Whether the mutant's header compiles by itself, or a static_assert refuses it."""
        with tempfile.NamedTemporaryFile("w", dir=self.work, suffix=".cpp") as file:
            file.write(f"#include <fluxgate/{one.header.name}>\n")
            file.flush()
            good, said = self.compiles(self.plain, file.name, one.number)
        return good or "static assertion failed" in said

    def holds(self, question, test, number, *more):
        if (question, test) not in self.sound:
            self.sound[question, test] = question(test, MAX, *more)
            if not self.sound[question, test]:
                print(f"cannot be compiled for itself: {test}", flush=True)
        return not self.sound[question, test] or question(test, number, *more)

    def compiles(self, command, path, number, *more):
        """The common headers come first, as g++ asks for."""
        return succeeds([command[0], "-include", str(self.common), *command[1:], f"-DFLUXGATE_MUTANT={number}",
                         *(more or ["-fsyntax-only"]), str(path)], self.folder, 60)

    def is_accepted(self, test, number):
        """Whether what the source asserts at compile time holds. Its cases, most of the time that it takes, are left out."""
        text = re.sub(r"(?ms)^TEST_CASE\(.*?^}\n", "", (self.tests / test).read_text())
        if "FLUXGATE_HOLDS(" not in text:
            return True
        path = self.work / "asserted" / test
        write(path, text.encode())
        return self.compiles(self.compiling[test], path, number)[0]

    def is_refused(self, test, number):
        path = self.tests / test
        accepted, _ = self.compiles(self.plain, path, number)
        refused, said = self.compiles(self.plain, path, number, "-fsyntax-only", "-DREJECTED")
        return accepted and not refused and re.search(rf"error: [^\n]*{re.escape(expected(path))}", said) is not None

    def twins(self, one):
        """The examples of what must not compile whose sentences stand in a header that names the mutant's function."""
        name = one.function.rpartition("::")[2]
        name = rf"\b{name}\b" if name.isidentifier() else None
        texts = [path.read_text() for path in (ROOT / "include").rglob("*.hpp")]
        texts = [one.header.bytes.decode()] + [text for text in texts if name and re.search(name, text)]
        said = re.sub(r'"\s*"', "", "".join(texts))
        paths = [path for path in sorted((self.tests / "compile_fail").glob("*.cpp"))
                 if not path.name.startswith("clang_") and not re.search(r"^// (flags|headers): ", path.read_text(), re.M)]
        return [str(path.relative_to(self.tests)) for path in paths if expected(path)[:50] in said]

    def passes(self, test, number, board):
        switch(board, number)
        with tempfile.TemporaryDirectory(dir=self.work) as name:
            built, program = f"{name}/test.o", f"{name}/test"
            link = [built if self.objects.get(word) == test else word for word in self.linking[test] if self.objects.get(word, test) == test]
            link[link.index("-o") + 1] = program
            return self.compiles(self.compiling[test], self.tests / test, number, "-c", "-o", built)[0] \
                and succeeds(link, self.folder, 60)[0] and succeeds([program], self.folder, 60, board)[0]


def expected(path):
    return re.search(r"^// expects: (fluxgate: .*)$", path.read_text(), re.M)[1]


def sources_of_cases():
    """The test source of each test case, by the case's name."""
    found = {}
    for path in (ROOT / "tests").rglob("*_test.cpp"):
        found[held_in(path.relative_to(ROOT / "tests"))] = str(path.relative_to(ROOT / "tests"))
        for match in re.finditer(r'\bTEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', path.read_text()):
            name = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match.group(1)))
            found[name.replace('\\"', '"').replace("\\\\", "\\")] = str(path.relative_to(ROOT / "tests"))
    return found


def cases_of(folder):
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=folder, capture_output=True, text=True, check=True).stdout
    sources = sources_of_cases()
    cases = []
    for test in json.loads(listed)["tests"]:
        command = test.get("command", [])
        properties = {one["name"]: one["value"] for one in test.get("properties", [])}
        name = test["name"]
        if name not in sources:
            name = re.sub(r"^\w+: ?", "", name)  # without the prefix of its program
        if command and pathlib.Path(command[0]).exists() and "LABELS" not in properties and name in sources:
            cases.append(Case(test["name"], command, properties.get("WORKING_DIRECTORY", str(folder)), sources[name]))
    return cases


def tests_on_the_page():
    """For each header the test sources that kill its mutants."""
    rows = re.findall(r"^\| `(\S+\.hpp)` \|.*\| ([^|]*) \|$", PAGE.read_text().partition(BEGIN)[2].partition(END)[0], re.M)
    return {header: re.findall(r"`(\S+)`", tests) for header, tests in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the mutants and end")
    parser.add_argument("--keep", help="a folder to work in that stays: all headers are changed in it, and another run builds only "
                        "what is new")
    parser.add_argument("--only", default="", help="mutants whose name matches this")
    parser.add_argument("--headers", default="", help="headers whose name matches this")
    parser.add_argument("--turn", type=lambda text: int(text, 0), help=f"the headers of one group of {TURNS}, by the remainder")
    parser.add_argument("--table", action="store_true", help=f"write the results to {PAGE.relative_to(ROOT)} and {OPEN.name}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--switched", action="store_true", help="leave out what has to be compiled for itself")
    options = parser.parse_args()
    if options.table and (options.only or options.turn is not None):
        parser.error("--table holds what all mutants of a header and all tests show")
    with tempfile.TemporaryDirectory(prefix="fluxgate-operators-") as name:
        return check(options, pathlib.Path(options.keep or name))


def check(options, work):
    work.mkdir(parents=True, exist_ok=True)
    headers, mutants = generate(work)
    if len(mutants) >= MAX:
        sys.exit(f"{len(mutants)} mutants, {MAX} have room")
    if options.list:
        for one in mutants:
            print(one.name)
        print(f"{len(mutants)} mutants")
        return 0
    source = work / "source"
    chosen = {header.name for header in headers if re.search(options.headers, header.name)}
    if options.turn is not None:
        page = tests_on_the_page()
        chosen = set(sorted(page)[options.turn % TURNS::TURNS])
        tests = {test for header in chosen for test in page[header]}
        print(f"turn {options.turn % TURNS} of {TURNS}: {', '.join(sorted(chosen))}", flush=True)
    mutated = [header for header in headers if options.keep or header.name in chosen]
    # On the page stands a source, or a folder of them.
    copy_of_tree(source, mutated, lambda test: options.turn is None or test.startswith(tuple(tests)))
    folder, dropped = build(options, work, mutated, mutants, source)
    return try_all(options, work, source, folder, headers, mutants, chosen, dropped)


def try_all(options, work, source, folder, headers, mutants, chosen, dropped):
    """Tries the mutants of the chosen headers."""
    errors = [f"no mutant's name matches this any more: {pattern}" for pattern, _ in lists.BY_RULE
              if not any(re.search(pattern, one.name) for one in mutants)]
    listed = {line.partition(" ")[2] for line in OPEN.read_text().splitlines()}
    tried = [one for one in mutants if one.header.name in chosen and one.number not in dropped and re.search(options.only, one.name)]
    cases = cases_of(folder)
    print(f"{len(tried)} mutants, {len(dropped)} do not compile; {len(cases)} cases", flush=True)

    boards = collections.deque(work / f"board-{number}" for number in range(options.jobs))
    for board in boards:
        board.write_bytes(bytes(4 + MAX))

    def with_board(use, *arguments):
        board = boards.pop()
        try:
            return use(*arguments, board)
        finally:
            boards.append(board)

    def alone(case):
        begin = time.monotonic()
        result = with_board(case.run, 0)
        case.seconds = time.monotonic() - begin
        case.limit = 3 + int(3 * case.seconds)
        return result

    reaching = collections.defaultdict(list)
    from_source = collections.Counter()  # how many mutants of a header the cases of a source reach

    def kill(one):
        def rank(case):
            return not is_home(case.source, one), -from_source[one.header.name, case.source], case.source, case.seconds
        cases = sorted(reaching[one.number], key=rank)
        # One by one where a killer is likely, and then first those of each program at once, but for those that take long.
        parts = collections.defaultdict(list)
        for case in cases[20:]:
            if case.seconds < 1 and not reason_for(one):
                parts[case.command[0]].append(case)
        for part in [cases[:20], *parts.values()]:
            if part == cases[:20] or not with_board(together(part).run, one.number)[0]:
                for case in part:
                    if not with_board(case.run, one.number)[0]:
                        return Killer(case.name, case.source)
        return None

    results = {}  # of each mutant: what has become of it, and by what

    def note(one, killer):
        what = "nonsense" if killer is NONSENSE else "killed" if killer else "survived" if reaching[one.number] else "unreached"
        results[one] = what, killer
        print(f"{what:10}{one.name}{': ' + killer.name if killer else ''}", flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        def try_each(ones, kill):
            for header in sorted({one.header.name for one in ones}):
                mine = [one for one in ones if one.header.name == header]
                for one, killer in zip(mine, pool.map(kill, mine)):
                    note(one, killer)
                if options.table:
                    write_table(header, results, headers, mutants)

        for case, (good, reached) in zip(cases, pool.map(alone, cases)):
            if not good:
                errors.append(f"without a mutant: {case.name}")
                continue
            for one in tried:
                if reached[one.number]:
                    reaching[one.number].append(case)
                    from_source[one.header.name, case.source] += 1
        try_each(tried, kill)

        alive = [one for one in tried if results[one][1] is None and not reason_for(one) and not one.name.endswith(": a copy")
                 and (one.constant or not reaching[one.number])]
        if options.turn is not None:
            # Some of them in turn; a listed one is looked at when its header is run with --table.
            alive = [one for one in alive if one.name not in listed]
            every = len(alive) // 20 + 1
            alive = alive[options.turn // TURNS % every::every]
        if alive and not options.switched:
            print(f"{len(alive)} that a constant expression may decide", flush=True)
            compiled = Compiled(work, source, folder)
            sources = {case.source for case in cases}
            try_each(alive, lambda one: with_board(compiled.kill, one, likely(one, sources, from_source)))

    left_out = set() if options.turn is None else {one for one in tried if one.constant or not reaching[one.number]} - set(alive)
    for one, (what, killer) in results.items():
        if killer is None and one in left_out:
            continue
        if not options.table and killer and one.name in listed:
            errors.append(f"{OPEN.name} lists it, but {killer.name}: {one.name}")
        if not options.table and killer is None and not reason_for(one) and one.name not in listed:
            errors.append(f"{what} {one.name}")
    for error in errors:
        print(f"ERROR {error}")
    counts = collections.Counter(what for what, _ in results.values())
    print(f"counted: {len(results)} mutants by rule, " +
          ", ".join(f"{counts[what]} {what}" for what in ("killed", "survived", "unreached", "nonsense")) + f"; {len(errors)} errors")
    return 1 if errors else 0


def likely(one, sources, from_source):
    """The test sources in which the compiler most likely meets the mutant: those that bear the name of its header, then those
    whose cases reach most of the header's other mutants; three of them."""
    name = pathlib.Path(one.header.name).with_suffix("")
    return sorted(sources, key=lambda test: (test != f"{name}_test.cpp", not covers(test, str(name)), not is_home(test, one), -from_source[one.header.name, test], test))[:3]


def is_home(test, one):
    """Whether the test source bears the name of the mutant's header, stands in its folder or that of its name, or is listed by
    check_tested.sh as what covers it."""
    header = pathlib.Path(one.header.name).with_suffix("")
    folder = pathlib.Path(test).parent
    return test == f"{header}_test.cpp" or folder == header or header.parent == folder != pathlib.Path(".") or covers(test, str(header))


@functools.lru_cache(None)
def covers(test, header):
    listed = (ROOT / "cmake/check_tested.sh").read_text()
    return any(header in headers.split() for headers in re.findall(rf"^{re.escape(test)}: (.*)$", listed, re.M))


def reason_for(one):
    """Why the mutant does no harm, if that is known."""
    return next((reason for pattern, reason in lists.BY_RULE if re.search(pattern, one.name)), None)


def write_table(header, results, headers, mutants):
    """Writes what a header's mutants have shown; the other headers keep their rows and lines."""
    mine = [(one, what, killer) for one, (what, killer) in results.items() if one.header.name == header and killer is not NONSENSE]
    killed = sum(killer is not None for _, _, killer in mine)
    open_now = {one.name: f"{what} {one.name}" for one, what, killer in mine if killer is None and not reason_for(one)}
    tests = sorted({killer.source for _, _, killer in mine if killer})
    head, _, rest = PAGE.read_text().partition(BEGIN)
    old, _, rest = rest.partition(END)
    rows = dict(re.findall(r"^\| `(\S+\.hpp)` \|(.*)$", old, re.M))
    rows[header] = f" {len(mine)} | {killed} | {len(mine) - killed - len(open_now)} | {len(open_now)} | {', '.join(f'`{test}`' for test in tests)} |"
    names = sorted({one.header.name for one in mutants} & rows.keys())
    total = [sum(column) for column in zip(*(map(int, rows[name].split("|")[:4]) for name in names))]
    lines = ["| header | mutants | killed | harmless | open | killed by |", "|---|---|---|---|---|---|"]
    lines += [f"| `{name}` |{rows[name]}" for name in names] + [f"| all | {' | '.join(map(str, total))} | |"]
    unchanged = sorted({one.name for one in headers} - {one.header.name for one in mutants})
    lines += ["", "By hand (below): " + ", ".join(f"`{name}`" for name in sorted(HEADERS_OF_MUTATE)) + "."]
    to_come = sorted({one.header.name for one in mutants} - rows.keys())
    if to_come:
        lines += ["", "Not run yet: " + ", ".join(f"`{name}`" for name in to_come) + "."]
    lines += ["", "Nothing to change: " + ", ".join(f"`{name}`" for name in unchanged) + "."]
    lines += ["", "Harmless, and why:", ""] + [f"- {reason}" for reason in dict.fromkeys(reason for _, reason in lists.BY_RULE)]
    PAGE.write_text(f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{rest}")
    before = {line.partition(" ")[2]: line for line in OPEN.read_text().splitlines()}
    listed = {name: line for name, line in before.items() if not name.startswith(f"{header}: ")} | open_now
    OPEN.write_text("".join(f"{listed[one.name]}\n" for one in mutants if one.name in listed))


if __name__ == "__main__":
    sys.exit(main())
