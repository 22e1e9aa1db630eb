//! The report as one page that loads nothing: style, script, drawings and data are within it.
//!
//! What comes from the input stands in the page as text, which the template escapes, or as JSON in which no `<` is left, so
//! that nothing in a name can end a tag or a script. A policy within the page forbids it to load anything.

use super::drawing::{Drawing, Layout, Standing};
use super::plate::{LOADING_STEPS, MANY_BRANCHES, VOLTAGE_STEPS};
use super::{Block, Cell, Dossier, Sources, Table, Value};
use crate::model::{ElementId, Network};
use crate::report::json::Num;
use crate::report::{name, place};
use askama::Template;
use serde::Serialize;
use std::io::{self, Write};

/// Rows of a table that a page holds: more make it slow, and the workbook has all.
pub(super) const MOST_ROWS: usize = 2000;

/// The messages that the script needs.
const SCRIPT_WORDS: [&str; 29] = [
    "script-filter",
    "script-all",
    "script-copy",
    "script-copied",
    "script-rows",
    "script-no-row",
    "script-click",
    "script-source",
    "script-confidence",
    "script-place",
    "script-none",
    "script-voltage",
    "script-loading",
    "script-power",
    "script-load",
    "script-generation",
    "script-rating",
    "script-district",
    "script-between",
    "script-violations",
    "script-no-violations",
    "script-limit",
    "script-after",
    "script-since",
    "script-cleared",
    "script-not-standing",
    "script-out",
    "script-units",
    "script-lines-here",
];

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    dossier: &'a Dossier,
    style: &'static str,
    script: &'static str,
    check: String,
    script_words: String,
    drawings: Vec<String>,
}

/// Writes the page.
///
/// # Errors
/// If `out` cannot be written.
pub fn html(dossier: &Dossier, sources: &Sources<'_>, out: &mut dyn Write) -> io::Result<()> {
    let drawings = dossier.parts.iter().flat_map(|part| &part.blocks).filter_map(|block| match block {
        Block::Drawing(drawing) => Some(embedded(&Data::new(drawing, dossier, sources))),
        _ => None,
    });
    let page = Page {
        dossier,
        style: include_str!("html/page.css"),
        script: include_str!("html/page.js"),
        check: embedded(sources.check)?,
        script_words: embedded(&Texts::new(dossier))?,
        drawings: drawings.collect::<io::Result<_>>()?,
    };
    let text = page.render().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// JSON for a script element: without `<`, nothing in it can end the element.
fn embedded(value: &impl Serialize) -> io::Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

#[expect(clippy::unused_self, reason = "the template calls them on the page")]
impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.dossier.words.say(key)
    }

    /// Rows that the page holds.
    fn rows<'t>(&self, table: &'t Table) -> &'t [Vec<Cell>] {
        table.rows.get(..MOST_ROWS).unwrap_or(&table.rows)
    }

    /// What is said of rows that the page does not hold; empty where it holds all.
    fn cut(&self, table: &Table) -> String {
        if table.rows.len() <= MOST_ROWS {
            return String::new();
        }
        self.dossier
            .words
            .say_with("rows-cut", &[("shown", MOST_ROWS.into()), ("all", table.rows.len().into())])
    }

    fn shown(&self, cell: &Cell) -> String {
        cell.shown(&self.dossier.words)
    }

    fn class(&self, cell: &Cell) -> String {
        let kind = if matches!(cell.value, Value::Number(..)) { "n" } else { "" };
        [kind, cell.tone.class()].into_iter().filter(|class| !class.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The state that a drawing shows first: the last stage, in its first scenario.
    fn first_state(&self, drawing: &Drawing) -> usize {
        let last = drawing.states.last().map(|state| &state.0);
        drawing.states.iter().position(|state| Some(&state.0) == last).unwrap_or(0)
    }

    /// The states of the small drawings: each stage in its first scenario; none where there is one stage or too much to draw.
    fn plates(&self, drawing: &Drawing) -> Vec<usize> {
        let mut plates: Vec<usize> = Vec::new();
        for (at, (stage, _)) in drawing.states.iter().enumerate() {
            if plates.iter().all(|&known| drawing.states[known].0 != *stage) {
                plates.push(at);
            }
        }
        let few = plates.len() * drawing.branches.len() <= MANY_BRANCHES;
        if plates.len() > 1 && few { plates } else { Vec::new() }
    }

    /// The name of a state.
    fn state(&self, drawing: &Drawing, state: usize) -> String {
        drawing.states.get(state).map(|(stage, scenario)| format!("{stage} {scenario}")).unwrap_or_default()
    }

    fn legend(&self, drawing: &Drawing) -> Vec<(&'static str, String)> {
        let language = self.dossier.words.language;
        let percent = |value: f64| language.number(value, 0);
        let pu = |value: f64| language.number(value, 2);
        let [a, b, c] = LOADING_STEPS;
        let [v, w, x, y] = VOLTAGE_STEPS;
        let node = |class: &'static str, text: String| (class, format!("{text} p.u."));
        let mut legend = vec![
            ("b l0", format!("≤ {} %", percent(a))),
            ("b l1", format!("{}–{} %", percent(a), percent(b))),
            ("b l2", format!("{}–{} %", percent(b), percent(c))),
            ("b l3", format!("> {} %", percent(c))),
            ("b lx", self.say("legend-unrated")),
            ("b out", self.say("legend-out")),
            node("n v0", format!("< {}", pu(v))),
            node("n v1", format!("{}–{}", pu(v), pu(w))),
            node("n v2", format!("{}–{}", pu(w), pu(x))),
            node("n v3", format!("{}–{}", pu(x), pu(y))),
            node("n v4", format!("≥ {}", pu(y))),
            ("k", self.say("legend-branch-violated")),
            ("r", self.say("legend-node-violated")),
        ];
        if drawing.branches.iter().all(|branch| !branch.loading_percent.iter().any(|p| p.is_nan())) {
            legend.retain(|(class, _)| *class != "b lx");
        }
        legend
    }

    /// A round number of kilometres and its length in the drawing.
    fn scale(&self, drawing: &Drawing) -> Option<(String, f64)> {
        let unit_km = drawing.unit_km?;
        let most = 0.2 * drawing.focus[2] * unit_km;
        let base = 10_f64.powf(most.log10().floor());
        let km = [5.0, 2.0, 1.0].into_iter().map(|step| step * base).find(|&km| km <= most).unwrap_or(base);
        Some((format!("{} km", self.dossier.words.language.plain(km)), km / unit_km))
    }

    fn title_of(&self, drawing: &Drawing) -> String {
        self.say(match drawing.layout {
            Layout::Map => "drawing-map",
            Layout::Diagram => "drawing-diagram",
        })
    }

    fn left_off(&self, drawing: &Drawing) -> String {
        match &drawing.left_off {
            Some((n, first)) => {
                let put = [("n", (*n).into()), ("first", first.as_str().into())];
                self.dossier.words.say_with("drawing-left-off", &put)
            }
            None => String::new(),
        }
    }
}

/// What the script must say, and how numbers are written.
#[derive(Serialize)]
struct Texts {
    words: std::collections::BTreeMap<String, String>,
    group: char,
    point: char,
}

impl Texts {
    fn new(dossier: &Dossier) -> Self {
        let words = &dossier.words;
        let mut all: std::collections::BTreeMap<String, String> =
            SCRIPT_WORDS.iter().map(|key| ((*key).to_owned(), words.say(key))).collect();
        for kind in crate::model::ElementKind::ALL {
            all.insert(format!("element-{}", kind.as_str()), words.of("element", kind.as_str()));
        }
        for criterion in crate::criteria::NAMES {
            all.insert(format!("criterion-{criterion}"), words.of("criterion", criterion));
        }
        let (group, point) = words.language.separators();
        Self { words: all, group, point }
    }
}

/// The data of a drawing.
#[derive(Serialize)]
struct Data<'a> {
    states: &'a [(String, String)],
    width: f64,
    height: f64,
    loading_steps: [f64; 3],
    voltage_steps: [f64; 4],
    nodes: Vec<NodeData<'a>>,
    branches: Vec<BranchData<'a>>,
}

/// A place: what it is, and what every state makes of it.
#[derive(Serialize)]
struct NodeData<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    x: f64,
    y: f64,
    district: &'a str,
    buses: Vec<BusData<'a>>,
    load_mw: Vec<Num>,
    generation_mw: Vec<Num>,
    /// A digit for each state: 1 where something here breaks the plan.
    violated: String,
}

/// A bus: its voltage in every state.
#[derive(Serialize)]
struct BusData<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    vm_pu: Vec<Num>,
    /// A digit for each state: 1 where it stands.
    stands: String,
}

/// A branch: what every state makes of it.
#[derive(Serialize)]
struct BranchData<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    ends: [usize; 2],
    middle: (f64, f64),
    drawn: bool,
    rating: Num,
    rating_unit: &'static str,
    /// A letter for each state: `-` absent, `o` out of service, `i` in service.
    standing: String,
    loading_percent: Vec<Num>,
    p_mw: Vec<Num>,
    violated: String,
}

/// A record, and where it comes from.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    name: &'a str,
    vn_kv: Num,
    source: &'a str,
    confidence: String,
    place: String,
}

impl<'a> Record<'a> {
    fn new(network: &'a Network, element: ElementId, dossier: &Dossier) -> Self {
        let origin = place::origin(network, element);
        let kv = network.highest_kv(element);
        Self {
            kind: element.kind().as_str(),
            id: network.id_of(element),
            name: name::spoken(network, element),
            vn_kv: Num(if kv > 0.0 { kv } else { f64::NAN }),
            source: origin.source.as_deref().unwrap_or_default(),
            confidence: origin
                .confidence
                .map(|level| dossier.words.of("confidence", level.as_str()))
                .unwrap_or_default(),
            place: origin.place.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

impl<'a> Data<'a> {
    fn new(drawing: &'a Drawing, dossier: &Dossier, sources: &Sources<'a>) -> Self {
        let network = &sources.plan.network;
        let digits = |flags: &[bool]| flags.iter().map(|&flag| if flag { '1' } else { '0' }).collect();
        let nums = |values: &[f64]| values.iter().map(|&value| Num(value)).collect();
        let nodes = drawing.nodes.iter().map(|node| {
            let buses = node.buses.iter().zip(&node.vm_pu).map(|(&bus, vm)| {
                let stands: Vec<bool> =
                    sources.states.iter().map(|state| state.grid.network.buses[bus].built).collect();
                BusData {
                    record: Record::new(network, ElementId::Bus(bus), dossier),
                    vm_pu: nums(vm),
                    stands: digits(&stands),
                }
            });
            let kv = node.buses.iter().map(|&bus| network.buses[bus].vn_kv).fold(0.0, f64::max);
            let station = match node.element {
                ElementId::Substation(id) => Some(id),
                ElementId::Bus(bus) => network.buses[bus].substation,
                _ => None,
            };
            NodeData {
                record: Record { vn_kv: Num(kv), ..Record::new(network, node.element, dossier) },
                x: node.x,
                y: node.y,
                district: station.map_or("", |id| network.substations[id].district.as_str()),
                buses: buses.collect(),
                load_mw: nums(&node.load_mw),
                generation_mw: nums(&node.generation_mw),
                violated: digits(&node.violated),
            }
        });
        let branches = drawing.branches.iter().map(|branch| {
            let rating = network.rating(branch.element);
            BranchData {
                record: Record::new(network, branch.element, dossier),
                ends: branch.ends,
                middle: branch.middle,
                drawn: !branch.path.is_empty(),
                rating: rating.normal.into(),
                rating_unit: rating.unit.as_str(),
                standing: branch
                    .standing
                    .iter()
                    .map(|standing| match standing {
                        Standing::Absent => '-',
                        Standing::Out => 'o',
                        Standing::In => 'i',
                    })
                    .collect(),
                loading_percent: nums(&branch.loading_percent),
                p_mw: nums(&branch.p_mw),
                violated: digits(&branch.violated),
            }
        });
        Self {
            states: &drawing.states,
            width: drawing.width,
            height: drawing.height,
            loading_steps: LOADING_STEPS,
            voltage_steps: VOLTAGE_STEPS,
            nodes: nodes.collect(),
            branches: branches.collect(),
        }
    }
}
