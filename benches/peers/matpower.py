"""What the Python peers need of a MATPOWER case: its matrices, ybus, the flat start, rows that are no bridges."""

import re

import numpy as np
import scipy.sparse as sp


def read(path):
    """The case as a dict of arrays, as `init_from_matpower` takes it."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = re.sub(r"%[^\n]*", "", file.read())
    base = float(re.search(r"mpc\.baseMVA\s*=\s*([\d.eE+]+)", text).group(1))
    return {"version": "2", "baseMVA": base, **{name: matrix(text, name) for name in ("bus", "gen", "branch")}}


def matrix(text, name):
    body = re.search(rf"mpc\.{name}\s*=\s*\[(.*?)\]", text, re.S).group(1)
    rows = [row.replace(",", " ").split() for row in re.split(r"[;\n]", body)]
    rows = [row for row in rows if row]
    width = min(len(row) for row in rows)
    return np.array([row[:width] for row in rows], dtype=float)


def index(case):
    """Row of each bus number."""
    return {int(number): row for row, number in enumerate(case["bus"][:, 0])}


def flat(case):
    """Voltages: magnitudes 1 or at their set-points, angles those of the slack."""
    bus, rows = case["bus"], index(case)
    v = np.ones(len(bus), complex)
    for gen in case["gen"]:
        row = rows[int(gen[0])]
        if gen[7] > 0 and bus[row, 1] in (2, 3):
            v[row] = gen[5]
    return v * np.exp(1j * np.deg2rad(bus[bus[:, 1] == 3][0, 8]))


def nodes(case):
    """Ybus [p.u., by rows], injections [p.u.], and the rows of pq, pv and slack buses."""
    bus, gen, base, rows = case["bus"], case["gen"], case["baseMVA"], index(case)
    branch = case["branch"][case["branch"][:, 10] > 0]
    f, t = (np.array([rows[int(number)] for number in branch[:, side]]) for side in (0, 1))
    ys = 1 / (branch[:, 2] + 1j * branch[:, 3])
    ratio = np.where(branch[:, 8] == 0, 1, branch[:, 8])
    tap = ratio * np.exp(1j * np.deg2rad(branch[:, 9]))
    ytt = ys + 0.5j * branch[:, 4]
    n = len(bus)
    values = np.concatenate([ytt / ratio**2, -ys / tap.conj(), -ys / tap, ytt, (bus[:, 4] + 1j * bus[:, 5]) / base])
    own = np.arange(n)
    at = (np.concatenate([f, f, t, t, own]), np.concatenate([f, t, f, t, own]))
    s = -(bus[:, 2] + 1j * bus[:, 3]) / base
    holds = np.zeros(n, bool)
    for row in gen[gen[:, 7] > 0]:
        s[rows[int(row[0])]] += (row[1] + 1j * row[2]) / base
        holds[rows[int(row[0])]] = True
    slack = np.flatnonzero(bus[:, 1] == 3)
    pv = np.flatnonzero((bus[:, 1] == 2) & holds)
    pq = np.flatnonzero((bus[:, 1] == 1) | ((bus[:, 1] == 2) & ~holds))
    return sp.csr_matrix((values, at), shape=(n, n)), s, pq, pv, slack


def rows_that_are_no_bridges(case):
    """0-based rows of mpc.branch in service whose outage parts nothing: by the lowest place that a subtree reaches."""
    at = {}
    for k, row in enumerate(case["branch"]):
        if row[10] > 0 and row[0] != row[1]:
            at.setdefault(int(row[0]), []).append((int(row[1]), k))
            at.setdefault(int(row[1]), []).append((int(row[0]), k))
    root = int(case["bus"][case["bus"][:, 1] == 3][0, 0])
    place, low, bridges = {root: 0}, {root: 0}, set()
    stack = [(root, -1, iter(at[root]))]
    while stack:
        bus, entry, others = stack[-1]
        for other, k in others:
            if k == entry:
                continue
            if other in place:
                low[bus] = min(low[bus], place[other])
            else:
                place[other] = low[other] = len(place)
                stack.append((other, k, iter(at[other])))
                break
        else:
            stack.pop()
            if stack:
                above = stack[-1][0]
                low[above] = min(low[above], low[bus])
                if low[bus] == place[bus]:
                    bridges.add(entry)
    rows = enumerate(case["branch"])
    return [k for k, row in rows if row[10] > 0 and row[0] != row[1] and int(row[0]) in place and k not in bridges]
