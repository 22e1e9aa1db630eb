//! How the answer was found.

use crate::appraise::fund::{Ending, Proposal};
use crate::ids::ProjectId;
use crate::model::Plan;
use crate::report::funded::Funded;
use crate::report::number::{NONE, count, grouped};
use crate::report::text::rank::effort;
use crate::report::text::{Table, narrow};

/// A proposal in words.
fn word(proposal: Proposal) -> String {
    match proposal {
        Proposal::Nothing => "none of these works".to_owned(),
        Proposal::PlanOrder => "in the plan's order".to_owned(),
        Proposal::WorthOrder => "by worth per money".to_owned(),
        Proposal::Selected(None) => "selected anew".to_owned(),
        Proposal::Selected(Some(most)) => format!("{most} works changed at most"),
        Proposal::Change => "one work changed or moved".to_owned(),
        Proposal::All => "the best of all there are".to_owned(),
        Proposal::SmallerBudget => "that of a smaller budget".to_owned(),
    }
}

pub(super) fn how(funded: &Funded<'_>, plan: &Plan) -> String {
    let funding = funded.funding;
    let unit = funded.metric.unit();
    let (expected, verified) = (format!(">Expected|{unit}·years"), format!(">Verified|{unit}·years"));
    let mut table = Table::new(&[
        "Round",
        ">Tried",
        "The best of them",
        ">Works",
        expected.as_str(),
        verified.as_str(),
        ">Unsolved|years",
        "",
    ]);
    for (place, round) in funding.rounds.iter().enumerate() {
        table.row([
            (place + 1).to_string(),
            round.tried.to_string(),
            word(round.proposal),
            round.works.to_string(),
            if round.expected.is_finite() { grouped(round.expected) } else { NONE.to_owned() },
            grouped(round.verified),
            format!("{:.0}", round.unsolved),
            if place + 1 == funding.best { "← the answer".to_owned() } else { String::new() },
        ]);
    }
    let id = |work: &ProjectId| plan.projects[*work].id.as_str();
    let why = match funding.ending {
        Ending::All => {
            "Every selection of works and years that the money pays for was compared by its verified years: none is better."
        }
        Ending::NoBetter => {
            "No more was tried: in the last round nothing that was proposed around the best selection is better. That is no proof \
             that none is."
        }
        Ending::Rounds => "The rounds were used up: with more (--rounds) a better selection may be found.",
    };
    let mut text = table.text() + &narrow(why);
    if !funding.together.is_empty() {
        let pairs: Vec<String> =
            funding.together.iter().map(|(a, b)| format!("{} with {}", id(a), id(b))).collect();
        text += &narrow(&format!("Found to be worth something only together: {}.", pairs.join(", ")));
    }
    if !funding.pruned.is_empty() {
        let list: Vec<&str> = funding.pruned.iter().map(id).collect();
        text += &narrow(&format!(
            "Left out again, as nothing is worse without them ({}): {}.",
            count(list.len(), "work", "works"),
            list.join(", ")
        ));
    }
    text + &effort(funded.stages) + &effort(funded.years)
}
