"""A net with a ward, an extended ward and a direct-current line, and its state: python3 wards.py (pandapower 3.5.6).

Writes wards.json (of the tables, those that hold equipment) and wards.csv.
"""
import json

import pandapower as pp

net = pp.create_empty_network(sn_mva=100.0)
buses = [pp.create_bus(net, vn_kv=110.0, name=f"b{k}") for k in range(5)]
pp.create_ext_grid(net, buses[0], vm_pu=1.02)
for i, j in [(0, 1), (1, 2), (2, 3), (0, 3), (3, 4)]:
    pp.create_line_from_parameters(net, buses[i], buses[j], 20.0, 0.06, 0.4, 9.0, 0.5)
pp.create_load(net, buses[2], 30, 10)
pp.create_ward(net, buses[1], ps_mw=8, qs_mvar=3, pz_mw=4, qz_mvar=-6)
pp.create_xward(net, buses[2], ps_mw=5, qs_mvar=2, pz_mw=3, qz_mvar=1, r_ohm=1.5, x_ohm=15.0, vm_pu=1.01)
pp.create_dcline(net, buses[3], buses[4], p_mw=20, loss_percent=1.5, loss_mw=0.4, vm_from_pu=1.005, vm_to_pu=0.995)
pp.runpp(net, tolerance_mva=1e-9, numba=False)
with open("wards.csv", "w") as file:
    file.write(f"# pandapower {pp.__version__}: wards.py\nbus,vm_pu,va_deg\n")
    for bus, row in net.res_bus.iterrows():
        file.write(f"{bus},{row.vm_pu:.12f},{row.va_degree:.10f}\n")
text = json.loads(pp.to_json(net))
kept = ["bus", "load", "sgen", "gen", "storage", "ext_grid", "shunt", "line", "trafo", "trafo3w", "impedance", "switch"]
kept += ["motor", "ward", "xward", "dcline", "f_hz", "sn_mva", "name", "version", "format_version"]
text["_object"] = {key: value for key, value in text["_object"].items() if key in kept}
with open("wards.json", "w") as file:
    json.dump(text, file, indent=1)
