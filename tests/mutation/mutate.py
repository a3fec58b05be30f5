#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""Weakens the engine in one place at a time; the explorer's cases must notice each time.

Two kinds of mutants:

- of operations: each memory order a step weaker, each read-modify-write in two steps. They are made while the cases run,
  by the atomics that they put into the engine's seam, so they need no compiling, and none can be forgotten: the list is
  what the engine's headers hold, and an operation that no case reaches is an error.
- of the text, listed in mutants.py: checks left out, updates swapped. An anchor that is not found exactly once is an error.

What survives must be listed in mutants.py with the reason why it does no harm; what is listed there and is killed, or is
not there any more, is an error.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
import mutants  # noqa: E402

PARTS = ["explorer", "count", "state", "time"]
WEAKER = {
    "seq_cst": {"load": ["acquire"], "store": ["release"], "change": ["acq_rel"]},
    "acq_rel": {"change": ["acquire", "release", "relaxed"]},
    "acquire": {"load": ["relaxed"], "change": ["relaxed"]},
    "release": {"store": ["relaxed"], "change": ["relaxed"]},
    "relaxed": {},
}


class Suite:
    """The cases, compiled against one copy of the headers."""

    def __init__(self, options, folder, include, parts=PARTS, others=None):
        self.folder = folder
        self.program = folder / "explorer"
        self.compiled = True
        objects = dict(others or {})
        for part in parts:
            objects[part] = folder / f"{part}.o"
            command = [*options.compiler, "-std=c++20", "-O1", f"-I{include}", "-c", "-o", str(objects[part]),
                       str(ROOT / "tests" / "explorer" / f"{part}.cpp")]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                self.compiled = False
                self.output = done.stderr
                return
        self.objects = objects
        subprocess.run([*options.compiler, *map(str, objects.values()), "-o", str(self.program)], check=True)

    def run(self, arguments, limit):
        """The output, and whether all went well."""
        try:
            done = subprocess.run([str(self.program), *arguments], capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return "TIMEOUT", False
        return done.stdout + done.stderr, done.returncode == 0


def killer_of(output, case=None):
    found = re.search(r"^VIOLATED (.*?) \((?:seed|exhaustive)", output, re.M)
    if found:
        return found.group(1)
    found = re.search(r"^CRASHED (.*)$", output, re.M)
    if found:
        return found.group(1) + ": crash"
    return (case or "?") + ": " + (output.strip().splitlines() or ["no output"])[-1]


def function_around(lines, number):
    """The function that holds line `number`, from 1; by the looks of the code."""
    indent = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    for line in reversed(lines[: number]):
        own = len(line) - len(line.lstrip())
        text = line.strip()
        if own > 4 or (own >= indent and not text.endswith("{") and "{ " not in text):
            continue
        if re.match(r"(if|while|for|do|switch|else|return|case|\}|//|const auto|namespace|class|struct|public|private)\b", text):
            continue
        found = re.match(r"(?:[\w:<>,&*\[\]]+(?: [&*]*)?)+?[ &*]([\w~]+)\(", text)
        if found and not text.endswith(";"):
            return found.group(1)
    return "?"


class Operation:
    """One atomic operation as it stands in a header."""

    def __init__(self, file, line, kind, success, failure, function, word):
        self.file, self.line, self.kind = file, line, kind
        self.success, self.failure = success, failure
        self.name = f"{file}: {function}: {word}.{kind}"
        self.cases = []

    def changes(self):
        shape = self.kind if self.kind in ("load", "store") else "change"
        for order in WEAKER[self.success].get(shape, []):
            yield f"{self.success} to {order}", f"success={order}"
        if self.kind.startswith("compare_exchange"):
            for order in WEAKER[self.failure].get("load", []):
                yield f"on failure {self.failure} to {order}", f"failure={order}"
        if shape == "change":
            yield "in two steps", "split"


def operations_of(folder):
    """Every atomic operation of the headers that come through the seam."""
    found = []
    call = re.compile(r"([\w\])]+)(?:\.|->)(load|store|exchange|fetch_\w+|compare_exchange_\w+)\(")
    for path in sorted(folder.glob("*.hpp")):
        if path.name in mutants.NOT_THROUGH_THE_SEAM:
            continue
        text = path.read_text()
        # Comments make way for spaces, so that places stay.
        text = re.sub(r"//[^\n]*", lambda match: " " * len(match.group(0)), text)
        lines = text.splitlines()
        taken = 0
        for match in call.finditer(text):
            end, depth = match.end(), 1
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            orders = re.findall(r"memory_order_(\w+)", text[match.end():end])
            if not orders:
                continue
            taken += len(orders)
            line = text.count("\n", 0, match.start(2)) + 1
            found.append(Operation(path.name, line, match.group(2), orders[0], orders[-1],
                                   function_around(lines, line),
                                   re.sub(r"\W", "", match.group(1)) or "?"))
        if taken != text.count("memory_order_"):
            sys.exit(f"{path.name}: {text.count('memory_order_') - taken} memory orders outside of what this script can read")
    names = {}
    for operation in found:
        names.setdefault(operation.name, []).append(operation)
    for same in names.values():
        for number, operation in enumerate(same, 1):
            if len(same) > 1:
                operation.name += f" ({number})"
    places = [(operation.file, operation.line) for operation in found]
    for place in places:
        if places.count(place) > 1:
            sys.exit(f"{place[0]}:{place[1]}: two atomic operations in one line; give each a line of its own")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++", help="with its flags")
    parser.add_argument("--only", default="", help="mutants whose name matches this")
    parser.add_argument("--subset", type=int, default=1, help="every n-th mutant only")
    parser.add_argument("--long", action="store_true", help="survivors once more, with the long bounds")
    parser.add_argument("--table", help="write the results to this page")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.compiler = options.compiler.split()

    with tempfile.TemporaryDirectory(prefix="fluxgate-mutation-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return check(options, pathlib.Path(name), pool)


def check(options, work, pool):
    errors = []
    engine = ROOT / "include" / "fluxgate" / "engine"

    # The engine as it is: every case holds, and tells which operations it comes to.
    base = work / "base"
    base.mkdir()
    list(pool.map(lambda part: subprocess.run([*options.compiler, "-std=c++20", "-O1", f"-I{ROOT / 'include'}", "-c", "-o",
                                  str(base / f"{part}.o"), str(ROOT / "tests" / "explorer" / f"{part}.cpp")],
check=True), PARTS))
    objects = {part: base / f"{part}.o" for part in PARTS}
    suite = Suite(options, base, ROOT / "include", [], objects)
    cases = suite.run(["--list"], 60)[0].splitlines()
    operations = operations_of(engine)
    places = {(operation.file, operation.line): operation for operation in operations}
    for case, (output, good) in zip(cases, pool.map(lambda case: suite.run(["--sites", "--case", case], 300), cases)):
        if not good:
            sys.exit(f"without a mutant: {output}")
        for file, line in re.findall(r"^  site \S*/engine/(\w+\.hpp):(\d+) ", output, re.M):
            if (file, int(line)) not in places:
                sys.exit(f"{file}:{line}: an atomic operation that this script does not find in the text")
            places[file, int(line)].cases.append(case)

    jobs = []  # name, function that gives what killed it
    for operation in operations:
        if not operation.cases and operation.name not in mutants.UNREACHED:
            errors.append(f"{operation.name}: no case reaches it")
        for change, argument in operation.changes():
            jobs.append((f"{operation.name}: {change}", operation, argument))
    for name, file, *edits in mutants.TEXT:
        text = (engine / file).read_text()
        lost = [anchor for anchor, _ in edits if text.count(anchor) != 1]
        errors += [f"{file}: {name}: its anchor is there {text.count(anchor)} times: {anchor}" for anchor in lost]
        if not lost:
            jobs.append((f"{file}: {name}", (file, edits), None))
    for name in mutants.HARMLESS:
        if name not in [job[0] for job in jobs]:
            errors.append(f"{name}: listed as harmless, but there is no such mutant")
    jobs = [job for job in jobs if re.search(options.only, job[0])][:: options.subset]

    def kill(job):
        name, what, argument = job
        if isinstance(what, Operation):
            for level in [[], ["--long"]] if options.long else [[]]:
                for case in what.cases:
                    output, good = suite.run([*level, f"--mutate={what.file}:{what.line}:{argument}", "--case", case],
                                             600)
                    if not good:
                        return killer_of(output, case)
            return None
        file, edits = what
        folder = pathlib.Path(tempfile.mkdtemp(dir=work))
        shutil.copytree(ROOT / "include", folder / "include")
        target = folder / "include" / "fluxgate" / "engine" / file
        text = target.read_text()
        for anchor, replacement in edits:
            text = text.replace(anchor, replacement)
        target.write_text(text)
        parts = {"count_recorder.hpp": ["count", "state"], "time_recorder.hpp": ["time"],
                 "call_counter.hpp": ["count"], "streak.hpp": ["count", "state"], "round.hpp": ["state", "time"],
                 "notifier.hpp": ["state"], "hold.hpp": ["state"]}.get(file, ["state", "count", "time"])
        for part in parts:
            mutated = Suite(options, folder, folder / "include", [part], {"explorer": objects["explorer"]})
            if not mutated.compiled:
                raise RuntimeError(f"{name} does not compile:\n{mutated.output}")
            for level in [[], ["--long"]] if options.long else [[]]:
                output, good = mutated.run([*level, "--mutate=none:0:success"], 1200)
                if not good:
                    return killer_of(output)
        shutil.rmtree(folder)
        return None

    killed = 0
    rows = []
    for job, killer in zip(jobs, pool.map(kill, jobs)):
        name = job[0]
        reason = mutants.HARMLESS.get(name)
        if killer is not None:
            killed += 1
            rows.append((name, "killed", killer))
            if reason is not None:
                errors.append(f"{name}: listed as harmless, but {killer}")
        elif reason is not None:
            rows.append((name, "harmless", reason))
        elif isinstance(job[1], Operation) and job[1].name in mutants.UNREACHED:
            rows.append((name, "harmless", mutants.UNREACHED[job[1].name]))
        else:
            rows.append((name, "survived", ""))
            errors.append(f"{name}: survived")
        print(f"{rows[-1][1]:9}{name}: {rows[-1][2]}", flush=True)

    if options.table:
        write_table(pathlib.Path(options.table), rows)
    for error in errors:
        print(f"ERROR {error}")
    print(f"{len(jobs)} mutants: {killed} killed, {len(jobs) - killed} survived; {len(errors)} errors")
    return 1 if errors else 0


def write_table(path, rows):
    head = path.read_text().split("<!-- generated -->")[0] if path.exists() else ""
    with path.open("w") as page:
        page.write(head + "<!-- generated -->\n\n")
        for title, what in [("Killed", "killed"), ("Harmless", "harmless"), ("Survived", "survived")]:
            chosen = [row for row in rows if row[1] == what]
            if not chosen:
                continue
            page.write(f"## {title} ({len(chosen)})\n\n| mutant | {'killed by' if what == 'killed' else 'why'} |\n|---|---|\n")
            for name, _, text in chosen:
                page.write(f"| `{name}` | {text} |\n")
            page.write("\n")


if __name__ == "__main__":
    sys.exit(main())
