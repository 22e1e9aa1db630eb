#!/usr/bin/env python3
"""Times gridstage beside lightsim2grid, gridoxide and rustpower, and prints the table of ratios as Markdown.

    python3 benches/peers.py [--rounds 3] [--only nr,n1,ts,dc,parse] [--core 1] [--cases FOLDER] [--keep-memory]

Installs the Python peers from PyPI into benches/.peers/venv, builds gridoxide from crates.io and our own program, and runs
every task with each tool in turn, round by round, in processes of their own pinned to one core. Where a tool writes its
voltages, they are compared with the reference or with ours first: a tool whose answer differs is left out. A ratio is the
CPU time of the best peer over ours, each the smallest of all repetitions and rounds.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PYTHON_PEERS = ["lightsim2grid==1.2.0", "rustpower==0.5.4", "numpy", "scipy"]
# Largest difference of a voltage from the reference [p.u.], both at a tolerance of 1e-8 on power.
SAME = 1e-5

CASES = {
    "nr": ["case118", "case1354pegase", "case9241pegase", "case_ACTIVSg25k"],
    "n1": ["case118", "case1354pegase", "case2869pegase", "case9241pegase"],
    "ts": ["case118", "case1354pegase", "case9241pegase"],
    "dc": ["case9241pegase"],
    "parse": ["case9241pegase", "case_ACTIVSg70k"],
}
# Repetitions in one process: of ours, and of the peers where they are not too slow for as many.
REPS = {"nr": (30, 10), "n1": (2, 1), "ts": (2, 1), "dc": (3, 2), "parse": (5, 5)}
MORE = {("n1", "case118"): (20, 10), ("n1", "case1354pegase"): (5, 3), ("ts", "case118"): (20, 10), ("ts", "case1354pegase"): (5, 3)}
# With --keep-memory, for all tools: glibc hands no freed memory back, so that a repetition does not pay for fresh pages.
KEPT_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "2000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "0"}
MEMORY = {}
# What each figure of a task is called in the table.
WHAT = {
    "times_ms": {"nr": "NR cold", "n1": "N-1 AC", "ts": "time series, 1,000 sets", "dc": "one DC load flow", "parse": ".m text to model"},
    "warm_times_ms": {"nr": "NR warm"},
    "ptdf_ms": {"dc": "full PTDF"},
    "lodf_ms": {"dc": "full LODF"},
    "n1_ms": {"dc": "DC N-1 with all loadings"},
}


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=True, stdout=sys.stderr, **options)


def tools(where, build):
    """Command of each tool, and the tasks that it has."""
    venv = where / "venv"
    python = venv / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", venv])
        run([python, "-m", "pip", "install", "--quiet", *PYTHON_PEERS])
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    if build:
        run(["cargo", "build", "--release", "--quiet", "--example", "bench_task"], cwd=HERE.parent)
        manifest = HERE / "peers" / "Cargo.toml"
        peers = {**os.environ, "CARGO_TARGET_DIR": str(target / "peers")}
        run(["cargo", "build", "--release", "--quiet", "--manifest-path", manifest], env=peers)
    return {
        "gridstage": ([target / "release" / "examples" / "bench_task"], {"nr", "n1", "ts", "dc", "parse"}),
        "lightsim2grid": ([python, HERE / "peers" / "lightsim2grid_task.py"], {"nr", "n1", "ts", "dc"}),
        "gridoxide": ([target / "peers" / "release" / "gridstage-peers"], {"nr", "n1", "ts", "parse"}),
        "rustpower": ([python, HERE / "peers" / "rustpower_task.py"], {"nr"}),
    }


def outages(where, python, case):
    """File with the rows of all branches whose outage parts nothing."""
    path = where / f"{case.stem}.rows"
    if not path.exists():
        code = "import sys, matpower; print(*matpower.rows_that_are_no_bridges(matpower.read(sys.argv[1])), sep='\\n')"
        rows = subprocess.run([python, "-c", code, case], cwd=HERE / "peers", check=True, capture_output=True, text=True)
        path.write_text(rows.stdout)
    return path


def once(command, core, task, case, reps, rows, out):
    words = [*command, "--task", task, "--case", case, "--reps", reps, "--tol", "1e-8", "--out", out]
    words += ["--outages", rows] if task in ("n1", "dc") else []
    words = ["taskset", "-c", core, *words]
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {**os.environ, **single, **MEMORY}
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, env=environment)
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {"error": (done.stderr.strip().splitlines() or ["no output"])[-1]}


def voltages(path):
    with open(path, encoding="ascii") as file:
        next(file)
        rows = (line.split(",") for line in file)
        return {int(bus): (float(vm), float(va)) for bus, vm, va in rows}


def difference(path, reference, magnitudes):
    """Largest difference of angles in rad and, if wanted, of magnitudes, over buses that both have."""
    if not path.exists():
        return None
    found = voltages(path)
    both = found.keys() & reference.keys()
    turn = {bus: (found[bus][1] - reference[bus][1] + 180) % 360 - 180 for bus in both}
    apart = [abs(turn[bus]) / 57.29577951308232 for bus in both]
    if magnitudes:
        apart += [abs(found[bus][0] - reference[bus][0]) for bus in both]
    return max(apart)


def cpu(entry):
    return entry[1] if isinstance(entry, list) else entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="nr,n1,ts,dc,parse")
    parser.add_argument("--core", default="1")
    parser.add_argument("--cases", default=os.environ.get("GRIDSTAGE_MATPOWER"))
    parser.add_argument("--built", action="store_true", help="programs are built: start timing at once")
    parser.add_argument("--small", action="store_true", help="leave out what takes a peer minutes")
    parser.add_argument("--keep-memory", action="store_true", help="no tool hands freed memory back between repetitions")
    given = parser.parse_args()
    MEMORY.update(KEPT_MEMORY if given.keep_memory else {})
    folder = given.cases or subprocess.run(
        [sys.executable, HERE / "matpower_cases.py"], check=True, capture_output=True, text=True
    ).stdout.strip()
    where = HERE / ".peers"
    where.mkdir(exist_ok=True)
    known = tools(where, not given.built)
    print("| work | case | ours | " + " | ".join(name for name in known if name != "gridstage") + " | ratio to the best |")
    print("|---|---|---|" + "---|" * len(known))
    for task in given.only.split(","):
        for name in CASES[task]:
            if given.small and task in ("n1", "ts") and name == "case9241pegase":
                continue
            table(given, known, task, pathlib.Path(folder) / f"{name}.m", where)


def table(given, known, task, case, where):
    rows = outages(where, where / "venv" / "bin" / "python", case) if task in ("n1", "dc") else None
    best, told = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(given.rounds):
            for tool, (command, tasks) in known.items():
                if task not in tasks or tool in told and "error" in told[tool]:
                    continue
                out = pathlib.Path(scratch) / f"{tool}.csv"
                reps = MORE.get((task, case.stem), REPS[task])[tool != "gridstage"]
                told[tool] = one = once(command, given.core, task, case, reps, rows, out)
                for figure in WHAT.keys() & one.keys():
                    time = min(cpu(entry) for entry in one[figure])
                    best.setdefault(figure, {}).setdefault(tool, time)
                    best[figure][tool] = min(best[figure][tool], time)
        wrong = unfit(task, told, pathlib.Path(scratch))
    for figure, names in WHAT.items():
        if task in names and figure in best:
            print(line(names[task], case.stem, best[figure], wrong, known), flush=True)
    for tool, one in told.items():
        listed = {name: one[name] for name in ("n", "n_converged", "mean_iterations", "n1_largest_flow_pu", "peak_rss_mb") if name in one}
        print(f"{task} {case.stem} {tool}: {wrong.get(tool, 'fit')} {listed}", file=sys.stderr, flush=True)


def unfit(task, told, scratch):
    """Tools whose time counts for nothing, and why."""
    wrong = {tool: one["error"] for tool, one in told.items() if "error" in one}
    wrong |= {tool: "does not converge" for tool, one in told.items() if one.get("converged") is False}
    ours = scratch / "gridstage.csv"
    if task in ("nr", "dc") and ours.exists():
        reference = voltages(ours)
        for tool in told.keys() - wrong.keys() - {"gridstage"}:
            # A DC load flow has no magnitudes: what stands there is each tool's own.
            apart = difference(scratch / f"{tool}.csv", reference, task != "dc")
            if apart is not None and apart > SAME:
                wrong[tool] = f"voltages {apart:.1e} off"
    return wrong


def line(work, case, times, wrong, known):
    def cell(tool):
        if tool in wrong:
            return f"({wrong[tool]})" if tool in times or "converge" in wrong[tool] else "–"
        return f"{times[tool]:.4g} ms" if tool in times else "–"

    fit = [time for tool, time in times.items() if tool != "gridstage" and tool not in wrong]
    ratio = f"**{min(fit) / times['gridstage']:.2f}**" if fit and "gridstage" not in wrong else "–"
    cells = [cell(tool) for tool in known if tool != "gridstage"]
    return f"| {work} | {case} | {times.get('gridstage', float('nan')):.4g} ms | " + " | ".join(cells) + f" | {ratio} |"


if __name__ == "__main__":
    main()
