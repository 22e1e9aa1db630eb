//! The supply plan: what feeds each station, its reserve, and what the loss of each supply leaves.

use super::super::table::{Cell, Scale, Table, Tone};
use super::super::{Block, Sources, Words, stage};
use super::violations::decimals_of;
use super::{block, named};
use crate::appraise::supply::{Feed, Lost, StationSupply, is_harmless};
use crate::flow::Status;
use crate::ids::StageId;
use crate::model::{ElementId, Plan};
use crate::report::name;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let mut blocks = Vec::new();
    let unsolved: Vec<&str> = sources
        .supply
        .iter()
        .filter(|(_, found)| found.is_none())
        .map(|&(stage, _)| sources.plan.stages[stage].id.as_str())
        .collect();
    if !unsolved.is_empty() {
        let put = [("stages", unsolved.join(", ").into())];
        blocks.push(Block::Text(words.say_with("supply-unsolved", &put)));
    }
    blocks.extend([stations(sources, words), losses(sources, words)].into_iter().filter_map(block));
    blocks
}

fn rows<'a>(sources: &'a Sources<'_>) -> impl Iterator<Item = (StageId, &'a StationSupply)> {
    sources.supply.iter().flat_map(|(stage, found)| found.iter().flatten().map(|one| (*stage, one)))
}

fn station(plan: &Plan, at: StageId, one: &StationSupply) -> Vec<Cell> {
    let record = &plan.network.substations[one.station];
    vec![
        stage(plan, at),
        Cell::record(&plan.network, ElementId::Substation(one.station)),
        Cell::text(record.district.as_str()),
    ]
}

/// The stations of each stage.
fn stations(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage").choice(),
        words.column("station"),
        words.column("district").choice(),
        words.column("load").unit("MW"),
        words.column("vn").unit("kV").choice(),
        words.column("sources"),
        words.column("circuits").number(),
        words.column("installed").unit("MVA"),
        words.column("carried").unit("MVA"),
        words.column("reserve").unit("MVA").scale(Scale::Reserve),
        words.column("firm-reserve").unit("MVA").scale(Scale::Reserve),
        words.column("back-feed").unit("MW"),
        words.column("worst-loss"),
        words.column("unserved").unit("MW").scale(Scale::Lost),
        words.column("limits").number().scale(Scale::Lost),
    ];
    let scenario = plan.scenarios.iter().next().map_or("", |scenario| scenario.id.as_str());
    let mut table = Table::new(words, "supply", columns)
        .note(words.say_with("supply-note", &[("scenario", scenario.into())]));
    for (at, one) in rows(sources) {
        let sources_of: Vec<String> = one
            .sources
            .iter()
            .take(3)
            .map(|share| {
                let percent = words.language.number(share.percent, 0);
                format!("{} {percent} %", name::label(&plan.network, share.source))
            })
            .collect();
        let circuits = one.feeds.iter().filter(|feed| matches!(feed.branch, ElementId::Line(_))).count();
        let reserve = one.reserves.last();
        let mva = |value: Option<f64>| Cell::number(value.unwrap_or(f64::NAN), 0);
        let back_feed: f64 = one.back_feed.iter().map(|row| row.p_mw).sum();
        let kv = one.vn_kv.unwrap_or(f64::NAN);
        let mut cells = station(plan, at, one);
        cells.extend([
            Cell::number(one.load_mw, 1),
            Cell::number(kv, decimals_of(kv)),
            Cell::text(sources_of.join("; ")),
            Cell::count(circuits),
            mva(reserve.map(|row| row.installed_mva)),
            mva(reserve.map(|row| row.carried_mva)),
            mva(reserve.map(crate::appraise::supply::Reserve::intact_mva)),
            mva(reserve.map(crate::appraise::supply::Reserve::after_loss_mva)),
            Cell::number(back_feed, 0),
        ]);
        match worst(one) {
            Some((feed, lost)) => cells.extend([
                Cell::record(&plan.network, feed.branch),
                Cell::number(lost.unserved_mw, 1),
                limits(words, lost),
            ]),
            None => cells.push(Cell::text(words.say("harmless")).tone(Tone::Good)),
        }
        table.row(cells);
    }
    table
}

fn limits(words: &Words, lost: &Lost) -> Cell {
    if lost.status == Status::Converged {
        Cell::count(lost.limits)
    } else {
        Cell::text(words.of("judgement", "no_solution")).tone(Tone::Bad)
    }
}

/// The supply whose loss does most harm: no state at all, then most load without supply, then most limits.
fn worst(one: &StationSupply) -> Option<(&Feed, &Lost)> {
    let looked_at = one.feeds.iter().filter_map(|feed| Some((feed, feed.lost.as_ref()?)));
    let key = |lost: &Lost| (lost.status != Status::Converged, lost.unserved_mw, lost.limits);
    looked_at.filter(|(_, lost)| !is_harmless(lost)).reduce(|a, b| {
        let (ka, kb) = (key(a.1), key(b.1));
        let more = kb.0.cmp(&ka.0).then(kb.1.total_cmp(&ka.1)).then(kb.2.cmp(&ka.2));
        if more.is_gt() { b } else { a }
    })
}

/// Every supply whose loss does harm.
fn losses(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage").choice(),
        words.column("station"),
        words.column("district").choice(),
        words.column("lost-supply"),
        words.column("comes-from"),
        words.column("p").unit("MW"),
        words.column("loading").unit("%").scale(Scale::Loading),
        words.column("dark").unit("MW"),
        words.column("taken-over").unit("MW"),
        words.column("unserved").unit("MW").scale(Scale::Lost),
        words.column("limits").number(),
        words.column("worst-at"),
        words.column("percent-of-limit").unit("%"),
    ];
    let mut table = Table::new(words, "supply-losses", columns).note(words.say("supply-losses-note"));
    for (at, one) in rows(sources) {
        for feed in &one.feeds {
            let Some(lost) = feed.lost.as_ref().filter(|lost| !is_harmless(lost)) else { continue };
            let worst = lost.worst.as_ref();
            let mut cells = station(plan, at, one);
            cells.extend([
                Cell::record(&plan.network, feed.branch),
                Cell::text(named(plan, feed.from)),
                Cell::number(feed.p_mw, 1),
                Cell::number(feed.loading_percent, 1),
                Cell::number(lost.lost_mw, 1),
                Cell::number(lost.moved_mw, 1),
                Cell::number(lost.unserved_mw, 1),
                limits(words, lost),
                Cell::text(worst.and_then(|v| v.element).map(|one| named(plan, one)).unwrap_or_default()),
                Cell::number(worst.map_or(f64::NAN, |v| v.percent), 1),
            ]);
            table.row(cells);
        }
    }
    table
}
