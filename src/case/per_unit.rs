//! Impedances as given to per unit: the only place where they are divided by a base.
//!
//! A branch is the two-port of the load flow: an ideal transformer `tap` at the `from` end, then a pi of
//! series impedance `z` with half of the shunt admittance `ysh` at either side.

use crate::case::base::zbase_ohm;
use crate::finding::{Code, Finding};
use crate::ids::CorrectionId;
use crate::model::validate::ZERO_IMPEDANCE_PU_ON_100_MVA;
use crate::model::{
    CorrectionOf, ElementId, EndShunt, Line, LineImpedance, Nameplate, Network, Side, StarImpedance, Tap,
    Transformer, Transformer3, TransformerImpedance,
};
use num_complex::Complex64;

/// A branch in per unit on the network's `sbase_mva` and the rated voltages of its buses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BranchPu {
    /// Series impedance, seen from the `to` end.
    pub z: Complex64,
    /// Shunt admittance, both halves together; positive imaginary part for charging.
    pub ysh: Complex64,
    /// Complex ratio at the `from` end.
    pub tap: Complex64,
    /// Shunt admittance at the `from` bus, outside of the tap, and at the `to` bus.
    pub ends: [Complex64; 2],
}

impl BranchPu {
    /// Whether the branch has no impedance to speak of.
    #[must_use]
    pub fn is_zero(&self, sbase_mva: f64) -> bool {
        // Squares may underflow, which is as good as zero here, and overflow, which is not zero.
        let limit = ZERO_IMPEDANCE_PU_ON_100_MVA * sbase_mva / 100.0;
        self.z.norm_sqr() < limit * limit
    }
}

fn ends(shunts: &[EndShunt; 2], sbase_mva: f64) -> [Complex64; 2] {
    shunts.map(|shunt| Complex64::new(shunt.g_mw, shunt.b_mvar) / sbase_mva)
}

/// A line circuit in per unit; sections are in series, their charging added up (nominal pi). What compensates it in series, and reactors
/// at its ends, are on top.
///
/// # Errors
/// An `E-VALUE` finding where ohms meet a bus without rated voltage.
pub fn line(network: &Network, line: &Line) -> Result<BranchPu, Finding> {
    let mut branch = uncompensated(network, line)?;
    if let Some(series) = &line.series {
        let vn_kv = rated_voltage(network, line.from, "line", &line.id)?;
        branch.z.im += series.x_ohm / zbase_ohm(vn_kv, network.sbase_mva);
    }
    Ok(branch)
}

fn uncompensated(network: &Network, line: &Line) -> Result<BranchPu, Finding> {
    let sbase = network.sbase_mva;
    let (r_ohm, x_ohm, g_us, b_us) = match &line.impedance {
        &LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            let branch = rebased(r_pu, x_pu, g_pu, b_pu, sbase_mva, sbase, Complex64::ONE);
            return Ok(BranchPu { ends: ends(&line.end_shunts, sbase), ..branch });
        }
        &LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us } => (r_ohm, x_ohm, g_us, b_us),
        LineImpedance::Sections(sections) => sections.iter().fold((0.0, 0.0, 0.0, 0.0), |sum, section| {
            let t = &network.catalogue.line_types[section.line_type];
            let km = section.length_km;
            (sum.0 + t.r_ohm_per_km * km, sum.1 + t.x_ohm_per_km * km, 0.0, sum.3 + t.b_us_per_km * km)
        }),
    };
    let zbase = zbase_ohm(rated_voltage(network, line.from, "line", &line.id)?, sbase);
    Ok(BranchPu {
        z: Complex64::new(r_ohm, x_ohm) / zbase,
        ysh: Complex64::new(g_us, b_us) * 1e-6 * zbase,
        tap: Complex64::ONE,
        ends: ends(&line.end_shunts, sbase),
    })
}

/// A transformer in per unit.
///
/// From a nameplate, with everything referred to the `to` winding:
///
/// ```text
/// |z| = uk/100 · vn_to²/sn      r = pk/1000 · (vn_to/sn)²      x = √(|z|² − r²)
/// g = p0/1000 / vn_to²          |y| = i0/100 · sn/vn_to²        b = −√(|y|² − g²)
/// tap = ratio · (vn_from·turns_from / vbase_from) / (vn_to·turns_to / vbase_to) · e^(j·shift)
/// ```
///
/// A tap changer in the `to` winding also changes the impedance seen from there, by its turns squared.
///
/// # Errors
/// An `E-VALUE` finding where a nameplate meets a bus without rated voltage.
pub fn transformer(network: &Network, transformer: &Transformer) -> Result<BranchPu, Finding> {
    transformer_at(network, transformer, transformer.tap, transformer.shift_deg)
}

/// The transformer as it would be with another tap and shift.
///
/// # Errors
/// As [`transformer`].
pub fn transformer_at(
    network: &Network,
    transformer: &Transformer,
    tap: Option<Tap>,
    shift_deg: f64,
) -> Result<BranchPu, Finding> {
    let turns = |side| tap.filter(|t| t.side == side).map_or(1.0, |t| t.turns_pu());
    let (turns_from, turns_to) = (turns(Side::From), turns(Side::To));
    let shift = Complex64::from_polar(1.0, shift_deg.to_radians());
    let off_nominal = transformer.ratio_pu * turns_from / turns_to;
    let sbase = network.sbase_mva;
    let n = match &transformer.impedance {
        &TransformerImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            let mut branch = rebased(r_pu, x_pu, g_pu, b_pu, sbase_mva, sbase, shift * off_nominal);
            branch.z *= turns_to * turns_to;
            branch.ysh /= turns_to * turns_to;
            branch.ends = ends(&transformer.end_shunts, sbase);
            return Ok(corrected(network, transformer.correction, branch, off_nominal, shift_deg));
        }
        TransformerImpedance::Nameplate(nameplate) => nameplate,
        TransformerImpedance::Type(id) => &network.catalogue.transformer_types[*id].nameplate,
    };
    let vbase_from = rated_voltage(network, transformer.from, "transformer", &transformer.id)?;
    let vbase_to = rated_voltage(network, transformer.to, "transformer", &transformer.id)?;
    let zbase = zbase_ohm(vbase_to, sbase);
    let (z_ohm, y_s) = nameplate_ohm(n);
    let branch = BranchPu {
        z: z_ohm * (turns_to * turns_to) / zbase,
        ysh: y_s / (turns_to * turns_to) * zbase,
        tap: shift * (off_nominal * (n.vn_from_kv / vbase_from) / (n.vn_to_kv / vbase_to)),
        ends: ends(&transformer.end_shunts, sbase),
    };
    Ok(corrected(network, transformer.correction, branch, off_nominal, shift_deg))
}

/// The impedance as its correction table has it at a ratio [p.u., off-nominal] or shift.
fn corrected(
    network: &Network,
    table: Option<CorrectionId>,
    mut branch: BranchPu,
    ratio: f64,
    shift_deg: f64,
) -> BranchPu {
    if let Some(table) = table.and_then(|id| network.catalogue.corrections.get(id)) {
        let (r, x) = table.factors(if table.of == CorrectionOf::Ratio { ratio } else { shift_deg });
        branch.z = Complex64::new(branch.z.re * r, branch.z.im * x);
    }
    branch
}

/// The windings of a three-winding transformer in per unit: branches from the winding's bus to the star point, whose base
/// is the rated voltage of the windings. `None` where a winding is switched off.
///
/// # Errors
/// An `E-VALUE` finding where a winding has a rated voltage and its bus has none.
pub fn windings(network: &Network, t: &Transformer3) -> Result<[Option<BranchPu>; 3], Finding> {
    let sbase = network.sbase_mva;
    let (pairs, no_load) = pairs(network, t);
    let star = [
        (pairs[0] + pairs[2] - pairs[1]) / 2.0,
        (pairs[0] + pairs[1] - pairs[2]) / 2.0,
        (pairs[1] + pairs[2] - pairs[0]) / 2.0,
    ];
    let mut found = [None; 3];
    for (k, winding) in t.windings.iter().enumerate().filter(|(_, winding)| winding.in_service) {
        let turns = winding.tap.map_or(1.0, |tap| tap.turns_pu());
        let ratio = winding.ratio_pu * turns;
        let rated = if winding.vn_kv > 0.0 {
            winding.vn_kv / rated_voltage(network, winding.bus, "transformer", &t.id)?
        } else {
            1.0
        };
        let tap = Complex64::from_polar(ratio * rated, winding.shift_deg.to_radians());
        let ends = [if k == 0 { no_load } else { Complex64::ZERO }, Complex64::ZERO];
        let branch = BranchPu { z: star[k], ysh: Complex64::ZERO, tap, ends };
        let mut branch = corrected(network, winding.correction, branch, ratio, winding.shift_deg);
        if branch.is_zero(sbase) {
            // a star point has a leg without impedance now and then; it stays a node of its own
            branch.z = Complex64::new(0.0, ZERO_IMPEDANCE_PU_ON_100_MVA * sbase / 100.0);
        }
        found[k] = Some(branch);
    }
    Ok(found)
}

/// The impedances between the windings of a three-winding transformer, 1-2, 2-3, 3-1, and what it draws without load, at
/// the first winding's bus: in per unit on the network's `sbase_mva` and the rated voltages of the windings.
#[must_use]
pub fn pairs(network: &Network, t: &Transformer3) -> ([Complex64; 3], Complex64) {
    let sbase = network.sbase_mva;
    match t.impedance {
        StarImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            let scale = sbase / sbase_mva;
            let pair = |k: usize| Complex64::new(r_pu[k], x_pu[k]) * scale;
            ([pair(0), pair(1), pair(2)], Complex64::new(g_pu, b_pu) / scale)
        }
        StarImpedance::Nameplate { sn_mva, uk_percent, pk_kw, p0_kw, i0_percent } => {
            let rest = |whole: f64, part: f64| (whole * whole - part * part).max(0.0).sqrt();
            let pair = |k: usize| {
                let (z, r) = (uk_percent[k] / 100.0, pk_kw[k] / 1000.0 / sn_mva[k]);
                Complex64::new(r, rest(z, r)) * (sbase / sn_mva[k])
            };
            let g = p0_kw / 1000.0 / sbase;
            let y = i0_percent / 100.0 * sn_mva[0] / sbase;
            ([pair(0), pair(1), pair(2)], Complex64::new(g, -rest(y, g)))
        }
    }
}

/// A line or transformer in per unit.
///
/// # Errors
/// As [`line()`] and [`transformer`].
///
/// # Panics
/// If the element is neither (a bug of the caller).
pub fn branch(network: &Network, element: ElementId) -> Result<BranchPu, Finding> {
    match element {
        ElementId::Line(id) => line(network, &network.lines[id]),
        ElementId::Transformer(id) => transformer(network, &network.transformers[id]),
        other => panic!("a {} is no branch", other.kind().as_str()),
    }
}

/// Series impedance (ohm) and magnetising admittance (S), referred to the `to` winding.
fn nameplate_ohm(n: &Nameplate) -> (Complex64, Complex64) {
    let zn = n.vn_to_kv * n.vn_to_kv / n.sn_mva;
    let z = n.uk_percent / 100.0 * zn;
    let r = n.pk_kw / 1000.0 / n.sn_mva * zn;
    let y = n.i0_percent / 100.0 / zn;
    let g = n.p0_kw / 1000.0 / n.sn_mva / zn;
    let rest = |whole: f64, part: f64| (whole * whole - part * part).max(0.0).sqrt();
    (Complex64::new(r, rest(z, r)), Complex64::new(g, -rest(y, g)))
}

fn rebased(r: f64, x: f64, g: f64, b: f64, from_mva: f64, to_mva: f64, tap: Complex64) -> BranchPu {
    let scale = to_mva / from_mva;
    let (z, ysh) = (Complex64::new(r, x) * scale, Complex64::new(g, b) / scale);
    BranchPu { z, ysh, tap, ends: [Complex64::ZERO; 2] }
}

fn rated_voltage(network: &Network, bus: crate::ids::BusId, what: &str, id: &str) -> Result<f64, Finding> {
    let bus = &network.buses[bus];
    if bus.vn_kv > 0.0 {
        return Ok(bus.vn_kv);
    }
    Err(Finding::error(
        Code::Value,
        format!("{what} {id}: its impedance is in ohm, but bus {} has no rated voltage", bus.id),
    )
    .element(format!("bus {}", bus.id))
    .field("vn_kv")
    .place(bus.origin.place.clone())
    .help("give the bus its rated voltage in kV, or the impedance in per unit"))
}
