function mpc = base
% Two buses and a line: the base grid of a plan, in another format.
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
	1	3	0	0	0	0	1	1	0	110	1	1.1	0.9;
	2	1	20	5	0	0	1	1	0	110	1	1.1	0.9;
];
mpc.gen = [
	1	0	0	100	-100	1.02	100	1	100	0;
];
mpc.branch = [
	1	2	0.01	0.05	0.01	100	0	0	0	0	1	-360	360;
];
