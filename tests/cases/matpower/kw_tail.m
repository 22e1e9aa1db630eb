function mpc = kw_tail
%KW_TAIL  Own work. A 10 kV feeder in kVA and ohm, converted by the code at the end, in all shapes that
%   public cases use. By hand: zbase = 10^2/10 = 10 ohm; r = 0.5/10, x = 1/10; Pd = 500 kVA * 0.8 = 0.4 MW,
%   Qd = 500 kVA * 0.6 = 0.3 Mvar.
mpc.version = '2';
mpc.baseMVA = 10;
mpc.bus = [
	1	3	0	0	0	0	1	1	0	10	1	1	1;
	2	1	500	0	0	0	1	1	0	10	1	1.1	0.9;
];
mpc.gen = [
	1	0	0	10	-10	1	100	1	10	0;
];
mpc.branch = [
	1	2	0.5	1	0	0	0	0	0	0	1	-360	360;
];
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
pf = 0.8;
Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;              %% in VA
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, QD) = mpc.bus(:, PD) * sin(acos(pf));
mpc.bus(:, PD) = mpc.bus(:, PD) .* pf;
mpc.bus(1:end, PD:QD) = mpc.bus(:, [PD, QD]) / 1e3;
fixed = 0;
if fixed
    k = find(isinf(mpc.gen(:, QMIN)));
    if k
        mpc.gen(k, PMIN) = mpc.gen(k, PG);
    end
    mpc.gen(:, 2) = 99;
else
    mpc.gen(1, 3) = 7;
end
