# Expected values of the `equipment` cases: OpenLoadFlow through pypowsybl, one control or piece of equipment each.
# python witness.py > expected.csv
# The grid: three 220 kV buses S, B, C in a ring; what each case adds is in its function.
import math
import pypowsybl as pp, pypowsybl.network as pn, pypowsybl.loadflow as lf

def grid(slack_p=60.0, slack_max=400.0, gen=True):
    n = pn.create_empty()
    for bus, kv in (("S", 220), ("B", 220), ("C", 220), ("M", 110), ("L", 22)):
        n.create_substations(id="T" if bus in "BML" else "U" + bus) if bus in "SBC" else None
        n.create_voltage_levels(id="V" + bus, substation_id="T" if bus in "BML" else "U" + bus, topology_kind="BUS_BREAKER", nominal_v=kv)
        n.create_buses(id=bus, voltage_level_id="V" + bus)
    for name, a, b, r, x, c in (("SB", "S", "B", 2.0, 20.0, 150e-6), ("BC", "B", "C", 3.0, 25.0, 180e-6), ("SC", "S", "C", 4.0, 30.0, 200e-6)):
        n.create_lines(id=name, voltage_level1_id="V" + a, bus1_id=a, voltage_level2_id="V" + b, bus2_id=b, r=r, x=x, g1=0, b1=c / 2, g2=0, b2=c / 2)
    n.create_generators(id="GS", voltage_level_id="VS", bus_id="S", target_p=slack_p, target_v=1.03 * 220, voltage_regulator_on=True, min_p=0, max_p=slack_max, target_q=0)
    if gen:
        n.create_generators(id="GC", voltage_level_id="VC", bus_id="C", target_p=40, target_v=1.02 * 220, voltage_regulator_on=True, min_p=10, max_p=100, target_q=0)
    n.create_loads(id="LB", voltage_level_id="VB", bus_id="B", p0=120, q0=40)
    n.create_loads(id="LC", voltage_level_id="VC", bus_id="C", p0=60, q0=15)
    return n

def run(n, more={}, **options):
    provider = {"slackBusPMaxMismatch": "1e-7", "newtonRaphsonConvEpsPerEq": "1e-10", "slackBusSelectionMode": "NAME", "slackBusesIds": "VS_0", "maxOuterLoopIterations": "50", **more}
    defaults = dict(distributed_slack=False, use_reactive_limits=False, transformer_voltage_control_on=False, phase_shifter_regulation_on=False, shunt_compensator_voltage_control_on=False)
    found = lf.run_ac(n, lf.Parameters(**{**defaults, **options}, provider_parameters=provider))[0]
    assert found.status == lf.ComponentStatus.CONVERGED, found.status_text
    return n

def tell(case, n, extra=()):
    v = n.get_buses()
    for bus in "SBCML":
        at = v[v.voltage_level_id == "V" + bus]
        if len(at) and not math.isnan(at.v_mag.iloc[0]):
            print(f"{case},vm_pu,{bus},{at.v_mag.iloc[0] / {'M': 110, 'L': 22}.get(bus, 220):.12f}")
    for what, id, value in extra:
        print(f"{case},{what},{id},{value:.9f}")

print(f"# pypowsybl {pp.__version__} (OpenLoadFlow), run_ac; parameters of all: slackBusPMaxMismatch 1e-7, newtonRaphsonConvEpsPerEq 1e-10,")
print("# slack at S by name; distributed_slack, use_reactive_limits and all controls off but where the case is about them (see witness.py)")
print("case,what,id,value")

# shared slack: by the room to the limits of active power, by participation, by load
def dispatch(n):
    g = n.get_generators()
    return [("p_mw", id, -g.p[id]) for id in g.index]
for case, kind in (("reserve", lf.BalanceType.PROPORTIONAL_TO_GENERATION_REMAINING_MARGIN), ("participation", lf.BalanceType.PROPORTIONAL_TO_GENERATION_PARTICIPATION_FACTOR), ("load", lf.BalanceType.PROPORTIONAL_TO_LOAD)):
    n = grid()
    n.create_extensions("activePowerControl", id=["GS", "GC"], droop=[4.0, 4.0], participate=[True, True], participation_factor=[1.0, 4.0])
    run(n, distributed_slack=True, balance_type=kind)
    tell(case, n, dispatch(n))

# a three-winding unit with a tap changer in its first winding that holds 110 kV
n = grid()
n.create_3_windings_transformers(id="AT", rated_u0=220, voltage_level1_id="VB", bus1_id="B", rated_u1=225, r1=0.4, x1=20.0, g1=0, b1=0, voltage_level2_id="VM", bus2_id="M", rated_u2=115, r2=0.3, x2=-1.0, g2=0, b2=0, voltage_level3_id="VL", bus3_id="L", rated_u3=23, r3=0.8, x3=36.0, g3=0, b3=0)
import pandas as pd
rtc = pd.DataFrame.from_records(index="id", data=[{"id": "AT", "side": "ONE", "tap": 8, "low_tap": 0, "oltc": True, "regulating": True, "target_v": 114.0, "target_deadband": 1.6, "regulated_side": "TWO"}])
steps = pd.DataFrame.from_records(index="id", data=[{"id": "AT", "b": 0, "g": 0, "r": 0, "x": 0, "rho": 1 / (1 + 0.0125 * (k - 8))} for k in range(17)])
n.create_ratio_tap_changers(rtc, steps)
n.create_loads(id="LM", voltage_level_id="VM", bus_id="M", p0=140, q0=70)
n.create_loads(id="LL", voltage_level_id="VL", bus_id="L", p0=6, q0=2)
run(n, {"transformerVoltageControlMode": "INCREMENTAL_VOLTAGE_CONTROL"}, transformer_voltage_control_on=True)
taps = n.get_ratio_tap_changers()
tell("three_windings", n, [("tap_position", "AT", int(taps.solved_tap_position.iloc[0]) - 8)])

# a static compensator along its slope
n = grid(gen=False)
n.create_static_var_compensators(id="SVC", voltage_level_id="VC", bus_id="C", b_min=-0.002, b_max=0.002, regulation_mode="VOLTAGE", target_v=1.03 * 220, target_q=0, regulating=True)
n.create_extensions("voltagePerReactivePowerControl", id="SVC", slope=0.05)
run(n, {"voltagePerReactivePowerControl": "true"})
tell("svc", n, [("q_mvar", "SVC", -n.get_static_var_compensators().q.iloc[0])])

# a voltage-source link without losses: the first converter draws 50 MW and holds 1.01 p.u., the second feeds 12 Mvar
n = grid(gen=False)
for id, bus, on, v, q in (("V1", "B", True, 1.01 * 220, 0), ("V2", "C", False, 220, 12)):
    n.create_vsc_converter_stations(id=id, voltage_level_id="V" + bus, bus_id=bus, loss_factor=0.0, voltage_regulator_on=on, target_v=float(v), target_q=float(q))
n.create_hvdc_lines(id="VSC", converters_mode="SIDE_1_RECTIFIER_SIDE_2_INVERTER", converter_station1_id="V1", converter_station2_id="V2", r=0.0, nominal_v=150.0, max_p=200.0, target_p=50.0)
run(n)
tell("vsc", n, [("q_mvar", "V1", -n.get_vsc_converter_stations().q["V1"])])

# a phase shifter in parallel with a line: it is told to carry 74 to 80 MW, and moves by quarters of a degree
n = grid(gen=False)
n.create_voltage_levels(id="VX", substation_id="T", topology_kind="BUS_BREAKER", nominal_v=220)
n.create_buses(id="X", voltage_level_id="VX")
n.create_lines(id="XC", voltage_level1_id="VX", bus1_id="X", voltage_level2_id="VC", bus2_id="C", r=1.0, x=10.0, g1=0, b1=0, g2=0, b2=0)
n.create_2_windings_transformers(id="PS", voltage_level1_id="VB", bus1_id="B", voltage_level2_id="VX", bus2_id="X", rated_u1=220, rated_u2=220, r=0.2, x=12.0, g=0, b=0)
ptc = pd.DataFrame.from_records(index="id", data=[{"id": "PS", "tap": 40, "low_tap": 0, "regulation_mode": "ACTIVE_POWER_CONTROL", "target_deadband": 6.0, "target_value": 77.0, "regulating": True, "regulated_side": "ONE"}])
steps = pd.DataFrame.from_records(index="id", data=[{"id": "PS", "b": 0, "g": 0, "r": 0, "x": 0, "rho": 1, "alpha": 0.25 * (k - 40)} for k in range(81)])
n.create_phase_tap_changers(ptc, steps)
run(n, {"phaseShifterControlMode": "INCREMENTAL"}, phase_shifter_regulation_on=True)
taps = n.get_phase_tap_changers()
tell("phase_shifter", n, [("shift_deg", "PS", -0.25 * (int(taps.solved_tap_position.iloc[0]) - 40)), ("p_mw", "PS", n.get_2_windings_transformers().p1["PS"])])

# a switched shunt of eight steps of 12 Mvar at rated voltage that holds 1.0263 to 1.0307 p.u. at its bus
n = grid(gen=False)
b = 12 / 220**2
shunts = pd.DataFrame.from_records(index="id", data=[{"id": "SH", "voltage_level_id": "VB", "bus_id": "B", "model_type": "LINEAR", "section_count": 0, "target_v": 1.0285 * 220, "target_deadband": 0.0044 * 220}])
linear = pd.DataFrame.from_records(index="id", data=[{"id": "SH", "g_per_section": 0.0, "b_per_section": b, "max_section_count": 8}])
n.create_shunt_compensators(shunts, linear)
n.update_shunt_compensators(id="SH", voltage_regulation_on=True)
run(n, {"shuntVoltageControlMode": "INCREMENTAL_VOLTAGE_CONTROL"}, shunt_compensator_voltage_control_on=True)
at = n.get_shunt_compensators()
tell("switched_shunt", n, [("b_mvar", "SH", 12.0 * int(at.solved_section_count.iloc[0]))])

# a line-commutated link of 100 MW at its rectifier, 250 kV at its inverter, 10 ohm, two bridges of 10 ohm at each end on transformers 220/110 kV.
# OpenLoadFlow knows a power factor of each station only: it is set from the converter's own equations, and solved again, until it stays.
id_ka = 2 * 100 / (250 + math.sqrt(250**2 + 4 * 10 * 100))
drop = 3 / math.pi * 2 * 10
def power_factor(vd, v_pu):
    e = 110 * v_pu
    cos = (vd + drop * id_ka) / (3 * math.sqrt(2) / math.pi * 2 * e)
    a = math.acos(cos); b = math.acos(cos - math.sqrt(2) * 10 * id_ka / e); u = b - a
    return math.cos(math.atan((2 * u + math.sin(2 * a) - math.sin(2 * b)) / (math.cos(2 * a) - math.cos(2 * b))))
v = [1.0, 1.0]
for _ in range(30):
    n = grid(gen=False)
    for id, bus, vd, at in (("R", "B", 250 + 10 * id_ka, v[0]), ("I", "C", 250, v[1])):
        n.create_lcc_converter_stations(id=id, voltage_level_id="V" + bus, bus_id=bus, power_factor=power_factor(vd, at), loss_factor=0.0)
    n.create_hvdc_lines(id="LCC", converters_mode="SIDE_1_RECTIFIER_SIDE_2_INVERTER", converter_station1_id="R", converter_station2_id="I", r=10.0, nominal_v=250 + 10 * id_ka, max_p=200.0, target_p=100.0)
    run(n)
    buses = n.get_buses()
    v = [buses[buses.voltage_level_id == "V" + bus].v_mag.iloc[0] / 220 for bus in "BC"]
s = n.get_lcc_converter_stations()
tell("lcc", n, [(what, id, float(s[what[0]][id])) for id in ("R", "I") for what in ("p_mw", "q_mvar")])
