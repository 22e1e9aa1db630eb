//! Lines taken apart and put together: impedance by length, ratings by the weakest part.
//!
//! A stretch of a line given by sections is the sections within it. Of a line given in ohm or per unit, whose record
//! tells no length, it is the share `(b − a) / l` of all four figures; a spur is added in the same form, by its type.

pub(super) use crate::model::Line;

use super::state::Misfit;
use crate::ids::{BusId, LineId, LineTypeId};
use crate::model::{
    EndShunt, LineImpedance, LineKind, Network, Rating, RatingUnit, Section, SeriesCompensation,
};

/// Both parts of a line that is cut `at_km` from its `from` end, with `spur` at the inner end of each. Names and inner
/// buses are still those of the line.
pub(super) fn cut(
    network: &Network,
    line: LineId,
    at_km: f64,
    line_km: Option<f64>,
    spur: Option<Section>,
) -> Result<[Line; 2], Misfit> {
    let old = &network.lines[line];
    no_series(old.series.as_deref())?;
    let total_km = length_km(old).or(line_km).ok_or_else(|| Misfit {
        why: "its record does not tell how long it is".to_owned(),
        help: "give `sections` in lines.csv, or the length of the whole line in `line_km`".to_owned(),
    })?;
    if !(at_km > 0.0 && at_km < total_km) {
        return Err(Misfit {
            why: format!("`at_km` is {at_km}, and the line is {} km long", shown(total_km)),
            help: "give the distance from its `from` end; it must lie within the line".to_owned(),
        });
    }
    let ends = [(0.0, at_km), (at_km, total_km)];
    let mut parts = ends
        .map(|(begin, end)| Line { impedance: stretch(&old.impedance, begin, end, total_km), ..old.clone() });
    if let Some(spur) = spur {
        for (part, at_end) in parts.iter_mut().zip([true, false]) {
            lengthen(network, part, spur, at_end);
        }
    }
    let [first, second] = &mut parts;
    first.end_shunts[1] = EndShunt::default();
    second.end_shunts[0] = EndShunt::default();
    Ok(parts)
}

/// One line of two that meet at `tee`, from the far end of the first to the far end of the second.
pub(super) fn joined(network: &Network, first: LineId, second: LineId, tee: BusId) -> Result<Line, Misfit> {
    let first = &turned(&network.lines[first], |line| line.from == tee);
    let second = &turned(&network.lines[second], |line| line.to == tee);
    no_series(first.series.as_deref().or(second.series.as_deref()))?;
    if first.end_shunts[1] != EndShunt::default() || second.end_shunts[0] != EndShunt::default() {
        return Err(Misfit {
            why: "a shunt stands at the tee".to_owned(),
            help: "take the shunt out of the line first".to_owned(),
        });
    }
    let impedance = if let (LineImpedance::Sections(one), LineImpedance::Sections(two)) =
        (&first.impedance, &second.impedance)
    {
        LineImpedance::Sections(merged(one.iter().chain(two).copied()))
    } else {
        let (one, two) = (network.line_ohm(first), network.line_ohm(second));
        LineImpedance::Ohm {
            r_ohm: one[0] + two[0],
            x_ohm: one[1] + two[1],
            g_us: one[2] + two[2],
            b_us: one[3] + two[3],
        }
    };
    let follows_type =
        |line: &Line| line.rating.is_unlimited() && matches!(line.impedance, LineImpedance::Sections(_));
    let rating = match (follows_type(first), follows_type(second)) {
        (true, true) => Rating::default(),
        _ => weaker(network, first, second),
    };
    Ok(Line {
        to: second.to,
        impedance,
        rating,
        end_shunts: [first.end_shunts[0], second.end_shunts[1]],
        in_service: first.in_service && second.in_service,
        ..first.clone()
    })
}

/// A line whose sections of the type `from` (of its only overhead type, where none is named) have the type `to`.
pub(super) fn reconductored(
    network: &Network,
    line: LineId,
    from: Option<&str>,
    to: &str,
) -> Result<Line, Misfit> {
    let types = &network.catalogue.line_types;
    let old = &network.lines[line];
    let LineImpedance::Sections(sections) = &old.impedance else {
        return Err(Misfit {
            why: "it is not given by conductor and length".to_owned(),
            help: "give `sections` in lines.csv, or replace it: `remove` it and `add` another line"
                .to_owned(),
        });
    };
    let mut here: Vec<LineTypeId> = sections.iter().map(|section| section.line_type).collect();
    here.sort_unstable();
    here.dedup();
    let name = |id: LineTypeId| types[id].id.as_str();
    let overhead: Vec<LineTypeId> =
        here.iter().copied().filter(|&id| types[id].kind == LineKind::Overhead).collect();
    let names = |ids: &[LineTypeId]| ids.iter().map(|&id| name(id)).collect::<Vec<_>>().join(", ");
    let replaced = match (from, here.as_slice(), overhead.as_slice()) {
        (Some(from), _, _) => here.iter().copied().find(|&id| name(id) == from).ok_or_else(|| Misfit {
            why: format!("it holds {}, not {from}", names(&here)),
            help: format!("write `from` as {}, or give the works another order", names(&here)),
        })?,
        (None, [only], _) | (None, _, [only]) => *only,
        (None, ..) => {
            return Err(Misfit {
                why: format!("it is made of {}", names(&here)),
                help: "say in `from` which of them is replaced".to_owned(),
            });
        }
    };
    let Some((to, _)) = types.iter_ids().find(|(_, one)| one.id == to) else { return Ok(old.clone()) };
    let retype = |section: &Section| Section {
        line_type: if section.line_type == replaced { to } else { section.line_type },
        ..*section
    };
    Ok(Line {
        impedance: LineImpedance::Sections(merged(sections.iter().map(retype))),
        rating: Rating::default(),
        ..old.clone()
    })
}

/// A line of which a stretch is laid as cable of the same length.
pub(super) fn as_cable(
    network: &Network,
    line: LineId,
    cable: LineTypeId,
    at_km: f64,
    length: Option<f64>,
) -> Result<Line, Misfit> {
    let old = &network.lines[line];
    let LineImpedance::Sections(sections) = &old.impedance else {
        return Err(Misfit {
            why: "it is not given by conductor and length".to_owned(),
            help: "give `sections` in lines.csv".to_owned(),
        });
    };
    let total_km: f64 = sections.iter().map(|section| section.length_km).sum();
    let end_km = length.map_or(total_km, |length| at_km + length);
    if !(at_km >= 0.0 && end_km > at_km && end_km <= total_km * (1.0 + 1e-12)) {
        return Err(Misfit {
            why: format!(
                "the stretch from {} to {} km is not within its {} km",
                shown(at_km),
                shown(end_km),
                shown(total_km)
            ),
            help: "correct `at_km` and `length_km`, or leave both out for the whole line".to_owned(),
        });
    }
    let laid = Section { line_type: cable, length_km: end_km - at_km };
    let all =
        within(sections, 0.0, at_km).into_iter().chain([laid]).chain(within(sections, end_km, total_km));
    Ok(Line { impedance: LineImpedance::Sections(merged(all)), rating: Rating::default(), ..old.clone() })
}

/// The length that a record tells.
pub(super) fn length_km(line: &Line) -> Option<f64> {
    match &line.impedance {
        LineImpedance::Sections(sections) => Some(sections.iter().map(|section| section.length_km).sum()),
        _ => None,
    }
}

/// The stretch of an impedance between two places.
fn stretch(impedance: &LineImpedance, begin_km: f64, end_km: f64, total_km: f64) -> LineImpedance {
    let share = (end_km - begin_km) / total_km;
    match *impedance {
        LineImpedance::Sections(ref sections) => LineImpedance::Sections(within(sections, begin_km, end_km)),
        LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us } => LineImpedance::Ohm {
            r_ohm: share * r_ohm,
            x_ohm: share * x_ohm,
            g_us: share * g_us,
            b_us: share * b_us,
        },
        LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => LineImpedance::PerUnit {
            r_pu: share * r_pu,
            x_pu: share * x_pu,
            g_pu: share * g_pu,
            b_pu: share * b_pu,
            sbase_mva,
        },
    }
}

/// The sections between two places.
fn within(sections: &[Section], begin_km: f64, end_km: f64) -> Vec<Section> {
    let mut at_km = 0.0;
    let mut found = Vec::new();
    for section in sections {
        let next_km = at_km + section.length_km;
        let whole = begin_km <= at_km && next_km <= end_km;
        let length_km = if whole { section.length_km } else { next_km.min(end_km) - at_km.max(begin_km) };
        // what is left of a section by rounding alone is no section
        if length_km > 1e-9 {
            found.push(Section { length_km, ..*section });
        }
        at_km = next_km;
    }
    found
}

/// Neighbouring sections of one type as one.
fn merged(sections: impl Iterator<Item = Section>) -> Vec<Section> {
    let mut all: Vec<Section> = Vec::new();
    for section in sections {
        match all.last_mut() {
            Some(last) if last.line_type == section.line_type => last.length_km += section.length_km,
            _ => all.push(section),
        }
    }
    all
}

/// Adds a section to a line, at its `to` or its `from` end.
fn lengthen(network: &Network, line: &mut Line, spur: Section, at_end: bool) {
    if !line.rating.is_unlimited() {
        let kv = network.buses[line.from].vn_kv;
        line.rating = with_spur(network, line.rating, spur, kv);
    }
    let of = &network.catalogue.line_types[spur.line_type];
    let km = spur.length_km;
    let (r, x, b) = (of.r_ohm_per_km * km, of.x_ohm_per_km * km, of.b_us_per_km * km);
    match &mut line.impedance {
        LineImpedance::Sections(sections) => {
            let all = if at_end {
                merged(sections.iter().copied().chain([spur]))
            } else {
                merged([spur].into_iter().chain(sections.iter().copied()))
            };
            *sections = all;
        }
        LineImpedance::Ohm { r_ohm, x_ohm, b_us, .. } => {
            *r_ohm += r;
            *x_ohm += x;
            *b_us += b;
        }
        LineImpedance::PerUnit { r_pu, x_pu, b_pu, sbase_mva, .. } => {
            let zbase_ohm = network.buses[line.from].vn_kv.powi(2) / *sbase_mva;
            *r_pu += r / zbase_ohm;
            *x_pu += x / zbase_ohm;
            *b_pu += b * 1e-6 * zbase_ohm;
        }
    }
}

/// Ratings of a line's own with a spur in series: the lower of both, in the line's unit.
fn with_spur(network: &Network, rating: Rating, spur: Section, kv: f64) -> Rating {
    let of = &network.catalogue.line_types[spur.line_type];
    let in_unit = |ka: f64| match rating.unit {
        RatingUnit::Ka => ka,
        RatingUnit::Mva => 3.0_f64.sqrt() * kv * ka,
    };
    let lower = |own: Option<f64>, ka: Option<f64>| match (own, ka.map(in_unit)) {
        (Some(own), Some(spur)) => Some(own.min(spur)),
        (own, _) => own,
    };
    let after_fault = of.i_emergency_ka.or(of.i_normal_ka);
    Rating {
        unit: rating.unit,
        normal: lower(rating.normal, of.i_normal_ka),
        short: lower(rating.short, of.i_normal_ka),
        emergency: lower(rating.emergency, after_fault),
    }
}

/// The lower ratings of two lines in series, in kA.
fn weaker(network: &Network, first: &Line, second: &Line) -> Rating {
    let ratings = [first, second].map(|line| {
        let own = match &line.impedance {
            LineImpedance::Sections(sections) if line.rating.is_unlimited() => network.weakest(sections),
            _ => line.rating,
        };
        let kv = network.buses[line.from].vn_kv;
        let in_ka = |value: f64| match own.unit {
            RatingUnit::Ka => value,
            RatingUnit::Mva => value / (3.0_f64.sqrt() * kv),
        };
        [own.normal, own.short, own.emergency].map(|value| value.map(in_ka))
    });
    let [one, two] = ratings;
    let lower = |at: usize| match (one[at], two[at]) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    };
    Rating { unit: RatingUnit::Ka, normal: lower(0), short: lower(1), emergency: lower(2) }
}

/// The line, the other way round where `is_turned` says so.
fn turned(line: &Line, is_turned: impl Fn(&Line) -> bool) -> Line {
    let mut line = line.clone();
    if is_turned(&line) {
        std::mem::swap(&mut line.from, &mut line.to);
        line.end_shunts.swap(0, 1);
        if let LineImpedance::Sections(sections) = &mut line.impedance {
            sections.reverse();
        }
    }
    line
}

fn no_series(series: Option<&SeriesCompensation>) -> Result<(), Misfit> {
    match series {
        None => Ok(()),
        Some(_) => Err(Misfit {
            why: "it has a reactance in series, and nothing tells on which side of the cut that lies"
                .to_owned(),
            help: "use `remove` and `add`".to_owned(),
        }),
    }
}

/// A length as it is told: to the metre.
fn shown(km: f64) -> String {
    format!("{}", (km * 1000.0).round() / 1000.0)
}
