//! The grid with everything that is ever built in it, and the changes that build it.
//!
//! The base grid is what the tables hold in 2016. What appears in a later stage is built by that stage's
//! work, what disappears is taken out by it.

use super::equipment::{self, LOAD_POWER_FACTOR};
use super::tables::{Level, LineRow, STAGES, Source, Station, Tables};
use super::works::{At, Works};
use gridstage::ids::{BusId, Id, SubstationId};
use gridstage::model::{
    Bus, Confidence, Control, ElementId, EndShunt, Generator, GeneratorKind, Line, LineImpedance, Load,
    LoadModel, Name, Network, Origin, ProjectKind, Rating, Section, Substation, Transformer,
    TransformerImpedance,
};
use std::collections::BTreeMap;

/// What `substations.csv` says of its loads, in the words of FACTS.md.
pub(super) const LOAD_SOURCE: &str =
    "substations.csv: stage total x share of installed 110/22 kV MVA x district factor";

/// A transformer of a station, before it has a record.
struct Unit {
    station: usize,
    level: Level,
    sn_mva: f64,
    /// Number within the station's level, from 1.
    number: usize,
    /// Index into [`STAGES`].
    born: usize,
    built_by: Option<At>,
    taken_out_by: Option<At>,
}

/// Fills the network and the works.
pub(super) fn build(tables: &Tables, works: &mut Works) -> Result<Network, String> {
    let mut network = Network {
        name: "Hà Nội 500/220/110/22 kV".to_owned(),
        catalogue: equipment::catalogue(tables)?,
        substations: tables.stations.iter().map(substation).collect(),
        ..Network::default()
    };
    let units = units(tables, works)?;
    let buses = buses(tables, &units, works, &mut network)?;
    add_transformers(tables, &units, &buses, works, &mut network)?;
    add_loads(tables, &buses, works, &mut network)?;
    add_sources(tables, &buses, works, &mut network)?;
    add_lines(tables, &buses, works, &mut network)?;
    limit_sources(&mut network);
    Ok(network)
}

/// Reactive limits of the boundaries. None is known: an import is estimated to feed and take what goes with a power factor of
/// 0.95 when all lines and transformers that ever stand at its bus carry their ratings, in whole tens of Mvar.
fn limit_sources(network: &mut Network) {
    let mut rated: BTreeMap<BusId, f64> = BTreeMap::new();
    for line in &network.lines {
        let LineImpedance::Sections(sections) = &line.impedance else { continue };
        let ka = sections.iter().filter_map(|part| network.catalogue.line_types[part.line_type].i_normal_ka);
        let ka = ka.fold(f64::INFINITY, f64::min);
        for bus in [line.from, line.to] {
            *rated.entry(bus).or_default() += 3.0_f64.sqrt() * network.buses[bus].vn_kv * ka;
        }
    }
    for t in &network.transformers {
        let TransformerImpedance::Type(kind) = t.impedance else { continue };
        for bus in [t.from, t.to] {
            *rated.entry(bus).or_default() += network.catalogue.transformer_types[kind].nameplate.sn_mva;
        }
    }
    for generator in &mut network.generators {
        let Some(mva) = rated.get(&generator.bus).filter(|mva| mva.is_finite()) else { continue };
        let q = (mva * (1.0 - 0.95_f64 * 0.95).sqrt() / 10.0).round() * 10.0;
        (generator.q_min_mvar, generator.q_max_mvar) = (Some(-q), Some(q));
        generator.origin = with_remark(
            &generator.origin,
            "; reactive limits estimated: power factor 0.95 at the ratings of all lines and transformers at its bus",
        );
    }
}

fn substation(row: &Station) -> Substation {
    let code = if row.code.is_empty() { String::new() } else { format!("; code {}", row.code) };
    Substation {
        id: row.id.as_str().into(),
        name: row.name.clone(),
        district: row.district.as_str().into(),
        lat_deg: row.lat_deg,
        lon_deg: row.lon_deg,
        origin: with_remark(&row.origin, &format!("{code}; coordinates: {}", row.coord_source)),
    }
}

/// The same origin with a remark after its source.
fn with_remark(origin: &Origin, remark: &str) -> Origin {
    let source = format!("{}{remark}", origin.source.as_deref().unwrap_or_default());
    Origin { source: Some(source.into()), ..origin.clone() }
}

/// A station's name without its voltages and remarks: `Mai Động` for `Mai Động 220/110`.
fn short_name(station: &Station) -> &str {
    let end = [" (", " 500", " 220"].iter().filter_map(|mark| station.name.find(mark)).min();
    &station.name[..end.unwrap_or(station.name.len())]
}

/// The life of every transformer, by comparing the cells of successive stages.
fn units(tables: &Tables, works: &mut Works) -> Result<Vec<Unit>, String> {
    let mut all = Vec::new();
    for (station, row) in tables.stations.iter().enumerate() {
        for level in Level::ALL {
            let mut standing: Vec<Unit> = Vec::new();
            let mut count = 0;
            for (stage, wanted) in row.units_mva[level as usize].iter().enumerate() {
                let mut new = wanted.clone();
                let mut old = Vec::new();
                for unit in &standing {
                    match new.iter().position(|mva| mva.total_cmp(&unit.sn_mva).is_eq()) {
                        Some(at) => drop(new.remove(at)),
                        None => old.push(unit.number),
                    }
                }
                if new.is_empty() && old.is_empty() {
                    continue;
                }
                let work = if stage == 0 { None } else { Some(unit_work(row, level, stage, works)?) };
                for unit in standing.iter_mut().filter(|unit| old.contains(&unit.number)) {
                    unit.taken_out_by = work;
                }
                all.extend(standing.extract_if(.., |unit| unit.taken_out_by.is_some()));
                for (k, sn_mva) in new.into_iter().enumerate() {
                    count += 1;
                    standing.push(Unit {
                        station,
                        level,
                        sn_mva,
                        number: count,
                        born: stage,
                        built_by: work.map(|at| works.phase_of_unit(at, k)),
                        taken_out_by: None,
                    });
                }
            }
            all.append(&mut standing);
        }
    }
    all.sort_by_key(|unit| (unit.station, unit.level, unit.number));
    Ok(all)
}

/// The work that changes the units of a station's level in a stage; one is added at the boundaries.
fn unit_work(row: &Station, level: Level, stage: usize, works: &mut Works) -> Result<At, String> {
    let (hv, lv) = level.kv();
    let year = STAGES[stage];
    if let Some(at) = works.find(&format!("substation {hv}/{lv} kV"), &row.id, year, 0) {
        return Ok(at);
    }
    if !row.is_boundary {
        return Err(format!("no work changes the {hv}/{lv} kV units of {} in {year}", row.id));
    }
    let name = format!("{}: {hv}/{lv} kV units", short_name(row));
    works.extra(
        &format!("X-TR-{}-{year}", row.id),
        ProjectKind::Transformer,
        hv,
        year,
        name,
        "transformers of a boundary node; not a work of the Hanoi plan",
    )
}

/// Buses by station row and rated voltage.
type Buses = BTreeMap<(usize, u16), BusId>;

fn buses(tables: &Tables, units: &[Unit], works: &mut Works, network: &mut Network) -> Result<Buses, String> {
    let stage_of = |year: i16| STAGES.iter().position(|&stage| stage == year);
    let mut born: BTreeMap<(usize, u16), usize> = BTreeMap::new();
    let mut note = |station: usize, kv: u16, stage: usize| {
        let first = born.entry((station, kv)).or_insert(stage);
        *first = stage.min(*first);
    };
    for unit in units {
        let (hv, lv) = unit.level.kv();
        note(unit.station, hv, unit.born);
        note(unit.station, lv, unit.born);
    }
    for line in &tables.lines {
        let stage = stage_of(line.stage_in).ok_or_else(|| format!("line {}: unknown stage", line.id))?;
        for end in [&line.from, &line.to] {
            note(station_row(tables, end)?, line.kv, stage);
        }
    }
    for source in &tables.sources {
        let stage =
            stage_of(source.stage).ok_or_else(|| format!("source {}: unknown stage", source.station))?;
        note(station_row(tables, &source.station)?, source.kv, stage);
    }

    let mut found = Buses::new();
    for (station, row) in tables.stations.iter().enumerate() {
        for kv in [500, 220, 110, 22] {
            let Some(&stage) = born.get(&(station, kv)) else { continue };
            let built_by =
                if stage == 0 { None } else { Some(bus_work(row, station, kv, stage, units, works)?) };
            let bus = network.buses.push(Bus {
                name: format!("{} {kv} kV", short_name(row)),
                substation: Some(SubstationId::from_index(station)),
                built: built_by.is_none(),
                origin: row.origin.clone(),
                ..Bus::new(format!("{}-{kv}", row.id), f64::from(kv))
            });
            works.build(built_by, ElementId::Bus(bus));
            found.insert((station, kv), bus);
        }
    }
    Ok(found)
}

/// The work that builds a bus: the first in time to set a transformer on it, the higher voltage first.
fn bus_work(
    row: &Station,
    station: usize,
    kv: u16,
    stage: usize,
    units: &[Unit],
    works: &mut Works,
) -> Result<At, String> {
    let on_bus = |unit: &&Unit| {
        unit.station == station && unit.born == stage && (unit.level.kv().0 == kv || unit.level.kv().1 == kv)
    };
    let first = units
        .iter()
        .filter(on_bus)
        .filter_map(|unit| unit.built_by.map(|at| (works.date(at).map(|date| date.date), unit.level, at)))
        .min_by_key(|&(date, level, _)| (date, level));
    if let Some((.., at)) = first {
        return Ok(at);
    }
    if !row.is_boundary {
        return Err(format!("no work builds the {kv} kV bus of {}", row.id));
    }
    let year = STAGES[stage];
    works.extra(
        &format!("X-IN-{}-{year}", row.id),
        ProjectKind::Substation,
        kv,
        year,
        format!("{}: boundary node", short_name(row)),
        "boundary node that enters the model; not a work of the Hanoi plan",
    )
}

fn station_row(tables: &Tables, id: &str) -> Result<usize, String> {
    tables
        .stations
        .iter()
        .position(|row| row.id == id)
        .ok_or_else(|| format!("substations.csv has no `{id}`"))
}

fn bus_of(buses: &Buses, station: usize, kv: u16) -> Result<BusId, String> {
    buses.get(&(station, kv)).copied().ok_or_else(|| format!("no {kv} kV bus at station row {station}"))
}

fn add_transformers(
    tables: &Tables,
    units: &[Unit],
    buses: &Buses,
    works: &mut Works,
    network: &mut Network,
) -> Result<(), String> {
    for unit in units {
        let row = &tables.stations[unit.station];
        let (hv, lv) = unit.level.kv();
        let (from, to) = (bus_of(buses, unit.station, hv)?, bus_of(buses, unit.station, lv)?);
        let kind = equipment::transformer_type_id(&network.catalogue, unit.level, unit.sn_mva)?;
        let tap = equipment::tap(&network.catalogue.transformer_types[kind], unit.level);
        let id = ElementId::Transformer(network.transformers.push(Transformer {
            id: format!("{}-T{hv}-{}", row.id, unit.number).into(),
            name: String::new(),
            from,
            to,
            impedance: TransformerImpedance::Type(kind),
            ratio_pu: 1.0,
            shift_deg: 0.0,
            tap,
            vector_group: network.catalogue.transformer_types[kind].vector_group.clone(),
            rating: Rating::default(),
            tap_control: equipment::tap_control(unit.level),
            phase_control: None,
            correction: None,
            end_shunts: [EndShunt::default(); 2],
            built: unit.built_by.is_none(),
            in_service: true,
            origin: with_remark(&row.origin, "; tap position and band by the rules of README.md, estimated"),
        }));
        works.connect(unit.built_by, ElementId::Bus(from))?;
        works.connect(unit.built_by, ElementId::Bus(to))?;
        works.build(unit.built_by, id);
        if let Some(at) = unit.taken_out_by {
            works.take_out(at, id);
        }
    }
    Ok(())
}

fn add_loads(tables: &Tables, buses: &Buses, works: &mut Works, network: &mut Network) -> Result<(), String> {
    let tan_phi = (1.0 / (LOAD_POWER_FACTOR * LOAD_POWER_FACTOR) - 1.0).sqrt();
    for (station, row) in tables.stations.iter().enumerate() {
        let Some(p_mw) = row.load_mw.iter().find_map(|load| *load) else { continue };
        let bus = bus_of(buses, station, 22)?;
        let built_by = works.builder(ElementId::Bus(bus));
        let load = network.loads.push(Load {
            id: row.id.as_str().into(),
            bus,
            p_mw,
            q_mvar: (p_mw * tan_phi * 1000.0).round() / 1000.0,
            model: LoadModel::Power,
            built: built_by.is_none(),
            in_service: true,
            origin: Origin {
                place: None,
                source: Some(LOAD_SOURCE.into()),
                confidence: Some(Confidence::Estimated),
            },
        });
        works.build(built_by, ElementId::Load(load));
    }
    Ok(())
}

/// Name of the source at a station and voltage.
pub(super) fn source_id(source: &Source) -> Name {
    format!("IMPORT-{}-{}", source.station, source.kv).into()
}

fn add_sources(
    tables: &Tables,
    buses: &Buses,
    works: &mut Works,
    network: &mut Network,
) -> Result<(), String> {
    let mut made: Vec<Name> = Vec::new();
    for source in &tables.sources {
        let id = source_id(source);
        if made.contains(&id) {
            continue;
        }
        made.push(id.clone());
        let station = station_row(tables, &source.station)?;
        let bus = bus_of(buses, station, source.kv)?;
        let built_by = works.builder(ElementId::Bus(bus));
        let control = if source.is_slack { Control::Slack } else { Control::Voltage };
        let generator = network.generators.push(Generator {
            name: short_name(&tables.stations[station]).to_owned(),
            kind: GeneratorKind::Boundary,
            built: built_by.is_none(),
            // a source that comes later at a bus of the base grid waits for its row in generation.csv
            in_service: source.stage == STAGES[0] || built_by.is_some(),
            origin: source.origin.clone(),
            ..Generator::new(id, bus, control, source.p_mw.unwrap_or(0.0), source.vm_setpoint_pu)
        });
        works.build(built_by, ElementId::Generator(generator));
    }
    Ok(())
}

fn add_lines(tables: &Tables, buses: &Buses, works: &mut Works, network: &mut Network) -> Result<(), String> {
    for row in &tables.lines {
        let built_by = line_work(tables, row, works)?;
        let sections = sections(row, network)?;
        let (from_row, to_row) = (station_row(tables, &row.from)?, station_row(tables, &row.to)?);
        let (from, to) = (bus_of(buses, from_row, row.kv)?, bus_of(buses, to_row, row.kv)?);
        works.connect(built_by, ElementId::Bus(from))?;
        works.connect(built_by, ElementId::Bus(to))?;
        let remark = if row.note.is_empty() { String::new() } else { format!("; {}", row.note) };
        for circuit in 1..=row.circuits {
            let line = network.lines.push(Line {
                id: format!("{}#{circuit}", row.id).into(),
                name: format!(
                    "{} - {} {} kV",
                    short_name(&tables.stations[from_row]),
                    short_name(&tables.stations[to_row]),
                    row.kv
                ),
                row: row.id.as_str().into(),
                circuit,
                from,
                to,
                impedance: LineImpedance::Sections(sections.clone()),
                rating: Rating::default(),
                end_shunts: [EndShunt::default(); 2],
                series: None,
                built: built_by.is_none(),
                in_service: !row.normally_open,
                origin: with_remark(&row.origin, &remark),
            });
            works.build(built_by, ElementId::Line(line));
        }
    }
    super::retire::take_out_lines(tables, works, &network.lines, &network.buses)
}

/// The work of a line row: the works that refer to its corridor in its stage, in the order of the rows.
pub(super) fn line_work(tables: &Tables, row: &LineRow, works: &Works) -> Result<Option<At>, String> {
    if row.stage_in == STAGES[0] {
        return Ok(None);
    }
    let is_like = |other: &&LineRow| other.corridor() == row.corridor() && other.stage_in == row.stage_in;
    let nth = tables.lines.iter().filter(is_like).position(|other| other.id == row.id).unwrap_or_default();
    let found = works.find(&format!("line {} kV", row.kv), row.corridor(), row.stage_in, nth);
    found.map(Some).ok_or_else(|| format!("no work builds line {}", row.id))
}

/// Overhead length, then cable length.
fn sections(row: &LineRow, network: &Network) -> Result<Vec<Section>, String> {
    let section = |id: &str, length_km: f64| {
        Ok::<_, String>(Section { line_type: equipment::line_type_id(&network.catalogue, id)?, length_km })
    };
    if row.cable_conductor.is_empty() {
        return Ok(vec![section(&row.conductor, row.length_km)?]);
    }
    // lengths are given to the metre: without this 11.6 − 4.1 would be written 7.499999999999999
    let overhead_km = ((row.length_km - row.cable_km) * 1000.0).round() / 1000.0;
    Ok(vec![section(&row.conductor, overhead_km)?, section(&row.cable_conductor, row.cable_km)?])
}
