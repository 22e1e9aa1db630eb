//! A grid on the map: `GeoJSON` (RFC 7946) for QGIS and its like, with the results of a load flow where there are some.
//!
//! A bus is a point at its substation; a line a straight way between two; a transformer a point. What has no coordinates
//! is left out, and told. Longitude comes first, as the format has it; values that do not exist are `null`.

use crate::finding::{Code, Finding};
use crate::flow::LoadFlow;
use crate::ids::{BusId, Col};
use crate::model::{ElementId, Network, RatingUnit};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io::{self, Write};

/// Writes what stands of a grid; returns what could not be put on the map.
///
/// # Errors
/// Those of `out`.
pub fn write(network: &Network, flow: Option<&LoadFlow>, out: &mut dyn Write) -> io::Result<Vec<Finding>> {
    let mut writer = Writer::new(network, flow, out);
    writeln!(writer.out, "{{\"type\": \"FeatureCollection\", \"features\": [")?;
    writer.buses()?;
    writer.branches()?;
    writeln!(writer.out, "\n]}}")?;
    Ok(writer.findings())
}

struct Writer<'w> {
    network: &'w Network,
    flow: Option<&'w LoadFlow>,
    /// Row of each bus and branch among the results.
    bus_rows: HashMap<BusId, usize>,
    branch_rows: HashMap<ElementId, usize>,
    /// Longitude and latitude of each bus.
    points: Col<BusId, Option<[f64; 2]>>,
    /// Records that have no place, by kind: how many, and the first.
    missing: Vec<(&'static str, usize, String)>,
    written: usize,
    out: &'w mut dyn Write,
}

impl<'w> Writer<'w> {
    fn new(network: &'w Network, flow: Option<&'w LoadFlow>, out: &'w mut dyn Write) -> Self {
        let of = |bus: &crate::model::Bus| {
            let station = network.substations.get(bus.substation?)?;
            Some([station.lon_deg?, station.lat_deg?])
        };
        let points = network.buses.iter().map(of).collect();
        let rows = |flow: &LoadFlow| -> HashMap<BusId, usize> {
            flow.buses.bus.iter().enumerate().map(|(row, &bus)| (bus, row)).collect()
        };
        let branches = |flow: &LoadFlow| -> HashMap<ElementId, usize> {
            flow.branches.branch.iter().enumerate().map(|(row, &branch)| (branch, row)).collect()
        };
        Self {
            network,
            flow,
            bus_rows: flow.map(rows).unwrap_or_default(),
            branch_rows: flow.map(branches).unwrap_or_default(),
            points,
            missing: Vec::new(),
            written: 0,
            out,
        }
    }

    fn feature(&mut self, geometry: &Value, properties: &Map<String, Value>) -> io::Result<()> {
        let comma = if self.written > 0 { ",\n" } else { "" };
        self.written += 1;
        let feature = json!({"type": "Feature", "geometry": geometry, "properties": properties});
        write!(self.out, "{comma}{feature}")
    }

    fn lacks(&mut self, kind: &'static str, id: &str) {
        match self.missing.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, count, _)) => *count += 1,
            None => self.missing.push((kind, 1, id.to_owned())),
        }
    }

    fn buses(&mut self) -> io::Result<()> {
        let network = self.network;
        for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
            let Some(point) = self.points[id] else {
                self.lacks("buses", &bus.id);
                continue;
            };
            let station = bus.substation.and_then(|id| network.substations.get(id));
            let mut properties = Map::new();
            let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
            put("kind", "bus".into());
            put("id", bus.id.as_str().into());
            put("name", bus.name.as_str().into());
            put("substation", station.map_or(Value::Null, |station| station.id.as_str().into()));
            put("vn_kv", bus.vn_kv.into());
            put("in_service", bus.in_service.into());
            let load: f64 =
                network.loads.iter().filter(|l| l.built && l.in_service && l.bus == id).map(|l| l.p_mw).sum();
            put("load_mw", load.into());
            if let Some(flow) = self.flow {
                let row = self.bus_rows.get(&id).copied();
                let of =
                    |column: &[f64]| row.and_then(|row| column.get(row).copied()).map_or(Value::Null, number);
                put("vm_pu", of(&flow.buses.vm_pu));
                put("vm_kv", of(&flow.buses.vm_kv));
                put("va_deg", of(&flow.buses.va_deg));
            }
            let geometry = json!({"type": "Point", "coordinates": point});
            self.feature(&geometry, &properties)?;
        }
        Ok(())
    }

    fn branches(&mut self) -> io::Result<()> {
        let network = self.network;
        let lines = network.lines.iter_ids().filter(|(_, line)| line.built);
        let lines: Vec<_> = lines
            .map(|(id, line)| {
                (ElementId::Line(id), "line", line.name.as_str(), [line.from, line.to], line.in_service)
            })
            .collect();
        let transformers = network.transformers.iter_ids().filter(|(_, t)| t.built);
        let transformers = transformers.map(|(id, t)| {
            (ElementId::Transformer(id), "transformer", t.name.as_str(), [t.from, t.to], t.in_service)
        });
        for (element, kind, name, [from, to], in_service) in lines.into_iter().chain(transformers) {
            let id = network.id_of(element);
            let (Some(a), Some(b)) = (self.points[from], self.points[to]) else {
                self.lacks(if kind == "line" { "lines" } else { "transformers" }, id);
                continue;
            };
            let rating = network.rating(element);
            let mut properties = Map::new();
            let mut put = |name: &str, value: Value| properties.insert(name.to_owned(), value);
            put("kind", kind.into());
            put("id", id.into());
            put("name", name.into());
            put("from", network.buses[from].id.as_str().into());
            put("to", network.buses[to].id.as_str().into());
            put("vn_kv", network.buses[from].vn_kv.into());
            put("in_service", in_service.into());
            let unit = if rating.unit == RatingUnit::Ka { "rating_ka" } else { "rating_mva" };
            put(unit, rating.normal.map_or(Value::Null, number));
            if let Some(flow) = self.flow {
                let row = self.branch_rows.get(&element).copied();
                let of =
                    |column: &[f64]| row.and_then(|row| column.get(row).copied()).map_or(Value::Null, number);
                put("loading_percent", of(&flow.branches.loading_percent));
                put("p_from_mw", of(&flow.branches.p_from_mw));
                put("q_from_mvar", of(&flow.branches.q_from_mvar));
                put("i_from_ka", of(&flow.branches.i_from_ka));
                put("loss_mw", of(&flow.branches.loss_mw));
            }
            let geometry = if kind == "line" {
                json!({"type": "LineString", "coordinates": [a, b]})
            } else {
                json!({"type": "Point", "coordinates": a})
            };
            self.feature(&geometry, &properties)?;
        }
        for t in network.transformers3.iter().filter(|t| t.built) {
            self.lacks("three-winding transformers", &t.id);
        }
        Ok(())
    }

    fn findings(self) -> Vec<Finding> {
        if self.written == 0 {
            let said = "nothing of the grid has coordinates: no bus stands in a substation with `lat_deg` and `lon_deg`";
            return vec![
                Finding::error(Code::NotCarried, said)
                    .help("give substations their coordinates, and buses their substations"),
            ];
        }
        let told = self.missing.into_iter().map(|(kind, count, first)| {
            let why = if kind.starts_with("three") {
                "are not drawn"
            } else {
                "have no coordinates and are left out"
            };
            Finding::warning(Code::NotCarried, format!("{kind} {why}: {count}, for example {first}"))
        });
        told.collect()
    }
}

/// A number, or null where it is none.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}
