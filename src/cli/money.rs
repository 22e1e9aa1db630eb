//! `gridstage show --money`: what a plan costs.

use super::arguments::TextJsonCsv;
use super::exit::Exit;
use super::input::Opened;
use super::output::deliver;
use super::show::Args;
use super::talk::{Detail, Talk};
use crate::appraise::capital::Capital;
use crate::model::Selection;
use crate::report::{json, money_sheet, text};

/// Tells what the works cost, year by year.
pub(super) fn run(args: &Args, opened: &Opened, talk: &Talk) -> Exit {
    let plan = &opened.plan;
    let capital = Capital::new(plan, &Selection::default());
    talk.findings(&opened.findings, Detail::Condensed, "`gridstage lint` lists all");
    deliver(args.target.output.as_deref(), Exit::Holds, talk, |out, ink| match args.format {
        TextJsonCsv::Text => {
            let (path, top) = (&opened.path, args.top.rows());
            text::money(&text::MoneyText { path, plan, capital: &capital, top, ink }, out)
        }
        TextJsonCsv::Csv => money_sheet::money(plan, &capital, out),
        TextJsonCsv::Json => {
            let spending = capital.by_year(plan);
            let options = json::MoneyOptions { as_of: args.version.as_of.as_deref() };
            let found = (&capital, spending.as_slice());
            json::write(&json::money(opened.inputs(), options, plan, found, &opened.findings), out)
        }
    })
}
