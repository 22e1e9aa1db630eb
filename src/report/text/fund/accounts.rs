//! The money by year, and what it is worth.

use crate::appraise::fund::Funding;
use crate::report::funded::Funded;
use crate::report::number::{count, fixed, grouped};
use crate::report::text::money::currency;
use crate::report::text::{Table, narrow};

pub(super) fn accounts(funded: &Funded<'_>) -> String {
    let Funding { purses, accounts, .. } = funded.funding;
    let mut table = Table::new(&["Year", "Funding", ">Budget", ">Carried|over", ">Spent", ">Left"]);
    let mut any = false;
    for (place, year) in purses.years.iter().enumerate() {
        let mut label = year.to_string();
        for (purse, accounts) in accounts.iter().enumerate() {
            let Some(account) = accounts.get(place) else { continue };
            if account.budget_million == 0.0 && account.spent_million == 0.0 {
                continue;
            }
            any = true;
            table.row([
                std::mem::take(&mut label),
                purses.label(purse).to_owned(),
                grouped(account.budget_million),
                grouped(account.carried_million),
                grouped(account.spent_million),
                grouped(account.left_million),
            ]);
        }
    }
    if any { table.text() } else { String::new() }
}

pub(super) fn money(funded: &Funded<'_>) -> String {
    let Some(economics) = &funded.funding.economics else {
        return narrow(
            "Not told: neither losses nor energy not served have a price in [economics] (loss_price_per_mwh, \
             unserved_price_per_mwh and peak_hours).",
        );
    };
    let rates: Vec<String> =
        economics.rates.iter().map(|rate| format!("{} %", fixed(100.0 * rate, 1))).collect();
    let rate = match rates.as_slice() {
        [] => "there is no internal rate of return between −90 and 1000 %".to_owned(),
        [one] => format!("economic internal rate of return {one}"),
        several => format!(
            "several internal rates of return ({}): the flows change their sign more than once",
            several.join(", ")
        ),
    };
    let currency = currency(&funded.capital.terms);
    let mut texts = vec![
        format!(
            "Against building none of these works, over the years judged: net present value {} million{currency}, {rate}.",
            grouped(economics.npv_million)
        ),
        format!(
            "Present values: energy not served saved {}, losses saved {}, spent {}.",
            grouped(economics.unserved_million),
            grouped(economics.losses_million),
            grouped(economics.spent_million)
        ),
    ];
    if !economics.unsolved.is_empty() {
        let (first, last) = (economics.unsolved.first(), economics.unsolved.last());
        texts.push(format!(
            "Without these works {} no load-flow solution ({}–{}): the energy not served is at least what is told, and losses \
             are not compared.",
            count(economics.unsolved.len(), "year has", "years have"),
            first.copied().unwrap_or(0),
            last.copied().unwrap_or(0)
        ));
    }
    texts.iter().map(|text| narrow(text)).collect()
}
