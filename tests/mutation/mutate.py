#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""Weakens the engine in one place at a time; the tests must notice each time.

Three kinds of mutants:

- of operations: each memory order a step weaker, and more where that does no harm; each read-modify-write in two steps.
  They are made while the explorer's cases run, by the atomics that they put into the engine's seam, so they need no
  compiling, and none can be forgotten: the list is what the engine's headers hold, and an operation that no case reaches
  is an error.
- of checks: each comparison of an epoch, or of a word that holds one, made always true and always false. The list is what
  the headers hold here, too.
- of the text, listed in mutants.py: rules left out, updates swapped. An anchor that is not found exactly once is an error.

The explorer's cases come first. What they let live of checks and text is compiled into other suites, which need Catch2: of
version 2 its header, of version 3 its libraries, where the compiler finds them.

What survives must be listed in mutants.py with the reason why it does no harm; what is listed there and is killed, or is
not there any more, is an error. A full run without --table wants docs/mutants.md to name the mutants that there are.
"""

import argparse
import concurrent.futures
import html
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
import mutants  # noqa: E402

PAGE = ROOT / "docs" / "mutants.md"
PARTS = ["explorer", "count", "state", "time", "keys", "rules"]
# Those of the explorer's parts that come to a header's code.
PARTS_OF = {"count_recorder.hpp": ["count", "state"], "count_words.hpp": ["count", "state"], "time_recorder.hpp": ["time"], "call_counter.hpp": ["count"],
            "streak.hpp": ["count", "state"], "round.hpp": ["state", "time"], "notifier.hpp": ["state"],
            "machine.hpp": ["state", "count", "time", "keys", "rules"], "replacement.hpp": ["rules"], "hazards.hpp": ["keys"], "key_table.hpp": ["keys"], "key_node.hpp": ["keys"], "census.hpp": ["keys"],
            "hold.hpp": ["state"], "reason_words.hpp": ["state"], "timestamp.hpp": ["state"], "rising_time.hpp": ["state"]}


def tests_in(*folders):
    """The test sources in these folders, without the ending."""
    return sorted(str(path.relative_to(HERE.parent).with_suffix(""))
                  for folder in folders for path in (HERE.parent / folder).glob("*_test.cpp"))


# What else sees the meaning of the engine, cheapest first. The one that killed a mutant when the page was made comes before
# the explorer.
SUITES = ["engine/clock_test", *tests_in("engine/state", "engine/window"), "engine/core_test", "engine/allocation_test",
          "engine/interleaving_test", "engine/hostile_test", *tests_in("semantics", "permits", "retries", "windows"),
          "trippers/traits_test", "retune_test", "model/sequential"]
WEAKER = {
    "seq_cst": {"load": ["acquire"], "store": ["release"], "change": ["acq_rel"]},
    "acq_rel": {"change": ["acquire", "release", "relaxed"]},
    "acquire": {"load": ["relaxed"], "change": ["relaxed"]},
    "release": {"store": ["relaxed"], "change": ["relaxed"]},
    "relaxed": {},
}


class Suite:
    """A program of test cases, compiled against one copy of the headers."""

    def __init__(self, options, folder, include, sources, others=(), flags=("-O1",)):
        self.program = folder / "suite"
        self.rejected = None
        objects = []
        for source in sources:
            objects.append(folder / f"{pathlib.Path(source).name}.o")
            self.rejected = rejection(options, source, objects[-1], include, flags)
            if self.rejected is not None:
                return
        subprocess.run([*options.compiler, *map(str, [*objects, *others]), "-pthread", "-o", str(self.program)], check=True)

    def run(self, arguments, seconds=60):
        """The output, and whether all went well, within so many seconds of the processor: many times what it takes."""
        try:
            done = subprocess.run(["sh", "-c", f'ulimit -S -t {seconds}; exec "$0" "$@"', str(self.program), *arguments],
                                  capture_output=True, text=True, errors="replace", timeout=10 * seconds)
        except subprocess.TimeoutExpired:
            return "does not end", False
        if done.returncode == -signal.SIGXCPU:
            return "does not end", False
        return done.stdout + done.stderr, done.returncode == 0


def rejection(options, source, target, include, flags):
    """Compiles; what the compiler says where it refuses."""
    command = [*options.compiler, "-std=c++20", *flags, f"-I{include}", f"-I{ROOT / 'tests'}", "-c", "-o", str(target),
               str(ROOT / "tests" / f"{source}.cpp")]
    done = subprocess.run(command, capture_output=True, text=True)
    return None if done.returncode == 0 else done.stderr


class Unexplained(str):
    """What a program said that ended badly without a case that failed: of that no mutant is called killed."""


def killer_of(output, case):
    found = re.search(r"^VIOLATED (.*?) \((?:seed|exhaustive)", output, re.M)
    if found:
        return found.group(1)
    found = re.search(r"^CRASHED (.*)$", output, re.M)
    if found:
        return found.group(1) + ": crash"
    return f"{case}: {output}" if output == "does not end" else Unexplained(output)


def killer_in(suite, output):
    """The same of what is not the explorer."""
    cases = re.findall(r'<TestCase name="([^"]*)"', output)  # of Catch2, which stops at the first failure
    failed = re.search(r'success="false"|<FatalErrorCondition', output)
    histories = re.findall(r"^(seed \d+):$", output, re.M)
    if output == "does not end":
        return f"{suite}: {output}"
    return f"{suite}: {html.unescape((cases or histories)[-1])}" if failed or histories else Unexplained(output)


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
        found = re.match(r"[\w:<>,&*\[\] ]*[ &*]([\w~]+|operator[^\w ]+)\(", text)
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
        yield from self.weakened("", self.success, self.kind if self.kind in ("load", "store") else "change", "success")
        if self.kind.startswith("compare_exchange"):
            yield from self.weakened("on failure ", self.failure, "load", "failure")
        if self.kind not in ("load", "store"):
            yield "in two steps", "split"

    def weakened(self, when, order, shape, which):
        """One step, and one more from where that does no harm."""
        found = [order]
        for seen in found:
            for weaker in WEAKER[seen].get(shape, []):
                survives = f"{self.name}: {when}{order} to {seen}" in mutants.HARMLESS | mutants.NOT_SHOWN
                if weaker not in found and (seen == order or survives):
                    found.append(weaker)
        return [(f"{when}{order} to {weaker}", f"{which}={weaker}") for weaker in found[1:]]


def code_of(path):
    """The text; comments and what is asserted at compile time make way for spaces, so that places stay."""
    return re.sub(r"//[^\n]*|static_assert\(.*?\);", lambda match: re.sub(r"[^\n]", " ", match.group(0)), path.read_text(),
                  flags=re.S)


def number_namesakes(found):
    names = {}
    for one in found:
        names.setdefault(one.name, []).append(one)
    for same in names.values():
        for number, one in enumerate(same, 1):
            if len(same) > 1:
                one.name += f" ({number})"


def header(folder, name):
    """The header of this name, wherever in the folder it lies."""
    [path] = folder.rglob(name)
    return path


def operations_of(folder):
    """Every atomic operation of the headers that come through the seam."""
    found = []
    call = re.compile(r"([\w\])]+)(?:\.|->)(load|store|exchange|fetch_\w+|compare_exchange_\w+)\(")
    for path in sorted(folder.rglob("*.hpp"), key=lambda path: path.name):
        if path.name in mutants.NOT_THROUGH_THE_SEAM:
            continue
        text = code_of(path)
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
    number_namesakes(found)
    places = [(operation.file, operation.line) for operation in found]
    for place in places:
        if places.count(place) > 1:
            sys.exit(f"{place[0]}:{place[1]}: two atomic operations in one line; give each a line of its own")
    return found


class Check:
    """One comparison of an epoch, or of a word that holds one, as it stands in a header."""

    def __init__(self, file, function, text, start, end):
        self.file, self.start, self.end = file, start, end
        expression = re.sub(r"std::memory_order_\w+", "", " ".join(text[start:end].split()))
        self.name = f"{file}: {function}: {expression}"


def end_of_operand(text, place, step):
    """Where the names, members and calls end that begin at `place` and go by `step`."""
    opening, closing = "()"[::step]
    depth = 0
    while depth or text[place] == opening or re.match(r"[\w.:>-]", text[place]):
        depth += {opening: 1, closing: -1}.get(text[place], 0)
        place += step
    return place


def checks_of(folder):
    """Every question of the headers whether something belongs to an epoch, or a word is still the one that was seen."""
    found = []
    for path in sorted(folder.rglob("*.hpp"), key=lambda path: path.name):
        text = code_of(path)
        for match in re.finditer(r" [!=]= |\.(is_current|belongs_to)\(", text):
            asks = match.group(1) is not None
            start = end_of_operand(text, match.start() - (0 if asks else 1), -1) + 1
            end = end_of_operand(text, match.end() - (1 if asks else 0), 1)
            sides = [text[start:match.start()], text[match.end():end]]
            function = function_around(text.splitlines(), text.count("\n", 0, start) + 1)
            if function.startswith("operator"):
                continue  # says when two words are equal, and asks for no epoch
            if asks or any(re.search(r"epoch|\(phase\)$|\b(phase|claim|\w*owners?)$", side) for side in sides):
                found.append(Check(path.name, function, text, start, end))
    number_namesakes(found)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="g++", help="with its flags")
    parser.add_argument("--only", default="", help="mutants whose name matches this")
    parser.add_argument("--subset", type=int, default=1, help="every n-th mutant only, of those that must be killed")
    parser.add_argument("--long", action="store_true", help="survivors once more, with the long bounds")
    parser.add_argument("--table", help="write the results to this page")
    parser.add_argument("--resume", help="an output of a run that was cut short, whose results are taken over")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.compiler = options.compiler.split()

    with tempfile.TemporaryDirectory(prefix="fluxgate-mutation-") as name, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return check(options, pathlib.Path(name), pool)


def check(options, work, pool):
    errors = []
    full = not options.only and options.subset == 1
    engine = ROOT / "include" / "fluxgate" / "engine"

    # The engine as it is: every case holds, and tells which operations it comes to.
    base = work / "base"
    for folder in ["explorer", "support"]:
        (base / folder).mkdir(parents=True)
    builds = [pool.submit(rejection, options, source, base / f"{source}.o", ROOT / "include", flags)
              for source, flags in [("support/main", ["-O0"]), *((f"explorer/{part}", ["-O1"]) for part in PARTS)]]
    rejected = [build.result() for build in builds]
    if any(rejected[1:]):
        sys.exit("".join(filter(None, rejected[1:])))
    catch2 = ["-lCatch2Main", "-lCatch2"] if rejected[0] else [base / "support" / "main.o"]
    suite = Suite(options, base, ROOT / "include", [], [base / "explorer" / f"{part}.o" for part in PARTS])
    cases = suite.run(["--list"])[0].splitlines()
    operations = operations_of(engine)
    places = {(operation.file, operation.line): operation for operation in operations}
    for case, (output, good) in zip(cases, pool.map(lambda case: suite.run(["--sites", "--case", case]), cases)):
        if not good:
            sys.exit(f"without a mutant: {output}")
        for file, line in re.findall(r"^  site \S*/engine/(?:\w+/)?(\w+\.hpp):(\d+) ", output, re.M):
            if (file, int(line)) not in places:
                sys.exit(f"{file}:{line}: an atomic operation that this script does not find in the text")
            places[file, int(line)].cases.append(case)

    jobs = []  # name, operation and how it is changed; or name, header and its new text
    for operation in operations:
        if not operation.cases and operation.name not in mutants.UNREACHED:
            errors.append(f"{operation.name}: no case reaches it")
        for change, argument in operation.changes():
            jobs.append((f"{operation.name}: {change}", operation, argument))
    for check in checks_of(engine):
        text = header(engine, check.file).read_text()
        for constant in ["true", "false"]:
            jobs.append((f"{check.name}: always {constant}", check.file,
                         text[:check.start] + constant + text[check.end:]))
    for name, file, *edits in mutants.TEXT:
        text = header(engine, file).read_text()
        for anchor, replacement in edits:
            if text.count(anchor) != 1:
                errors.append(f"{file}: {name}: its anchor is there {text.count(anchor)} times: {anchor}")
            text = text.replace(anchor, replacement)
        jobs.append((f"{file}: {name}", file, text))
    survivors = mutants.HARMLESS | mutants.NOT_SHOWN
    for name in survivors:
        if name not in [job[0] for job in jobs]:
            errors.append(f"{name}: listed as one that survives, but there is no such mutant")
    on_page = dict(re.findall(r"^\| `(.*?)` \| (.*?) \|$", PAGE.read_text().partition("<!-- generated -->")[2], re.M))
    if full and not options.table:
        if sorted(on_page) != sorted(job[0] for job in jobs):
            errors.append(f"{PAGE.relative_to(ROOT)} is not current: run {HERE.relative_to(ROOT)}/mutate.py --table "
                          f"{PAGE.relative_to(ROOT)}")
    jobs = [job for job in jobs if re.search(options.only, job[0])]
    if options.subset != 1:  # what survives comes to every suite: that takes minutes, and shows little
        jobs = [job for job in jobs if job[0] not in survivors][:: options.subset]

    before = pathlib.Path(options.resume).read_text().splitlines() if options.resume else []
    known = {job[0]: line[len(f"killed   {job[0]}: "):] for job in jobs for line in before
             if line.startswith(f"killed   {job[0]}: ")}
    known.update((job[0], None) for job in jobs for line in before
                 if re.match(r"(harmless |not shown)" + re.escape(f"{job[0]}: "), line))

    def kill(job):
        name, what, argument = job
        if name in known:
            return known[name]
        if isinstance(what, Operation):
            for level in [[], ["--long"]] if options.long else [[]]:
                for case in what.cases:
                    output, good = suite.run([*level, f"--mutate={what.file}:{what.line}:{argument}", "--case", case],
                                             600 if level else 60)
                    if not good:
                        return killer_of(output, case)
            return None
        folder = pathlib.Path(tempfile.mkdtemp(dir=work))
        try:
            shutil.copytree(ROOT / "include", folder / "include")
            header(folder / "include" / "fluxgate" / "engine", what).write_text(argument)
            return kill_text(name, what, folder)
        finally:
            shutil.rmtree(folder)

    def kill_text(name, file, folder):
        killed_before = on_page.get(name, "").partition(": ")[0]
        for source in [killed_before] if killed_before in SUITES else []:
            output, good = run_suite(source, folder, folder / "include")
            if not good:
                return killer_in(source, output)
        for part in PARTS_OF.get(file, ["state", "count", "time"]):
            mutated = Suite(options, folder, folder / "include", [f"explorer/{part}"], [base / "explorer" / "explorer.o"])
            if mutated.rejected is not None:
                if "static assertion failed" in mutated.rejected:
                    return "the compiler: static assertion failed"
                return Unexplained(f"does not compile:\n{mutated.rejected}")
            for level in [[], ["--long"]] if options.long else [[]]:
                output, good = mutated.run([*level, "--mutate=none:0:success"], 1200 if level else 60)
                if not good:
                    return killer_of(output, part)
        for source in SUITES:
            output, good = run_suite(source, folder, folder / "include")
            if not good:
                return killer_in(source, output)
        return None

    def run_suite(source, folder, include):
        unit = source.endswith("_test")
        program = Suite(options, folder, include, [source], catch2 if unit else [], ["-O0"])
        if program.rejected is not None:
            return f"does not compile:\n{program.rejected}", False
        return program.run(["--abort", "--reporter", "xml"] if unit else ["20000", "1"])

    if full:
        for source in SUITES:
            folder = base / source
            folder.mkdir(parents=True)
            output, good = run_suite(source, folder, ROOT / "include")
            if not good:
                sys.exit(f"without a mutant: {killer_in(source, output)}")

    killed = 0
    rows = []
    for job, killer in zip(jobs, pool.map(kill, jobs)):
        name = job[0]
        reason = survivors.get(name)
        if isinstance(killer, Unexplained):
            rows.append((name, "survived", ""))
            errors.append(f"{name}: a program ended badly, but no case failed:\n{killer[-2000:]}")
        elif killer is not None:
            killed += 1
            rows.append((name, "killed", killer))
            if reason is not None:
                errors.append(f"{name}: listed as one that survives, but {killer}")
        elif reason is not None:
            rows.append((name, "harmless" if name in mutants.HARMLESS else "not shown", reason))
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
    print(f"counted: {len(jobs)} mutants, {killed} killed, {len(jobs) - killed} survived; {len(errors)} errors")
    return 1 if errors else 0


def write_table(path, rows):
    head = path.read_text().split("<!-- generated -->")[0] if path.exists() else ""
    with path.open("w") as page:
        page.write(head + "<!-- generated -->\n\n")
        for title, what in [("Killed", "killed"), ("Harmless", "harmless"),
                            ("Kept, though no case shows that it is needed", "not shown"), ("Survived", "survived")]:
            chosen = [row for row in rows if row[1] == what]
            if not chosen:
                continue
            page.write(f"## {title} ({len(chosen)})\n\n| mutant | {'killed by' if what == 'killed' else 'why'} |\n|---|---|\n")
            for name, _, text in chosen:
                page.write(f"| `{name}` | {text} |\n")
            page.write("\n")


if __name__ == "__main__":
    sys.exit(main())
