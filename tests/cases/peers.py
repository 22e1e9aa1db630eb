"""Other programs read what gridstage writes, and find the load flow that gridstage finds.

    python tests/cases/peers.py GRIDSTAGE OUT FILE...

Each grid is converted to every format that is written (RAW 33 and 35, RAWX, UCTE-DEF, pandapower JSON, .m) into the folder OUT, read by
pypowsybl, pandapower and VeraGrid where they read that format, and solved from a flat start with nothing moving. A row per file, format and
program tells the largest difference of voltage (p.u.) and angle (degrees) from `gridstage solve` of the original with nothing
moving, bus by bus by its number, or that a program does not take the file or finds no solution.
"""

import csv
import io
import logging
import pathlib
import subprocess
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

FIXED = ["--q-limits", "off", "--taps", "off", "--shunts", "off"]
FORMS = [
    ("raw33", "raw", ["--raw-rev", "33"]),
    ("raw35", "raw", ["--raw-rev", "35"]),
    ("rawx", "rawx", []),
    ("uct", "uct", []),
    ("json", "json", []),
    ("m", "m", []),
]


def ours(gridstage, path):
    run = subprocess.run([gridstage, "solve", path, "--format", "csv", *FIXED], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"gridstage: exit {run.returncode}")
    rows = csv.DictReader(io.StringIO(run.stdout))
    return {row["id"]: (float(row["vm_pu"]), float(row["va_deg"])) for row in rows if row["vm_pu"]}


def powsybl(path):
    import pypowsybl as pp

    network = pp.network.load(str(path))
    parameters = pp.loadflow.Parameters(
        voltage_init_mode=pp.loadflow.VoltageInitMode.DC_VALUES,
        read_slack_bus=True,
        distributed_slack=False,
        use_reactive_limits=False,
        transformer_voltage_control_on=False,
        shunt_compensator_voltage_control_on=False,
        phase_shifter_regulation_on=False,
        twt_split_shunt_admittance=False,
        component_mode=pp.loadflow.ComponentMode.ALL_CONNECTED,
        provider_parameters={"slackBusSelectionMode": "LARGEST_GENERATOR", "newtonRaphsonConvEpsPerEq": "1e-8"},
    )
    result = pp.loadflow.run_ac(network, parameters)
    if "CONVERGED" not in str(result[0].status):
        raise RuntimeError(str(result[0].status_text))
    levels = network.get_voltage_levels()["nominal_v"]
    buses = network.get_bus_breaker_view_buses()
    found = {}
    for name, bus in buses.iterrows():
        if bus.v_mag == bus.v_mag:
            number = name.removeprefix("B") if path.suffix != ".uct" else name
            found[number.strip()] = (bus.v_mag / levels[bus.voltage_level_id], bus.v_angle)
    return found


def pandapower(path):
    import pandapower as pp

    from pandapower.converter.matpower.from_mpc import from_mpc

    net = pp.from_json(str(path)) if path.suffix == ".json" else from_mpc(str(path), f_hz=50)
    pp.runpp(net, init="dc", tolerance_mva=1e-9, max_iteration=40, calculate_voltage_angles=True, trafo_model="pi", numba=False)
    names = net.bus["name"] if path.suffix == ".json" else net.bus.index.to_series()
    rows = net.res_bus.join(names.rename("own"))
    return {str(row.own): (row.vm_pu, row.va_degree) for _, row in rows.iterrows() if row.vm_pu == row.vm_pu}


def veragrid(path):
    import VeraGridEngine.api as vg

    grid = vg.open_file(str(path))
    options = vg.PowerFlowOptions(
        solver_type=vg.SolverType.NR, control_q=False, tolerance=1e-9, control_taps_modules=False, control_taps_phase=False
    )
    result = vg.power_flow(grid, options)
    if not result.converged:
        raise RuntimeError("no solution")
    import numpy as np

    buses = zip(grid.buses, result.voltage)
    return {str(bus.code or bus.name): (abs(v), np.degrees(np.angle(v))) for bus, v in buses if abs(v) > 0}


READERS = {
    "raw33": [powsybl, veragrid],
    "raw35": [powsybl, veragrid],
    "rawx": [powsybl, veragrid],
    "uct": [powsybl],
    "json": [pandapower],
    "m": [pandapower, veragrid],
}


def difference(own, found):
    """Largest differences over the buses of both, angles turned so that the first common bus agrees."""
    common = [bus for bus in own if bus in found]
    if len(common) * 10 < len(own) * 9:
        raise RuntimeError(f"only {len(common)} of {len(own)} buses by number")
    dv = max(abs(own[bus][0] - found[bus][0]) for bus in common)
    turns = sorted(own[bus][1] - found[bus][1] for bus in common)
    turn = turns[len(turns) // 2]
    da = max(abs((own[bus][1] - found[bus][1] - turn + 180) % 360 - 180) for bus in common)
    return dv, da


def main(gridstage, out, files):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    print("file,format,program,dv_pu,da_deg,remark")
    for file in map(pathlib.Path, files):
        own = ours(gridstage, str(file))
        for form, ending, options in FORMS:
            target = out / f"{file.name.split('.')[0]}.{form}.{ending}"
            run = subprocess.run([gridstage, "convert", str(file), str(target), *options], capture_output=True, text=True)
            if run.returncode != 0:
                print(f"{file.name},{form},gridstage,,,{run.stderr.strip().splitlines()[0]!r}")
                continue
            for program in READERS[form]:
                try:
                    dv, da = difference(own, program(target))
                    print(f"{file.name},{form},{program.__name__},{dv:.1e},{da:.1e},", flush=True)
                except Exception as error:  # whatever a program of others says
                    text = str(error).strip().splitlines() or [type(error).__name__]
                    print(f"{file.name},{form},{program.__name__},,,{text[0][:100]!r}", flush=True)


main(sys.argv[1], sys.argv[2], sys.argv[3:])
