//! The grid's tables.

use super::equipment;
use super::sheet::{Row, Sheet};
use crate::ids::BusId;
use crate::model::{
    Bank, BankMode, Block, Catalogue, ElementId, EndShunt, Line, LineImpedance, LoadModel, Nameplate,
    Network, Origin, PhaseControl, Rating, RatingUnit, Tap, TapControl, TapTarget, Transformer,
    TransformerImpedance, layout,
};
use std::collections::{HashMap, HashSet};

/// The tables of the base grid, or of the records that works build. What a work of `changes.csv` makes is in `made`, and in
/// no table.
pub(super) fn tables(
    network: &Network,
    built: bool,
    made: &HashSet<ElementId>,
) -> Vec<(&'static layout::Table, Sheet)> {
    vec![
        (&layout::BUSES, buses(network, built, made)),
        (&layout::LINES, lines(network, built, made)),
        (&layout::TRANSFORMERS, transformers(network, built, made)),
        (&layout::TRANSFORMERS3, equipment::transformers3(network, built)),
        (&layout::WINDINGS, equipment::windings(network, built)),
        (&layout::GENERATORS, generators(network, built)),
        (&layout::LOADS, loads(network, built)),
        (&layout::SHUNTS, shunts(network, built, made)),
        (&layout::COMPENSATORS, equipment::compensators(network, built)),
        (&layout::DC_LINKS, equipment::dc_links(network, built)),
        (&layout::CONVERTERS, equipment::converters(network, built)),
        (&layout::SWITCHES, switches(network, built, made)),
    ]
}

/// The tables that works do not add to; those of the grid itself only where its base stands in `tables`.
pub(super) fn fixed_tables(network: &Network, tables: bool) -> Vec<(&'static layout::Table, Sheet)> {
    let mut all = vec![
        (&layout::LINE_TYPES, line_types(&network.catalogue)),
        (&layout::TRANSFORMER_TYPES, transformer_types(&network.catalogue)),
        (&layout::SUBSTATIONS, substations(network)),
        (&layout::CAPABILITY, capability(network)),
    ];
    if tables {
        all.push((&layout::CORRECTIONS, equipment::corrections(network)));
        all.push((&layout::AREAS, equipment::areas(network)));
    }
    all
}

fn line_types(catalogue: &Catalogue) -> Sheet {
    let mut sheet = Sheet::new(&layout::LINE_TYPES);
    for one in &catalogue.line_types {
        sheet
            .row()
            .text("id", &one.id)
            .text("kind", one.kind.as_str())
            .text("description", &one.description)
            .number("vn_kv", one.vn_kv)
            .number("r_ohm_per_km", one.r_ohm_per_km)
            .number("x_ohm_per_km", one.x_ohm_per_km)
            .number("b_us_per_km", one.b_us_per_km)
            .maybe("i_normal_ka", one.i_normal_ka)
            .maybe("i_emergency_ka", one.i_emergency_ka)
            .origin(&one.origin);
    }
    sheet
}

fn transformer_types(catalogue: &Catalogue) -> Sheet {
    let mut sheet = Sheet::new(&layout::TRANSFORMER_TYPES);
    for one in &catalogue.transformer_types {
        nameplate(sheet.row().text("id", &one.id), &one.nameplate)
            .maybe("vn_tertiary_kv", one.vn_tertiary_kv)
            .text("vector_group", &one.vector_group)
            .text("tap_side", one.tap_side.map_or("", |side| side.as_str()))
            .integer_or("tap_steps", one.tap_steps, 0)
            .number_or("tap_step_percent", one.tap_step_percent, 0.0)
            .origin(&one.origin);
    }
    sheet
}

fn nameplate<'a>(row: Row<'a>, plate: &Nameplate) -> Row<'a> {
    row.number("sn_mva", plate.sn_mva)
        .number("vn_from_kv", plate.vn_from_kv)
        .number("vn_to_kv", plate.vn_to_kv)
        .number("uk_percent", plate.uk_percent)
        .number("pk_kw", plate.pk_kw)
        .number("p0_kw", plate.p0_kw)
        .number("i0_percent", plate.i0_percent)
}

fn substations(network: &Network) -> Sheet {
    let mut sheet = Sheet::new(&layout::SUBSTATIONS);
    for one in &network.substations {
        sheet
            .row()
            .text("id", &one.id)
            .text("name", &one.name)
            .text("district", &one.district)
            .maybe("lat_deg", one.lat_deg)
            .maybe("lon_deg", one.lon_deg)
            .origin(&one.origin);
    }
    sheet
}

fn buses(network: &Network, built: bool, made: &HashSet<ElementId>) -> Sheet {
    let mut sheet = Sheet::new(&layout::BUSES);
    let own = |(id, _): &(_, _)| !made.contains(&ElementId::Bus(*id));
    for (_, one) in network.buses.iter_ids().filter(own).filter(|(_, one)| one.built == built) {
        sheet
            .row()
            .text("id", &one.id)
            .text("name", &one.name)
            .text("substation", one.substation.map_or("", |id| &network.substations[id].id))
            .number("vn_kv", one.vn_kv)
            .maybe("vm_start_pu", one.vm_start_pu)
            .maybe("va_start_deg", one.va_start_deg)
            .maybe("vm_min_pu", one.vm_min_pu)
            .maybe("vm_max_pu", one.vm_max_pu)
            .text("area", &one.area)
            .text("zone", &one.zone)
            .bool_or("in_service", one.in_service, true)
            .origin(&one.origin);
    }
    sheet
}

pub(super) fn bus(network: &Network, id: BusId) -> &str {
    &network.buses[id].id
}

fn lines(network: &Network, built: bool, made: &HashSet<ElementId>) -> Sheet {
    let mut sheet = Sheet::new(&layout::LINES);
    let mut circuits: HashMap<&str, usize> = HashMap::new();
    let own = || network.lines.iter_ids().filter(|(id, _)| !made.contains(&ElementId::Line(*id)));
    for (_, line) in own() {
        *circuits.entry(&line.row).or_default() += 1;
    }
    let chosen: Vec<&Line> = own().map(|(_, one)| one).filter(|one| one.built == built).collect();
    let mut rest = chosen.as_slice();
    while let Some((&first, tail)) = rest.split_first() {
        let equal =
            1 + tail.iter().zip(2..).take_while(|&(&one, circuit)| is_next(first, one, circuit)).count();
        // the row may stand for its circuits only if there is no other one of it elsewhere
        let all = first.circuit == 1 && first.has_row_id() && circuits.get(&*first.row) == Some(&equal);
        line(&mut sheet, network, first, all.then_some(equal));
        rest = &rest[if all { equal } else { 1 }..];
    }
    sheet
}

/// Whether `one` is circuit number `circuit` of the row of `first`, and like it.
fn is_next(first: &Line, one: &Line, circuit: u16) -> bool {
    let alike = Line { id: first.id.clone(), circuit: first.circuit, ..one.clone() };
    one.circuit == circuit && one.has_row_id() && alike == *first
}

/// One row: for `circuits` circuits, for one circuit of a row, or for a line with an id of its own.
fn line(sheet: &mut Sheet, network: &Network, one: &Line, circuits: Option<usize>) {
    let is_circuit = one.circuit > 0 && one.has_row_id();
    let mut row = sheet
        .row()
        .text("id", if is_circuit { &one.row } else { &one.id })
        .text("name", &one.name)
        .text("from", bus(network, one.from))
        .text("to", bus(network, one.to));
    row = match circuits {
        Some(count) => row.integer("circuits", i64::try_from(count).unwrap_or(i64::MAX)),
        None if is_circuit => row.integer("circuit", one.circuit),
        None => row,
    };
    row = match &one.impedance {
        LineImpedance::Sections(sections) => {
            let types = &network.catalogue.line_types;
            let section = |section: &crate::model::Section| {
                format!("{} {}", types[section.line_type].id, super::number(section.length_km))
            };
            row.text("sections", &sections.iter().map(section).collect::<Vec<_>>().join(" + "))
        }
        &LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us } => row
            .number("r_ohm", r_ohm)
            .number("x_ohm", x_ohm)
            .number_or("g_us", g_us, 0.0)
            .number_or("b_us", b_us, 0.0),
        &LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            per_unit(row, [r_pu, x_pu, g_pu, b_pu], sbase_mva, network)
        }
    };
    row = end_shunts(row, &one.end_shunts);
    if let Some(series) = &one.series {
        row = row
            .number("series_x_ohm", series.x_ohm)
            .number_or("series_x_min_ohm", series.x_min_ohm, series.x_ohm)
            .number_or("series_x_max_ohm", series.x_max_ohm, series.x_ohm);
        if let Some(control) = &series.control {
            row = row
                .number("series_p_min_mw", control.p_min_mw)
                .number("series_p_max_mw", control.p_max_mw)
                .bool_or("series_locked", !control.active, false);
        }
    }
    rating(row, &one.rating).bool_or("in_service", one.in_service, true).origin(&one.origin);
}

/// Shunts at both ends of a branch.
fn end_shunts<'a>(row: Row<'a>, ends: &[EndShunt; 2]) -> Row<'a> {
    row.number_or("end_from_mw", ends[0].g_mw, 0.0)
        .number_or("end_from_mvar", ends[0].b_mvar, 0.0)
        .number_or("end_to_mw", ends[1].g_mw, 0.0)
        .number_or("end_to_mvar", ends[1].b_mvar, 0.0)
}

fn per_unit<'a>(row: Row<'a>, [r, x, g, b]: [f64; 4], sbase_mva: f64, network: &Network) -> Row<'a> {
    row.number("r_pu", r).number("x_pu", x).number_or("g_pu", g, 0.0).number_or("b_pu", b, 0.0).number_or(
        "sbase_mva",
        sbase_mva,
        network.sbase_mva,
    )
}

pub(super) fn rating<'a>(row: Row<'a>, rating: &Rating) -> Row<'a> {
    row.word("rating_unit", rating.unit.as_str(), RatingUnit::Mva.as_str())
        .maybe("rating_normal", rating.normal)
        .maybe("rating_short", rating.short)
        .maybe("rating_emergency", rating.emergency)
}

fn transformers(network: &Network, built: bool, made: &HashSet<ElementId>) -> Sheet {
    let mut sheet = Sheet::new(&layout::TRANSFORMERS);
    let own = |(id, _): &(_, _)| !made.contains(&ElementId::Transformer(*id));
    for (_, one) in network.transformers.iter_ids().filter(own).filter(|(_, one)| one.built == built) {
        transformer(&mut sheet, network, one);
    }
    sheet
}

fn transformer(sheet: &mut Sheet, network: &Network, one: &Transformer) {
    let types = &network.catalogue.transformer_types;
    let mut row = sheet
        .row()
        .text("id", &one.id)
        .text("name", &one.name)
        .text("from", bus(network, one.from))
        .text("to", bus(network, one.to));
    let mut tap_of_type = None;
    row = match &one.impedance {
        TransformerImpedance::Type(id) => {
            tap_of_type = types[*id].tap_at_neutral();
            row.text("type", &types[*id].id)
        }
        TransformerImpedance::Nameplate(plate) => nameplate(row, plate),
        &TransformerImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            per_unit(row, [r_pu, x_pu, g_pu, b_pu], sbase_mva, network)
        }
    };
    row = row.number_or("ratio_pu", one.ratio_pu, 1.0).number_or("shift_deg", one.shift_deg, 0.0);
    if let Some(tap) = &one.tap {
        row = self::tap(row, tap, tap_of_type.as_ref());
    }
    row = hold(row, network, one.tap_control.as_ref(), one.phase_control.as_ref());
    row = row.text("correction", one.correction.map_or("", |id| &network.catalogue.corrections[id].id));
    row = end_shunts(row, &one.end_shunts);
    rating(row.text("vector_group", &one.vector_group), &one.rating)
        .bool_or("in_service", one.in_service, true)
        .origin(&one.origin);
}

/// What moves taps and shift.
pub(super) fn hold<'a>(
    mut row: Row<'a>,
    network: &Network,
    tap: Option<&TapControl>,
    phase: Option<&PhaseControl>,
) -> Row<'a> {
    let mut locked = false;
    if let Some(control) = tap {
        locked |= !control.active;
        row = match control.target {
            TapTarget::Voltage { bus: held, min_pu, max_pu, drop } => {
                let row = row
                    .text("hold_bus", held.map_or("", |held| bus(network, held)))
                    .number("hold_min_pu", min_pu)
                    .number("hold_max_pu", max_pu);
                match drop {
                    Some(drop) => row.number("hold_drop_r_pu", drop.r_pu).number("hold_drop_x_pu", drop.x_pu),
                    None => row,
                }
            }
            TapTarget::Reactive { min_mvar, max_mvar } => {
                row.number("hold_min_mvar", min_mvar).number("hold_max_mvar", max_mvar)
            }
        };
    }
    if let Some(control) = phase {
        locked |= !control.active;
        row = row
            .number("hold_min_mw", control.p_min_mw)
            .number("hold_max_mw", control.p_max_mw)
            .number("shift_min_deg", control.shift_min_deg)
            .number("shift_max_deg", control.shift_max_deg)
            .number_or("shift_step_deg", control.shift_step_deg, 0.0);
    }
    row.bool_or("locked", locked, false)
}

/// The tap columns; where they are those of the type, the position alone says it.
fn tap<'a>(row: Row<'a>, tap: &Tap, of_type: Option<&Tap>) -> Row<'a> {
    let row = row.integer("tap_position", tap.position);
    if of_type.is_some_and(|of_type| Tap { position: tap.position, ..*of_type } == *tap) {
        return row;
    }
    tap_range(row.text("tap_side", tap.side.as_str()), tap)
}

/// Neutral, ends and step of a tap changer.
pub(super) fn tap_range<'a>(row: Row<'a>, tap: &Tap) -> Row<'a> {
    row.integer("tap_neutral", tap.neutral)
        .integer("tap_min", tap.min)
        .integer("tap_max", tap.max)
        .number("tap_step_percent", tap.step_percent)
}

fn generators(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::GENERATORS);
    for one in network.generators.iter().filter(|one| one.built == built) {
        sheet
            .row()
            .text("id", &one.id)
            .text("name", &one.name)
            .text("bus", bus(network, one.bus))
            .word("kind", one.kind.as_str(), "unit")
            .text("control", one.control.as_str())
            .number("p_mw", one.p_mw)
            .number_or("q_mvar", one.q_mvar, 0.0)
            .number_or("vm_setpoint_pu", one.vm_setpoint_pu, 1.0)
            .text("regulated_bus", one.regulated_bus.map_or("", |held| bus(network, held)))
            .maybe("p_min_mw", one.p_min_mw)
            .maybe("p_max_mw", one.p_max_mw)
            .maybe("q_min_mvar", one.q_min_mvar)
            .maybe("q_max_mvar", one.q_max_mvar)
            .maybe("q_share", one.q_share)
            .maybe("participation", one.participation)
            .maybe("sn_mva", one.sn_mva)
            .bool_or("in_service", one.in_service, true)
            .origin(&one.origin);
    }
    sheet
}

fn loads(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::LOADS);
    for one in network.loads.iter().filter(|one| one.built == built) {
        let row = sheet
            .row()
            .text("id", &one.id)
            .text("bus", bus(network, one.bus))
            .number("p_mw", one.p_mw)
            .number_or("q_mvar", one.q_mvar, 0.0);
        load_model(row, one.model).bool_or("in_service", one.in_service, true).origin(&one.origin);
    }
    sheet
}

/// How a load follows the voltage.
fn load_model(row: Row<'_>, model: LoadModel) -> Row<'_> {
    match model {
        LoadModel::Power => row,
        LoadModel::Zip { p_current, p_impedance, q_current, q_impedance } => row
            .number("p_current", p_current)
            .number("p_impedance", p_impedance)
            .number("q_current", q_current)
            .number("q_impedance", q_impedance),
        LoadModel::Exponential { p_exponent, q_exponent } => {
            row.number("p_exponent", p_exponent).number("q_exponent", q_exponent)
        }
    }
}

fn shunts(network: &Network, built: bool, made: &HashSet<ElementId>) -> Sheet {
    let mut sheet = Sheet::new(&layout::SHUNTS);
    let own = |(id, _): &(_, _)| !made.contains(&ElementId::Shunt(*id));
    for (_, one) in network.shunts.iter_ids().filter(own).filter(|(_, one)| one.built == built) {
        let mut row = sheet
            .row()
            .text("id", &one.id)
            .text("bus", bus(network, one.bus))
            .number_or("g_mw", one.g_mw, 0.0)
            .number("b_mvar", one.b_mvar);
        if let Some(bank) = &one.bank {
            row = self::bank(row, network, bank);
        }
        row.bool_or("in_service", one.in_service, true).origin(&one.origin);
    }
    sheet
}

fn bank<'a>(row: Row<'a>, network: &Network, bank: &Bank) -> Row<'a> {
    let block = |block: &Block| format!("{} x {}", block.steps, super::number(block.step_mvar));
    let row = row.text("steps_mvar", &bank.blocks.iter().map(block).collect::<Vec<_>>().join(" + "));
    let Some(control) = &bank.control else { return row };
    row.text("hold_bus", control.bus.map_or("", |held| bus(network, held)))
        .number("hold_min_pu", control.vm_min_pu)
        .number("hold_max_pu", control.vm_max_pu)
        .word("hold_mode", control.mode.as_str(), BankMode::Discrete.as_str())
}

/// The curves of all generators; of those that works build too.
fn capability(network: &Network) -> Sheet {
    let mut sheet = Sheet::new(&layout::CAPABILITY);
    for one in &network.generators {
        for point in &one.capability {
            sheet
                .row()
                .text("generator", &one.id)
                .number("p_mw", point.p_mw)
                .number("q_min_mvar", point.q_min_mvar)
                .number("q_max_mvar", point.q_max_mvar)
                .origin(&Origin::default());
        }
    }
    sheet
}

fn switches(network: &Network, built: bool, made: &HashSet<ElementId>) -> Sheet {
    let mut sheet = Sheet::new(&layout::SWITCHES);
    let own = |(id, _): &(_, _)| !made.contains(&ElementId::Switch(*id));
    for (_, one) in network.switches.iter_ids().filter(own).filter(|(_, one)| one.built == built) {
        sheet
            .row()
            .text("id", &one.id)
            .text("from", bus(network, one.from))
            .text("to", bus(network, one.to))
            .word("kind", one.kind.as_str(), "breaker")
            .bool_or("closed", one.closed, true)
            .origin(&one.origin);
    }
    sheet
}
