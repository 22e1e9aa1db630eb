# Expected values of the `controls` case: pandapower's own controllers on the same grid.
# python witness.py > expected.csv
import pandapower as pp, pandapower.control as pc, warnings
warnings.filterwarnings("ignore")
net = pp.create_empty_network(sn_mva=100)
kv = {"A220": 220, "B110": 110, "C110": 110, "D22": 22, "E22": 22}
b = {n: pp.create_bus(net, v, name=n) for n, v in kv.items()}
pp.create_ext_grid(net, b["A220"], vm_pu=1.02)
def trafo(name, hv, lv, sn, vhv, vlv, uk, pk, p0, i0, steps, step):
    return pp.create_transformer_from_parameters(net, b[hv], b[lv], sn_mva=sn, vn_hv_kv=vhv, vn_lv_kv=vlv,
        vkr_percent=pk/10/sn, vk_percent=uk, pfe_kw=p0, i0_percent=i0, tap_side="hv", tap_neutral=0, tap_min=-steps,
        tap_max=steps, tap_step_percent=step, tap_pos=0, tap_changer_type="Ratio", name=name)
t1 = trafo("T220", "A220", "B110", 125, 225, 115, 11.0, 290, 75, 0.5, 8, 1.25)
pp.create_line_from_parameters(net, b["B110"], b["C110"], 30.0, 0.12, 0.4, 9.0, 1.0, name="L110")
t2 = trafo("T110D", "C110", "D22", 63, 115, 23, 12.0, 245, 50, 0.5, 9, 1.78)
t3 = trafo("T110E", "C110", "E22", 40, 115, 23, 11.0, 175, 36, 0.55, 9, 1.78)
pp.create_load(net, b["D22"], 30, 11); pp.create_load(net, b["E22"], 22, 8); pp.create_load(net, b["B110"], 20, 6)
pp.create_gen(net, b["C110"], p_mw=15, vm_pu=1.06, min_q_mvar=-8, max_q_mvar=10)
for t, lo, hi in ((t1, 1.02, 1.05), (t2, 1.01, 1.045), (t3, 1.01, 1.045)):
    pc.DiscreteTapControl(net, t, vm_lower_pu=lo, vm_upper_pu=hi, side="lv")
pp.runpp(net, run_control=True, enforce_q_lims=True, tolerance_mva=1e-9, trafo_model="pi", calculate_voltage_angles=False, max_iteration=50)
print(f"# pandapower {pp.__version__} runpp: run_control with DiscreteTapControl of each transformer, enforce_q_lims, trafo_model pi, tolerance_mva 1e-9")
print("# voltages by bus; then tap positions by transformer; then Mvar of the generator")
print("what,id,value")
for n in kv: print(f"vm_pu,{n},{net.res_bus.vm_pu[b[n]]:.12f}")
for t in (t1, t2, t3): print(f"tap_position,{net.trafo.name[t]},{int(net.trafo.tap_pos[t])}")
print(f"q_mvar,G,{net.res_gen.q_mvar[0]:.9f}")
