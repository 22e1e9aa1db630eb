//! The report that is handed in: the verdict on a plan with all that it rests on, in Vietnamese or English, as a page,
//! Markdown or a workbook.
//!
//! ```text
//! Sources ─ tables/, charts, drawing ─→ Dossier: parts of texts, tables, figures, drawings in one language
//!                                          ├ html      one file that loads nothing: template, style, script in html/
//!                                          ├ markdown
//!                                          └ workbook
//! ```
//!
//! A report computes nothing: it shows the verdict of `check`, whose document a page carries whole, and it is made of the
//! input alone, so that the same input gives the same bytes.

mod answer;
mod charts;
mod drawing;
mod geographic;
mod html;
mod language;
mod layered;
mod markdown;
mod plate;
mod section;
mod table;
mod tables;
mod workbook;

pub use answer::{Answer, Question, StageStrip};
pub use charts::Figure;
pub use drawing::{Branch, Drawing, Layout, Node};
pub use html::html;
pub use language::{Language, Put, Words};
pub use markdown::markdown;
pub use section::{Section, Sections};
pub use table::{Cell, Column, HEAVY_PERCENT, Scale, Table, Tone, Value};
pub use workbook::workbook;

use super::json::{CheckDocument, HandedFund, HandedRank, StageSupply};
use crate::appraise::Verdict;
use crate::appraise::headroom::Headroom;
use crate::appraise::need::WorkNeed;
use crate::finding::Finding;
use crate::ids::StageId;
use crate::model::{Plan, Selection};
use crate::study::StageState;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// What a report is made from.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The verdict.
    pub verdict: &'a Verdict,
    /// The states that it is about.
    pub states: &'a [StageState],
    /// What makes this another judgement than that of the whole plan as it stands: `as of`, `with`, `without`, `only stage` or
    /// `only scenario`, and the names that it is about.
    pub variant: &'a [(&'static str, String)],
    /// The document of `check` on the same states: what the page carries.
    pub check: &'a CheckDocument<'a>,
    /// Findings of reading the plan and of the verdict.
    pub findings: &'a [Finding],
    /// The works counted in or left out.
    pub selection: &'a Selection,
    /// What feeds each station, stage by stage, in the first scenario; empty where it was not asked.
    pub supply: &'a [StageSupply],
    /// By when each work is needed, with the plan whose stages its years are; `None` where it was not asked.
    pub need: Option<(&'a Plan, &'a [WorkNeed])>,
    /// How much more load each station can take; `None` where it was not asked.
    pub headroom: Option<&'a [Headroom]>,
    /// What each work is worth, as `rank` found it; `None` where it was not handed in.
    pub rank: Option<&'a HandedRank>,
    /// What to build with the money there is, as `fund` found it; `None` where it was not handed in.
    pub fund: Option<&'a HandedFund>,
}

/// A report in one language.
#[derive(Debug)]
pub struct Dossier {
    /// Its words.
    pub words: Words,
    /// Title of the plan.
    pub title: String,
    /// Id, path, decision, authority: a line each.
    pub about: Vec<String>,
    /// What makes it a variant; empty for the plan as it stands.
    pub variant: String,
    /// The answer, for the first page.
    pub answer: Answer,
    /// The parts.
    pub parts: Vec<Part>,
    /// Program, version and hash of the input: stands under every figure.
    pub stamp: String,
    /// What was left out, and how to have it.
    pub left_out: Vec<String>,
}

/// A part of a report.
#[derive(Debug)]
pub struct Part {
    /// Its name in links.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// What stands in a part.
#[derive(Debug)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A table.
    Table(Table),
    /// A chart.
    Figure(Figure),
    /// The grid, drawn.
    Drawing(Box<Drawing>),
}

impl Dossier {
    /// The report with the sections wanted.
    #[must_use]
    pub fn new(sources: &Sources<'_>, sections: &Sections, language: Language) -> Self {
        let words = Words::new(language);
        let parts: Vec<Part> = Section::ALL
            .into_iter()
            .filter(|&section| sections.holds(section))
            .filter_map(|section| {
                let blocks = blocks(section, sources, sections, &words);
                let title = words.of("section", section.as_str());
                (!blocks.is_empty()).then(|| Part { id: section.as_str(), title, blocks })
            })
            .collect();
        Self {
            title: title(sources, language),
            about: about(sources, &words),
            variant: variant(sources, &words),
            answer: Answer::new(sources, &words),
            parts,
            stamp: stamp(sources, &words),
            left_out: sections.left_out(sources, &words),
            words,
        }
    }

    /// All tables, in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.parts.iter().flat_map(|part| &part.blocks).filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// The drawing of the grid, if there is one.
    #[must_use]
    pub fn drawing(&self) -> Option<&Drawing> {
        self.parts.iter().flat_map(|part| &part.blocks).find_map(|block| match block {
            Block::Drawing(drawing) => Some(drawing.as_ref()),
            _ => None,
        })
    }
}

/// What stands in a section; nothing where the input has nothing for it.
fn blocks(section: Section, sources: &Sources<'_>, sections: &Sections, words: &Words) -> Vec<Block> {
    match section {
        Section::Verdict => tables::verdict::blocks(sources, words),
        Section::Violations => tables::violations::blocks(sources, words),
        Section::Map => drawing::map(sources),
        Section::Diagram => drawing::diagram(sources, sections),
        Section::States => tables::states::blocks(sources, words),
        Section::Flows => tables::flows::blocks(sources, words),
        Section::Works => tables::works::blocks(sources, words),
        Section::Capital => tables::capital::blocks(sources, words),
        Section::Supply => tables::supply::blocks(sources, words),
        Section::Need => tables::need::blocks(sources, words),
        Section::Headroom => tables::headroom::blocks(sources, words),
        Section::Rank => tables::rank::blocks(sources, words),
        Section::Fund => tables::fund::blocks(sources, words),
        Section::Basis => tables::basis::blocks(sources, words),
    }
}

/// The title in the language asked for, else the first, else the name of the grid or the path.
fn title(sources: &Sources<'_>, language: Language) -> String {
    let titles = &sources.plan.title;
    let own = titles.iter().find(|(tag, _)| tag.as_str() == language.tag()).or(titles.first());
    let name = &sources.plan.network.name;
    let title = own.map_or(if name.is_empty() { sources.path } else { name }, |(_, title)| title);
    super::number::clean(title).into_owned()
}

fn about(sources: &Sources<'_>, words: &Words) -> Vec<String> {
    let plan = sources.plan;
    let id = if plan.id.is_empty() { sources.path } else { &plan.id };
    let mut lines = vec![super::number::clean(id).into_owned()];
    for (key, fact) in [("about-decision", &plan.decision), ("about-authority", &plan.authority)] {
        if !fact.is_empty() {
            lines.push(words.say_with(key, &[("fact", super::number::clean(fact).into_owned().into())]));
        }
    }
    if let Some(as_of) = plan.base.as_of {
        lines.push(words.say_with("about-base", &[("day", words.language.date(as_of).into())]));
    }
    lines
}

/// What makes it a variant, in a sentence; empty for the plan as it stands.
fn variant(sources: &Sources<'_>, words: &Words) -> String {
    if sources.variant.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = sources
        .variant
        .iter()
        .map(|(what, names)| {
            let names = super::number::clean(names).into_owned();
            words.say_with(&format!("variant-{}", what.replace(' ', "-")), &[("names", names.into())])
        })
        .collect();
    words.say_with("variant", &[("what", parts.join("; ").into())])
}

/// Program, version and hash of the input. The hash of several files is that of their hashes, in the order of reading.
fn stamp(sources: &Sources<'_>, words: &Words) -> String {
    let tool = sources.check.tool;
    let version = match tool.commit {
        Some(commit) => format!("{} ({commit})", tool.version),
        None => tool.version.to_owned(),
    };
    let hash = match sources.check.inputs.as_slice() {
        [only] => only.sha256.to_owned(),
        files => {
            let mut all = Sha256::new();
            for file in files {
                all.update(file.sha256.as_bytes());
            }
            all.finalize().iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        }
    };
    let short = hash.get(..16).unwrap_or(&hash).to_owned();
    words.say_with("stamp", &[("version", version.into()), ("hash", short.into())])
}

/// The name of a stage, in words: the day where it has one.
fn stage(plan: &Plan, id: StageId) -> Cell {
    let stage = &plan.stages[id];
    Cell::text(stage.id.as_str()).more(stage.at.map(|at| at.to_string()).unwrap_or_default())
}
