//! Direct-current links: what their converters draw from and feed into the grid at given voltages.
//!
//! Line-commutated, with `n` bridges, valve-side voltage `e` (line to line), `e_d0 = (3√2/π)·n·e`:
//!
//! ```text
//! rectifier   v_d = e_d0·cos α − n·(3/π)·xc·i_d − 2·n·rc·i_d        inverter   v_d = e_d0·cos γ − n·(3/π)·xc·i_d + 2·n·rc·i_d
//! overlap μ   cos α − cos(α+μ) = √2·xc·i_d/e                        v_d(rectifier) = v_d(inverter) + r·i_d
//! tan φ = (2μ + sin 2α − sin 2(α+μ)) / (cos 2α − cos 2(α+μ))        q = p·tan φ, drawn at both ends
//! ```
//!
//! The inverter holds the direct voltage and the rectifier the order. Where the inverter has no angle left (γ at its least)
//! the voltage falls; where the rectifier has none, the inverter takes over at the order less its margin; where
//! both have none, their characteristics meet where they may.
//!
//! Voltage-source converters hold what they are set for whatever the voltage; of the two one holds the direct voltage, and
//! takes what the other's power, the line and the losses leave.
//! Source: E. W. Kimbark, *Direct Current Transmission*, vol. 1, 1971, ch. 3.

use crate::ids::BusId;
use crate::model::{ConverterAc, DcLink, Lcc, LccConverter, LccOrder, Network, Vsc, VscDc};
use num_complex::Complex64;
use std::f64::consts::{PI, SQRT_2};

/// How a link works at the voltages of its buses: at its first converter (of a line-commutated link the rectifier), and at its second.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LinkState {
    /// What each converter feeds into its bus (MW and Mvar); a voltage-source converter that holds a voltage without its
    /// reactive power.
    pub fed: [Complex64; 2],
    /// Direct voltage at each (kV); NaN where none is known.
    pub vd_kv: [f64; 2],
    /// Direct current from the first to the second (kA); NaN where no voltage is known.
    pub id_ka: f64,
    /// Firing angle of the rectifier, extinction angle of the inverter (degree); NaN of voltage-source converters.
    pub angle_deg: [f64; 2],
    /// What keeps it from what it is set for.
    pub limit: LinkLimit,
}

/// What keeps a link from what it is set for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum LinkLimit {
    /// Nothing.
    #[default]
    None,
    /// The inverter stands at its least angle: the direct voltage is lower than scheduled.
    Inverter,
    /// The rectifier stands at its least angle: the inverter holds the order less its margin.
    Rectifier,
    /// Both stand at their least angles.
    Both,
    /// No current makes the power that is ordered: it carries the most that there is.
    Power,
    /// Its converters have no data, or both hold power: each draws and feeds what is set, without reactive power.
    NoData,
}

/// How a link works at voltages of its buses [p.u.]. Its converter taps are those of the record.
#[must_use]
pub fn operate(network: &Network, link: &DcLink, vm_pu: [f64; 2]) -> LinkState {
    match link {
        DcLink::Lcc(link) => line_commutated(network, link, vm_pu),
        DcLink::Vsc(link) => voltage_source(link),
    }
}

/// The voltage of a bus [kV]; on the converter's own rated voltage where the bus has none.
fn kv(network: &Network, bus: BusId, own: f64, vm_pu: f64) -> f64 {
    let vn_kv = network.buses[bus].vn_kv;
    vm_pu * if vn_kv > 0.0 { vn_kv } else { own }
}

/// A converter at a voltage of its bus.
#[derive(Clone, Copy)]
struct Bridge {
    /// No-load direct voltage [kV].
    ed0_kv: f64,
    /// Valve-side voltage [kV].
    e_kv: f64,
    /// Drop by commutation, and by resistance [ohm].
    xc_ohm: f64,
    rc_ohm: f64,
    /// Cosine of the least angle.
    most: f64,
    /// Reactance of one bridge [ohm].
    one_xc_ohm: f64,
}

impl Bridge {
    fn new(network: &Network, one: &LccConverter, vm_pu: f64) -> Self {
        let bridges = f64::from(one.bridges);
        let e_kv = kv(network, one.bus, one.vn_kv, vm_pu) * one.ratio_pu / one.tap_pu;
        Self {
            ed0_kv: 3.0 * SQRT_2 / PI * bridges * e_kv,
            e_kv,
            xc_ohm: 3.0 / PI * bridges * one.xc_ohm,
            rc_ohm: 2.0 * bridges * one.rc_ohm,
            most: one.angle_min_deg.to_radians().cos(),
            one_xc_ohm: one.xc_ohm,
        }
    }

    fn cos(&self, vd_kv: f64, drop_ohm: f64, id_ka: f64) -> f64 {
        (vd_kv + drop_ohm * id_ka) / self.ed0_kv
    }

    /// Reactive over active power on the alternating side, at the cosine of its angle.
    fn tan_phi(&self, cos: f64, id_ka: f64) -> f64 {
        let angle = cos.clamp(-1.0, 1.0).acos();
        let end = (cos - SQRT_2 * self.one_xc_ohm * id_ka / self.e_kv).clamp(-1.0, 1.0).acos();
        let overlap = end - angle;
        if overlap < 1e-4 {
            return f64::midpoint(angle, end).tan();
        }
        (2.0 * overlap + (2.0 * angle).sin() - (2.0 * end).sin()) / ((2.0 * angle).cos() - (2.0 * end).cos())
    }
}

/// The current of a power [kA]: `slope·i² + v·i = p`, and whether there is one.
fn current(slope_ohm: f64, v_kv: f64, p_mw: f64) -> (f64, bool) {
    let d = v_kv * v_kv + 4.0 * slope_ohm * p_mw;
    if d < 0.0 { (-v_kv / (2.0 * slope_ohm), false) } else { (2.0 * p_mw / (v_kv + d.sqrt()), true) }
}

/// The current of an order where the direct voltages at rectifier and inverter are `v + slope·i` [kV, ohm].
fn ordered(order: LccOrder, v_kv: f64, slopes_ohm: [f64; 2], share: f64) -> (f64, bool) {
    match order {
        LccOrder::Current(ka) => (share * ka, true),
        LccOrder::PowerAtRectifier(mw) => current(slopes_ohm[0], v_kv, share * mw),
        LccOrder::PowerAtInverter(mw) => current(slopes_ohm[1], v_kv, share * mw),
    }
}

fn line_commutated(network: &Network, link: &Lcc, vm_pu: [f64; 2]) -> LinkState {
    let (one, two) = (&link.rectifier, &link.inverter);
    let (rectifier, inverter) = (Bridge::new(network, one, vm_pu[0]), Bridge::new(network, two, vm_pu[1]));
    let (order, r) = (link.setpoint.order, link.r_ohm);
    // voltages of the two ends by current, as scheduled
    let held = [r - link.compounding_ohm, -link.compounding_ohm];
    let (mut id, mut exists) = ordered(order, link.vd_kv, held, 1.0);
    let (mut vd_i, mut limit) = (link.vd_kv - link.compounding_ohm * id, LinkLimit::None);
    if !(rectifier.ed0_kv > 0.0 && inverter.ed0_kv > 0.0) {
        let vd = [vd_i + r * id, vd_i];
        return LinkState {
            fed: [Complex64::from(-vd[0] * id), Complex64::from(vd[1] * id)],
            vd_kv: vd,
            id_ka: id,
            angle_deg: [f64::NAN; 2],
            limit: LinkLimit::NoData,
        };
    }
    let (drop_r, drop_i) = (rectifier.xc_ohm + rectifier.rc_ohm, inverter.xc_ohm - inverter.rc_ohm);
    if inverter.cos(vd_i, drop_i, id) > inverter.most {
        let v = inverter.ed0_kv * inverter.most;
        (id, exists) = ordered(order, v, [r - drop_i, -drop_i], 1.0);
        (vd_i, limit) = (v - drop_i * id, LinkLimit::Inverter);
    }
    if rectifier.cos(vd_i + r * id, drop_r, id) > rectifier.most {
        let v = rectifier.ed0_kv * rectifier.most;
        (id, exists) = ordered(order, v, [-drop_r, -drop_r - r], 1.0 - link.setpoint.margin);
        (vd_i, limit) = (v - (drop_r + r) * id, LinkLimit::Rectifier);
        if inverter.cos(vd_i, drop_i, id) > inverter.most {
            let v_i = inverter.ed0_kv * inverter.most;
            id = ((v - v_i) / (drop_r + r - drop_i).max(f64::MIN_POSITIVE)).max(0.0);
            (vd_i, limit) = (v_i - drop_i * id, LinkLimit::Both);
        }
    }
    if !exists {
        limit = LinkLimit::Power;
    }
    let vd_r = vd_i + r * id;
    let cos = [rectifier.cos(vd_r, drop_r, id), inverter.cos(vd_i, drop_i, id)];
    let drawn = (vd_r + rectifier.rc_ohm * id) * id;
    let fed = (vd_i - inverter.rc_ohm * id) * id;
    LinkState {
        fed: [
            -Complex64::new(drawn, drawn * rectifier.tan_phi(cos[0], id)),
            Complex64::new(fed, -fed * inverter.tan_phi(cos[1], id)),
        ],
        vd_kv: [vd_r, vd_i],
        id_ka: id,
        angle_deg: cos.map(|cos| cos.clamp(-1.0, 1.0).acos().to_degrees()),
        limit,
    }
}

/// The converter taps [p.u.] that bring the angles within their limits, at voltages of the buses [p.u.]: by whole steps from
/// where they are, and no farther than needed.
#[must_use]
pub fn taps(network: &Network, link: &Lcc, vm_pu: [f64; 2]) -> [f64; 2] {
    let held = [link.r_ohm - link.compounding_ohm, -link.compounding_ohm];
    let (id, _) = ordered(link.setpoint.order, link.vd_kv, held, 1.0);
    let vd_i = link.vd_kv - link.compounding_ohm * id;
    let vd = [vd_i + link.r_ohm * id, vd_i];
    let mut found = [link.rectifier.tap_pu, link.inverter.tap_pu];
    for (k, one) in [&link.rectifier, &link.inverter].into_iter().enumerate() {
        let bridge = Bridge::new(network, one, vm_pu[k]);
        if !(one.tap_step_pu > 0.0 && bridge.ed0_kv > 0.0) {
            continue;
        }
        let drop = if k == 0 { bridge.xc_ohm + bridge.rc_ohm } else { bridge.xc_ohm - bridge.rc_ohm };
        let needed = vd[k] + drop * id;
        let least = one.angle_max_deg.max(one.angle_min_deg).to_radians().cos();
        // ed0·tap stays: at the tap `t` the cosine is needed·t / (ed0·tap)
        let at = |cos: f64| cos * bridge.ed0_kv * one.tap_pu / needed;
        let cos = needed / bridge.ed0_kv;
        let steps = |to: f64| ((to - one.tap_pu) / one.tap_step_pu).abs();
        let moved = if cos > bridge.most {
            one.tap_pu - (steps(at(bridge.most)) - 1e-9).ceil() * one.tap_step_pu
        } else if cos < least {
            one.tap_pu + (steps(at(least)) - 1e-9).ceil() * one.tap_step_pu
        } else {
            continue;
        };
        // the last whole step within the range
        let room = if moved < one.tap_pu { one.tap_pu - one.tap_min_pu } else { one.tap_max_pu - one.tap_pu };
        let most = (room / one.tap_step_pu + 1e-9).floor().max(0.0) * one.tap_step_pu;
        found[k] = one.tap_pu + (moved - one.tap_pu).clamp(-most, most);
    }
    found
}

fn voltage_source(link: &Vsc) -> LinkState {
    let [one, two] = &link.converters;
    // losses [MW] at a current [kA]: kW and kW by ampere
    let loss =
        |k: usize, id: f64| link.converters[k].loss_kw / 1000.0 + link.converters[k].loss_kw_per_a * id.abs();
    let q = |k: usize, p: f64| match link.converters[k].ac {
        ConverterAc::Voltage(_) => 0.0,
        ConverterAc::Reactive(q) => {
            let room = link.converters[k].sn_mva.map_or(f64::INFINITY, |s| (s * s - p * p).max(0.0).sqrt());
            q.clamp(-room, room)
        }
    };
    let state = |p: [f64; 2], vd_kv, id_ka, limit| LinkState {
        fed: [Complex64::new(p[0], q(0, p[0])), Complex64::new(p[1], q(1, p[1]))],
        vd_kv,
        id_ka,
        angle_deg: [f64::NAN; 2],
        limit,
    };
    // current that leaves the one that holds the voltage, for the power that the other one feeds
    let follow = |vd: f64, held: usize, p: f64| {
        let (mut id, mut exists) = (0.0, true);
        for _ in 0..50 {
            (id, exists) = current(-link.r_ohm, vd, p + loss(1 - held, id));
        }
        (id, if exists { LinkLimit::None } else { LinkLimit::Power })
    };
    match (one.dc, two.dc) {
        (VscDc::Voltage(vd), VscDc::Power(p)) if vd > 0.0 => {
            let (id, limit) = follow(vd, 0, p);
            let fed = if limit == LinkLimit::None { p } else { (vd - link.r_ohm * id) * id - loss(1, id) };
            state([-vd * id - loss(0, id), fed], [vd, vd - link.r_ohm * id], id, limit)
        }
        (VscDc::Power(p), VscDc::Voltage(vd)) if vd > 0.0 => {
            let (id, limit) = follow(vd, 1, p);
            let fed = if limit == LinkLimit::None { p } else { (vd - link.r_ohm * id) * id - loss(0, id) };
            state([fed, -vd * id - loss(1, id)], [vd - link.r_ohm * id, vd], -id, limit)
        }
        (VscDc::Voltage(first), VscDc::Voltage(second)) if link.r_ohm > 0.0 => {
            let id = (first - second) / link.r_ohm;
            state(
                [-first * id - loss(0, id), second * id - loss(1, id)],
                [first, second],
                id,
                LinkLimit::None,
            )
        }
        (first, second) => {
            let p = [first, second].map(|dc| if let VscDc::Power(p) = dc { p } else { 0.0 });
            // one that only holds a voltage which is none follows the other
            let p = match (first, second) {
                (VscDc::Voltage(_), VscDc::Power(p)) => [-p, p],
                (VscDc::Power(p), VscDc::Voltage(_)) => [p, -p],
                _ => p,
            };
            state(p, [f64::NAN; 2], f64::NAN, LinkLimit::NoData)
        }
    }
}
