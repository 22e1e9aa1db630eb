#!/usr/bin/env python3
"""What it costs to say why a grid has no solution, as multiples of a load flow that finds one.

    python3 tests/diagnosis_cost.py PROGRAM CASE.m ...

Of each case `explain` finds the largest factor on load and generation that has a solution. Then `explain` runs on the case at 1.2 times that
factor, and `solve` on the case as it is; both in processes of their own, the smallest CPU time of five, less what `lint` takes, which
reads and looks for suspects but solves nothing.
"""

import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile


def cpu_s(*words):
    """Smallest CPU time of five runs, and what the last wrote."""
    least, text = float("inf"), ""
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        text = subprocess.run(words, capture_output=True, text=True, check=False).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least, text


def scaled(text, factor):
    """The case with all loads and all active generation times a factor."""

    def rows(table, columns):
        nonlocal text
        match = re.search(rf"mpc\.{table}\s*=\s*\[(.*?)\];", text, re.S)
        lines = []
        for line in match[1].splitlines():
            cells = line.split("%")[0].rstrip().rstrip(";").split()
            if cells:
                for column in columns:
                    cells[column] = repr(float(cells[column]) * factor)
                line = "\t".join(cells) + ";"
            lines.append(line)
        text = text[: match.start(1)] + "\n".join(lines) + text[match.end(1) :]

    rows("bus", (2, 3))
    rows("gen", (1,))
    return text


def main():
    program, files = sys.argv[1], sys.argv[2:]
    os.environ["RAYON_NUM_THREADS"] = "1"
    worst = 0.0
    for file in map(pathlib.Path, files):
        at_nose = json.loads(cpu_s(program, "explain", file, "--format", "json", "-q")[1])
        factor = 1.2 * at_nose["summary"]["factor"]
        with tempfile.TemporaryDirectory() as folder:
            beyond = pathlib.Path(folder) / file.name
            beyond.write_text(scaled(file.read_text(encoding="utf-8"), factor), encoding="utf-8")
            read, _ = cpu_s(program, "lint", beyond, "-q")
            solve, _ = cpu_s(program, "solve", file, "-q")
            explain, said = cpu_s(program, "explain", beyond, "--format", "json", "-q")
        ratio = (explain - read) / max(solve - read, 1e-3)
        worst = max(worst, ratio)
        found = json.loads(said)["summary"]["factor"]
        print(f"{file.stem}: solve {1e3 * (solve - read):.1f} ms, explain {1e3 * (explain - read):.1f} ms, {ratio:.1f} times; factor {found:.4f}")
    print(f"at most {worst:.1f} times")


if __name__ == "__main__":
    main()
