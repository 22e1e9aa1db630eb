mpc.baseMVA = 1e999;
mpc.bus = [1 3 NaN; mpc.bus(:, 99) = 'x
