//! Lines by type and length, in sections, or as circuits of a tower.

use super::Reader;
use super::nodes::is_dc;
use super::tables::{Object, ObjectId};
use crate::finding::Code;
use crate::model::{Line, LineImpedance, Name, Rating, RatingUnit};
use crate::read::open_end;
use std::collections::HashMap;

/// A kilometre of a line.
#[derive(Clone, Copy, Default)]
struct PerKm {
    r_ohm: f64,
    x_ohm: f64,
    g_us: f64,
    b_us: f64,
    /// Rated current in the ground or overhead, and in air; 0 is none.
    rated_ka: [f64; 2],
}

/// A circuit of a tower: the type with the matrices, and its place in them.
type Circuit<'t> = (Object<'t>, usize);

/// Most circuits of a tower.
const MAX_CIRCUITS: usize = 12;

impl<'t> Reader<'t> {
    pub(super) fn lines(&mut self) {
        let mut circuits: HashMap<ObjectId, Circuit<'t>> = HashMap::new();
        for tower in self.tables.of("ElmTow") {
            self.tower(tower, &mut circuits);
        }
        let mut sections: HashMap<ObjectId, Vec<Object<'t>>> = HashMap::new();
        for section in self.tables.of("ElmLnesec") {
            if let Some(line) = section.pointer("fold_id") {
                sections.entry(line.id).or_default().push(section);
            }
        }
        for line in self.tables.of("ElmLne") {
            if !self.is_of_dc(line) {
                let parts = sections.remove(&line.id).unwrap_or_default();
                self.line(line, &parts, circuits.get(&line.id).copied());
            }
        }
    }

    /// Whether an element hangs at a terminal of direct current.
    pub(super) fn is_of_dc(&self, object: Object<'t>) -> bool {
        let ends = self.ends.get(&object.id).map_or(&[][..], Vec::as_slice);
        ends.iter().any(|end| is_dc(self.tables.object(end.terminal)))
    }

    fn line(&mut self, object: Object<'t>, sections: &[Object<'t>], circuit: Option<Circuit<'t>>) {
        let Some([(from, a), (to, b)]) = self.ends::<2>(object) else { return };
        let in_service = !self.flag(object, "outserv", false);
        let in_air = self.flag(object, "inAir", false);
        let mut whole = PerKm::default();
        let mut rated: Option<f64> = None;
        let parts = if sections.is_empty() { vec![object] } else { sections.to_vec() };
        for part in parts {
            let length_km = self.need(part, "dline");
            let of = match circuit {
                Some((tower, place)) => self.tower_km(tower, place),
                None => self.type_km(part, object),
            };
            let Some(of) = of else { return };
            whole.r_ohm += of.r_ohm * length_km;
            whole.x_ohm += of.x_ohm * length_km;
            whole.g_us += of.g_us * length_km;
            whole.b_us += of.b_us * length_km;
            let own = of.rated_ka[usize::from(in_air)] * self.real(part, "fline", 1.0);
            if own > 0.0 {
                rated = Some(rated.map_or(own, |least| least.min(own)));
            }
        }
        let rating = Rating { unit: RatingUnit::Ka, normal: rated, ..Rating::default() };
        let PerKm { r_ohm, x_ohm, g_us, b_us, .. } = whole;
        let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us };
        let row = self.id(object);
        let line = Line {
            name: Self::other_name(object),
            rating,
            in_service,
            origin: self.origin(object),
            ..Line::new(row.clone(), from, to, impedance)
        };
        let parallel = self.parallel(object, "nlnum");
        let mut is_charged = false;
        for number in 1..=parallel {
            let own = if parallel == 1 {
                line.clone()
            } else {
                Line { id: Name::from(format!("{row}#{number}")), circuit: number, ..line.clone() }
            };
            is_charged |= open_end::push(&mut self.network, own, [a, b]);
        }
        if in_service && a != b {
            let made = if is_charged { "a bus of its own is there" } else { "it is switched off at both" };
            let (what, at) = (object.what(), object.line());
            self.report.note(Code::Assumed, |draft| {
                draft.at(at, format!("{what} is open at one end: {made}")).element(what)
            });
        }
    }

    /// How many of an element lie in parallel.
    pub(super) fn parallel(&mut self, object: Object<'t>, column: &str) -> u16 {
        const MOST: i32 = 64;
        let given = self.whole(object, column, 1);
        if !(1..=MOST).contains(&given) {
            let (what, line) = (object.what(), object.line());
            self.report.error(Code::Value, |draft| {
                draft
                    .at(line, format!("{what}, column {column}: {given} in parallel"))
                    .element(what)
                    .field(column.to_owned())
                    .help(format!("1 to {MOST} are read"))
            });
        }
        u16::try_from(given.clamp(1, MOST)).unwrap_or(1)
    }

    /// What a kilometre of a line or section has by its type. Figures by frequency are brought from that of the type to that of the grid.
    fn type_km(&mut self, part: Object<'t>, line: Object<'t>) -> Option<PerKm> {
        let Some(of) = part.pointer("typ_id").or_else(|| line.pointer("typ_id")) else {
            // Nothing hangs on the figures of what is out.
            if self.flag(line, "outserv", false) {
                self.count("ElmLne out of service without a type");
            } else {
                let (what, at) = (part.what(), part.line());
                self.report.error(Code::Reference, |draft| {
                    draft
                        .at(at, format!("{what} has no type, or one that is not in the file"))
                        .element(what)
                        .field("typ_id")
                        .help("export its TypLne, or the ElmTow and TypTow that it is a circuit of")
                });
            }
            return None;
        };
        if of.class() != "TypLne" {
            return self.tower_km(of, 0);
        }
        let grid_hz = self.network.frequency_hz;
        let own_hz = self.real(of, "frnom", grid_hz);
        let by_hz = if own_hz > 0.0 { grid_hz / own_hz } else { 1.0 };
        let omega = std::f64::consts::TAU * grid_hz;
        let r_ohm = self.need(of, "rline");
        let x_ohm = match (of.text("xline"), self.maybe(of, "lline")) {
            (None, Some(l_mh)) => omega * l_mh / 1000.0,
            _ => self.need(of, "xline") * by_hz,
        };
        let b_us = match (self.maybe(of, "bline"), self.maybe(of, "cline")) {
            (Some(b_us), _) => b_us * by_hz,
            (None, Some(c_uf)) => omega * c_uf,
            (None, None) => 0.0,
        };
        let g_us = match self.maybe(of, "gline") {
            Some(g_us) => g_us,
            // The loss angle of the insulation.
            None => b_us * self.real(of, "tline", 0.0),
        };
        let buried = self.real(of, "sline", 0.0);
        let is_overhead = self.flag(of, "cohl_", false) || of.text("aohl_") == Some("ohl");
        let air = if is_overhead { buried } else { self.real(of, "InomAir", buried) };
        Some(PerKm { r_ohm, x_ohm, g_us, b_us, rated_ka: [buried, air] })
    }

    /// Notes the circuits of a tower. What couples them is not modelled, and told.
    fn tower(&mut self, tower: Object<'t>, circuits: &mut HashMap<ObjectId, Circuit<'t>>) {
        let Some(of) = tower.pointer("pGeo:0").or_else(|| tower.pointer("typ_id")) else {
            self.warn(tower, Code::NotUsed, "names no tower type (pGeo) of the file", "export its TypTow");
            return;
        };
        let count = usize::try_from(self.whole(tower, "plines:SIZEROW", 0)).unwrap_or(0).min(MAX_CIRCUITS);
        for place in 0..count {
            if let Some(line) = tower.pointer(&format!("plines:{place}")) {
                circuits.insert(line.id, (of, place));
            }
        }
        let own = self.maybe(of, "X_c1:0:0");
        let mutual =
            (1..count).filter_map(|place| self.maybe(of, &format!("X_c1:0:{place}"))).fold(0.0, f64::max);
        if let Some(own) = own.filter(|_| mutual > 0.0) {
            self.warn(
                tower,
                Code::Assumed,
                format!(
                    "couples its circuits by {mutual} ohm/km beside {own} of their own: each is taken alone"
                ),
                "the error is of the order of that share",
            );
        }
    }

    /// What a kilometre of a circuit has by the matrices of its tower, in the positive sequence.
    fn tower_km(&mut self, of: Object<'t>, place: usize) -> Option<PerKm> {
        let cell = |matrix: &str| format!("{matrix}:{place}:{place}");
        let x = cell("X_c1");
        if of.text(&x).is_none() {
            let (what, line) = (of.what(), of.line());
            self.report.error(Code::Unsupported, |draft| {
                draft
                    .at(line, format!("{what} has conductors and heights, but not the impedances that follow from them ({x})"))
                    .element(what)
                    .field("X_c1")
                    .help("add R_c1, X_c1, G_c1 and B_c1 of TypTow to the export definition, or replace the type by a TypLne")
            });
            return None;
        }
        let grid_hz = self.network.frequency_hz;
        let own_hz = self.real(of, "frnom", grid_hz);
        let by_hz = if own_hz > 0.0 { grid_hz / own_hz } else { 1.0 };
        let mut real = |matrix: &str| self.real(of, &cell(matrix), 0.0);
        let (r_ohm, x_ohm, g_us, b_us) =
            (real("R_c1"), real("X_c1") * by_hz, real("G_c1"), real("B_c1") * by_hz);
        Some(PerKm { r_ohm, x_ohm, g_us, b_us, rated_ka: [0.0; 2] })
    }
}
