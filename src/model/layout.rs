//! The tables of a plan folder: one file each, and what its columns mean.
//!
//! Reader, writer, documentation and schema all go by this list, so that they cannot disagree. `plan.toml`,
//! which is small and written by hand, is described in `src/doc/plan_format.md` together with these tables.

/// A table of a plan folder.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// File name in the folder, with `/` for sub-folders.
    pub file: &'static str,
    /// What one row is, in the singular: `line`.
    pub row: &'static str,
    /// What the table holds, one sentence.
    pub meaning: &'static str,
    /// Whether `works/` may hold a second file of the same name, for records that works build.
    pub in_works: bool,
    /// The columns in the order in which they are written.
    pub columns: &'static [Column],
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in the header.
    pub name: &'static str,
    /// Unit; empty where there is none.
    pub unit: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// What an empty cell or a missing column means; `None` where the column must be there and filled.
    pub default: Option<&'static str>,
}

impl Column {
    /// Whether the column must be there, in every file and every row.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }
}

impl Table {
    /// The column called `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

macro_rules! tables {
    (@default required) => { None };
    (@default $text:literal) => { Some($text) };
    ($($(#[$doc:meta])* $name:ident $file:literal $row:literal $meaning:literal works=$works:literal {
        $($column:literal [$unit:literal] $default:tt $text:literal;)*
    })*) => {
        $($(#[$doc])* pub const $name: Table = Table {
            file: $file,
            row: $row,
            meaning: $meaning,
            in_works: $works,
            columns: &[
                $(Column { name: $column, unit: $unit, meaning: $text, default: tables!(@default $default) },)*
                Column {
                    name: "source",
                    unit: "",
                    meaning: "who says so",
                    default: Some("not said"),
                },
                Column {
                    name: "confidence",
                    unit: "",
                    meaning: "`official`, `news`, `recalled` or `estimated`",
                    default: Some("not said"),
                },
            ],
        };)*

        /// All tables, in the order in which they are read.
        pub const TABLES: &[&Table] = &[$(&$name,)*];
    };
}

tables! {
    /// Conductors and cables.
    LINE_TYPES "catalogue/line_types.csv" "line type"
    "Conductors and cables; values per circuit." works=false {
        "id" [""] required "id, unique among line types; without ` + `";
        "kind" [""] required "`overhead` or `cable`";
        "description" [""] "empty" "what it is, in words";
        "vn_kv" ["kV"] required "highest rated voltage it is meant for";
        "r_ohm_per_km" ["ohm/km"] required "resistance, positive sequence";
        "x_ohm_per_km" ["ohm/km"] required "reactance, positive sequence";
        "b_us_per_km" ["µS/km"] required "charging susceptance";
        "i_normal_ka" ["kA"] "unlimited" "continuous current";
        "i_emergency_ka" ["kA"] "the normal one" "current after a fault, for minutes";
    }
    /// Transformer types.
    TRANSFORMER_TYPES "catalogue/transformer_types.csv" "transformer type"
    "Two-winding transformers by nameplate." works=false {
        "id" [""] required "id, unique among transformer types";
        "sn_mva" ["MVA"] required "rated power";
        "vn_from_kv" ["kV"] required "rated voltage of the `from` winding";
        "vn_to_kv" ["kV"] required "rated voltage of the `to` winding";
        "uk_percent" ["%"] required "short-circuit voltage";
        "pk_kw" ["kW"] required "load loss at rated current";
        "p0_kw" ["kW"] required "no-load loss";
        "i0_percent" ["%"] required "no-load current";
        "vn_tertiary_kv" ["kV"] "no tertiary" "rated voltage of a tertiary that carries no load";
        "vector_group" [""] "unknown" "vector group, for example `YNyn0`";
        "tap_side" [""] "no tap changer" "tapped winding: `from` or `to`";
        "tap_steps" [""] "0" "steps to each side of neutral";
        "tap_step_percent" ["%"] "0" "turns per step";
    }
    /// Unit costs.
    UNIT_COSTS "catalogue/unit_costs.csv" "unit cost"
    "What equipment and lines usually cost: taken for works whose cost is not known, and told wherever it is." works=false {
        "id" [""] required "id, unique among unit costs";
        "kind" [""] required "`overhead` or `cable`: a kilometre of line; `transformer`: one at a station that stands; `station`: a new one with its transformers";
        "vn_kv" ["kV"] required "rated voltage, of a transformer or station the higher one";
        "circuits" [""] "1" "circuits of the line, built together";
        "sn_mva" ["MVA"] "needed by `transformer` and `station`" "rated power of a transformer";
        "units" [""] "1" "transformers of the station";
        "capex_million" ["million of the currency"] required "cost of one, or of a kilometre";
        "currency" [""] "that of the plan" "currency, with a rate in `[economics]`";
        "price_year" ["year"] "that of the plan" "year whose prices these are";
        "price_year_estimated" [""] "false" "whether the price year was assumed";
        "cost_basis" [""] "unknown" "how the cost was found";
    }
    /// Impedance corrections.
    CORRECTIONS "catalogue/corrections.csv" "point"
    "How the impedance of a transformer follows its ratio or its shift: points of a table, linear in between, held beyond its ends." works=false {
        "id" [""] required "table; its points follow each other";
        "of" [""] "ratio" "what it is entered with: `ratio` or `shift`";
        "at" ["p.u. or °"] required "off-nominal ratio or shift, rising from row to row";
        "r_factor" [""] required "factor on the resistance";
        "x_factor" [""] required "factor on the reactance";
    }
    /// Substations.
    SUBSTATIONS "substations.csv" "substation"
    "Substations. A station stands as soon as one of its buses does." works=false {
        "id" [""] required "id, unique among substations";
        "name" [""] "empty" "name in the planner's language";
        "district" [""] "empty" "district or area";
        "lat_deg" ["°"] "unknown" "latitude, positive north";
        "lon_deg" ["°"] "unknown" "longitude, positive east";
    }
    /// Buses.
    BUSES "buses.csv" "bus"
    "Buses: nodes of the grid at one rated voltage." works=true {
        "id" [""] required "number or id, unique among buses";
        "name" [""] "empty" "name beside the id";
        "substation" [""] "none" "substation it stands in";
        "vn_kv" ["kV"] required "rated voltage; 0 where unknown";
        "vm_start_pu" ["p.u."] "unknown" "start value of the voltage magnitude";
        "va_start_deg" ["°"] "unknown" "start value of the voltage angle; the reference at a slack bus";
        "vm_min_pu" ["p.u."] "no limit" "lowest voltage allowed";
        "vm_max_pu" ["p.u."] "no limit" "highest voltage allowed";
        "area" [""] "empty" "area";
        "zone" [""] "empty" "zone";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Lines.
    LINES "lines.csv" "line"
    "Lines. Impedance and ratings are those of one circuit; give sections, or ohm, or per unit." works=true {
        "id" [""] required "id, unique among lines and transformers";
        "name" [""] "empty" "name beside the id";
        "from" [""] required "bus at one end";
        "to" [""] required "bus at the other end, of the same rated voltage";
        "circuits" [""] "one circuit that has the row's own id" "number n of equal circuits: they are called `id#1` to `id#n`";
        "circuit" [""] "all circuits" "number of the only circuit meant by the row, where circuits differ: `id#circuit`";
        "sections" [""] "given otherwise" "type and length in km of each section: `ACSR-240 4.2 + XLPE110-1200 1.0`";
        "r_ohm" ["ohm"] "0" "resistance of the whole line";
        "x_ohm" ["ohm"] "given otherwise" "reactance of the whole line";
        "g_us" ["µS"] "0" "shunt conductance of the whole line";
        "b_us" ["µS"] "0" "charging susceptance of the whole line";
        "r_pu" ["p.u."] "0" "resistance on `sbase_mva` and the rated voltage of the `from` bus";
        "x_pu" ["p.u."] "given otherwise" "reactance, likewise";
        "g_pu" ["p.u."] "0" "shunt conductance, likewise";
        "b_pu" ["p.u."] "0" "charging susceptance, likewise";
        "sbase_mva" ["MVA"] "that of plan.toml" "base power of the four";
        "end_from_mw" ["MW"] "0" "active power drawn at rated voltage by a shunt at its `from` end, switched with it";
        "end_from_mvar" ["Mvar"] "0" "reactive power fed in there: negative for a reactor";
        "end_to_mw" ["MW"] "0" "active power drawn by a shunt at its `to` end";
        "end_to_mvar" ["Mvar"] "0" "reactive power fed in there";
        "series_x_ohm" ["ohm"] "nothing in series" "reactance in series with it, on top of its own: negative for a capacitor";
        "series_x_min_ohm" ["ohm"] "that at hand" "least reactance, where it can be moved";
        "series_x_max_ohm" ["ohm"] "that at hand" "largest reactance";
        "series_p_min_mw" ["MW"] "it does not move" "least active power entering at `from`, which it holds";
        "series_p_max_mw" ["MW"] "it does not move" "most, likewise";
        "series_locked" [""] "false" "whether it stands still all the same";
        "rating_unit" [""] "MVA" "unit of the ratings: `MVA` or `kA`";
        "rating_normal" ["MVA or kA"] "that of the weakest section" "continuous rating";
        "rating_short" ["MVA or kA"] "unknown" "rating for some hours";
        "rating_emergency" ["MVA or kA"] "that of the weakest section" "rating after a fault, for minutes";
        "in_service" [""] "true" "whether it is switched in; false for a normally open ring point";
    }
    /// Transformers.
    TRANSFORMERS "transformers.csv" "transformer"
    "Two-winding transformers: by type, by nameplate, or per unit." works=true {
        "id" [""] required "id, unique among lines and transformers";
        "name" [""] "empty" "name beside the id";
        "from" [""] required "bus of the high-voltage winding";
        "to" [""] required "bus of the other winding";
        "type" [""] "given otherwise" "type in the catalogue";
        "sn_mva" ["MVA"] "given otherwise" "rated power; with it all of the nameplate is needed";
        "vn_from_kv" ["kV"] "given otherwise" "rated voltage of the `from` winding";
        "vn_to_kv" ["kV"] "given otherwise" "rated voltage of the `to` winding";
        "uk_percent" ["%"] "given otherwise" "short-circuit voltage";
        "pk_kw" ["kW"] "given otherwise" "load loss at rated current";
        "p0_kw" ["kW"] "given otherwise" "no-load loss";
        "i0_percent" ["%"] "given otherwise" "no-load current";
        "r_pu" ["p.u."] "0" "series resistance on `sbase_mva` and the rated voltage of the `to` bus";
        "x_pu" ["p.u."] "given otherwise" "series reactance, likewise";
        "g_pu" ["p.u."] "0" "magnetising conductance, likewise";
        "b_pu" ["p.u."] "0" "susceptance, likewise: charging positive, magnetising negative";
        "sbase_mva" ["MVA"] "that of plan.toml" "base power of the four";
        "ratio_pu" ["p.u."] "1" "further off-nominal ratio at the `from` end";
        "shift_deg" ["°"] "0" "phase shift, positive if the `from` side leads";
        "tap_side" [""] "no tap changer" "tapped winding: `from` or `to`";
        "tap_position" [""] "the neutral one" "position at hand";
        "tap_neutral" [""] "0" "position of rated turns";
        "tap_min" [""] "the neutral one" "lowest position";
        "tap_max" [""] "the neutral one" "highest position";
        "tap_step_percent" ["%"] "0" "turns per step";
        "hold_bus" [""] "that of the `to` winding" "bus whose voltage the tap changer holds";
        "hold_min_pu" ["p.u."] "it does not move" "lowest voltage accepted there: below it the tap changer moves";
        "hold_max_pu" ["p.u."] "it does not move" "highest voltage accepted there";
        "hold_drop_r_pu" ["p.u."] "0" "line-drop compensation on `sbase_mva` of plan.toml: resistance to the point that is held";
        "hold_drop_x_pu" ["p.u."] "0" "reactance, likewise";
        "hold_min_mvar" ["Mvar"] "it does not move" "least reactive power entering at `from`, where the tap changer holds that instead";
        "hold_max_mvar" ["Mvar"] "it does not move" "most, likewise";
        "hold_min_mw" ["MW"] "it does not move" "least active power entering at `from`, which a phase shifter holds";
        "hold_max_mw" ["MW"] "it does not move" "most, likewise";
        "shift_min_deg" ["°"] "needed by a phase shifter that moves" "smallest phase shift";
        "shift_max_deg" ["°"] "needed by a phase shifter that moves" "largest phase shift";
        "shift_step_deg" ["°"] "0: any angle" "one step of the phase shift";
        "locked" [""] "false" "whether tap changer and phase shifter stand still all the same";
        "correction" [""] "none" "table of the catalogue by which its impedance follows ratio or shift";
        "end_from_mw" ["MW"] "0" "active power drawn at rated voltage by a shunt at its `from` end, switched with it";
        "end_from_mvar" ["Mvar"] "0" "reactive power fed in there: negative for a reactor";
        "end_to_mw" ["MW"] "0" "active power drawn by a shunt at its `to` end";
        "end_to_mvar" ["Mvar"] "0" "reactive power fed in there";
        "vector_group" [""] "unknown" "vector group, for example `YNyn0`";
        "rating_unit" [""] "MVA" "unit of the ratings: `MVA` or `kA`";
        "rating_normal" ["MVA or kA"] "the rated power" "continuous rating";
        "rating_short" ["MVA or kA"] "unknown" "rating for some hours";
        "rating_emergency" ["MVA or kA"] "the normal one" "rating after a fault, for minutes";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Three-winding transformers.
    TRANSFORMERS3 "transformers3.csv" "three-winding transformer"
    "Three-winding transformers and autotransformers: impedances between pairs of windings, by nameplate or per unit. The windings are in windings.csv." works=true {
        "id" [""] required "id, unique among lines and transformers";
        "name" [""] "empty" "name beside the id";
        "sn_12_mva" ["MVA"] "given otherwise" "rated power to which the short-circuit voltage refers, of windings 1 and 2";
        "sn_23_mva" ["MVA"] "given otherwise" "rated power to which the short-circuit voltage refers, of windings 2 and 3";
        "sn_31_mva" ["MVA"] "given otherwise" "rated power to which the short-circuit voltage refers, of windings 3 and 1";
        "uk_12_percent" ["%"] "given otherwise" "short-circuit voltage of windings 1 and 2";
        "uk_23_percent" ["%"] "given otherwise" "short-circuit voltage of windings 2 and 3";
        "uk_31_percent" ["%"] "given otherwise" "short-circuit voltage of windings 3 and 1";
        "pk_12_kw" ["kW"] "0" "load loss of windings 1 and 2";
        "pk_23_kw" ["kW"] "0" "load loss of windings 2 and 3";
        "pk_31_kw" ["kW"] "0" "load loss of windings 3 and 1";
        "p0_kw" ["kW"] "0" "no-load loss";
        "i0_percent" ["%"] "0" "no-load current, percent at `sn_12_mva`";
        "r_12_pu" ["p.u."] "0" "resistance on `sbase_mva` and rated voltages, of windings 1 and 2";
        "r_23_pu" ["p.u."] "0" "resistance on `sbase_mva` and rated voltages, of windings 2 and 3";
        "r_31_pu" ["p.u."] "0" "resistance on `sbase_mva` and rated voltages, of windings 3 and 1";
        "x_12_pu" ["p.u."] "given otherwise" "reactance of windings 1 and 2";
        "x_23_pu" ["p.u."] "given otherwise" "reactance of windings 2 and 3";
        "x_31_pu" ["p.u."] "given otherwise" "reactance of windings 3 and 1";
        "g_pu" ["p.u."] "0" "magnetising conductance at the bus of winding 1";
        "b_pu" ["p.u."] "0" "magnetising susceptance there, negative";
        "sbase_mva" ["MVA"] "that of plan.toml" "base power of these";
        "vector_group" [""] "unknown" "vector group, for example `YNa0d11`";
        "in_service" [""] "true" "whether it is switched in as a whole";
    }
    /// Windings.
    WINDINGS "windings.csv" "winding"
    "The three windings of each three-winding transformer: 1 high, 2 medium, 3 low voltage." works=true {
        "transformer" [""] required "three-winding transformer";
        "winding" [""] required "1, 2 or 3";
        "bus" [""] required "its bus";
        "vn_kv" ["kV"] "that of the bus" "rated voltage";
        "ratio_pu" ["p.u."] "1" "further off-nominal ratio";
        "shift_deg" ["°"] "0" "phase shift, positive if the bus leads the star point";
        "tap_position" [""] "the neutral one" "position at hand";
        "tap_neutral" [""] "0" "position of rated turns";
        "tap_min" [""] "the neutral one" "lowest position";
        "tap_max" [""] "the neutral one" "highest position";
        "tap_step_percent" ["%"] "0" "turns per step";
        "hold_bus" [""] "that of winding 2" "bus whose voltage the tap changer holds";
        "hold_min_pu" ["p.u."] "it does not move" "lowest voltage accepted there: below it the tap changer moves";
        "hold_max_pu" ["p.u."] "it does not move" "highest voltage accepted there";
        "hold_drop_r_pu" ["p.u."] "0" "line-drop compensation on `sbase_mva` of plan.toml: resistance to the point that is held";
        "hold_drop_x_pu" ["p.u."] "0" "reactance, likewise";
        "hold_min_mvar" ["Mvar"] "it does not move" "least reactive power entering the winding, where the tap changer holds that instead";
        "hold_max_mvar" ["Mvar"] "it does not move" "most, likewise";
        "hold_min_mw" ["MW"] "it does not move" "least active power entering the winding, which a phase shifter holds";
        "hold_max_mw" ["MW"] "it does not move" "most, likewise";
        "shift_min_deg" ["°"] "needed by a phase shifter that moves" "smallest phase shift";
        "shift_max_deg" ["°"] "needed by a phase shifter that moves" "largest phase shift";
        "shift_step_deg" ["°"] "0: any angle" "one step of the phase shift";
        "locked" [""] "false" "whether tap changer and phase shifter stand still all the same";
        "correction" [""] "none" "table of the catalogue by which its star impedance follows ratio or shift";
        "rating_unit" [""] "MVA" "unit of the ratings: `MVA` or `kA`";
        "rating_normal" ["MVA or kA"] "unrated" "continuous rating";
        "rating_short" ["MVA or kA"] "unknown" "rating for some hours";
        "rating_emergency" ["MVA or kA"] "the normal one" "rating after a fault, for minutes";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Generators and boundary equivalents.
    GENERATORS "generators.csv" "generator"
    "Generators, and equivalents of neighbouring grids." works=true {
        "id" [""] required "id, unique among generators";
        "name" [""] "empty" "name beside the id";
        "bus" [""] required "bus it feeds";
        "kind" [""] "unit" "`unit` or `boundary`";
        "control" [""] required "`slack` (voltage and angle), `voltage` (power and voltage) or `fixed` (power)";
        "p_mw" ["MW"] required "active power fed in; at a slack the share it was dispatched for";
        "q_mvar" ["Mvar"] "0" "reactive power fed in";
        "vm_setpoint_pu" ["p.u."] "1" "voltage it holds";
        "regulated_bus" [""] "its own" "bus whose voltage it holds";
        "p_min_mw" ["MW"] "no limit" "least active power";
        "p_max_mw" ["MW"] "no limit" "most active power; the import limit at a boundary";
        "q_min_mvar" ["Mvar"] "no limit" "least reactive power";
        "q_max_mvar" ["Mvar"] "no limit" "most reactive power";
        "q_share" [""] "by range" "weight of its share where several hold one voltage; it counts where all of them have one";
        "participation" [""] "it takes no part" "weight of its share of what `--slack participation` balances";
        "sn_mva" ["MVA"] "unknown" "rated power";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Capability curves.
    CAPABILITY "capability.csv" "capability row"
    "Reactive limits by active power: points of a curve, linear in between, held beyond its ends. They replace the two limits of the generator." works=false {
        "generator" [""] required "generator";
        "p_mw" ["MW"] required "active power, rising from row to row of a generator";
        "q_min_mvar" ["Mvar"] required "least reactive power there";
        "q_max_mvar" ["Mvar"] required "most reactive power there";
    }
    /// Loads.
    LOADS "loads.csv" "load"
    "Loads: of constant power, or by voltage `v`. Where a station has a forecast, it replaces their figures." works=true {
        "id" [""] required "id, unique among loads";
        "bus" [""] required "bus it is drawn from";
        "p_mw" ["MW"] required "active power drawn";
        "q_mvar" ["Mvar"] "0" "reactive power drawn, inductive positive";
        "p_current" [""] "0" "share of the active power that is a constant current: times `v`";
        "p_impedance" [""] "0" "share that is a constant impedance: times `v²`; the rest is constant";
        "q_current" [""] "0" "share of the reactive power, likewise";
        "q_impedance" [""] "0" "share, likewise";
        "p_exponent" [""] "0" "exponent of `v` for the active power, instead of the shares";
        "q_exponent" [""] "0" "exponent for the reactive power";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Shunts.
    SHUNTS "shunts.csv" "shunt"
    "Shunts, fixed or switched in steps." works=true {
        "id" [""] required "id, unique among shunts";
        "bus" [""] required "bus it stands at";
        "g_mw" ["MW"] "0" "active power drawn at rated voltage";
        "b_mvar" ["Mvar"] required "reactive power fed in at rated voltage: positive for a capacitor; of a switched shunt, what is in at hand";
        "steps_mvar" [""] "a fixed shunt" "number and size in Mvar of the steps of each block, in the order of switching: `2 x 25 + 4 x 10`; negative for reactors";
        "hold_bus" [""] "its own" "bus whose voltage the steps hold";
        "hold_min_pu" ["p.u."] "it is not switched" "lowest voltage accepted there";
        "hold_max_pu" ["p.u."] "it is not switched" "highest voltage accepted there";
        "hold_mode" [""] "discrete" "`discrete`: step by step, or `continuous`: any value between the ends";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Static compensators.
    COMPENSATORS "compensators.csv" "compensator"
    "SVC and STATCOM: reactive power that holds a voltage along a slope." works=true {
        "id" [""] required "id, unique among compensators";
        "name" [""] "empty" "name beside the id";
        "bus" [""] required "bus it feeds";
        "kind" [""] required "`svc` (at its limit an admittance) or `statcom` (a current)";
        "regulated_bus" [""] "its own" "bus whose voltage it holds";
        "vm_setpoint_pu" ["p.u."] required "voltage it holds without reactive power";
        "slope_percent" ["%"] "0" "fall of the voltage from nothing to `q_max_mvar`";
        "q_min_mvar" ["Mvar"] required "least reactive power fed in at rated voltage";
        "q_max_mvar" ["Mvar"] required "most";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Direct-current links.
    DC_LINKS "dc_links.csv" "direct-current link"
    "Direct-current links of two terminals. The converters are in converters.csv." works=true {
        "id" [""] required "id, unique among direct-current links";
        "name" [""] "empty" "name beside the id";
        "kind" [""] required "`lcc` (line-commutated: end 1 is the rectifier) or `vsc` (voltage-source)";
        "r_ohm" ["ohm"] "0" "resistance of the line";
        "p_rectifier_mw" ["MW"] "ordered otherwise" "order of an `lcc`: direct power at the rectifier";
        "p_inverter_mw" ["MW"] "ordered otherwise" "direct power at the inverter instead";
        "id_ka" ["kA"] "ordered otherwise" "direct current instead";
        "margin" [""] "0" "share of the order that is given up where the inverter takes it over";
        "vd_kv" ["kV"] "needed by an `lcc`" "direct voltage scheduled at the inverter";
        "compounding_ohm" ["ohm"] "0" "resistance from the inverter to the point where the voltage is held";
        "in_service" [""] "true" "whether it is switched in";
    }
    /// Converters.
    CONVERTERS "converters.csv" "converter"
    "The two converters of each direct-current link; the first columns are for `lcc`, the last for `vsc`." works=true {
        "link" [""] required "direct-current link";
        "end" [""] required "1 or 2";
        "bus" [""] required "bus on the alternating side";
        "bridges" [""] "1" "bridges in series";
        "angle_min_deg" ["°"] "0" "least firing angle (end 1) or extinction angle (end 2)";
        "angle_max_deg" ["°"] "90" "largest: the converter tap keeps the angle below";
        "rc_ohm" ["ohm"] "0" "commutating resistance by bridge";
        "xc_ohm" ["ohm"] "0" "commutating reactance by bridge";
        "vn_kv" ["kV"] "that of the bus" "rated voltage of the grid side of its transformer";
        "ratio_pu" ["p.u."] "1" "valve side over grid side";
        "tap_pu" ["p.u."] "1" "tap at hand, on the grid side";
        "tap_min_pu" ["p.u."] "that at hand" "least tap";
        "tap_max_pu" ["p.u."] "that at hand" "largest tap";
        "tap_step_pu" ["p.u."] "0: it does not move" "one step";
        "vd_kv" ["kV"] "it holds a power" "direct voltage that a `vsc` holds";
        "p_mw" ["MW"] "it holds a voltage" "power that it feeds into the grid, negative where it draws";
        "vm_setpoint_pu" ["p.u."] "it holds a reactive power" "voltage of its bus that it holds";
        "q_mvar" ["Mvar"] "0" "reactive power that it feeds in";
        "loss_kw" ["kW"] "0" "losses without current";
        "loss_kw_per_a" ["kW/A"] "0" "losses by direct current";
        "sn_mva" ["MVA"] "no limit" "rated apparent power";
        "q_min_mvar" ["Mvar"] "no limit" "least reactive power, where it holds a voltage";
        "q_max_mvar" ["Mvar"] "no limit" "most";
    }
    /// Areas.
    AREAS "areas.csv" "area"
    "Control areas and what they are scheduled to exchange (`--interchange on`); buses name their area." works=false {
        "id" [""] required "id that buses name";
        "name" [""] "empty" "name beside the id";
        "interchange_mw" ["MW"] required "active power that it sends out on balance; negative where it draws";
        "tolerance_mw" ["MW"] "0" "how far that may be off";
        "slack_bus" [""] required "bus whose machines make good what is off";
    }
    /// Switches.
    SWITCHES "switches.csv" "switch"
    "Switches between two buses of the same rated voltage; closed, they make them one." works=true {
        "id" [""] required "id, unique among switches";
        "from" [""] required "bus on one side";
        "to" [""] required "bus on the other side";
        "kind" [""] "breaker" "`breaker` or `disconnector`";
        "closed" [""] "true" "whether it is closed";
    }
    /// Works.
    PROJECTS "projects.csv" "project"
    "The works. Dates are `2018-06-30`, `2018-06` or `2018`: the last day is taken." works=false {
        "id" [""] required "id, never reused; without `;`";
        "name" [""] "empty" "name";
        "kind" [""] "other" "`substation`, `line`, `transformer`, `reactive`, `uprate`, `retire` or `other`";
        "status" [""] "planned" "`candidate`, `planned`, `approved`, `funded`, `construction`, `commissioned`, `deferred`, `cancelled` or `retired`; candidate, deferred and cancelled works do not count";
        "owner" [""] "unknown" "who builds it";
        "area" [""] "unknown" "district or area";
        "vn_kv" ["kV"] "0" "voltage of the work";
        "commissioning_date" ["date"] "never, or see phases.csv" "when its changes take effect";
        "decommissioning_date" ["date"] "never, or see phases.csv" "when its changes are undone";
        "requires" [""] "none" "works that must stand before: `P001;P002`";
        "excludes" [""] "none" "works that cannot stand together with it";
        "funding" [""] "not said" "whose money pays for it: its class in budgets.csv";
        "capex_million" ["million of the currency"] "unit costs, where they fit" "cost";
        "currency" [""] "that of the plan" "currency of the cost, with a rate in `[economics]`";
        "price_year" ["year"] "that of the plan" "year whose prices these are";
        "price_year_estimated" [""] "false" "whether the price year was assumed";
        "cost_basis" [""] "unknown" "how the cost was found";
        "note" [""] "empty" "a remark";
    }
    /// Phases of works.
    PHASES "phases.csv" "phase"
    "Parts of a work that are commissioned apart; only for works that have more than one." works=false {
        "project" [""] required "work it belongs to";
        "id" [""] "empty" "id within the work";
        "commissioning_date" ["date"] "never" "when its changes take effect";
        "decommissioning_date" ["date"] "never" "when its changes are undone";
    }
    /// Changes of works.
    CHANGES "changes.csv" "change"
    "What the works do to the grid, each checked against the state it meets." works=false {
        "project" [""] required "work it belongs to";
        "phase" [""] "the only one" "phase of that work";
        "seq" [""] "order of the file" "order within the phase";
        "op" [""] required "`add` a record of works/, `remove` a record for good, `set` a field; or a work: `cut_in`, `tee_off`, `untee`, `second_circuit`, `add_transformer`, `uprate`, `replace`, `retire`, `to_cable`, `split_bus`, `join_bus`, `open`, `close`, `move_load`, `add_shunt`";
        "element" [""] required "`bus`, `line`, `transformer`, `transformer3`, `generator`, `load`, `shunt`, `switch`, `compensator` or `dc_link`; `substation` for some works";
        "id" [""] required "id of the record; a line row of several circuits means all of them, `id#1` the first; of `add_shunt` the id of the new one";
        "field" [""] "none" "column that `set` changes";
        "from" [""] "anything" "what the field must hold before; `none` for an empty one; of `uprate` the type that is replaced";
        "to" [""] "none" "what it holds after; `none` for an empty one";
        "at" [""] "needed by some works" "where: the bus, or the station with one bus of that voltage; of `move_load` the station that takes over";
        "at_km" ["km"] "needed by some works" "where on the line, from its `from` end";
        "type" [""] "as the record that it is like" "type in the catalogue";
        "length_km" ["km"] "no spur; of `to_cable` to the end" "length of the spur, of the new circuit or of the cable";
        "line_km" ["km"] "the sum of its sections" "length of the whole line, where its record does not tell";
        "new_id" [""] "by rule, or needed" "id of what the work makes";
        "moves" [""] "needed by `split_bus`" "what moves to the new bus: `line L1;load D1`";
        "p_mw" ["MW"] "see `percent`" "load that moves, of the forecast at its peak";
        "percent" ["%"] "see `p_mw`" "load that moves, of what the station draws";
        "b_mvar" ["Mvar"] "needed by `add_shunt`" "reactive power fed in at rated voltage";
        "bay" [""] "not said" "bay that what is built takes";
    }
    /// Bays.
    BAYS "bays.csv" "bay"
    "Bays of stations that works take, so that no two take one, and nothing takes one that is too small." works=false {
        "id" [""] required "id, unique among bays";
        "bus" [""] required "busbar it is at";
        "i_normal_ka" ["kA"] "unknown" "current that its equipment carries continuously";
    }
    /// Outages for the sake of works.
    CONSTRUCTION "construction.csv" "construction outage"
    "What is out of service while a work is built: every outage that the criteria name is judged on top of it." works=false {
        "project" [""] required "work it is for";
        "phase" [""] "the only one" "phase of that work";
        "element" [""] required "`bus`, `line`, `transformer`, `generator`, `load`, `shunt` or `switch`";
        "id" [""] required "id of the record; a line row of several circuits means all of them, `id#1` the first";
        "from" ["date"] required "first day: the grid of that day is looked at";
        "to" ["date"] required "last day";
    }
    /// Spending of works.
    SPENDING "spending.csv" "spending row"
    "How the cost of a work is spread over the years; the shares of a work add up to 1." works=false {
        "project" [""] required "work it is for";
        "year" ["year"] required "year";
        "share" ["p.u."] required "share of its cost";
    }
    /// Budgets.
    BUDGETS "budgets.csv" "budget"
    "What may be spent in a year: by funding class, and by all together." works=false {
        "year" ["year"] required "year, within the horizon";
        "funding" [""] "all together" "funding class of works";
        "budget_million" ["million of the currency"] required "amount, in the currency of the plan";
        "price_year" ["year"] "that of the plan" "year whose prices these are; the year itself where the amount is nominal";
        "carry_over" [""] "true" "whether what is left of it can be spent later";
    }
    /// Obstacles of works.
    OBSTACLES "obstacles.csv" "obstacle"
    "What stands in the way of a work: land, permits, an outage that is not granted." works=false {
        "project" [""] required "work it is about";
        "text" [""] required "what it is, in words";
        "since" ["date"] required "first day";
        "until" ["date"] "it stands" "day on which it was cleared";
        "owner" [""] "unknown" "who can clear it";
    }
    /// Load forecast.
    FORECAST "forecast.csv" "forecast row"
    "Load at 31 December of a year, by station; rows add up." works=false {
        "scenario" [""] "*" "scenario it holds for; `*` for all. A scenario's own base rows replace those of `*` for the same station and year";
        "year" ["year"] required "year";
        "substation" [""] required "station; `*` for all, with `percent` only";
        "kind" [""] "base" "`base`, `dsm` (saving), `spot` (one large customer) or `transfer`";
        "p_mw" ["MW"] "see `percent`" "active power; negative for what is saved";
        "percent" ["%"] "see `p_mw`" "share of the base rows of the same station, instead of `p_mw`";
        "power_factor" [""] "that of the station's base rows, else that of its load records" "power factor, inductive";
    }
    /// Generation schedule.
    GENERATION "generation.csv" "generation row"
    "Generators and boundaries at 31 December of a year; without a row, the record of the generator holds." works=false {
        "scenario" [""] "*" "scenario it holds for, as given; `*` for all, and power then scales with the scenario's load";
        "year" ["year"] required "year";
        "generator" [""] required "generator or boundary";
        "p_mw" ["MW"] "that of the generator's record" "active power";
        "vm_setpoint_pu" ["p.u."] "that of the generator's record" "voltage held";
        "in_service" [""] "true" "whether it is connected";
    }
    /// Medium-voltage transfer.
    MV_TRANSFER "mv_transfer.csv" "transfer row"
    "Load that a neighbour can take over through the medium-voltage grid." works=false {
        "from" [""] required "station that loses its supply";
        "to" [""] required "station that takes over";
        "p_mw" ["MW"] required "how much";
        "minutes" ["min"] "0" "how long it takes";
    }
}
