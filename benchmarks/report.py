#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""Measures, judges and publishes what breakers cost.

report.py PROGRAM... --compiler CXX --include DIR --keep RESULTS    measures, keeps the results, prints the table
report.py --from RESULTS --publish DOCS                             makes the tables and plots of the documentation

What the documentation shows of many threads comes from the results in --scaling MORE, of a machine that has them; else from
those that it has kept, where they are of more threads.

Every program is one layout of the code, and gives a ratio of medians of repetitions that were interleaved in one run; a
figure is the median of these, and its range all of them. A bar within that is "unsure"; one below is missed, and fails the
run. Of compile times, the range is that between the quartiles of ratios of units that were compiled in turn.
"""

import argparse
import json
import pathlib
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

REPETITIONS = 7  # of each program, which is one layout of the code
COMPILATIONS = 15  # of the unit whose time has a bar, and of the standard headers that it needs
HEADER_COMPILATIONS = 7  # of each header

# What is measured against what. A cost is a benchmark, a difference of two, or a sum of multiples of floors; threads after
# a slash. The figure is the first divided by the second.
ROWS = [
    # name, cost, in terms of, bar (none: what another row's figure is to be compared with)
    ("healthy call over the bare one", "healthy/1 - bare_call/1", "add/1", 0.8),
    ("the same, each of 2 threads against 1", "healthy/2", "healthy/1", 1.1),
    ("the same, each with a breaker of its own", "healthy_apart/2", "healthy_apart/1", None),
    ("the same through guarded()", "healthy_guarded", "healthy/1", 1.1),
    ("the same in a function of its own, over a bare one", "healthy_function - bare_function", "add/1", None),
    ("the same in a member function of another unit", "healthy_member", "healthy_function", None),
    ("the same, against the call in the loop", "healthy_member", "healthy/1", 1.1),
    ("one by hand, in a function, likewise", "function_by_hand", "healthy/1", None),
    ("a bare one, in a function that saves three registers", "bare_function_keeping_three", "healthy/1", None),
    ("1 of 100 fails with an error code", "one_in_100_fails/1", "add/1", 4),
    ("the same, each of 2 threads", "one_in_100_fails/2", "mutex_one_in_100_fails/2", 0.6),
    ("1 of 3 fails with an error code, each of 2 threads", "one_in_3_fails/2", "mutex_one_in_3_fails/2", 1.5),
    ("its atomic writes alone, likewise", "bare_counts/2", "mutex_one_in_3_fails/2", None),
    ("refused by try_call while open", "refused_try_call/1", "now", 0.4),
    ("refused by call while open, and caught", "refused_call", "throw_and_catch", 1.3),
    ("healthy with SlowRate over the bare call", "healthy_slow_rate/1 - bare_call/1", "2 now + 4 add/1", 1),
    ("healthy with AvgLatency over the bare call", "healthy_avg_latency/1 - bare_call/1", "2 now + 4 add/1", 1),
    ("its atomic writes alone, likewise", "bare_durations - bare_call/1", "2 now + 4 add/1", None),
    ("two atomic writes in place of three", "bare_durations_in_two - bare_call/1", "2 now + 4 add/1", None),
    ("healthy with TimeWindow{10s}", "healthy_time_window/1", "0.4 now + 3 add/1", 1),
    ("the same, each of 2 threads", "healthy_time_window/2", "0.4 now + 3 add/1", 1),
    ("2 threads against 1", "healthy_time_window/2", "healthy_time_window/1", 1.2),
    ("throws, tracker All", "throws_all", "throw_and_catch", 1.2),
    ("throws, TypeOf with one type", "throws_type_of", "throw_and_catch", 2.8),
    ("throws, a tree of six leaves", "throws_six_leaves", "throw_and_catch", 3.1),
    ("guarded co_await of what is ready, over the bare one", "healthy_await - bare_await", "add/1", 3),
    ("a transition, CountWindow{30000} against {100}", "transition<30'000>", "transition<100>", 1.2),
    ("healthy call of AnyCircuitBreaker over one of a known type", "healthy_any - healthy_known", "add/1", 0.2),
    ("the same with OnResult", "healthy_any_on_result - healthy_known_on_result", "add/1", 1),
    ("the same with FailureStreak", "healthy_any_streak - healthy_known_streak", "add/1", 1),
    ("the same with AvgLatency", "healthy_any_avg_latency - healthy_known_avg_latency", "add/1", 1),
    ("lookup and healthy call of a hot key of 1,000, against 16 locked maps", "registry_call<1'000>/1", "mutex_sharded_call<1'000>/1", 0.5),
    ("the same of 100,000 keys", "registry_call<100'000>/1", "mutex_sharded_call<100'000>/1", 0.5),
    ("the same of 1,000, each of 2 threads against 1", "registry_call<1'000>/2", "registry_call<1'000>/1", 1.1),
    ("the same of 100,000, likewise", "registry_call<100'000>/2", "registry_call<100'000>/1", 1.1),
    ("through a handle taken for the call", "registry_handle/1", "registry_call<1'000>/1", None),
    ("a breaker made in a registry of 100,000, against alone", "making_in_registry", "making_apart", 1.5),
    ("a healthy call after a retune, against one before", "healthy_other_rules", "healthy_first_rules", None),
    ("a retune, against the making of a breaker", "retuning", "making", None),
    ("a snapshot, likewise", "taking_snapshot", "making", None),
    ("a breaker that begins with a snapshot, likewise", "restoring", "making", None),
    ("healthy call with CallStats over one without", "healthy_with_stats/1 - healthy/1", "add/1", 2),
    ("the same, each of 2 threads against 1", "healthy_with_stats/2", "healthy_with_stats/1", 1.1),
]
MEMORY = [("`CountWindow{100}`", "memory"), ("the same with `AvgLatency`", "memory_avg_latency"),
          ("the same with `CallStats`", "memory_call_stats"), ("`TimeWindow{10s}`", "memory_time_window")]
BYTES = ("memory of a breaker with CountWindow{100}, in bytes", "memory", 1024)
COMPILE = ("compile time of a unit with a breaker and a guarded call, -O0", 1.6)

UNIT = """
#include <fluxgate/fluxgate.hpp>
using namespace fluxgate;
CircuitBreaker breaker{Config{.tracker = TypeOf<std::runtime_error>{}, .tripper = MinRequests{10} & FailureRate{0.5}}};
int charge(int);
int call(int amount) { return guarded(breaker, charge)(amount); }
"""
SECOND_CALL = """
long refund(long, int);
long call_again(long amount, int times) { return guarded(breaker, refund)(amount, times); }
"""
BARE_UNIT = """
int charge(int);
int call(int amount) { return charge(amount); }
"""
HEADERS = ["fluxgate.hpp", "circuit_breaker.hpp", "async_circuit_breaker.hpp", "any_circuit_breaker.hpp", "trackers.hpp", "trippers.hpp", "retries.hpp",
           "permits.hpp", "windows.hpp", "guarded.hpp", "config.hpp", "signal.hpp", "info.hpp", "metrics.hpp", "state.hpp",
           "errors.hpp", "outcome.hpp", "call_result.hpp", "call_stats.hpp", "environment.hpp", "testing.hpp",
           "listeners/background.hpp"]


# Measuring


def run_benchmarks(program, costs):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([program, f"--benchmark_repetitions={REPETITIONS}", "--benchmark_min_time=0.05",
                        "--benchmark_enable_random_interleaving=true", f"--benchmark_out={out.name}",
                        "--benchmark_out_format=json"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        document = json.load(open(out.name))
    for run in document["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        if run.get("error_occurred"):
            sys.exit(f"{run['name']}: {run['error_message']}")
        name = re.sub(r"/iterations:\d+", "", run["name"]).replace("/threads:", "/")
        for kind in ("cpu", "wall", "bytes"):
            if kind in run:
                costs.setdefault(name, {}).setdefault(kind, []).append(run[kind])


def standard_headers(include, header):
    """What a header of ours includes of the standard library, itself or through others of ours."""
    found, seen, waiting = set(), set(), [header]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for included in re.findall(r"^#include <(.*)>", (pathlib.Path(include) / name).read_text(), re.MULTILINE):
            if included.startswith("fluxgate/"):
                waiting.append(included)
            else:
                found.add(included)
    return found


def standard_includes(include, header):
    return "".join(f"#include <{name}>\n" for name in sorted(standard_headers(include, f"fluxgate/{header}")))


def compile_once(compiler, include, source, flags, folder):
    file = pathlib.Path(folder) / "unit.cpp"
    file.write_text(source)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, "-std=c++20", *flags, f"-I{include}", "-c", str(file), "-o", str(file.with_suffix(".o"))],
                   check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def code_size(folder):
    """Of the code and of what unwinding needs."""
    sections = subprocess.run(["size", "-A", str(pathlib.Path(folder) / "unit.o")], check=True, capture_output=True,
                              text=True).stdout
    return sum(int(line.split()[1]) for line in sections.splitlines()
               if line.startswith((".text", ".eh_frame", ".gcc_except_table")))


def measure_compiler(compiler, include):
    standard = standard_includes(include, "fluxgate.hpp")
    units = {"unit": standard + UNIT, "standard": standard + BARE_UNIT}
    for header in HEADERS:
        units[header] = f"#include <fluxgate/{header}>\n"
        units[f"standard of {header}"] = standard_includes(include, header)
    times = {name: [] for name in units}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(COMPILATIONS):
            names = list(units) if turn < HEADER_COMPILATIONS else ["unit", "standard"]
            random.shuffle(names)
            for name in names:
                times[name].append(compile_once(compiler, include, units[name], ["-O0"], folder))
        sizes = {}
        for name in ("unit", "standard"):
            compile_once(compiler, include, units[name], ["-O2"], folder)
            sizes[name] = code_size(folder)
        compile_once(compiler, include, units["unit"] + SECOND_CALL, ["-O2"], folder)
        sizes["second call"] = code_size(folder) - sizes["unit"]
    return times, sizes


def revision():
    """Of the sources; "unknown" where they are no repository's, or where git cannot be asked."""
    try:
        described = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=10"], capture_output=True,
                                   text=True, cwd=pathlib.Path(__file__).parent)
    except OSError:
        return "unknown"
    return described.stdout.strip() or "unknown"


def measure(programs, compiler, include):
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    version = subprocess.run([compiler, "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
    costs = {}
    for program in programs:
        run_benchmarks(program, costs)
    times, sizes = measure_compiler(compiler, include)
    processors = sorted({int(name.split("/")[1]) for name in costs if name.startswith("add/")})
    return {"processor": model or platform.processor(), "threads": processors, "system": platform.system(),
            "compiler": version, "revision": revision(), "date": time.strftime("%Y-%m-%d"),
            "repetitions": REPETITIONS * len(programs), "layouts": len(programs), "costs": costs,
            "compile_seconds": times, "text_bytes": sizes}


# Judging


def samples(results, name, kind):
    try:
        return results["costs"][name][kind]
    except KeyError:
        return None


class Unmeasured(Exception):
    pass


def layout_of(results, found, layout):
    """The repetitions in one layout of the code: those of one program follow each other."""
    each = len(found) // results["layouts"]
    return found[layout * each:(layout + 1) * each]


def evaluate(results, expression, layout, kind):
    """The value of "2 now + 4 add/1", or of "a - b", in one layout, by medians."""
    total = 0.0
    for sign, factor, name in re.findall(r"([+-]?)\s*(?:(\d+(?:\.\d+)?)\s+)?([a-z][\w<>'/]*)", expression):
        found = samples(results, name, kind)
        if found is None:
            raise Unmeasured(name)
        total += (-1 if sign == "-" else 1) * float(factor or 1) * statistics.median(layout_of(results, found, layout))
    return total


def kind_of(expression):
    # Threads that meet at a lock wait for it: that is time, not processor time.
    return "wall" if "mutex" in expression else "cpu"


def verdict(spread, bar):
    if bar is None:
        return "for comparison"
    return "ok" if spread[1] <= bar else "unsure" if spread[0] <= bar else "MISSED"


def compile_ratios(results, name):
    """Of a unit's compile times to those of the standard headers that it needs, each compiled in turn with the other."""
    times = results["compile_seconds"]
    return [ours / theirs for ours, theirs in
            zip(times[name], times["standard" if name == "unit" else f"standard of {name}"])]


def judge(results):
    """(name, floor, figure, its range, bar, verdict) of each row: the ratio in each layout, and of those the median."""
    for name, cost, floor, bar in ROWS:
        kind = kind_of(floor)
        try:
            ratios = [evaluate(results, cost, layout, kind) / evaluate(results, floor, layout, kind)
                      for layout in range(results["layouts"])]
        except Unmeasured as missing:
            # Fewer processors excuse a row; where there is a bar, a benchmark that is not there at all does not.
            excused = bar is None or any(found.split("/")[0] == str(missing).split("/")[0] for found in results["costs"])
            yield name, floor, None, None, bar, f"{'not measured here' if excused else 'MISSING'}: {missing}"
            continue
        spread = (min(ratios), max(ratios))
        yield name, floor, statistics.median(ratios), spread, bar, verdict(spread, bar)
    name, benchmark, bar = BYTES
    size = results["costs"][benchmark]["bytes"][0]
    yield name, "bytes", size, (size, size), bar, verdict((size, size), bar)
    if not results["compile_seconds"]:
        return  # measured on a machine without the compiler
    name, bar = COMPILE
    ratios = compile_ratios(results, "unit")
    quarters = statistics.quantiles(ratios, n=4)
    figure, spread = statistics.median(ratios), (quarters[0], quarters[2])
    yield name, "the same standard headers", figure, spread, bar, verdict(spread, bar)


def shown(value):
    return "" if value is None else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def shown_spread(spread):
    return "" if spread is None else f"{shown(spread[0])} to {shown(spread[1])}"


def how(results):
    of = f"revision {results['revision']}, " if "revision" in results else ""
    return f"{of}{results['processor']}, {results['compiler']}, medians of " \
           f"{results['repetitions'] // results['layouts']} interleaved repetitions in each of " \
           f"{results['layouts']} layouts of the code"


def print_table(results):
    print(f"{how(results)}\n")
    print(f"{'':66} {'figure':>8} {'range':>18} {'bar':>6}  in terms of")
    missed = False
    for name, floor, figure, spread, bar, found in judge(results):
        missed = missed or found.split(":")[0] in ("MISSED", "MISSING")
        print(f"{name:66} {shown(figure):>8} {shown_spread(spread):>18} {bar or '':>6}  {floor:28} {found}")
    return not missed


# Publishing


def table_of_bars(results, all_rows=True):
    """Without all_rows, of an earlier revision: what it had no benchmark for is left out."""
    lines = ["| case | in terms of | figure | range | bar | |", "|---|---|---:|---:|---:|---|"]
    for name, floor, figure, spread, bar, found in judge(results):
        if figure is None and not all_rows:
            continue
        lines.append(f"| {name} | `{floor}` | {shown(figure)} | {shown_spread(spread)} | {bar or ''} | {found} |")
    return lines


def table_of_memory(results):
    lines = ["| breaker | bytes |", "|---|---:|"]
    for label, name in MEMORY:
        lines.append(f"| {label} | {results['costs'][name]['bytes'][0]:,.0f} |")
    return lines


def table_of_costs(results):
    lines = ["| benchmark | threads | processor time, ns | wall, ns | spread |", "|---|---:|---:|---:|---:|"]
    for name, kinds in sorted(results["costs"].items()):
        if "cpu" not in kinds:
            continue
        benchmark, _, threads = name.partition("/")
        cpu, wall = statistics.median(kinds["cpu"]), statistics.median(kinds["wall"])
        spread = (max(kinds["cpu"]) - min(kinds["cpu"])) / cpu
        lines.append(f"| `{benchmark}` | {threads or 1} | {cpu:.2f} | {wall:.2f} | {100 * spread:.0f}% |")
    return lines


def table_of_headers(results):
    times = results["compile_seconds"]
    lines = ["| unit | seconds, `-O0` | of the standard headers that it needs |", "|---|---:|---:|"]
    for name in ["unit", *HEADERS]:
        ratio = statistics.median(compile_ratios(results, name))
        label = "a breaker and a guarded call" if name == "unit" else f"`<fluxgate/{name}>`"
        lines.append(f"| {label} | {statistics.median(times[name]):.2f} | {ratio:.2f} |")
    sizes = results["text_bytes"]
    lines += ["", f"Code at `-O2`, with what unwinding needs: {sizes['unit'] - sizes['standard']:,} bytes for the "
              f"breaker and its first call, {sizes['second call']:,} more for a call of another function."]
    return lines


def plot(results):
    """Bars of what a call costs in each condition, in atomic increments, as SVG."""
    add = statistics.median(results["costs"]["add/1"]["cpu"])
    shown = [("healthy", "healthy/1"), ("healthy, CallStats", "healthy_with_stats/1"), ("1 of 100 fails", "one_in_100_fails/1"),
             ("1 of 3 fails", "one_in_3_fails/1"), ("refused by try_call", "refused_try_call/1"),
             ("healthy, TimeWindow{10s}", "healthy_time_window/1"), ("mutex, healthy", "mutex_healthy/1"),
             ("now()", "now"), ("healthy, SlowRate", "healthy_slow_rate/1"), ("healthy, AvgLatency", "healthy_avg_latency/1")]
    values = [(label, statistics.median(results["costs"][name]["cpu"]) / add) for label, name in shown]
    largest = max(value for _, value in values)
    height = 28 * len(values) + 56
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" font-family="sans-serif" font-size="13">',
             f'<rect width="760" height="{height}" fill="white"/>',
             '<text x="12" y="22" font-weight="bold">What a call costs, in atomic increments</text>']
    for row, (label, value) in enumerate(values):
        y = 44 + 28 * row
        width = max(1.0, 460 * value / largest)
        colour = "#9aa5b1" if "mutex" in label or label == "now()" else "#2f6fab"
        parts.append(f'<text x="196" y="{y + 14}" text-anchor="end">{label}</text>')
        parts.append(f'<rect x="204" y="{y}" width="{width:.1f}" height="18" fill="{colour}"/>')
        parts.append(f'<text x="{212 + width:.1f}" y="{y + 14}">{value:.1f}</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def wall_by_threads(results, name):
    return [statistics.median(results["costs"][f"{name}/{count}"]["wall"]) for count in results["threads"]]


def table_of_scaling(results):
    threads = results["threads"]
    names = sorted({name.split("/")[0] for name in results["costs"] if name.endswith(f"/{threads[-1]}")})
    lines = ["| benchmark | " + " | ".join(f"{count} thread{'s' if count > 1 else ''}" for count in threads) + " |",
             "|---|" + "---:|" * len(threads)]
    for name in names:
        lines.append(f"| `{name}` | " + " | ".join(f"{cost:.1f}" for cost in wall_by_threads(results, name)) + " |")
    return lines


def scaling_plot(results):
    """Cost per call and thread against the number of threads, as SVG."""
    names = [("healthy", "#2f6fab"), ("healthy_time_window", "#3b9c6d"), ("one_in_100_fails", "#c98a1b"),
             ("one_in_3_fails", "#c2453b"), ("mutex_one_in_100_fails", "#9aa5b1")]
    threads = results["threads"]
    series = {name: wall_by_threads(results, name) for name, _ in names}
    largest = max(max(values) for values in series.values())
    x = {count: 70 + 420 * index / max(1, len(threads) - 1) for index, count in enumerate(threads)}
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 340" font-family="sans-serif" font-size="13">',
             '<rect width="760" height="340" fill="white"/>',
             '<text x="12" y="22" font-weight="bold">Nanoseconds per call of a thread, on one breaker</text>',
             '<line x1="70" y1="290" x2="490" y2="290" stroke="#444"/><line x1="70" y1="50" x2="70" y2="290" stroke="#444"/>']
    for count in threads:
        parts.append(f'<text x="{x[count]:.0f}" y="310" text-anchor="middle">{count}</text>')
    parts.append('<text x="280" y="330" text-anchor="middle">threads</text>')
    for tick in range(5):
        value = largest * tick / 4
        y = 290 - 240 * tick / 4
        parts.append(f'<text x="62" y="{y + 4:.0f}" text-anchor="end">{value:.0f}</text>')
    for row, (name, colour) in enumerate(names):
        points = " ".join(f"{x[count]:.0f},{290 - 240 * value / largest:.1f}" for count, value in zip(threads, series[name]))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<rect x="510" y="{60 + 24 * row}" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="530" y="{72 + 24 * row}">{name}</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def where(results):
    return f"Measured on {results['date']}, up to {results['threads'][-1]} threads: {how(results)}."


def publish(results, scaling, docs):
    page = docs / "performance.md"
    text = page.read_text()
    for mark, lines in {"bars": [where(results), "", *table_of_bars(results)], "costs": table_of_costs(results),
                        "memory": table_of_memory(results), "headers": table_of_headers(results),
                        "scaling": [where(scaling), "", *table_of_scaling(scaling)],
                        "bars there": table_of_bars(scaling, all_rows=scaling is results)}.items():
        pattern = re.compile(rf"(<!-- begin {mark} -->\n).*?(<!-- end {mark} -->)", re.DOTALL)
        if not pattern.search(text):
            sys.exit(f"{page}: no place for '{mark}'")
        text = pattern.sub(lambda found: found.group(1) + "\n".join(lines) + "\n" + found.group(2), text)
    page.write_text(text)
    (docs / "performance").mkdir(exist_ok=True)
    (docs / "performance" / "costs.svg").write_text(plot(results))
    (docs / "performance" / "scaling.svg").write_text(scaling_plot(scaling))
    for name, kept in ({"results": results} if scaling is results else {"results": results, "scaling": scaling}).items():
        (docs / "performance" / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")


def results_of_many_threads(results, chosen):
    kept = chosen.scaling or chosen.publish / "performance" / "scaling.json"
    if not kept.exists():
        return results
    found = json.loads(kept.read_text())
    return found if chosen.scaling or found["threads"][-1] > results["threads"][-1] else results


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", nargs="*", metavar="PROGRAM")
    options.add_argument("--compiler", default="g++")
    options.add_argument("--include", default="include")
    options.add_argument("--keep", type=pathlib.Path)
    options.add_argument("--from", dest="source", type=pathlib.Path)
    options.add_argument("--scaling", type=pathlib.Path)
    options.add_argument("--publish", type=pathlib.Path)
    chosen = options.parse_args()
    if bool(chosen.programs) == bool(chosen.source):
        options.error("give programs to measure, or results with --from")
    if chosen.source:
        results = json.loads(chosen.source.read_text())
    else:
        results = measure(chosen.programs, chosen.compiler, chosen.include)
    if chosen.keep:
        chosen.keep.write_text(json.dumps(results) + "\n")
    if chosen.publish:
        publish(results, results_of_many_threads(results, chosen), chosen.publish)
    return 0 if print_table(results) else 1


if __name__ == "__main__":
    sys.exit(main())
