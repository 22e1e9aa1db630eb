//! The catalogue, and the tap position at which a unit is left.
//!
//! The position is a closed rule on catalogue data, no load flow is solved. A unit that carries
//! `s` = 75 % of its rating at power factor cos φ from a high-voltage bus at its rated voltage shall show
//! the target voltage on the other side:
//!
//! ```text
//! u_r = pk / sn,   u_x = √(uk² − u_r²)
//! drop = s·(u_r·cos φ + u_x·sin φ)                           p.u. of the `to` winding
//! u_open = u_target + drop·vn_to                             kV, unloaded
//! turns = (u_hv/vn_from) / (u_open/vn_to)                    tap at the `from` winding
//! turns = (u_open/vn_to) / (u_hv/vn_from)                    tap at the `to` winding
//! position = round((turns − 1) / step), kept within the range
//! ```

use super::tables::{Conductor, Level, Tables, TransformerRow};
use gridstage::ids::{Col, LineTypeId, TransformerTypeId};
use gridstage::model::{
    Catalogue, LineKind, LineType, Nameplate, Side, Tap, TapControl, TapTarget, TransformerType,
};

/// Loading at which the tap rule is meant: the planning threshold of criterion C17.
const TAP_LOADING_PU: f64 = 0.75;

/// Power factor of the load at the 22 kV bus: a 63 MVA unit at 75 % then takes 0.95 from the 110 kV bus,
/// which is what `substations.csv` counts with.
pub(super) const LOAD_POWER_FACTOR: f64 = 0.975;

/// What the tap rule aims at.
struct Target {
    /// Voltage of the `from` bus, kV.
    hv_kv: f64,
    /// Voltage wanted at the `to` bus, kV.
    lv_kv: f64,
    /// Power factor of the flow.
    power_factor: f64,
}

fn target(level: Level) -> Target {
    match level {
        // between the set points of the sources: 1.03 p.u. at 500 kV, 1.04 p.u. at 220 kV
        Level::T500 => Target { hv_kv: 500.0, lv_kv: 1.03 * 220.0, power_factor: 0.95 },
        // the middle of 1.02 to 1.05 p.u., to which the load flows of FACTS.md moved their taps
        Level::T220 => Target { hv_kv: 220.0, lv_kv: 1.035 * 110.0, power_factor: 0.95 },
        Level::T110 => Target { hv_kv: 110.0, lv_kv: 1.03 * 22.0, power_factor: LOAD_POWER_FACTOR },
    }
}

/// The catalogue with both equipment tables, ids kept.
pub(super) fn catalogue(tables: &Tables) -> Result<Catalogue, String> {
    let line_types = tables.conductors.iter().map(line_type).collect::<Result<Col<_, _>, _>>()?;
    let transformer_types =
        tables.transformers.iter().map(transformer_type).collect::<Result<Col<_, _>, _>>()?;
    Ok(Catalogue { line_types, transformer_types, ..Catalogue::default() })
}

fn line_type(row: &Conductor) -> Result<LineType, String> {
    let vn_kv = row.kv.split('/').filter_map(|kv| kv.parse::<f64>().ok()).fold(0.0, f64::max);
    if vn_kv == 0.0 {
        return Err(format!("conductors.csv: `{}` has no voltage", row.id));
    }
    Ok(LineType {
        id: row.id.as_str().into(),
        kind: if row.kind.starts_with("XLPE") { LineKind::Cable } else { LineKind::Overhead },
        description: row.kind.clone(),
        vn_kv,
        r_ohm_per_km: row.r_ohm_per_km,
        x_ohm_per_km: row.x_ohm_per_km,
        b_us_per_km: row.b_us_per_km,
        i_normal_ka: Some(row.i_max_a / 1000.0),
        // the table asks for 1.0 x the normal current after a fault too
        i_emergency_ka: None,
        origin: row.origin.clone(),
    })
}

fn transformer_type(row: &TransformerRow) -> Result<TransformerType, String> {
    Ok(TransformerType {
        id: row.id.as_str().into(),
        nameplate: Nameplate {
            sn_mva: row.sn_mva,
            vn_from_kv: row.hv_kv,
            vn_to_kv: row.mv_kv.unwrap_or(row.lv_kv),
            uk_percent: row.uk_percent,
            pk_kw: row.pk_kw,
            p0_kw: row.p0_kw,
            i0_percent: row.i0_percent,
        },
        vn_tertiary_kv: row.mv_kv.map(|_| row.lv_kv),
        vector_group: row.vector_group.as_str().into(),
        tap_side: Some(match row.tap_side.as_str() {
            "hv" => Side::From,
            "mv" => Side::To,
            other => return Err(format!("transformers.csv: `{}` is tapped at `{other}`", row.id)),
        }),
        tap_steps: row.tap_steps,
        tap_step_percent: row.tap_step_percent,
        origin: row.origin.clone(),
    })
}

/// The conductor or cable called `id`.
pub(super) fn line_type_id(catalogue: &Catalogue, id: &str) -> Result<LineTypeId, String> {
    catalogue
        .line_types
        .iter_ids()
        .find(|(_, kind)| kind.id == id)
        .map(|(found, _)| found)
        .ok_or_else(|| format!("conductors.csv has no `{id}`"))
}

/// The transformer type of a level and rating: `220/110/22-250`.
pub(super) fn transformer_type_id(
    catalogue: &Catalogue,
    level: Level,
    sn_mva: f64,
) -> Result<TransformerTypeId, String> {
    let id = format!("{}-{sn_mva}", level.type_prefix());
    catalogue
        .transformer_types
        .iter_ids()
        .find(|(_, kind)| kind.id == id)
        .map(|(found, _)| found)
        .ok_or_else(|| format!("transformers.csv has no `{id}`"))
}

/// The tap changer of a type at the position of the rule above.
pub(super) fn tap(kind: &TransformerType, level: Level) -> Option<Tap> {
    let side = kind.tap_side?;
    let plate = &kind.nameplate;
    let target = target(level);
    let u_r = plate.pk_kw / 1000.0 / plate.sn_mva;
    let u_x = ((plate.uk_percent / 100.0).powi(2) - u_r * u_r).sqrt();
    let sin_phi = (1.0 - target.power_factor * target.power_factor).sqrt();
    let drop = TAP_LOADING_PU * (u_r * target.power_factor + u_x * sin_phi);
    let u_open_pu = target.lv_kv / plate.vn_to_kv + drop;
    let u_hv_pu = target.hv_kv / plate.vn_from_kv;
    let turns = match side {
        Side::From => u_hv_pu / u_open_pu,
        Side::To => u_open_pu / u_hv_pu,
    };
    let wanted = (turns - 1.0) / (kind.tap_step_percent / 100.0);
    let position = (-kind.tap_steps..=kind.tap_steps)
        .min_by(|&a, &b| (f64::from(a) - wanted).abs().total_cmp(&(f64::from(b) - wanted).abs()))?;
    Some(Tap {
        side,
        position,
        neutral: 0,
        min: -kind.tap_steps,
        max: kind.tap_steps,
        step_percent: kind.tap_step_percent,
    })
}

/// What the tap changer of a level holds: 110 kV between 1.02 and 1.05 p.u. as in FACTS.md, and 22 kV within one step to
/// each side of the target above. Those of 500/220 kV units stay: most of their 220 kV buses are held by a boundary.
pub(super) fn tap_control(level: Level) -> Option<TapControl> {
    let (min_pu, max_pu) = match level {
        Level::T500 => return None,
        Level::T220 => (1.02, 1.05),
        Level::T110 => (1.01, 1.045),
    };
    Some(TapControl { target: TapTarget::Voltage { bus: None, min_pu, max_pu, drop: None }, active: true })
}
