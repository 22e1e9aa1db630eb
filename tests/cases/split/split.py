"""Voltages of v35_IEEE_14_bus_nodeBreaker_rev35.raw with the busbars of station 5 apart: python3 split.py FILE (pypowsybl 1.16.1).

The same words are replaced as in tests/it/formats/psse.rs: the second switch Sw-BusBars is opened, and machine 1 gets room for its
reactive power, as that program lets a machine without any hold no voltage.
"""
import sys
import tempfile

import pypowsybl as pp

text = open(sys.argv[1]).read().replace("0.000,     0.000,1.06000", "9999.0,   -9999.0,1.06000")
head, first, second = text.split("'Sw-BusBars',\t\t2,\t1,")
with tempfile.NamedTemporaryFile("w", suffix=".raw") as file:
    file.write(f"{head}'Sw-BusBars',\t\t2,\t1,{first}'Sw-BusBars',\t\t2,\t0,{second}")
    file.flush()
    network = pp.network.load(file.name)
parameters = pp.loadflow.Parameters(
    distributed_slack=False,
    use_reactive_limits=False,
    transformer_voltage_control_on=False,
    shunt_compensator_voltage_control_on=False,
    voltage_init_mode=pp.loadflow.VoltageInitMode.UNIFORM_VALUES,
    provider_parameters={
        "slackBusSelectionMode": "NAME",
        "slackBusesIds": network.get_generators()["voltage_level_id"].iloc[0],
        "newtonRaphsonConvEpsPerEq": "1e-9",
    },
)
assert pp.loadflow.run_ac(network, parameters)[0].status == pp.loadflow.ComponentStatus.CONVERGED
print("bus,v_kv,va_deg")
for bus, row in network.get_buses().iterrows():
    print(f"{bus},{row['v_mag']:.8f},{row['v_angle']:.8f}")
