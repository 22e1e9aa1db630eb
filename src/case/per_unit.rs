//! Impedances as given to per unit: the only place where they are divided by a base.
//!
//! A branch is the two-port of the load flow: an ideal transformer `tap` at the `from` end, then a pi of
//! series impedance `z` with half of the shunt admittance `ysh` at either side.

use crate::case::base::zbase_ohm;
use crate::finding::{Code, Finding};
use crate::model::validate::ZERO_IMPEDANCE_PU_ON_100_MVA;
use crate::model::{
    ElementId, Line, LineImpedance, Nameplate, Network, Side, Transformer, TransformerImpedance,
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
}

impl BranchPu {
    /// Whether the branch has no impedance to speak of.
    #[must_use]
    pub fn is_zero(&self, sbase_mva: f64) -> bool {
        self.z.norm() * 100.0 / sbase_mva < ZERO_IMPEDANCE_PU_ON_100_MVA
    }
}

/// A line circuit in per unit; sections are in series, their charging added up (nominal pi).
///
/// # Errors
/// An `E-VALUE` finding where ohms meet a bus without rated voltage.
pub fn line(network: &Network, line: &Line) -> Result<BranchPu, Finding> {
    let sbase = network.sbase_mva;
    let (r_ohm, x_ohm, g_us, b_us) = match &line.impedance {
        &LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            return Ok(rebased(r_pu, x_pu, g_pu, b_pu, sbase_mva, sbase, Complex64::ONE));
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
    let turns = |side| transformer.tap.filter(|t| t.side == side).map_or(1.0, |t| t.turns_pu());
    let (turns_from, turns_to) = (turns(Side::From), turns(Side::To));
    let shift = Complex64::from_polar(1.0, transformer.shift_deg.to_radians());
    let off_nominal = transformer.ratio_pu * turns_from / turns_to;
    let sbase = network.sbase_mva;
    let n = match &transformer.impedance {
        &TransformerImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            let mut branch = rebased(r_pu, x_pu, g_pu, b_pu, sbase_mva, sbase, shift * off_nominal);
            branch.z *= turns_to * turns_to;
            branch.ysh /= turns_to * turns_to;
            return Ok(branch);
        }
        TransformerImpedance::Nameplate(nameplate) => nameplate,
        TransformerImpedance::Type(id) => &network.catalogue.transformer_types[*id].nameplate,
    };
    let vbase_from = rated_voltage(network, transformer.from, "transformer", &transformer.id)?;
    let vbase_to = rated_voltage(network, transformer.to, "transformer", &transformer.id)?;
    let zbase = zbase_ohm(vbase_to, sbase);
    let (z_ohm, y_s) = nameplate_ohm(n);
    Ok(BranchPu {
        z: z_ohm * (turns_to * turns_to) / zbase,
        ysh: y_s / (turns_to * turns_to) * zbase,
        tap: shift * (off_nominal * (n.vn_from_kv / vbase_from) / (n.vn_to_kv / vbase_to)),
    })
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
    BranchPu { z: Complex64::new(r, x) * scale, ysh: Complex64::new(g, b) / scale, tap }
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
