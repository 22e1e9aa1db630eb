//! The same question with other factors on the budgets, for a list that does not hang on one.

use super::all::Searched;
use super::funding::{Proposal, Scenario, Starts, Unfunded};
use super::ground::Ground;
use super::level::Level;
use super::search::{Proposed, Search};
use super::select::Unselected;

/// Works that may differ from the answer, beside selections in which any may.
const REACHES: [usize; 2] = [64, 16];

impl Search {
    /// The best selection for each factor, ascending, and how bad it is: never worse than that of a smaller one. An answer for
    /// a smaller budget that is better than the one found becomes the answer.
    pub(super) fn other_budgets(
        &mut self,
        ground: &mut Ground<'_, '_, '_>,
    ) -> Vec<(Scenario, Option<Level>)> {
        let mut factors = ground.asked.factors.clone();
        factors.sort_by(f64::total_cmp);
        let asked = ground.asked.budgets.factor;
        let mut found: Vec<(Scenario, Option<Level>)> = Vec::new();
        for factor in factors {
            #[expect(clippy::float_cmp, reason = "the very factor that was asked")]
            let is_asked = factor == asked;
            let smaller =
                found.last().and_then(|(one, level)| Some((one.starts.as_ref().ok()?.clone(), (*level)?)));
            let answer = if is_asked {
                if let Some((starts, level)) = smaller
                    && level.is_better_than(self.level)
                {
                    let proposal = Proposal::SmallerBudget;
                    self.verify(ground, vec![Proposed { proposal, starts, expected: f64::NAN }]);
                }
                Ok((self.starts.clone(), self.level))
            } else {
                self.under(ground, factor, smaller)
            };
            let (starts, level) = match answer {
                Ok((starts, level)) => (Ok(starts), Some(level)),
                Err(why) => (Err(why), None),
            };
            let verified = level.map_or(f64::NAN, |level| self.takes_off(level));
            found.push((Scenario { factor, starts, verified }, level));
        }
        found
    }

    fn under(
        &self,
        ground: &mut Ground<'_, '_, '_>,
        factor: f64,
        smaller: Option<(Starts, Level)>,
    ) -> Result<(Starts, Level), Unfunded> {
        let purses = ground.purses(factor);
        let programme = ground.programme(&purses, &self.worths, &self.cuts);
        let shortfalls = programme.problem.shortfalls();
        if !shortfalls.is_empty() {
            return Err(ground.unfunded(&purses, &programme.works, Unselected::Short(shortfalls)));
        }
        let mut candidates: Vec<Starts> = smaller.into_iter().map(|one| one.0).collect();
        match ground.best_of_all(&programme, self.without) {
            Searched::NoneBetter => return Ok((ground.nothing(), self.without)),
            Searched::Best(starts) => candidates = vec![starts],
            Searched::TooMany => {
                if programme.problem.fits(&programme.places(ground, &self.starts)) {
                    candidates.push(self.starts.clone());
                }
                candidates.push(ground.nothing());
                candidates.push(ground.in_order(&programme, &ground.by_plan()));
                // What is built, most worth per money first; then the rest.
                let by_worth = [ground.by_worth(&self.worths), ground.by_worth(&self.wanted)].concat();
                let stands =
                    |work: &crate::ids::ProjectId| self.starts.get(work).is_some_and(Option::is_some);
                let (built, rest): (Vec<_>, Vec<_>) = by_worth.into_iter().partition(stands);
                candidates.push(ground.in_order(&programme, &[built, rest].concat()));
                let near = REACHES.map(|reach| Some((&self.starts, reach)));
                for near in [None].into_iter().chain(near) {
                    let selected = ground.select(&purses, &self.worths, &self.cuts, near);
                    candidates.extend(selected.ok().map(|selected| selected.0));
                }
            }
        }
        let levels = ground.verify(&candidates);
        let built = candidates.into_iter().zip(levels).filter_map(|(one, level)| Some((one, level.ok()?)));
        let best = built.min_by(|a, b| a.1.order(b.1));
        best.ok_or_else(|| Unfunded::Unsolved("no selection that was tried can be built".to_owned()))
    }
}
