#!/usr/bin/env python3
"""Random but realistic grids, solved by gridstage and by others: every difference is told.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install pandapower pypowsybl scipy
    /tmp/peers/bin/python tests/differential/compare.py target/release/gridstage [COUNT [SEED]]

Each grid is written as a MATPOWER file and solved from it by `gridstage solve --q-limits off --taps off --shunts off`, by
pandapower (its own Newton, from the same numbers in memory) and by OpenLoadFlow (pypowsybl, from a .mat file). Compared are whether
a state is found, every voltage magnitude (1e-6 p.u.) and every angle within its island (1e-4 degree).

Kinds of grid, one in seven each: radial, ring, meshed, two voltage levels with off-nominal taps, phase shifters, several islands, and
meshed with its load near the nose. All have shunts, charging and generators that hold their voltage here and there.
"""

import collections
import importlib.metadata
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

import numpy as np

warnings.filterwarnings("ignore")

KINDS = ["radial", "ring", "meshed", "taps", "shifters", "islands", "nose"]
TOL_VM, TOL_VA = 1e-6, 1e-4


class Grid:
    def __init__(self):
        self.bus, self.gen, self.branch = [], [], []

    def add_bus(self, kind, kv, pd=0.0, qd=0.0, gs=0.0, bs=0.0, vm=1.0):
        number = 10 * (len(self.bus) + 1) + 1
        self.bus.append([number, kind, pd, qd, gs, bs, 1, vm, 0.0, kv, 1, 1.2, 0.8])
        return number

    def add_gen(self, bus, pg, vg):
        self.gen.append([bus, pg, 0.0, 999.0, -999.0, vg, 100.0, 1, 2000.0, 0.0])

    def add_line(self, rng, f, t, kv, km):
        z = kv * kv / 100.0
        x, r_over_x = rng.uniform(0.3, 0.45), rng.uniform(0.1, 0.6)
        b = 2.8e-6 if rng.random() < 0.9 else 60e-6  # now and then a cable
        if b > 1e-5:
            x = 0.12
        self.branch.append([f, t, x * r_over_x * km / z, x * km / z, b * km * z, 250, 250, 250, 0, 0, 1, -360, 360])

    def add_transformer(self, rng, f, t, ratio, shift=0.0):
        mva = rng.choice([40, 63, 125, 250])
        x = rng.uniform(0.08, 0.14) * 100 / mva
        self.branch.append([f, t, x / rng.uniform(20, 50), x, 0, mva, mva, mva, ratio, shift, 1, -360, 360])


def part(grid, rng, kind, n, kv):
    """A connected part with a slack, its buses in a list."""
    slack = grid.add_bus(3, kv, vm=1.0)
    grid.add_gen(slack, 0.0, rng.uniform(1.0, 1.06))
    buses = [slack]
    for _ in range(n - 1):
        p = rng.choice([0.0, rng.uniform(2, 25)])
        shunt = rng.uniform(-15, 25) if rng.random() < 0.15 else 0.0
        loss = rng.uniform(0, 1) if rng.random() < 0.05 else 0.0
        buses.append(grid.add_bus(1, kv, p, p * rng.uniform(-0.1, 0.6), loss, shunt))
    where = {b: (rng.random(), rng.random()) for b in buses}
    km = lambda a, b: max(0.5, 60 * ((where[a][0] - where[b][0]) ** 2 + (where[a][1] - where[b][1]) ** 2) ** 0.5)
    for i in range(1, n):
        near = buses[i - 1] if kind == "ring" else min(rng.sample(buses[:i], min(i, 4)), key=lambda b: km(b, buses[i]))
        grid.add_line(rng, near, buses[i], kv, km(near, buses[i]))
    if kind == "ring":
        grid.add_line(rng, buses[-1], buses[0], kv, km(buses[-1], buses[0]))
    elif kind != "radial":
        for _ in range(n // 2):
            a, b = rng.sample(buses, 2)
            grid.add_line(rng, a, b, kv, km(a, b))
    for b in buses[1:]:
        if rng.random() < 0.1:
            row = next(row for row in grid.bus if row[0] == b)
            row[1] = 2
            grid.add_gen(b, rng.uniform(5, 60), rng.uniform(0.99, 1.05))
    return buses


def make(rng, kind):
    grid = Grid()
    n = rng.randint(4, 60)
    if kind == "islands":
        for _ in range(rng.randint(2, 4)):
            part(grid, rng, rng.choice(["radial", "meshed"]), rng.randint(3, 20), 110)
    else:
        buses = part(grid, rng, {"nose": "meshed", "taps": "meshed", "shifters": "meshed"}.get(kind, kind), n, 110)
        if kind in ("taps", "shifters"):
            # below every third bus or so a transformer with what it feeds
            for b in rng.sample(buses, max(1, n // 3)):
                low = grid.add_bus(1, 22, rng.uniform(2, 30), rng.uniform(0, 10))
                grid.add_transformer(rng, b, low, 1 + 0.0125 * rng.randint(-8, 8))
        if kind == "shifters":
            for _ in range(rng.randint(1, 3)):
                a, b = rng.sample(buses, 2)
                grid.add_transformer(rng, a, b, 1 + 0.01 * rng.randint(-5, 5), rng.uniform(-25, 25))
        if kind == "nose":
            factor = nose(grid)
            scale(grid, rng.choice([0.9, 0.98, 0.995, 1.01, 1.5]) * factor)
    return grid


def scale(grid, factor):
    for row in grid.bus:
        row[2] *= factor
        row[3] *= factor
    for row in grid.gen:
        row[1] *= factor


def nose(grid):
    """About the largest factor that solves, by halving with a plain Newton of this script."""
    low, high = 0.0, 1.0
    def solves(factor):
        trial = Grid()
        trial.bus, trial.gen, trial.branch = [r[:] for r in grid.bus], [r[:] for r in grid.gen], grid.branch
        scale(trial, factor)
        return newton(trial)
    while solves(high) and high < 200:
        low, high = high, 2 * high
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (middle, high) if solves(middle) else (low, middle)
    return low


def newton(grid):
    at = {row[0]: k for k, row in enumerate(grid.bus)}
    n = len(grid.bus)
    y = np.zeros((n, n), complex)
    for f, t, r, x, b, *_rest in grid.branch:
        ratio, shift = _rest[3], _rest[4]
        tap = (ratio or 1.0) * np.exp(1j * np.radians(shift))
        ys, bc = 1 / (r + 1j * x), 1j * b / 2
        f, t = at[f], at[t]
        y[f, f] += (ys + bc) / abs(tap) ** 2
        y[t, t] += ys + bc
        y[f, t] -= ys / np.conj(tap)
        y[t, f] -= ys / tap
    s, v = np.zeros(n, complex), np.ones(n, complex)
    for k, row in enumerate(grid.bus):
        s[k] -= (row[2] + 1j * row[3]) / 100
        y[k, k] += (row[4] + 1j * row[5]) / 100
    for row in grid.gen:
        s[at[row[0]]] += row[1] / 100
        v[at[row[0]]] = row[5]
    kind = np.array([row[1] for row in grid.bus])
    pvpq, pq = np.where(kind != 3)[0], np.where(kind == 1)[0]
    for _ in range(40):
        i = y @ v
        mis = v * np.conj(i) - s
        f = np.concatenate([mis[pvpq].real, mis[pq].imag])
        if np.abs(f).max() < 1e-9:
            return np.abs(v).min() > 0.4
        d_va = 1j * np.diag(v) @ np.conj(np.diag(i) - y @ np.diag(v))
        d_vm = np.diag(v) @ np.conj(y @ np.diag(v / abs(v))) + np.conj(np.diag(i)) @ np.diag(v / abs(v))
        j = np.block([[d_va[np.ix_(pvpq, pvpq)].real, d_vm[np.ix_(pvpq, pq)].real],
                      [d_va[np.ix_(pq, pvpq)].imag, d_vm[np.ix_(pq, pq)].imag]])
        try:
            dx = np.linalg.solve(j, -f)
        except np.linalg.LinAlgError:
            return False
        va, vm = np.angle(v), abs(v)
        va[pvpq] += dx[: len(pvpq)]
        vm[pq] += dx[len(pvpq):]
        v = vm * np.exp(1j * va)
        if not np.isfinite(v).all():
            return False
    return False


def write_m(grid, path):
    def rows(name, table):
        return f"mpc.{name} = [\n" + "".join("\t".join(repr(float(x)) for x in row) + ";\n" for row in table) + "];\n"
    path.write_text("function mpc = random\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
                    + rows("bus", grid.bus) + rows("gen", grid.gen) + rows("branch", grid.branch))


def by_gridstage(program, path):
    run = subprocess.run([program, "solve", path, "--format", "json", "-q", "--tol", "1e-10", "--q-limits", "off",
                          "--taps", "off", "--shunts", "off"], capture_output=True, text=True)
    if run.returncode not in (0, 1, 4):
        raise RuntimeError(f"exit {run.returncode}: {run.stderr}")
    document = json.loads(run.stdout)
    case = document["cases"][0]
    if run.returncode == 4:
        share = min((i["solvable_share"] or 0.0) for i in case["islands"] if i["status"] != "converged")
        return None, [d["code"] for d in document["diagnostics"]], share
    rows = {int(b["id"]): (b["vm_pu"], b["va_deg"]) for b in case["buses"]}
    return rows, [d["code"] for d in document["diagnostics"]], 1.0


def by_pandapower(grid):
    import pandapower as pp
    from pandapower.converter import from_ppc
    numbers = {row[0]: k for k, row in enumerate(grid.bus)}
    bus, gen, branch = (np.array(t, float) for t in (grid.bus, grid.gen, grid.branch))
    bus[:, 0] = [numbers[int(b)] for b in bus[:, 0]]
    gen[:, 0] = [numbers[int(b)] for b in gen[:, 0]]
    branch[:, 0] = [numbers[int(b)] for b in branch[:, 0]]
    branch[:, 1] = [numbers[int(b)] for b in branch[:, 1]]
    net = from_ppc({"version": 2, "baseMVA": 100.0, "bus": bus, "gen": gen, "branch": branch}, f_hz=50)
    for init in ("dc", "flat"):
        try:
            pp.runpp(net, algorithm="nr", init=init, tolerance_mva=1e-8, max_iteration=40, calculate_voltage_angles=True,
                     enforce_q_lims=False, numba=False)
            back = {k: b for b, k in numbers.items()}
            return {back[k]: (row.vm_pu, row.va_degree) for k, row in net.res_bus.iterrows()}
        except pp.LoadflowNotConverged:
            continue
    return None


def by_openloadflow(grid, path):
    import pypowsybl as ps
    from scipy.io import savemat
    arrays = {"version": "2", "baseMVA": 100.0, "bus": np.array(grid.bus, float), "gen": np.array(grid.gen, float),
              "branch": np.array(grid.branch, float)}
    savemat(path, {"mpc": arrays}, format="5")
    net = ps.network.load(str(path))
    parameters = ps.loadflow.Parameters(
        voltage_init_mode=ps.loadflow.VoltageInitMode.DC_VALUES, transformer_voltage_control_on=False, use_reactive_limits=False,
        shunt_compensator_voltage_control_on=False, phase_shifter_regulation_on=False, distributed_slack=False,
        read_slack_bus=True, component_mode=ps.loadflow.ComponentMode.ALL_CONNECTED,
        provider_parameters={"newtonRaphsonConvEpsPerEq": "1e-9", "maxNewtonRaphsonIterations": "40",
                             "lowImpedanceBranchMode": "REPLACE_BY_MIN_IMPEDANCE_LINE", "lowImpedanceThreshold": "1e-9",
                             "minRealisticVoltage": "0.1", "maxRealisticVoltage": "3.0",
                             "plausibleActivePowerLimit": "100000", "minPlausibleTargetVoltage": "0.5"})
    results = ps.loadflow.run_ac(net, parameters)
    if any(r.status_text != "Converged" and "CONVERGED" not in str(r.status) for r in results):
        return None
    table = net.get_bus_breaker_view_buses() if hasattr(net, "get_bus_breaker_view_buses") else net.get_buses()
    kv = {row[0]: row[9] for row in grid.bus}
    found = {}
    for name, row in table.iterrows():
        number = int(name.split("-")[-1])
        if np.isfinite(row.v_mag):
            found[number] = (row.v_mag / kv[number], row.v_angle)
    return found


def islands(grid):
    parent = {row[0]: row[0] for row in grid.bus}
    def root(b):
        while parent[b] != b:
            b = parent[b]
        return b
    for row in grid.branch:
        parent[root(row[0])] = root(row[1])
    slack = {root(row[0]): row[0] for row in grid.bus if row[1] == 3}
    return {row[0]: slack[root(row[0])] for row in grid.bus}


def furthest(grid, ours, theirs):
    """The largest difference in magnitude and angle, angles counted from the slack of each island."""
    slack_of = islands(grid)
    vm = max(abs(ours[b][0] - theirs[b][0]) for b in theirs)
    def angle(state, b):
        return state[b][1] - state[slack_of[b]][1]
    va = max(abs((angle(ours, b) - angle(theirs, b) + 180) % 360 - 180) for b in theirs)
    return vm, va


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 2026
    peers = {"pandapower": lambda grid, folder: by_pandapower(grid),
             "openloadflow": lambda grid, folder: by_openloadflow(grid, folder / "grid.mat")}
    tally = {peer: collections.Counter() for peer in peers}
    worst = {peer: [0.0, 0.0] for peer in peers}
    kinds, disagreements = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            grid = make(random.Random(f"{seed} {number}"), kind)
            write_m(grid, folder / "grid.m")
            ours, codes, share = by_gridstage(program, str(folder / "grid.m"))
            kinds[kind, "solved" if ours else "no solution"] += 1
            for peer, solve in peers.items():
                try:
                    theirs = solve(grid, folder)
                except Exception as error:  # a peer that breaks is told, not followed
                    tally[peer]["peer failed"] += 1
                    disagreements.append((number, kind, peer, f"peer failed: {type(error).__name__}: {str(error)[:100]}"))
                    continue
                if ours is None or theirs is None:
                    how = {(True, True): "neither solves", (True, False): "only the peer solves",
                           (False, True): "only gridstage solves"}[(ours is None, theirs is None)]
                    tally[peer][how] += 1
                    if how != "neither solves":
                        low = min(v[0] for v in (theirs or ours).values())
                        disagreements.append((number, kind, peer, f"{how}; lowest voltage {low:.3f}, share {share:.4f}, {codes}"))
                    continue
                vm, va = furthest(grid, ours, theirs)
                worst[peer] = [max(worst[peer][0], vm), max(worst[peer][1], va)] if vm < TOL_VM and va < TOL_VA else worst[peer]
                same = vm < TOL_VM and va < TOL_VA
                tally[peer]["same state" if same else "another state"] += 1
                if not same:
                    lows = [min(v[0] for v in state.values()) for state in (ours, theirs)]
                    disagreements.append((number, kind, peer, f"{vm:.1e} p.u., {va:.1e} deg; lowest {lows[0]:.3f} and {lows[1]:.3f}"))
            if (number + 1) % 200 == 0:
                print(number + 1, dict(tally["pandapower"]), dict(tally["openloadflow"]), flush=True, file=sys.stderr)
    version = {name: importlib.metadata.version(name) for name in ("pandapower", "pypowsybl")}
    print(f"{count} grids, seed {seed}; {version}")
    for kind in KINDS:
        print(f"  {kind:9} {kinds[kind, 'solved']} solved, {kinds[kind, 'no solution']} without a solution")
    for peer in peers:
        print(f"{peer}: {dict(tally[peer])}; among the same states at most {worst[peer][0]:.1e} p.u., {worst[peer][1]:.1e} deg apart")
    for row in disagreements:
        print(*row, sep="\t")


if __name__ == "__main__":
    main()
