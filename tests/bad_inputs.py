#!/usr/bin/env python3
"""What the program says to every bad input, how long it takes and how much memory it needs.

    python3 tests/bad_inputs.py PROGRAM [SHARED/bad-inputs]

Each file goes through `solve`, in a process of its own. Its exit code is held against the class that EXPECT.md gives it, the time
against 1 s and the memory against 200 MB (5 s and 300 MB for the file of a million lines). Ends with 1 if one of them is passed.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

CODES = {"ok": {0}, "ok-warn": {0, 1}, "E-NO-SOLUTION": {4}}
# EXPECT.md leaves the choice: buses that hold different voltages are told as a conflict
CHOICES = {"33_zero_impedance_branch.m": {0, 3}, "72_near_nose.m": {0, 4}, "42_tiny_impedance.m": {0, 3}}


def main():
    program = sys.argv[1]
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else os.environ["GRIDSTAGE_SHARED"] + "/bad-inputs")
    classes = dict(re.findall(r"^\| `([^`]+)` \| ([A-Za-z-]+) \|", (folder / "EXPECT.md").read_text(), re.M))
    wrong, slowest, largest, silent, places = [], 0.0, 0.0, 0, 0
    for file in sorted(folder.iterdir()):
        if file.name == "EXPECT.md":
            continue
        begun = time.monotonic()
        child = subprocess.Popen([program, "solve", str(file), "--format", "json", "-q"], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds, mega, code = time.monotonic() - begun, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)
        kind = classes.get(file.name, "?")
        told = json.loads(out)["diagnostics"] if out else []
        wanted = CHOICES.get(file.name) or CODES.get(kind, {3})
        errors = [d for d in told if d["severity"] == "error"]
        first = next(iter(errors or told), {"code": "-", "line": None, "message": "-"})
        limits = (5.0, 300.0) if "million" in file.name else (1.0, 200.0)
        # a file whose class is an error, and that is taken without one, is accepted in silence
        silent += kind.startswith("E-") and code in (0, 1) and not told
        placed = kind not in CODES and all(d["line"] or d["element"] for d in errors)
        places += kind not in CODES and not placed
        marks = [mark for mark, is_wrong in (("exit", code not in wanted), ("time", seconds > limits[0]),
                                             ("memory", mega > limits[1]), ("no place", kind not in CODES and not placed)) if is_wrong]
        wrong += [(file.name, marks)] if marks else []
        slowest, largest = max(slowest, seconds), max(largest, mega)
        print(f"{file.name:36} {kind:14} exit {code}  {seconds:5.2f} s {mega:6.1f} MB  {first['code']:14} line {first['line']}  "
              f"{first['message'][:70]} {' '.join(marks)}")
    print(f"{len(classes)} files: {len(wrong)} not as expected, {silent} accepted in silence, {places} errors without a place; "
          f"at most {slowest:.2f} s and {largest:.1f} MB")
    for row in wrong:
        print(*row)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
