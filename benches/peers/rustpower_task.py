"""rustpower behind our bench's command line: its Newton solver on ybus and injections, by its Python package."""

import importlib.metadata

import numpy as np
import rustpower

import matpower
import task


def nr(case, given):
    y, s, pq, pv, slack = matpower.nodes(case)
    v0 = matpower.flat(case)
    indptr, indices = y.indptr.astype(np.int64), y.indices.astype(np.int64)
    lists = [np.asarray(one, dtype=np.int64) for one in (pq, pv, slack)]
    solver = rustpower.NewtonSolver()

    def prepare(s):
        solver.setup_from_nodes(indptr, indices, y.data, s, v0, *lists)

    def measured(run, reset):
        times = []
        for k in range(given.reps + 1):
            reset(k)
            times += task.times(1, run)
        return times[1:]

    def forget(_):
        prepare(s)
        solver.clear_cache()

    def solve():
        solver.solve(20, given.tol)

    cold = measured(solve, forget)
    told = {"times_ms": cold, "converged": bool(solver.converged), "iterations": int(solver.get_iterations())}
    if given.out:
        task.write(given.out, case["bus"][:, 0], solver.get_voltage())
    told["warm_times_ms"] = measured(solve, lambda k: prepare(s * (1 + 1e-9 * k)))
    return told


def main():
    given = task.arguments()
    case = matpower.read(given.case)
    told = nr(case, given) if given.task == "nr" else {"error": "no such task here"}
    task.answer("rustpower", importlib.metadata.version("rustpower"), case, told)


if __name__ == "__main__":
    main()
