//! The answer in a few sentences.

use super::{chosen, later};
use crate::appraise::compare::{WORSE_MW, WORSE_PERCENT};
use crate::appraise::fund::{Role, YearCheck};
use crate::appraise::rank::Metrics;
use crate::ids::ProjectId;
use crate::report::funded::{Funded, broken};
use crate::report::number::{count, fixed, grouped};
use crate::report::text::money::currency;
use crate::report::text::narrow;

pub(super) fn answer(funded: &Funded<'_>) -> String {
    let Funded { funding, capital, metric, .. } = funded;
    let chosen = chosen(funding);
    let cost = |works: &mut dyn Iterator<Item = ProjectId>| -> f64 {
        works.filter_map(|work| capital.of(work)).map(|cost| cost.plan_million).sum()
    };
    let all = cost(&mut funding.roles.with(Role::Free).into_iter());
    let part = cost(&mut chosen.iter().map(|one| one.1));
    let late = chosen.iter().filter(|one| later(funding, one.1) > 0).count();
    let free = funding.roles.with(Role::Free).len();
    let mut texts = vec![format!(
        "Build {} of {} for {} of {} million{}; {} later than planned.",
        chosen.len(),
        count(free, "work", "works"),
        grouped(part),
        grouped(all),
        currency(&capital.terms),
        if late == 0 { "none".to_owned() } else { late.to_string() },
    )];
    let last = funding.checks.iter().map(|check| check.year).max();
    if let Some(last) = last {
        let at = |of: fn(&YearCheck) -> Metrics| -> f64 {
            let rows = funding.checks.iter().filter(|check| check.year == last);
            rows.map(|check| of(check).by(*metric, &funded.prices)).sum()
        };
        let mut rows = funding.checks.iter().filter(|check| check.year == last);
        let some = rows.clone().any(|check| !check.solved);
        let bare = rows.any(|check| check.none.unsolved > 0.0);
        let more = |unsolved: bool| if unsolved { "more than " } else { "" };
        texts.push(format!(
            "In {last}: {}{} {} with what is funded, {} with all of the plan, {}{} with none of these works.",
            more(some),
            fixed(at(|check| check.funded), 0),
            metric.unit(),
            fixed(at(|check| check.planned), 0),
            more(bare),
            fixed(at(|check| check.none), 0)
        ));
        let dark = |of: fn(&YearCheck) -> Metrics| -> String {
            let rows = funding.checks.iter().filter(|check| check.year == last);
            fixed(rows.map(|check| of(check).n_lost_mw).sum(), 0)
        };
        texts.push(format!(
            "Load without supply in the intact grid in {last}: {} MW with what is funded, {} MW with all of the plan.",
            dark(|check| check.funded),
            dark(|check| check.planned)
        ));
        if bare && !some {
            texts.push(format!(
                "Without these works {last} has no load-flow solution: the load beyond the largest share that has one counts, in \
                 the intact grid and for each fault; it is at least so bad."
            ));
        }
    }
    let unsolved: Vec<String> =
        funding.checks.iter().filter(|check| !check.solved).map(|check| check.year.to_string()).collect();
    if !unsolved.is_empty() {
        texts.push(format!(
            "No load-flow solution in {}: the money does not hold the grid together.",
            unsolved.join(", ")
        ));
    }
    let (cut, anyway) = broken(funding);
    texts.push(format!(
        "Verified by AC load flow in every year, with every fault that the criteria name: {} for want of money (new, or worse by \
         more than {} % of the limit or {} MW), {} in the plan as it stands too.",
        count(cut.len(), "limit stays broken", "limits stay broken"),
        fixed(WORSE_PERCENT, 0),
        fixed(WORSE_MW, 0),
        anyway.len()
    ));
    texts.iter().map(|text| narrow(text)).collect()
}
