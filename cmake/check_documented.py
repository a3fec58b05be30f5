#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""check_documented.py [<folder with the headers>]: every public name has a doc comment.

Public is what stands in namespace fluxgate, but not in a namespace whose name ends with detail: types, concepts, functions,
constants, enumerators, and the public members of the types. The headers are read with all that they include, so their third
parties must be installed. A doc comment of an overload serves the overloads after it. What a concept asks for is documented
there. What is deleted, an operator of comparison or assignment, a special member, a deduction guide, or an overload that only
refuses arguments in a sentence needs no comment.
Prints each name without one, and how many there are; 0 if all have one.
"""

import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
if pathlib.Path("/usr/lib/python3/dist-packages/clang").is_dir():
    sys.path.append("/usr/lib/python3/dist-packages")
from clang import cindex  # noqa: E402

INCLUDE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "include").resolve()
KIND = cindex.CursorKind
TYPES = {KIND.CLASS_DECL, KIND.STRUCT_DECL, KIND.CLASS_TEMPLATE, KIND.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION, KIND.ENUM_DECL}
NAMES = TYPES | {KIND.FUNCTION_DECL, KIND.FUNCTION_TEMPLATE, KIND.CXX_METHOD, KIND.VAR_DECL, KIND.FIELD_DECL, KIND.CONCEPT_DECL,
                 KIND.ENUM_CONSTANT_DECL, KIND.TYPEDEF_DECL, KIND.TYPE_ALIAS_DECL, KIND.TYPE_ALIAS_TEMPLATE_DECL, KIND.CONSTRUCTOR}
NEEDS_NONE = re.compile(r"operator(==|=|<=>|<<)$|<deduction guide")
ASKED_BY_CONCEPTS = {"operator()", "traits", "explain", "describe", "delay", "jittered", "settled"}


def is_silent(cursor):
    """Whether a declaration speaks for itself, or is there for the compiler."""
    tokens = [token.spelling for token in cursor.get_tokens()]
    text = " ".join(tokens)
    return (NEEDS_NONE.match(cursor.spelling) is not None or cursor.spelling in ASKED_BY_CONCEPTS or "refuse_" in text or re.search(r"= (delete|default) ?;?$", text)
            or "deprecated" in tokens[:6]
            or cursor.kind == KIND.CONSTRUCTOR and (cursor.is_copy_constructor() or cursor.is_move_constructor()
                                                    or cursor.is_default_constructor()))


def visit(cursor, prefix, seen, missing):
    documented = set()  # of this scope: overloads share a comment
    for child in cursor.get_children():
        path = child.location.file.name if child.location.file else ""
        if child.kind in (KIND.NAMESPACE, KIND.UNEXPOSED_DECL, KIND.LINKAGE_SPEC):
            if not child.spelling.endswith("detail"):
                visit(child, prefix, seen, missing)
            continue
        if child.kind not in NAMES or not path.startswith(str(INCLUDE)):
            continue
        if child.access_specifier in (cindex.AccessSpecifier.PRIVATE, cindex.AccessSpecifier.PROTECTED):
            continue
        name = prefix + child.spelling
        key = (path, child.location.line, child.location.column)
        if key in seen:
            continue
        seen.add(key)
        if child.raw_comment:
            documented.add(child.spelling)
        elif child.spelling not in documented and not is_silent(child) and child.spelling and (
                child.kind not in TYPES or child.is_definition()):
            missing.append(f"{pathlib.Path(path).relative_to(INCLUDE)}:{child.location.line}: {name}")
        if child.kind in TYPES:
            visit(child, name + "::", seen, missing)


def main():
    headers = sorted((INCLUDE / "fluxgate").rglob("*.hpp"))
    unit = "".join(f"#include <{path.relative_to(INCLUDE)}>\n" for path in headers)
    resource = subprocess.run(["clang++-19", "-print-resource-dir"], capture_output=True, text=True, check=True).stdout.strip()
    parsed = cindex.Index.create().parse("all.cpp", ["-std=c++20", "-xc++", f"-I{INCLUDE}", "-resource-dir", resource],
                                         [("all.cpp", unit)])
    errors = [str(one) for one in parsed.diagnostics if one.severity >= cindex.Diagnostic.Error]
    if errors:
        sys.exit("\n".join(errors))
    seen, missing = set(), []
    for child in parsed.cursor.get_children():
        if child.kind == KIND.NAMESPACE and child.spelling == "fluxgate":
            visit(child, "", seen, missing)
    print("\n".join(missing), end="\n" if missing else "")
    print(f"{len(seen)} public names, {len(missing)} without a doc comment")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
