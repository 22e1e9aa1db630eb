//! Links of direct current: two converters (`ElmVsc` with two poles, `ElmVscmono` with one) joined by lines at terminals of
//! direct current.
//!
//! ```text
//! psetp  drawn from the grid and sent into the link; qsetp  fed into the grid        Pnold  losses without current, kW
//! ```
//!
//! Poles are in series: the resistances of both ways add up, and so do the voltages of both terminals.

use super::Reader;
use super::nodes::is_dc;
use super::tables::{Object, ObjectId};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{ConverterAc, DcLink, Vsc, VscConverter, VscDc};
use std::collections::{BTreeSet, HashMap};

/// Most terminals of one pole whose resistance is worked out.
const MAX_POLE: usize = 64;

/// A line between two terminals of direct current.
struct Way {
    ends: [ObjectId; 2],
    r_ohm: f64,
}

/// A converter with its connections.
struct Converter<'t> {
    object: Object<'t>,
    bus: BusId,
    is_closed: bool,
    /// Its terminals of direct current, by side.
    poles: Vec<ObjectId>,
}

impl<'t> Reader<'t> {
    pub(super) fn dc(&mut self) {
        self.name_all(&["ElmVsc", "ElmVscmono"]);
        let converters = self.converters();
        let ways = self.ways();
        let poles = Poles::new(&ways, &converters);
        let mut done = vec![false; converters.len()];
        for first in 0..converters.len() {
            if done[first] {
                continue;
            }
            let group = poles.group(&converters, first);
            for &at in &group {
                done[at] = true;
            }
            let resistance = match group[..] {
                [a, b] => poles.resistance(&converters[a], &converters[b]),
                _ => None,
            };
            let (Some(r_ohm), [a, b]) = (resistance, &group[..]) else {
                let names: Vec<String> = group.iter().map(|&at| converters[at].object.name()).collect();
                self.warn(
                    converters[first].object,
                    Code::NotUsed,
                    format!(
                        "is in a network of direct current of {} converter(s), {}: it is left out",
                        names.len(),
                        names.join(", ")
                    ),
                    "two converters joined by lines are read; stand the others in by ElmGenstat or ElmLod",
                );
                continue;
            };
            self.link(&converters[*a], &converters[*b], r_ohm);
        }
    }

    fn converters(&mut self) -> Vec<Converter<'t>> {
        let mut found = Vec::new();
        let objects: Vec<Object<'t>> =
            ["ElmVsc", "ElmVscmono"].into_iter().flat_map(|class| self.tables.of(class)).collect();
        for object in objects {
            let ends = self.ends.get(&object.id).cloned().unwrap_or_default();
            let mut ends: Vec<_> = ends.iter().collect();
            ends.sort_by_key(|end| end.side);
            let ac = ends.iter().find_map(|end| Some((*self.buses.get(&end.terminal)?, end.is_closed)));
            let of_dc = ends.iter().filter(|end| is_dc(self.tables.object(end.terminal)));
            let poles = of_dc.map(|end| end.terminal).collect();
            let Some((bus, is_closed)) = ac else {
                self.warn(
                    object,
                    Code::NotUsed,
                    "hangs at no terminal of alternating current and is left out",
                    "export its cubicles and terminals",
                );
                continue;
            };
            found.push(Converter { object, bus, is_closed, poles });
        }
        found
    }

    /// Lines and closed couplers between terminals of direct current.
    fn ways(&mut self) -> Vec<Way> {
        let mut found = Vec::new();
        let objects: Vec<Object<'t>> =
            ["ElmLne", "ElmCoup"].into_iter().flat_map(|class| self.tables.of(class)).collect();
        for object in objects {
            if !self.is_of_dc(object) {
                continue;
            }
            let ends = self.ends.get(&object.id).cloned().unwrap_or_default();
            let [first, second] = ends[..] else { continue };
            let is_in = first.is_closed && second.is_closed && !self.flag(object, "outserv", false);
            if !is_in || !self.flag(object, "on_off", true) {
                continue;
            }
            let r_ohm = match object.pointer("typ_id") {
                Some(of) if object.class() == "ElmLne" => {
                    self.need(of, "rline") * self.need(object, "dline")
                        / f64::from(self.parallel(object, "nlnum"))
                }
                _ => 0.0,
            };
            found.push(Way { ends: [first.terminal, second.terminal], r_ohm });
        }
        found
    }

    fn link(&mut self, first: &Converter<'t>, second: &Converter<'t>, r_ohm: f64) {
        let both = [first, second];
        let kv = both.iter().map(|converter| self.rated_kv(converter)).fold(0.0, f64::max);
        let in_service =
            both.iter().all(|c| c.is_closed) && !both.iter().any(|c| self.flag(c.object, "outserv", false));
        // Losses by the square of the direct current act as a resistance in the link.
        let inner: f64 = both.iter().map(|c| self.real(c.object, "resLossFactor", 0.0)).sum();
        let modes = both.map(|c| c.object.text("i_acdc").and_then(|text| text.parse::<i32>().ok()));
        if let Some(mode) = modes.iter().flatten().find(|mode| !(3..=6).contains(*mode)) {
            self.warn(
                first.object,
                Code::NotUsed,
                format!(
                    "and {} are controlled in a way (i_acdc {mode}) that is not modelled: both are left out",
                    second.object.what()
                ),
                "Vdc-Q, Vac-P, P-Q and Vdc-Vac are read",
            );
            return;
        }
        let power = both.map(|c| self.real(c.object, "psetp", 0.0));
        // One end holds the direct voltage: as its mode says, or the one without a power.
        let holds_dc = |k: usize| match modes[k] {
            Some(mode) => matches!(mode, 3 | 6),
            None => power[k] == 0.0,
        };
        let dc_end = match [holds_dc(0), holds_dc(1)] {
            [true, false] => 0,
            [false, true] => 1,
            [true, true] | [false, false] => {
                self.warn(
                    first.object,
                    Code::Assumed,
                    format!(
                        "and {} do not share the control of the link: {} holds its voltage",
                        second.object.what(),
                        second.object.what()
                    ),
                    "let one end hold the direct voltage and the other a power (i_acdc)",
                );
                1
            }
        };
        let mut converters = Vec::with_capacity(2);
        for (k, converter) in both.into_iter().enumerate() {
            let object = converter.object;
            let held = self.real(object, "usetpdc", 1.0);
            let ac = if matches!(modes[k], Some(4 | 6)) {
                // The set-point is on the rated voltage of the converter.
                let vn_kv = self.network.buses[converter.bus].vn_kv;
                let own_kv = self.real(object, "Unom", vn_kv);
                let vm = self.real(object, "usetp", 1.0);
                ConverterAc::Voltage(if vn_kv > 0.0 { vm * own_kv / vn_kv } else { vm })
            } else {
                ConverterAc::Reactive(self.real(object, "qsetp", 0.0))
            };
            converters.push(VscConverter {
                bus: converter.bus,
                dc: if k == dc_end { VscDc::Voltage(kv * held) } else { VscDc::Power(-power[k]) },
                ac,
                loss_kw: self.real(object, "Pnold", 0.0),
                loss_kw_per_a: self.real(object, "swtLossFactor", 0.0),
                sn_mva: self.maybe(object, "Snom").filter(|&mva| mva > 0.0),
                q_min_mvar: None,
                q_max_mvar: None,
            });
        }
        let Ok(converters) = <[VscConverter; 2]>::try_from(converters) else { return };
        let origin = self.origin(first.object);
        let id = crate::model::Name::from(format!("{}-{}", self.id(first.object), self.id(second.object)));
        self.network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
            id,
            name: String::new(),
            r_ohm: r_ohm + inner,
            converters,
            built: true,
            in_service,
            origin,
        })));
    }

    /// Rated direct voltage of a converter, from pole to pole.
    fn rated_kv(&mut self, converter: &Converter<'t>) -> f64 {
        if let Some(kv) = self.maybe(converter.object, "Unomdc").filter(|&kv| kv > 0.0) {
            return kv;
        }
        converter.poles.iter().map(|&pole| self.real(self.tables.object(pole), "uknom", 0.0)).sum()
    }
}

/// The network of direct current in parts, each of which is one pole: what ways join.
struct Poles<'w> {
    part: HashMap<ObjectId, usize>,
    ways: HashMap<usize, Vec<&'w Way>>,
    /// The converters that hang in each part.
    converters: HashMap<usize, Vec<usize>>,
}

impl<'w> Poles<'w> {
    fn new(ways: &'w [Way], converters: &[Converter<'_>]) -> Self {
        let mut places: HashMap<ObjectId, usize> = HashMap::new();
        let ends = ways.iter().flat_map(|way| way.ends);
        for terminal in ends.chain(converters.iter().flat_map(|converter| converter.poles.iter().copied())) {
            let next = places.len();
            places.entry(terminal).or_insert(next);
        }
        // Each terminal points at one of its part, the last at itself.
        let mut above: Vec<usize> = (0..places.len()).collect();
        for way in ways {
            let [a, b] = way.ends.map(|end| top(&mut above, places[&end]));
            above[a.max(b)] = a.min(b);
        }
        let part: HashMap<ObjectId, usize> =
            places.iter().map(|(&terminal, &place)| (terminal, top(&mut above, place))).collect();
        let mut by_part: HashMap<usize, Vec<&Way>> = HashMap::new();
        for way in ways {
            by_part.entry(part[&way.ends[0]]).or_default().push(way);
        }
        let mut hanging: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, converter) in converters.iter().enumerate() {
            for pole in &converter.poles {
                hanging.entry(part[pole]).or_default().push(at);
            }
        }
        Self { part, ways: by_part, converters: hanging }
    }

    /// All converters that hang together with the first, itself among them, in their order.
    fn group(&self, converters: &[Converter<'_>], first: usize) -> Vec<usize> {
        let mut found = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(one) = open.pop() {
            for pole in &converters[one].poles {
                for &other in self.converters.get(&self.part[pole]).map_or(&[][..], Vec::as_slice) {
                    if found.insert(other) {
                        open.push(other);
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    /// The resistance of the loop between two converters: of each part that both hang in, one after the other. `None` where they
    /// do not meet with all their poles.
    fn resistance(&self, a: &Converter<'_>, b: &Converter<'_>) -> Option<f64> {
        if a.poles.is_empty() || a.poles.len() != b.poles.len() {
            return None;
        }
        let mut sum = 0.0;
        for &pole in &a.poles {
            let part = self.part[&pole];
            let other = b.poles.iter().copied().find(|other| self.part[other] == part)?;
            sum += between(pole, other, self.ways.get(&part).map_or(&[][..], Vec::as_slice))?;
        }
        Some(sum)
    }
}

fn top(above: &mut [usize], mut place: usize) -> usize {
    while above[place] != place {
        above[place] = above[above[place]];
        place = above[place];
    }
    place
}

/// The resistance between two terminals through all ways, by Gaussian elimination of the terminals between them.
fn between(from: ObjectId, to: ObjectId, ways: &[&Way]) -> Option<f64> {
    const SHORT: f64 = 1e-9;
    if from == to {
        return Some(0.0);
    }
    let mut nodes = vec![to];
    for way in ways {
        for end in way.ends {
            if !nodes.contains(&end) {
                nodes.push(end);
            }
        }
        if nodes.len() > MAX_POLE {
            return None;
        }
    }
    let n = nodes.len();
    let place = |node: ObjectId| nodes.iter().position(|&own| own == node);
    let (start, mut g) = (place(from)?, vec![vec![0.0; n]; n]);
    for way in ways {
        let (Some(i), Some(j)) = (place(way.ends[0]), place(way.ends[1])) else { continue };
        let siemens = 1.0 / way.r_ohm.max(SHORT);
        g[i][i] += siemens;
        g[j][j] += siemens;
        g[i][j] -= siemens;
        g[j][i] -= siemens;
    }
    // `to`, the first node, is the reference; all others but `from` are eliminated.
    for k in (1..n).filter(|&k| k != start) {
        let pivot = g[k][k];
        let row = g[k].clone();
        for (_, line) in g.iter_mut().enumerate().filter(|(i, _)| *i != k && *i != 0) {
            let factor = line[k] / pivot;
            for (cell, own) in line.iter_mut().zip(&row) {
                *cell -= factor * own;
            }
        }
    }
    let r_ohm = 1.0 / g[start][start];
    Some(if r_ohm <= 2.0 * SHORT { 0.0 } else { r_ohm })
}
