"""The command line and the answer of `examples/bench_task.rs`, for the peers written in Python."""

import argparse
import json
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", required=True)
    parser.add_argument("--case", required=True)
    parser.add_argument("--reps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tol", type=float, default=1e-8)
    parser.add_argument("--start", default="flat")
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--outages")
    parser.add_argument("--out")
    return parser.parse_args()


def times(reps, run):
    """[wall, cpu] of each repetition in ms."""
    measured = []
    for _ in range(reps):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        measured.append([1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - cpu)])
    return measured


def rows(path):
    with open(path, encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def write(path, numbers, v):
    import numpy as np

    with open(path, "w", encoding="ascii") as file:
        file.write("bus,vm_pu,va_deg\n")
        for number, vm, va in zip(numbers, np.abs(v), np.rad2deg(np.angle(v))):
            file.write(f"{int(number)},{vm!r},{va!r}\n".replace("np.float64(", "").replace(")", ""))


def answer(tool, version, case, told):
    size = {"n_bus": len(case["bus"]), "n_branch": len(case["branch"])}
    print(json.dumps({"tool": tool, "version": version, **size, **told}))
