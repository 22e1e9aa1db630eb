function mpc = grammar()
%GRAMMAR  Own work. Everything that the grammar of a case file allows, in one file:
%   four buses, 1-2-3 in a chain, 4 behind a transformer. Accents in comments: Gia Lâm, café.
%{
A block comment, alone on its lines.
	%{
	It nests.
	%}
mpc.baseMVA = 1;
%}
mpc.version = "2";	# an Octave comment
mpc.baseMVA = 50/3*3;   %% 50
a = 2; b = a^2 - -1; c = sqrt(16)/a;	% 2, 5, 2
mpc.bus = [ ... the rows start on the next line
	1	3	0	0	0	0	1	1	0	1.1e2	1	1.1	.9	% no semicolon
	2, 1, 10, 5., 0, 0, 1, 1, 0, 110, 1, 1.1, 0.9;

	% a comment line inside
	3	1	1d1	-5E-1	-0	+7	1	1	-0.5	110	1 ...
		1.1	0.9; 4	1	10 * 2	10 - 5	0	0	1	1	0	66/sqrt(9)	1	1.1	0.9];
mpc.gen = [1 a+b -3 Inf -Inf (1 + 0.02) 100 1 inf -inf];
mpc.branch = [
	1	2	.01	1e-1	0	0	0	0	0	0	1	-360	360
	2	3	0.01	0.1	0	0	0	0	0	0	1	-360	360;
	2	3	0.02	0.2	0	0	0	0	0	0	0	-360	360;
	3	4	0	c/20	0	25	30	40	0.98	-pi/pi	1	-360	360;
];
mpc.bus_name = {
	'Bus one';	% O'Brien's
	'O''Brien %2';
	"Gia Lâm";
	'four'};
mpc.gencost = zeros(0, 7);
mpc.notes = 'semicolons; and [brackets] are text here';
