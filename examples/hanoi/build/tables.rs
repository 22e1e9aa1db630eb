//! The tables of the hand-over folder, row for row, in their own words.

use super::money::UnitCostRow;
use gridstage::model::{Confidence, Origin};
use std::path::Path;
use std::str::FromStr;

/// The stages of the tables: the years in their column names.
pub(super) const STAGES: [i16; 5] = [2016, 2020, 2025, 2030, 2035];

/// Everything that is read.
pub(super) struct Tables {
    pub(super) stations: Vec<Station>,
    pub(super) lines: Vec<LineRow>,
    pub(super) works: Vec<Work>,
    pub(super) sources: Vec<Source>,
    pub(super) conductors: Vec<Conductor>,
    pub(super) transformers: Vec<TransformerRow>,
    pub(super) criteria: Vec<CriteriaRow>,
    pub(super) unit_costs: Vec<UnitCostRow>,
    /// Hourly load of a hot summer day over its peak.
    pub(super) load_shape: Vec<f64>,
    pub(super) load_shape_origin: Origin,
}

/// A row of `substations.csv`.
pub(super) struct Station {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) code: String,
    pub(super) district: String,
    pub(super) is_boundary: bool,
    pub(super) lat_deg: Option<f64>,
    pub(super) lon_deg: Option<f64>,
    pub(super) coord_source: String,
    /// Unit ratings by [`Level`], then by stage, in the order of the cell: `2x250+1x125` is 250, 250, 125.
    pub(super) units_mva: [[Vec<f64>; 5]; 3],
    /// Load by stage; `None` where the cell is empty.
    pub(super) load_mw: [Option<f64>; 5],
    pub(super) origin: Origin,
}

/// A transformation level of a station, in the order of the columns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    /// 500/220 kV.
    T500,
    /// 220/110 kV.
    T220,
    /// 110/22 kV.
    T110,
}

impl Level {
    pub(super) const ALL: [Self; 3] = [Self::T500, Self::T220, Self::T110];

    /// Rated voltages of the buses on both sides.
    pub(super) fn kv(self) -> (u16, u16) {
        match self {
            Self::T500 => (500, 220),
            Self::T220 => (220, 110),
            Self::T110 => (110, 22),
        }
    }

    /// Beginning of the type names in `transformers.csv`.
    pub(super) fn type_prefix(self) -> &'static str {
        match self {
            Self::T500 => "500/220/35",
            Self::T220 => "220/110/22",
            Self::T110 => "110/22",
        }
    }
}

/// A row of `lines.csv`.
pub(super) struct LineRow {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kv: u16,
    pub(super) circuits: u16,
    pub(super) length_km: f64,
    pub(super) cable_km: f64,
    pub(super) conductor: String,
    pub(super) cable_conductor: String,
    pub(super) stage_in: i16,
    pub(super) stage_out: Option<i16>,
    pub(super) normally_open: bool,
    pub(super) note: String,
    pub(super) origin: Origin,
}

impl LineRow {
    /// The id without its number: what `refers_to` of a work names.
    pub(super) fn corridor(&self) -> &str {
        self.id.rsplit_once('-').map_or(&self.id, |(corridor, _)| corridor)
    }
}

/// A row of `projects.csv`.
pub(super) struct Work {
    pub(super) id: String,
    pub(super) stage: i16,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) works: String,
    pub(super) circuits_x_km: String,
    pub(super) cost_bn_vnd: Option<f64>,
    pub(super) cost_basis: String,
    pub(super) in_service: String,
    pub(super) refers_to: String,
    pub(super) origin: Origin,
}

/// A row of `sources.csv`.
pub(super) struct Source {
    pub(super) station: String,
    pub(super) kv: u16,
    pub(super) stage: i16,
    pub(super) is_slack: bool,
    pub(super) p_mw: Option<f64>,
    pub(super) vm_setpoint_pu: f64,
    pub(super) origin: Origin,
}

/// A row of `conductors.csv`.
pub(super) struct Conductor {
    pub(super) id: String,
    pub(super) kind: String,
    /// `110`, or `110/220` where it serves both.
    pub(super) kv: String,
    pub(super) r_ohm_per_km: f64,
    pub(super) x_ohm_per_km: f64,
    pub(super) b_us_per_km: f64,
    pub(super) i_max_a: f64,
    pub(super) origin: Origin,
}

/// A row of `transformers.csv`.
pub(super) struct TransformerRow {
    pub(super) id: String,
    pub(super) sn_mva: f64,
    pub(super) hv_kv: f64,
    /// Empty for the two-winding 110/22 kV units.
    pub(super) mv_kv: Option<f64>,
    pub(super) lv_kv: f64,
    pub(super) uk_percent: f64,
    pub(super) pk_kw: f64,
    pub(super) p0_kw: f64,
    pub(super) i0_percent: f64,
    pub(super) tap_side: String,
    pub(super) tap_steps: i32,
    pub(super) tap_step_percent: f64,
    pub(super) vector_group: String,
    pub(super) origin: Origin,
}

/// A row of `criteria.csv`.
pub(super) struct CriteriaRow {
    pub(super) id: String,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) condition: String,
    pub(super) origin: Origin,
}

impl Tables {
    /// Reads the folder `dir`.
    pub(super) fn read(dir: &Path) -> Result<Self, String> {
        let load_shape =
            rows(dir, "load_shape.csv", |row| Ok((row.number("p_pu_summer_hot_day")?, row.origin()?)))?;
        Ok(Self {
            stations: rows(dir, "substations.csv", station)?,
            lines: rows(dir, "lines.csv", line)?,
            works: rows(dir, "projects.csv", work)?,
            sources: rows(dir, "sources.csv", source)?,
            conductors: rows(dir, "conductors.csv", conductor)?,
            transformers: rows(dir, "transformers.csv", transformer)?,
            criteria: rows(dir, "criteria.csv", criterion)?,
            unit_costs: rows(dir, "unit_costs.csv", unit_cost)?,
            load_shape_origin: load_shape.first().map(|(_, origin)| origin.clone()).unwrap_or_default(),
            load_shape: load_shape.into_iter().map(|(p, _)| p).collect(),
        })
    }
}

fn station(row: &Row<'_>) -> Result<Station, String> {
    let by_stage = |prefix: &str, cell: &dyn Fn(&str) -> Result<Vec<f64>, String>| {
        let mut found: [Vec<f64>; 5] = Default::default();
        for (found, year) in found.iter_mut().zip(STAGES) {
            *found = cell(&format!("{prefix}_{year}"))?;
        }
        Ok::<_, String>(found)
    };
    let units = |column: &str| units(row.text(column)?).ok_or_else(|| row.wrong(column));
    let mut load_mw = [None; 5];
    for (load, year) in load_mw.iter_mut().zip(STAGES) {
        *load = row.maybe(&format!("p_load_mw_{year}"))?;
    }
    Ok(Station {
        id: row.owned("id")?,
        name: row.owned("name")?,
        code: row.owned("code")?,
        district: row.owned("district")?,
        is_boundary: row.text("type")? == "boundary",
        lat_deg: row.maybe("lat_deg")?,
        lon_deg: row.maybe("lon_deg")?,
        coord_source: row.owned("coord_source")?,
        units_mva: [
            by_stage("tr_500_220_mva", &units)?,
            by_stage("tr_220_110_mva", &units)?,
            by_stage("tr_110_22_mva", &units)?,
        ],
        load_mw,
        origin: row.origin()?,
    })
}

/// Reads `2x250+1x125`.
fn units(cell: &str) -> Option<Vec<f64>> {
    let mut found = Vec::new();
    for part in cell.split('+').filter(|part| !part.is_empty()) {
        let (count, mva) = part.split_once('x')?;
        found.extend(std::iter::repeat_n(mva.parse::<f64>().ok()?, count.parse().ok()?));
    }
    Some(found)
}

fn line(row: &Row<'_>) -> Result<LineRow, String> {
    Ok(LineRow {
        id: row.owned("line_id")?,
        from: row.owned("from_id")?,
        to: row.owned("to_id")?,
        kv: row.number("kv")?,
        circuits: row.number("circuits")?,
        length_km: row.number("length_km")?,
        cable_km: row.maybe("of_which_cable_km")?.unwrap_or(0.0),
        conductor: row.owned("conductor")?,
        cable_conductor: row.owned("cable_conductor")?,
        stage_in: row.number("stage_in")?,
        stage_out: row.maybe("stage_out")?,
        normally_open: match row.text("status")? {
            "closed" => false,
            "normally_open" => true,
            _ => return Err(row.wrong("status")),
        },
        note: row.owned("note")?,
        origin: row.origin()?,
    })
}

fn work(row: &Row<'_>) -> Result<Work, String> {
    Ok(Work {
        id: row.owned("project_id")?,
        stage: row.number("stage")?,
        kind: row.owned("type")?,
        name: row.owned("name")?,
        works: row.owned("works")?,
        circuits_x_km: row.owned("circuits_x_km")?,
        cost_bn_vnd: row.maybe("cost_bn_vnd")?,
        cost_basis: row.owned("cost_basis")?,
        in_service: row.owned("in_service")?,
        refers_to: row.owned("refers_to")?,
        origin: row.origin()?,
    })
}

fn source(row: &Row<'_>) -> Result<Source, String> {
    Ok(Source {
        station: row.owned("station_id")?,
        kv: row.number("kv")?,
        stage: row.number("stage")?,
        is_slack: match row.text("bus_type")? {
            "slack" => true,
            "pv" => false,
            _ => return Err(row.wrong("bus_type")),
        },
        p_mw: row.maybe("p_mw")?,
        vm_setpoint_pu: row.number("v_set_pu")?,
        origin: row.origin()?,
    })
}

fn conductor(row: &Row<'_>) -> Result<Conductor, String> {
    Ok(Conductor {
        id: row.owned("name")?,
        kind: row.owned("kind")?,
        kv: row.owned("kv")?,
        r_ohm_per_km: row.number("r_ohm_per_km_20C")?,
        x_ohm_per_km: row.number("x_ohm_per_km")?,
        b_us_per_km: row.number("b_us_per_km")?,
        i_max_a: row.number("imax_a_normal")?,
        origin: row.origin()?,
    })
}

fn transformer(row: &Row<'_>) -> Result<TransformerRow, String> {
    Ok(TransformerRow {
        id: row.owned("type")?,
        sn_mva: row.number("sn_mva")?,
        hv_kv: row.number("hv_kv")?,
        mv_kv: row.maybe("mv_kv")?,
        lv_kv: row.number("lv_kv")?,
        uk_percent: row.number("uk_hv_mv_percent")?,
        pk_kw: row.number("pk_kw")?,
        p0_kw: row.number("p0_kw")?,
        i0_percent: row.number("i0_percent")?,
        tap_side: row.owned("tap_side")?,
        tap_steps: row.number("tap_steps_each_way")?,
        tap_step_percent: row.number("tap_step_percent")?,
        vector_group: row.owned("vector_group")?,
        origin: row.origin()?,
    })
}

fn criterion(row: &Row<'_>) -> Result<CriteriaRow, String> {
    Ok(CriteriaRow {
        id: row.owned("id")?,
        min: row.maybe("min")?,
        max: row.maybe("max")?,
        condition: row.owned("condition")?,
        origin: row.origin()?,
    })
}

fn unit_cost(row: &Row<'_>) -> Result<UnitCostRow, String> {
    let is_known = matches!(row.text("unit")?, "bn VND" | "bn VND/km");
    if !is_known {
        return Err(row.wrong("unit"));
    }
    Ok(UnitCostRow { item: row.owned("item")?, bn_vnd: row.number("value")?, origin: row.origin()? })
}

/// Reads every row of `dir/file`.
fn rows<T>(dir: &Path, file: &str, of: impl Fn(&Row<'_>) -> Result<T, String>) -> Result<Vec<T>, String> {
    let path = dir.join(file);
    let fail = |error: csv::Error| format!("{}: {error}", path.display());
    let mut reader = csv::Reader::from_path(&path).map_err(fail)?;
    let headers = reader.headers().map_err(fail)?.clone();
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(fail)?;
        let line = record.position().map_or(0, csv::Position::line);
        found.push(of(&Row { file, line, headers: &headers, record: &record })?);
    }
    Ok(found)
}

/// One row, its cells by column name.
struct Row<'a> {
    file: &'a str,
    line: u64,
    headers: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, column: &str) -> Result<&str, String> {
        self.headers
            .iter()
            .position(|name| name == column)
            .and_then(|index| self.record.get(index))
            .map(str::trim)
            .ok_or_else(|| format!("{}:{}: no column `{column}`", self.file, self.line))
    }

    fn owned(&self, column: &str) -> Result<String, String> {
        self.text(column).map(str::to_owned)
    }

    fn number<T: FromStr>(&self, column: &str) -> Result<T, String> {
        self.text(column)?.parse().map_err(|_| self.wrong(column))
    }

    fn maybe<T: FromStr>(&self, column: &str) -> Result<Option<T>, String> {
        if self.text(column)?.is_empty() { Ok(None) } else { self.number(column).map(Some) }
    }

    fn origin(&self) -> Result<Origin, String> {
        let confidence = self.text("confidence")?;
        let confidence = Confidence::ALL
            .into_iter()
            .find(|level| level.as_str() == confidence)
            .ok_or_else(|| self.wrong("confidence"))?;
        Ok(Origin { place: None, source: Some(self.text("source")?.into()), confidence: Some(confidence) })
    }

    fn wrong(&self, column: &str) -> String {
        format!(
            "{}:{}: cannot read `{column}`: `{}`",
            self.file,
            self.line,
            self.text(column).unwrap_or_default()
        )
    }
}
