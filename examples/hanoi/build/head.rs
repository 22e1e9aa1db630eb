//! The comments of `plan.toml`: the writer keeps the text it is given where the values agree, so the text is
//! written once without comments, and these are put before the lines they are about.

use gridstage::model::{Head, Plan};
use gridstage::write;

/// A line of `plan.toml` begins so, and this stands before it.
const COMMENTS: [(&str, &str); 14] = [
    (
        "[plan]",
        "The Hanoi power plan, built by `cargo run --example hanoi -- ../shared/hanoi grids/hanoi`.\n\
         Comments and values come from that program: change it, not this file. Read README.md first: what is\n\
         official, news, recalled and estimated. The tables of decision 4720 could not be read.",
    ),
    ("[base]", "The tables beside this file hold the grid of this day; works/ holds what works build."),
    (
        "[economics]",
        "Costs are in millions; the rate discounts money of one year's prices. No table of the hand-over says any of this but\n\
         the unit costs in catalogue/: each figure tells who does.",
    ),
    ("[losses]", "From loss of power at the peak to loss of energy in the year."),
    ("[forecast]", "Loads of years that forecast.csv does not give."),
    ("[[scenario]]", "The load situations. `saving` has rows of its own (kind dsm) in forecast.csv."),
    ("[[stage]]", "The days at which the plan is judged, each in all scenarios."),
    (
        "[criteria",
        "What a good grid is: the rules of criteria.csv that can be judged, ids kept, a letter where one row\n\
         gives several. Above warn_percent is told, above max_percent breaks the plan.",
    ),
    ("voltage", "Grid code bands at busbars; the 22 kV bands hold at the customer and need moving taps."),
    (
        "transformer_loading",
        "75 % is the planning threshold of C17 and C18, 100 % the limit of C20; kv is the higher side.",
    ),
    ("line_loading", "70 % is the planning threshold of C19; no row gives one for 220 and 500 kV."),
    ("reserve", "Load over installed units, per station; kv is the lower side."),
    (
        "security",
        "The loss of one line circuit, transformer or generating unit. Neighbours have the half hour that\n\
         mv_transfer.csv estimates for them to take load over.",
    ),
    ("losses", "Informative: the targets include medium and low voltage, and hold for the year named."),
];

/// Values that go without saying, said after the line named: nothing is left for the reader to know.
const SAID: [(&str, &str); 2] =
    [("[base]", "sbase_mva = 100\nfrequency_hz = 50"), ("[forecast]", "interpolation = \"linear\"")];

/// The text of `plan.toml` with comments.
pub(super) fn head(plan: &Plan) -> Result<Head, String> {
    let (files, _) = write::plan::texts(plan, None).map_err(|findings| format!("{findings:?}"))?;
    let bare = files.iter().find(|(file, _)| file == "plan.toml").map(|(_, text)| text.as_str());
    let mut text = String::new();
    let mut told = [false; COMMENTS.len()];
    for line in bare.unwrap_or_default().lines() {
        let about =
            COMMENTS.iter().zip(&mut told).find(|((start, _), told)| !**told && line.starts_with(start));
        if let Some(((_, comment), told)) = about {
            *told = true;
            text.extend(comment.lines().map(|comment| format!("# {comment}\n")));
        }
        let said = SAID.iter().filter(|(after, _)| *after == line).map(|(_, said)| *said);
        text.extend(std::iter::once(line).chain(said).flat_map(|line| [line, "\n"]));
    }
    match COMMENTS.iter().zip(told).find(|(_, told)| !told) {
        Some(((start, _), _)) => Err(format!("plan.toml has no line that begins with `{start}`")),
        None => Ok(Head(text)),
    }
}
