//! Which works in which year: a multi-period selection under budgets, in numbers only.
//!
//! ```text
//! x[i,t] = 1   work i stands from year t on, not before its earliest year
//! maximise     Σ worth[i,t] · x[i,t]
//! subject to   Σ_t x[i,t] ≤ 1                                       once at most; = 1 in its earliest year where it must come
//!              Σ_{τ≤t} x[a,τ] ≤ Σ_{τ≤t} x[b,τ]                      a needs b
//!              Σ_t x[a,t] + x[b,t] ≤ 1                              a and b exclude each other
//!              Σ spend in year y + left[y] ≤ budget[y] + left[y−1]  of each purse; left[y] ≤ left[y−1] where a budget lapses
//!              Σ works that are not as in a given selection ≤ n     where it is to stay near one
//! ```
//!
//! Solved by branch and bound (microlp; `HiGHS` with the feature `highs`) through `good_lp`.

#[cfg(feature = "highs")]
use good_lp::highs as solver;
#[cfg(not(feature = "highs"))]
use good_lp::microlp as solver;
use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution as _, SolverModel as _, Variable,
    WithMipGap as _, constraint, variable,
};

/// Up to so many choices the best selection is proved; beyond, one within [`GAP`] of it.
pub const MOST_PROVED: usize = 400;

/// How far from the best a selection of many choices may be, as a share of its worth.
pub const GAP: f32 = 0.005;

/// A work that may be chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The first year in which it can stand: a place on the axis of years.
    pub earliest: usize,
    /// What it is worth if it stands from that year on, from the next year on, and so on.
    pub worth: Vec<f64>,
    /// What it takes from purses: years from the one in which it stands (0, −1, …), and millions.
    pub spend: Vec<(i16, f64)>,
    /// Whether it must stand from its earliest year on.
    pub must: bool,
    /// The purses that it takes from.
    pub purses: Vec<usize>,
}

impl Item {
    /// What it takes in each year if it stands from `start` on; what would be before the axis is in its first year.
    pub fn outlays(&self, start: usize) -> impl Iterator<Item = (usize, f64)> {
        self.spend.iter().map(move |&(offset, million)| {
            let year = i64::try_from(start).unwrap_or(i64::MAX).saturating_add(i64::from(offset));
            (usize::try_from(year).unwrap_or(0), million)
        })
    }
}

/// Money for some works.
#[derive(Clone, PartialEq, Debug)]
pub struct Purse {
    /// What comes in by year, millions.
    pub budget: Vec<f64>,
    /// Whether what is left of a year can be spent later.
    pub carries: Vec<bool>,
}

/// What is to be selected from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Problem {
    /// Number of years.
    pub years: usize,
    /// The works.
    pub items: Vec<Item>,
    /// The first stands only while the second does.
    pub needs: Vec<(usize, usize)>,
    /// Not both.
    pub excludes: Vec<(usize, usize)>,
    /// The money.
    pub purses: Vec<Purse>,
    /// Where it is to stay near a selection.
    pub near: Option<Near>,
}

/// All but some works stay as they are in a selection.
#[derive(Clone, PartialEq, Debug)]
pub struct Near {
    /// By item: the year from which it stands there, if it does.
    pub start: Vec<Option<usize>>,
    /// Most works that stand from another year on, are put in or left out.
    pub most_changes: usize,
}

/// What was selected.
#[derive(Clone, PartialEq, Debug)]
pub struct Selected {
    /// By item: the year from which it stands, if it does.
    pub start: Vec<Option<usize>>,
    /// The worth of all.
    pub worth: f64,
    /// Whether no selection is worth more; else none by more than [`GAP`].
    pub proved: bool,
}

/// A year in which what must be spent is more than there is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shortfall {
    /// The purse.
    pub purse: usize,
    /// The year.
    pub year: usize,
    /// What must be spent in it, millions.
    pub must_million: f64,
    /// What there is, with what is carried over.
    pub available_million: f64,
}

impl Shortfall {
    /// What is missing, millions.
    #[must_use]
    pub fn short_million(&self) -> f64 {
        self.must_million - self.available_million
    }
}

/// A purse in a year.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Account {
    /// What comes in, millions.
    pub budget_million: f64,
    /// What was carried over from before.
    pub carried_million: f64,
    /// What is spent.
    pub spent_million: f64,
    /// What is left and can be spent later; negative where too much is spent.
    pub left_million: f64,
}

impl Problem {
    /// The purse's account of a selection, by year.
    #[must_use]
    pub fn account(&self, purse: usize, start: &[Option<usize>]) -> Vec<Account> {
        let mut spent = vec![0.0; self.years];
        for (item, start) in self.items.iter().zip(start) {
            let Some(start) = *start else { continue };
            if item.purses.contains(&purse) {
                for (year, million) in item.outlays(start) {
                    if let Some(spent) = spent.get_mut(year) {
                        *spent += million;
                    }
                }
            }
        }
        let mut left = 0.0;
        let years = self.purses[purse].budget.iter().zip(&self.purses[purse].carries).zip(spent);
        years
            .map(|((&budget_million, &carries), spent_million)| {
                let carried_million = left;
                let after = carried_million + budget_million - spent_million;
                // A budget that lapses leaves no more than was there before it; it is spent first.
                left = if carries { after } else { after.min(carried_million) };
                let account = Account { budget_million, carried_million, spent_million, left_million: left };
                left = left.max(0.0);
                account
            })
            .collect()
    }

    /// Whether the money pays for a selection.
    #[must_use]
    pub fn is_paid(&self, start: &[Option<usize>]) -> bool {
        (0..self.purses.len()).all(|purse| {
            self.account(purse, start).iter().all(|account| {
                let there = account.budget_million.abs() + account.carried_million;
                account.left_million >= -1e-9 * (1.0 + there)
            })
        })
    }

    /// Whether a selection keeps what is needed first, what excludes each other, what must come, and the money.
    #[must_use]
    pub fn fits(&self, start: &[Option<usize>]) -> bool {
        let from = |item: usize| start[item].unwrap_or(usize::MAX);
        let musts =
            self.items.iter().zip(start).all(|(item, start)| !item.must || *start == Some(item.earliest));
        let needs = self.needs.iter().all(|&(a, b)| start[a].is_none() || from(b) <= from(a));
        let excludes = self.excludes.iter().all(|&(a, b)| start[a].is_none() || start[b].is_none());
        musts && needs && excludes && self.is_paid(start)
    }

    /// The years in which what must come costs more than there is, over and above earlier such years.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<Shortfall> {
        let start: Vec<Option<usize>> =
            self.items.iter().map(|item| item.must.then_some(item.earliest)).collect();
        let mut found = Vec::new();
        for purse in 0..self.purses.len() {
            for (year, account) in self.account(purse, &start).into_iter().enumerate() {
                let available_million = account.carried_million + account.budget_million;
                if account.spent_million > available_million * (1.0 + 1e-9) + 1e-9 {
                    found.push(Shortfall {
                        purse,
                        year,
                        must_million: account.spent_million,
                        available_million,
                    });
                }
            }
        }
        found
    }

    /// Selects.
    ///
    /// # Errors
    /// The shortfalls where what must come cannot be paid, or what the solver says, in words.
    #[expect(clippy::too_many_lines, reason = "the problem is written down once, row by row")]
    pub fn solve(&self) -> Result<Selected, Unselected> {
        let shortfalls = self.shortfalls();
        if !shortfalls.is_empty() {
            return Err(Unselected::Short(shortfalls));
        }
        if self.items.is_empty() {
            return Ok(Selected { start: Vec::new(), worth: 0.0, proved: true });
        }
        // Money and worth in units in which their largest is 1.
        let most = |values: &mut dyn Iterator<Item = f64>| {
            values.fold(0.0_f64, |a, b| a.max(b.abs())).max(f64::MIN_POSITIVE)
        };
        let worth_unit = most(&mut self.items.iter().flat_map(|item| item.worth.iter().copied()));
        let money_unit =
            most(&mut self.items.iter().flat_map(|item| item.spend.iter().map(|&(_, million)| million)));
        let mut variables = ProblemVariables::new();
        let chosen: Vec<Vec<Variable>> = self
            .items
            .iter()
            .map(|item| {
                let count = if item.must { 1 } else { item.worth.len() };
                (0..count).map(|_| variables.add(variable().binary())).collect()
            })
            .collect();
        let left: Vec<Vec<Variable>> = self
            .purses
            .iter()
            .map(|purse| purse.budget.iter().map(|_| variables.add(variable().min(0.0))).collect())
            .collect();
        let mut objective = Expression::from(0.0);
        for (item, chosen) in self.items.iter().zip(&chosen) {
            for (&x, &worth) in chosen.iter().zip(&item.worth) {
                objective.add_mul(worth / worth_unit, x);
            }
        }
        let choices: usize = chosen.iter().map(Vec::len).sum();
        let proved = choices <= MOST_PROVED;
        let mut model = variables.maximise(objective).using(solver);
        if !proved {
            model = model.with_mip_gap(GAP).map_err(|error| Unselected::Solver(error.to_string()))?;
        }
        for (item, chosen) in self.items.iter().zip(&chosen) {
            let sum: Expression = chosen.iter().copied().sum();
            if item.must {
                model.add_constraint(constraint!(sum == 1.0));
            } else if chosen.len() > 1 {
                model.add_constraint(constraint!(sum <= 1.0));
            }
        }
        let up_to = |item: usize, year: usize| -> Expression {
            let earliest = self.items[item].earliest;
            chosen[item].iter().take((year + 1).saturating_sub(earliest)).copied().sum()
        };
        for &(a, b) in &self.needs {
            for year in self.items[a].earliest..self.items[a].earliest + chosen[a].len() {
                model.add_constraint(constraint!(up_to(a, year) <= up_to(b, year)));
            }
        }
        for &(a, b) in &self.excludes {
            let sum: Expression = chosen[a].iter().chain(&chosen[b]).copied().sum();
            model.add_constraint(constraint!(sum <= 1.0));
        }
        if let Some(near) = &self.near {
            let mut changes = Expression::from(0.0);
            for ((item, chosen), start) in self.items.iter().zip(&chosen).zip(&near.start) {
                let kept = start.and_then(|start| chosen.get(start.checked_sub(item.earliest)?));
                match kept {
                    _ if item.must => {}
                    Some(&kept) => changes += 1.0 - kept,
                    None => changes += chosen.iter().copied().sum::<Expression>(),
                }
            }
            model.add_constraint(constraint!(changes <= near.most_changes as f64));
        }
        for (place, purse) in self.purses.iter().enumerate() {
            let mut out: Vec<Expression> = vec![Expression::from(0.0); self.years];
            for (item, chosen) in
                self.items.iter().zip(&chosen).filter(|(item, _)| item.purses.contains(&place))
            {
                for (k, &x) in chosen.iter().enumerate() {
                    for (year, million) in item.outlays(item.earliest + k) {
                        if let Some(out) = out.get_mut(year) {
                            out.add_mul(million / money_unit, x);
                        }
                    }
                }
            }
            for (year, mut out) in out.into_iter().enumerate() {
                out.add_mul(1.0, left[place][year]);
                if let Some(before) = year.checked_sub(1) {
                    out.add_mul(-1.0, left[place][before]);
                }
                model.add_constraint(constraint!(out <= purse.budget[year] / money_unit));
                if !purse.carries[year] {
                    let before =
                        year.checked_sub(1).map_or(Expression::from(0.0), |one| left[place][one].into());
                    model.add_constraint(constraint!(left[place][year] <= before));
                }
            }
        }
        let solution = model.solve().map_err(|error| match error {
            ResolutionError::Infeasible => Unselected::Solver(
                "no selection keeps all that must come, needs and exclusions together".to_owned(),
            ),
            other => Unselected::Solver(other.to_string()),
        })?;
        let start: Vec<Option<usize>> = self
            .items
            .iter()
            .zip(&chosen)
            .map(|(item, chosen)| {
                let place = chosen.iter().position(|&x| solution.value(x) > 0.5)?;
                Some(item.earliest + place)
            })
            .collect();
        Ok(Selected { worth: self.worth(&start), start, proved })
    }

    /// The worth of a selection.
    #[must_use]
    pub fn worth(&self, start: &[Option<usize>]) -> f64 {
        let worth = |(item, start): (&Item, &Option<usize>)| {
            let place = (*start)?.checked_sub(item.earliest)?;
            item.worth.get(place).copied()
        };
        self.items.iter().zip(start).filter_map(worth).sum()
    }
}

/// Why nothing was selected.
#[derive(Clone, PartialEq, Debug)]
pub enum Unselected {
    /// What must come cannot be paid.
    Short(Vec<Shortfall>),
    /// The solver found nothing, and what it says.
    Solver(String),
}
