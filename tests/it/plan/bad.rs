//! Every kind of bad input is refused with file, line, record, field and a way out.

use super::{case, edited, edited_folder};
use gridstage::finding::{Code, Finding, Severity};
use gridstage::read;
use std::fmt::Write as _;

/// One bad edit, and what must be said about it.
struct Bad {
    file: &'static str,
    old: &'static str,
    new: &'static str,
    code: Code,
    /// File and line, `lines.csv:2`.
    at: &'static str,
    /// Part of the message.
    says: &'static str,
    /// Part of the help; empty for none.
    help: &'static str,
}

fn shown(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {place} [{:?}] {} | {:?}", finding.code, finding.field, finding.message, finding.help)
}

#[rustfmt::skip]
const BAD: &[Bad] = &[
    // plan.toml
    Bad { file: "plan.toml", old: "authority =", new: "autority =", code: Code::Schema, at: "plan.toml:5", says: "plan TEACH has no key `autority`", help: "did you mean `authority`?" },
    Bad { file: "plan.toml", old: "[losses]", new: "[loses]", code: Code::Schema, at: "plan.toml:17", says: "no key `loses`", help: "did you mean `losses`?" },
    Bad { file: "plan.toml", old: "id = \"TEACH\"", new: "id = \"TEACH", code: Code::Syntax, at: "plan.toml:3", says: "", help: "TOML" },
    Bad { file: "plan.toml", old: "id = \"2018\"", new: "id = 2018", code: Code::Schema, at: "plan.toml:46", says: "`id` must be a text", help: "write id = \"2018\"" },
    Bad { file: "plan.toml", old: "id = \"2018\"", new: "id = \"2016\"", code: Code::Duplicate, at: "plan.toml:46", says: "stage 2016 is defined twice", help: "rename" },
    Bad { file: "plan.toml", old: "at = 2018-12-31", new: "at = 2015-12-31", code: Code::Value, at: "plan.toml:47", says: "not later than stage 2016", help: "order of time" },
    Bad { file: "plan.toml", old: "at = 2018-12-31", new: "at = \"2018-13-01\"", code: Code::Value, at: "plan.toml:47", says: "not a date", help: "no such month" },
    Bad { file: "plan.toml", old: "at = 2018-12-31\n", new: "", code: Code::Schema, at: "plan.toml:45", says: "`at` is missing", help: "day" },
    Bad { file: "plan.toml", old: "scenarios = [\"max\"]", new: "scenarios = [\"mx\"]", code: Code::Reference, at: "plan.toml:42", says: "no scenario is called `mx`", help: "did you mean `max`?" },
    Bad { file: "plan.toml", old: "criteria = \"110\"", new: "criteria = \"11o\"", code: Code::Reference, at: "plan.toml:39", says: "no criteria set is called `11o`", help: "did you mean `110`?" },
    Bad { file: "plan.toml", old: "price_year = 2016\n", new: "", code: Code::Schema, at: "plan.toml:12", says: "`price_year` is missing", help: "money has a date" },
    Bad { file: "plan.toml", old: "load_factor = 0.5", new: "load_factor = \"half\"", code: Code::Number, at: "plan.toml:32", says: "must be a finite number", help: "without quotes" },
    Bad { file: "plan.toml", old: "load_factor = 0.5", new: "load_factor = nan", code: Code::Number, at: "plan.toml:32", says: "must be a finite number", help: "" },
    Bad { file: "plan.toml", old: "load_factor = 0.5", new: "load_factor = -0.5", code: Code::Value, at: "plan.toml:32", says: "`load_factor` is -0.5", help: "" },
    Bad { file: "plan.toml", old: "confidence = \"estimated\"", new: "confidence = \"estimatd\"", code: Code::Value, at: "plan.toml:20", says: "`confidence` cannot be `estimatd`", help: "did you mean `estimated`?" },
    Bad { file: "plan.toml", old: "interpolation = \"linear\"", new: "interpolation = \"cubic\"", code: Code::Value, at: "plan.toml:23", says: "cannot be `cubic`", help: "write one of linear, compound" },
    Bad { file: "plan.toml", old: "min_kv = 104", new: "min_kV = 104", code: Code::Schema, at: "plan.toml:58", says: "rule C05 has no key `min_kV`", help: "did you mean `min_kv`?" },
    Bad { file: "plan.toml", old: "max_kv = 121", new: "max_kv = 100", code: Code::Value, at: "plan.toml:58", says: "the band from 104 to 100 kV is empty", help: "" },
    Bad { file: "plan.toml", old: "state = \"N\"", new: "state = \"N-2\"", code: Code::Value, at: "plan.toml:58", says: "`state` cannot be `N-2`", help: "did you mean `N-1`?" },
    Bad { file: "plan.toml", old: "id = \"C19\"", new: "id = \"C05\"", code: Code::Duplicate, at: "plan.toml:61", says: "rule C05 is given twice: lines 58 and 61", help: "rename" },
    Bad { file: "plan.toml", old: "line_loading", new: "line_loding", code: Code::Schema, at: "plan.toml:60", says: "no key `line_loding`", help: "did you mean `line_loading`?" },
    Bad { file: "plan.toml", old: "rule = \"C05\"", new: "rule = \"C5\"", code: Code::Reference, at: "plan.toml:64", says: "the set has no rule `C5`", help: "did you mean `C05`?" },
    Bad { file: "plan.toml", old: "element = \"C110\"", new: "element = \"C11O\"", code: Code::Reference, at: "plan.toml:64", says: "nothing is called `C11O`", help: "did you mean `C110`?" },
    Bad { file: "plan.toml", old: "element = \"C110\"", new: "element = \"N-A\"", code: Code::Reference, at: "plan.toml:64", says: "row of several circuits", help: "name one: N-A#1, N-A#2" },
    Bad { file: "plan.toml", old: "as_of = 2015-12-31   # the grid as it stood on this day", new: "", code: Code::Schema, at: "plan.toml:1", says: "projects.csv is there, but the base grid has no date", help: "add `as_of`" },
    // the form of tables
    Bad { file: "buses.csv", old: "id,substation,vn_kv,source,confidence", new: "id,substatoin,vn_kv,source,confidence", code: Code::Schema, at: "buses.csv:1", says: "bus rows have no column `substatoin`", help: "did you mean `substation`?" },
    Bad { file: "buses.csv", old: "id,substation,vn_kv,", new: "id,substation,name,", code: Code::Schema, at: "buses.csv:1", says: "the column `vn_kv` (rated voltage; 0 where unknown) is missing", help: "add `vn_kv`" },
    Bad { file: "buses.csv", old: "id,substation,vn_kv,", new: "id,vn_kv,vn_kv,", code: Code::Duplicate, at: "buses.csv:1", says: "`vn_kv` is there twice", help: "delete one" },
    Bad { file: "buses.csv", old: "A110,A,110,lesson", new: "A110,A,110,les,son", code: Code::Columns, at: "buses.csv:3", says: "the row has 6 fields, the header has 5 columns", help: "double quotes" },
    Bad { file: "buses.csv", old: "A110,A,110,lesson", new: "A110,A,110", code: Code::Columns, at: "buses.csv:3", says: "the row has 4 fields", help: "empty ones too" },
    Bad { file: "works/lines.csv", old: "B-C,", new: "B-C,,", code: Code::Columns, at: "lines.csv:2", says: "the row has 8 fields", help: "double quotes" },
    Bad { file: "buses.csv", old: "A110,A,110,lesson", new: "A110,A,110,\"lesson", code: Code::Columns, at: "buses.csv:3", says: "the row has 4 fields", help: "not closed" },
    Bad { file: "mv_transfer.csv", old: "from,to,p_mw,minutes,source,confidence", new: "from;to;p_mw;minutes", code: Code::Columns, at: "mv_transfer.csv:2", says: "the header has 4 columns", help: "" },
    Bad { file: "mv_transfer.csv", old: "C,A,1,30", new: "C,A,\"1,5\",30", code: Code::Number, at: "mv_transfer.csv:2", says: "`p_mw` is `1,5`, which is not a number", help: "write `1.5`: the decimal sign is a point" },
    Bad { file: "switches.csv", old: "", new: "\n", code: Code::Empty, at: "switches.csv:1", says: "not even the names of its columns", help: "id,from,to" },
    Bad { file: "line.csv", old: "", new: "id\n", code: Code::Schema, at: "line.csv:1", says: "a plan has no table `line.csv`", help: "did you mean `lines.csv`?" },
    Bad { file: "works/projects.csv", old: "", new: "id\n", code: Code::Schema, at: "projects.csv:1", says: "a plan has no table `works/projects.csv`", help: "move it" },
    // values in tables
    Bad { file: "loads.csv", old: "A1,A110,3,1", new: "A1,A110,3MW,1", code: Code::Number, at: "loads.csv:2", says: "`p_mw` is `3MW`", help: "" },
    Bad { file: "loads.csv", old: "A1,A110,3,1", new: "A1,A110,inf,1", code: Code::Number, at: "loads.csv:2", says: "not a finite number", help: "no limit" },
    Bad { file: "loads.csv", old: "A1,A110,3,1", new: "A1,A110,,1", code: Code::Schema, at: "loads.csv:2", says: "`p_mw` is missing", help: "" },
    Bad { file: "loads.csv", old: "A1,A110,3,1", new: "A1,A11O,3,1", code: Code::Reference, at: "loads.csv:2", says: "`bus`: no bus is called `A11O`", help: "did you mean `A110`?" },
    Bad { file: "loads.csv", old: "A1,A110,3,1", new: "A1,C110,3,1", code: Code::Reference, at: "loads.csv:2", says: "bus `C110` is not in the base grid, a work builds it", help: "move the row to works/" },
    Bad { file: "loads.csv", old: "A2,A110", new: "A1,A110", code: Code::Duplicate, at: "loads.csv:3", says: "load A1 is defined twice", help: "rename" },
    Bad { file: "works/loads.csv", old: "C1,C110", new: "A1,C110", code: Code::Duplicate, at: "loads.csv:2", says: "load A1 is defined twice", help: "rename" },
    Bad { file: "transformers.csv", old: "B-T1,", new: "A-B#1,", code: Code::Duplicate, at: "transformers.csv:2", says: "transformer A-B#1 is defined twice", help: "rename" },
    Bad { file: "transformers.csv", old: "110/22-40,-2", new: "110/22-4O,-2", code: Code::Reference, at: "transformers.csv:2", says: "no transformer type is called `110/22-4O`", help: "did you mean `110/22-40`?" },
    Bad { file: "transformers.csv", old: "110/22-40,-2", new: "110/22-40,-12", code: Code::Value, at: "transformers.csv:2", says: "`tap_position` is -12; the range is -9 to 9", help: "" },
    Bad { file: "transformers.csv", old: "110/22-40,-2", new: "110/22-40,-2.5", code: Code::Number, at: "transformers.csv:2", says: "not a whole number", help: "" },
    Bad { file: "transformers.csv", old: "110/22-40,-2", new: ",-2", code: Code::Schema, at: "transformers.csv:2", says: "there is no impedance", help: "by type, by nameplate, or per unit" },
    Bad { file: "lines.csv", old: "ACSR-240 10", new: "ACSR-24O 10", code: Code::Reference, at: "lines.csv:3", says: "no line type is called `ACSR-24O`", help: "did you mean `ACSR-240`?" },
    Bad { file: "lines.csv", old: "ACSR-240 10", new: "ACSR-240", code: Code::Syntax, at: "lines.csv:3", says: "`ACSR-240` is not a type and a length", help: "ACSR-240 4.2 + XLPE110-1200 1.0" },
    Bad { file: "lines.csv", old: "ACSR-240 10", new: "ACSR-240 0", code: Code::Number, at: "lines.csv:3", says: "not a length in km above 0", help: "" },
    Bad { file: "lines.csv", old: "A110,B110,1,", new: "A110,B110,0,", code: Code::Value, at: "lines.csv:3", says: "`circuits` is 0", help: "" },
    Bad { file: "generators.csv", old: "slack", new: "slak", code: Code::Value, at: "generators.csv:2", says: "`control` cannot be `slak`", help: "did you mean `slack`?" },
    Bad { file: "generators.csv", old: "voltage,5,1,", new: "voltage,5,0,", code: Code::Value, at: "generators.csv:3", says: "`vm_setpoint_pu` is 0; it must be above 0", help: "" },
    Bad { file: "substations.csv", old: "21.1", new: "211", code: Code::Value, at: "substations.csv:2", says: "`lat_deg` is 211", help: "" },
    Bad { file: "catalogue/transformer_types.csv", old: "40,115,23", new: "0,115,23", code: Code::Value, at: "transformer_types.csv:2", says: "`sn_mva` is 0", help: "" },
    // works
    Bad { file: "projects.csv", old: ",approved,110,2018-06-30,,P002", new: ",aproved,110,2018-06-30,,P002", code: Code::Value, at: "projects.csv:2", says: "`status` cannot be `aproved`", help: "did you mean `approved`?" },
    Bad { file: "projects.csv", old: ",P002,12000", new: ",P02,12000", code: Code::Reference, at: "projects.csv:2", says: "no project is called `P02`", help: "did you mean `P002`?" },
    Bad { file: "projects.csv", old: ",P002,12000", new: ",P001,12000", code: Code::Value, at: "projects.csv:2", says: "names the project itself", help: "" },
    Bad { file: "projects.csv", old: "2018-06-30,,P002", new: "30/06/2018,,P002", code: Code::Value, at: "projects.csv:2", says: "`30/06/2018`, which is not a date", help: "2018-06-30" },
    Bad { file: "projects.csv", old: "12000,2016,unit costs", new: ",2016,", code: Code::Schema, at: "projects.csv:2", says: "`price_year` is given without `capex_million`", help: "give the cost" },
    Bad { file: "projects.csv", old: "P002,Station C", new: "P001,Station C", code: Code::Duplicate, at: "projects.csv:3", says: "project P001 is defined twice", help: "" },
    Bad { file: "changes.csv", old: "P001,1,add,line,B-C,", new: "P001,1,add,line,B-D,", code: Code::Reference, at: "changes.csv:2", says: "no line or transformer is called `B-D`", help: "did you mean `B-C`?" },
    Bad { file: "changes.csv", old: "P001,1,add,line,B-C,", new: "P001,1,add,line,A-B,", code: Code::Conflict, at: "changes.csv:2", says: "line A-B#1 is in the base grid already", help: "works/" },
    Bad { file: "changes.csv", old: "P001,1,add,line,B-C,", new: "P001,1,build,line,B-C,", code: Code::Value, at: "changes.csv:2", says: "`op` cannot be `build`", help: "add, remove, set" },
    Bad { file: "changes.csv", old: "P001,1,add,line,B-C,", new: "P001,1,add,transformer,B-C,", code: Code::Reference, at: "changes.csv:2", says: "line is called `B-C`, not a transformer", help: "`line` in `element`" },
    Bad { file: "changes.csv", old: "P002,1,add,bus,C110,", new: "P002,1,add,substation,C,", code: Code::Value, at: "changes.csv:3", says: "a substation cannot be changed", help: "its buses" },
    Bad { file: "changes.csv", old: "tap_position,-2,-1", new: "tap_positon,-2,-1", code: Code::Schema, at: "changes.csv:9", says: "cannot set `tap_positon` of a transformer", help: "did you mean `tap_position`?" },
    Bad { file: "changes.csv", old: "tap_position,-2,-1", new: "tap_position,-2,", code: Code::Schema, at: "changes.csv:9", says: "`to` is missing", help: "none" },
    Bad { file: "changes.csv", old: "in_service,true,false,lesson,estimated\nP003", new: "in_service,yes,false,lesson,estimated\nP003", code: Code::Value, at: "changes.csv:6", says: "`from` is `yes`", help: "`true` or `false`" },
    Bad { file: "changes.csv", old: "in_service,true,false,lesson,estimated\nP003", new: "in_service,none,false,lesson,estimated\nP003", code: Code::Value, at: "changes.csv:6", says: "always holds something", help: "" },
    Bad { file: "changes.csv", old: "P002,2,add", new: "P002,1,add", code: Code::Duplicate, at: "changes.csv:4", says: "change 1 of P002 is there twice: lines 3 and 4", help: "number" },
    Bad { file: "changes.csv", old: "P004,1,add", new: "P04,1,add", code: Code::Reference, at: "changes.csv:8", says: "no project is called `P04`", help: "did you mean `P004`?" },
    Bad { file: "phases.csv", old: "", new: "project,id,commissioning_date\nP001,a,2018-06-30\n", code: Code::Conflict, at: "phases.csv:2", says: "project P001 has dates of its own", help: "in phases.csv only" },
    // money
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "discount_rate = 10", code: Code::Value, at: "plan.toml:15", says: "`discount_rate` is 10; it must be a share", help: "" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "discount_rate = { vale = 0.1 }", code: Code::Schema, at: "plan.toml:15", says: "has no key `vale`", help: "did you mean `value`?" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "first_flow = \"end\"", code: Code::Value, at: "plan.toml:15", says: "`first_flow` cannot be `end`", help: "write one of year_end, undiscounted" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "spend_profile = [0.4, 0.4]", code: Code::Value, at: "plan.toml:15", says: "shares from 0 to 1 that add up to 1", help: "[0.4, 0.6]" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "price_index = [{ year = 2018, level = 110 }, { year = 2017, level = 105 }]", code: Code::Value, at: "plan.toml:15", says: "2017 does not come after", help: "in order" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "exchange = [{ currency = \"USD\", rate = 22000 }]", code: Code::Schema, at: "plan.toml:15", says: "`date` is missing", help: "rates move" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "exchange = [{ currency = \"USD\", rate = 0, date = 2016-01-04 }]", code: Code::Value, at: "plan.toml:15", says: "`rate` is 0; it must be above 0", help: "" },
    Bad { file: "plan.toml", old: "discount_rate = 0.1", new: "peak_hours = 9000", code: Code::Value, at: "plan.toml:15", says: "`peak_hours` is 9000", help: "" },
    Bad { file: "projects.csv", old: "P002,12000,2016", new: "P002,-12000,2016", code: Code::Value, at: "projects.csv:2", says: "`capex_million` is -12000; it must be 0 or above", help: "" },
    Bad { file: "projects.csv", old: "capex_million,price_year,cost_basis", new: "capex_million,price_year,currency", code: Code::Reference, at: "projects.csv:2", says: "no exchange rate is given for `unit costs`", help: "add a rate" },
    Bad { file: "budgets.csv", old: "", new: "year,budget_million\n2030,100\n", code: Code::Value, at: "budgets.csv:2", says: "the budget of 2030 is outside of the horizon, 2016 to 2022", help: "`horizon`" },
    Bad { file: "budgets.csv", old: "", new: "year,budget_million\n2018,-1\n", code: Code::Value, at: "budgets.csv:2", says: "`budget_million` is -1", help: "" },
    Bad { file: "budgets.csv", old: "", new: "year,funding,budget_million\n2018,EVN,100\n", code: Code::Reference, at: "budgets.csv:2", says: "no work is funded by `EVN`: nobody can reach this budget", help: "`funding`" },
    Bad { file: "budgets.csv", old: "", new: "year,budget_million\n2018,100\n2018,50\n", code: Code::Duplicate, at: "budgets.csv:3", says: "two budgets of 2018 for all together: lines 2 and 3", help: "add the two up" },
    Bad { file: "budgets.csv", old: "", new: "year,budget_million,carry_over\n2018,100,yes\n", code: Code::Value, at: "budgets.csv:2", says: "`carry_over` is `yes`", help: "`true` or `false`" },
    Bad { file: "catalogue/unit_costs.csv", old: "", new: "id,kind,vn_kv,capex_million\nU,transformer,110,5\n", code: Code::Schema, at: "unit_costs.csv:2", says: "`sn_mva` is missing", help: "" },
    Bad { file: "catalogue/unit_costs.csv", old: "", new: "id,kind,vn_kv,units,capex_million\nU,cable,110,2,5\n", code: Code::Conflict, at: "unit_costs.csv:2", says: "`units` is given, but the unit cost of a cable has none", help: "leave it empty" },
    Bad { file: "catalogue/unit_costs.csv", old: "", new: "id,kind,vn_kv,capex_million\nU,cabel,110,5\n", code: Code::Value, at: "unit_costs.csv:2", says: "`kind` cannot be `cabel`", help: "did you mean `cable`?" },
    // demand
    Bad { file: "forecast.csv", old: "*,2016,A,base,20,,0.8", new: "*,2016,N,base,20,,0.8", code: Code::Reference, at: "forecast.csv:2", says: "no load record stands in `N`", help: "loads.csv" },
    Bad { file: "forecast.csv", old: "*,2016,A,base,20,,0.8", new: "*,2016,A,base,20,5,0.8", code: Code::Conflict, at: "forecast.csv:2", says: "both given", help: "leave one" },
    Bad { file: "forecast.csv", old: "*,2016,A,base,20,,0.8", new: "*,2016,*,base,20,,0.8", code: Code::Value, at: "forecast.csv:2", says: "`*` cannot have an amount in MW", help: "percent" },
    Bad { file: "forecast.csv", old: "*,2016,A,base,20,,0.8", new: "*,2016,A,base,20,,1.2", code: Code::Value, at: "forecast.csv:2", says: "`power_factor` is 1.2", help: "" },
    Bad { file: "forecast.csv", old: "*,2016,A,base,20,,0.8", new: "*,16,A,base,20,,0.8", code: Code::Value, at: "forecast.csv:2", says: "`year` is 16, which is not a year", help: "" },
    Bad { file: "forecast.csv", old: "saving,2020,*", new: "savings,2020,*", code: Code::Reference, at: "forecast.csv:8", says: "no scenario is called `savings`", help: "did you mean `saving`?" },
    Bad { file: "generation.csv", old: "min,2020,G", new: "*,2020,G", code: Code::Duplicate, at: "generation.csv:4", says: "two rows for 2020: lines 3 and 4", help: "delete" },
    Bad { file: "generation.csv", old: "min,2020,G", new: "min,2020,H", code: Code::Reference, at: "generation.csv:4", says: "no generator is called `H`", help: "" },
    Bad { file: "mv_transfer.csv", old: "C,A,1", new: "C,C,1", code: Code::Value, at: "mv_transfer.csv:2", says: "cannot take over from itself", help: "" },
];

#[test]
fn every_slip_is_refused_with_its_place_and_a_way_out() {
    let mut failed = Vec::new();
    for bad in BAD {
        let name = format!("{}: {:?} → {:?}", bad.file, bad.old, bad.new);
        let Err(findings) = edited(&[(bad.file, bad.old, bad.new)]) else {
            failed.push(format!("{name}: was read"));
            continue;
        };
        let fits = |finding: &&Finding| {
            let place = finding.place.as_ref();
            finding.code == bad.code
                && finding.severity == Severity::Error
                && place.is_some_and(|place| format!("{}:{}", place.file, place.line).ends_with(bad.at))
                && finding.message.contains(bad.says)
                && finding.help.as_deref().unwrap_or("").contains(bad.help)
        };
        if !findings.iter().any(|finding| fits(&finding)) {
            let found: Vec<String> = findings.iter().map(shown).collect();
            failed.push(format!("{name}: found only\n    {}", found.join("\n    ")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_finding_names_the_column_of_the_field_too() {
    let findings = edited(&[("loads.csv", "A2,A110,1,0", "A2,A110,x,0")]).unwrap_err();
    let place = findings[0].place.as_ref().unwrap();
    assert_eq!((place.line, place.column, place.width), (3, Some(9), 1));
    // behind a quoted field that holds a comma
    let findings =
        edited(&[("substations.csv", "\"An, the first\",West,,", "\"An, the first\",West,x,")]).unwrap_err();
    let place = findings[0].place.as_ref().unwrap();
    assert_eq!((place.line, place.column), (3, Some(24)));
    assert_eq!(findings[0].element.as_deref(), Some("substation A"));
    assert_eq!(findings[0].field.as_deref(), Some("lat_deg"));
}

#[test]
fn all_findings_of_all_files_come_at_once() {
    let findings = edited(&[
        ("plan.toml", "authority", "autority"),
        ("loads.csv", "A1,A110,3", "A1,A110,x"),
        ("lines.csv", "A110,B110", "A110,B11"),
        ("changes.csv", "P001,1,add,line,B-C", "P001,1,add,line,B-X"),
        ("generation.csv", "min,2020,G", "mn,2020,G"),
    ])
    .unwrap_err();
    assert_eq!(findings.len(), 5, "{:#?}", findings.iter().map(shown).collect::<Vec<_>>());
}

#[test]
fn naming_a_record_that_is_wrong_itself_is_no_second_error() {
    // a wrong end, a comma too many: the changes on the line need not be told
    for edit in [("lines.csv", "A110,B110", "A110,B11"), ("lines.csv", "A-B,", "A-B,,")] {
        let findings = edited(&[edit]).unwrap_err();
        assert_eq!(findings.len(), 1, "{:#?}", findings.iter().map(shown).collect::<Vec<_>>());
    }
}

#[test]
fn money_without_a_price_year_is_refused_unless_the_plan_has_one() {
    let no_year = ("projects.csv", "12000,2016,unit", "12000,,unit");
    assert_eq!(
        edited(&[no_year]).unwrap().projects.iter().next().unwrap().cost.as_ref().unwrap().price_year,
        2016
    );
    let no_economics =
        ("plan.toml", "[economics]\ncurrency = \"VND\"\nprice_year = 2016\ndiscount_rate = 0.1\n", "");
    let findings = edited(&[no_year, no_economics]).unwrap_err();
    assert_eq!(findings[0].message, "`price_year` is missing");
    assert_eq!(findings[0].element.as_deref(), Some("project P001"));
}

#[test]
fn a_hundred_findings_of_a_kind_are_shown_and_the_rest_is_counted() {
    let mut rows = String::from("id,bus,p_mw\n");
    for row in 0..250 {
        writeln!(rows, "L{row},A110,many").unwrap();
    }
    let dir = edited_folder(&[]);
    std::fs::write(dir.path().join("loads.csv"), rows).unwrap();
    std::fs::remove_file(dir.path().join("forecast.csv")).unwrap();
    let findings = read::plan::read(dir.path()).unwrap_err().findings;
    assert_eq!(findings.len(), 101);
    assert!(findings[100].message.contains("150 more"), "{}", findings[100].message);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let dir = edited_folder(&[]);
    for file in ["buses.csv", "changes.csv", "plan.toml", "works/lines.csv"] {
        let path = dir.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    }
    let windows = read::plan::read(dir.path()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings));
    assert!(windows.plan == super::teaching());
    let line = windows.plan.network.lines.iter().last().unwrap();
    assert_eq!(line.origin.place.as_ref().unwrap().line, 2);
}

/// As a spreadsheet writes them where the decimal sign is a comma, in UTF-16 as `Unicode text` or in a code page.
#[test]
fn semicolons_tabs_decimal_commas_and_other_encodings_change_nothing() {
    for separator in [";", "\t"] {
        let dir = edited_folder(&[]);
        for file in ["buses.csv", "loads.csv", "works/loads.csv"] {
            let path = dir.path().join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            let decimal =
                |cell: &str| if cell.parse::<u32>().is_ok() { format!("{cell},0") } else { cell.to_owned() };
            let row = |line: &str| line.split(',').map(decimal).collect::<Vec<_>>().join(separator);
            let rows: Vec<String> = text.lines().map(row).collect();
            let utf16: Vec<u8> = [0xfeff]
                .into_iter()
                .chain(rows.join("\r\n").encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect();
            std::fs::write(path, utf16).unwrap();
        }
        let read = read::plan::read(dir.path()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings));
        assert_eq!(read.plan.network.lines.len(), super::teaching().network.lines.len());
        assert_eq!(read.plan.network.loads, super::teaching().network.loads);
        assert!(read.findings.iter().any(|f| f.message.contains("decimal comma")));
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let dir = edited_folder(&[]);
    std::fs::write(dir.path().join("buses.csv"), b"id,vn_kv\nN110,110\nB\0,110\n").unwrap();
    let findings = read::plan::read(dir.path()).unwrap_err().findings;
    assert_eq!(findings[0].code, Code::Encoding);
    assert_eq!(findings[0].place.as_ref().unwrap().line, 3);
}

#[test]
fn a_folder_without_plan_toml_says_what_a_plan_is() {
    let findings = read::plan::read(&case("teaching/works")).unwrap_err().findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, Code::Io);
    assert!(findings[0].message.ends_with("teaching/works has no plan.toml"), "{}", findings[0].message);
}

#[test]
fn a_base_grid_in_another_format_is_read_through_the_same_door() {
    let base = std::fs::read_to_string(case("foreign").join("base.m")).unwrap();
    let read =
        read::plan::read(&case("foreign")).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings));
    let network = &read.plan.network;
    assert_eq!(network.buses.len(), 3, "two of the file and one of works/");
    assert_eq!(network.lines.iter().filter(|line| line.built).count(), 1);
    assert_eq!(
        read.inputs.iter().map(|input| input.format.as_str()).collect::<Vec<_>>()[..2],
        ["plan", "matpower"]
    );
    // a plan written beside its base file leaves that file in charge
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("base.m"), &base).unwrap();
    gridstage::write::plan::write(&read.plan, dir.path()).unwrap();
    assert!(!dir.path().join("buses.csv").exists());
    assert!(read::plan::read(dir.path()).unwrap().plan == read.plan);
    // elsewhere the plan brings its base grid along
    let dir = tempfile::tempdir().unwrap();
    let told = gridstage::write::plan::write(&read.plan, dir.path()).unwrap();
    assert_eq!(told[0].code, Code::NotCarried);
    let alone = read::plan::read(dir.path()).unwrap().plan;
    assert!(alone.network == read.plan.network);
}

#[test]
fn a_base_file_is_one_file_in_the_folder_and_the_only_base_grid() {
    let told = |file: &str| {
        let as_of = "as_of = 2015-12-31   # the grid as it stood on this day\nsbase_mva = 100";
        edited(&[("plan.toml", as_of, &format!("as_of = 2015-12-31\nfile = \"{file}\""))]).unwrap_err()
    };
    let has = |findings: &[Finding], code: Code, says: &str| {
        findings.iter().any(|finding| finding.code == code && finding.message.contains(says))
    };
    assert!(has(&told("base.m"), Code::Io, "base.m cannot be read"));
    assert!(has(&told("base.m"), Code::Conflict, "lines.csv is there, but the base grid is base.m"));
    assert!(has(&told("../base.m"), Code::Value, "outside the folder"));
    assert!(has(&told("works"), Code::Value, "works is a plan"));
}
