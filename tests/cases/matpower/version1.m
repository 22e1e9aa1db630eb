function [baseMVA, bus, gen, branch, areas, gencost] = version1
%VERSION1  Own work. Version 1 of the format: bare names, eight columns of gen, eleven of branch.
baseMVA = 100;
bus = [
	10	3	0	0	0	0	1	1.03	0	110	1	1.06	0.94;
	20	2	30	10	0	0	1	1.01	0	110	1	1.06	0.94;
];
gen = [
	10	0	0	50	-50	1.03	100	1;
	20	20	0	30	-20	1.01	100	1;
];
branch = [
	10	20	0.02	0.06	0.03	130	130	130	0	0	1;
];
areas = [
	1	10;
];
gencost = [
	2	0	0	3	0.02	2	0;
	2	0	0	3	0.0175	1.75	0;
];
return;
