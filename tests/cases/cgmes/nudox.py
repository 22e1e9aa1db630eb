"""Voltages of cgmes/IEEE_14_v35_nudox_hvdc_substations.zip by OpenLoadFlow (pypowsybl 1.16.1): python3 nudox.py ZIP > nudox.csv

The archive names its converters twice over (rdf:ID and rdf:about at once), which pypowsybl refuses: the first is struck out.
It then reads neither converter. They are put back as what they inject, with the direct-current side solved here:

    P9 = 100 MW fed in at bus 9 by each, held at 0.97 p.u.;  (640 kV - R I) I = P9 + loss(I);  P10 = 640 kV I + loss(I)
    loss(I) = 1.161 MW + 0.00308 MW/A I,  R = 5.32 ohm

Slack and voltage are held at machine 1, as its referencePriority asks; phase shifter, taps and reactive limits stand still.
"""
import re
import sys
import tempfile
import zipfile

import pypowsybl as pp

with tempfile.NamedTemporaryFile(suffix=".zip") as copy:
    with zipfile.ZipFile(sys.argv[1]) as given, zipfile.ZipFile(copy.name, "w") as mended:
        for name in given.namelist():
            text = given.read(name).decode()
            mended.writestr(name, re.sub(r'rdf:ID="[^"]*" rdf:about=', "rdf:about=", text))
    network = pp.network.load(copy.name)

i_ka = 0.15
for _ in range(200):
    i_ka = (100 + 1.161 + 3.08 * i_ka) / (640 - 5.32 * i_ka)
p10 = 640 * i_ka + 1.161 + 3.08 * i_ka

loads = network.get_loads(all_attributes=True)
machines = network.get_generators()
(nine,), (ten,) = (loads.index[loads["name"] == name] for name in ["_CL_9_1", "_CL_10_1"])
network.update_loads(id=ten, p0=loads.loc[ten, "p0"] + 2 * p10)
# Load 9 makes room for a machine that feeds what the converters do, less what the load draws.
level = loads.loc[nine, "voltage_level_id"]
network.remove_elements([nine])
network.create_generators(
    id="converters9",
    voltage_level_id=level,
    bus_id=loads.loc[nine, "bus_breaker_bus_id"],
    target_p=200 - loads.loc[nine, "p0"],
    min_p=-1e4,
    max_p=1e4,
    target_v=0.97 * 138,
    voltage_regulator_on=True,
)
one = machines.index[machines["name"] == "BUS 1_1"][0]
network.update_generators(id=one, voltage_regulator_on=True, target_v=146.28)
parameters = pp.loadflow.Parameters(
    distributed_slack=False,
    use_reactive_limits=False,
    phase_shifter_regulation_on=False,
    transformer_voltage_control_on=False,
    shunt_compensator_voltage_control_on=False,
    voltage_init_mode=pp.loadflow.VoltageInitMode.DC_VALUES,
    provider_parameters={"slackBusSelectionMode": "NAME", "slackBusesIds": machines.loc[one, "voltage_level_id"], "newtonRaphsonConvEpsPerEq": "1e-9"},
)
result = pp.loadflow.run_ac(network, parameters)
assert result[0].status == pp.loadflow.ComponentStatus.CONVERGED, result
print(f"# pypowsybl {pp.__version__}, OpenLoadFlow, {result[0].iteration_count} iterations; converters 10 draw {p10:.9f} MW each")
print("bus,v_kv,va_deg")
for bus, row in network.get_buses().iterrows():
    print(f"{row['name']},{row['v_mag']:.8f},{row['v_angle']:.8f}")
