//! Reports for people: text of about a hundred columns that reads the same without colour.

mod baseline;
mod blame;
mod check;
mod construction;
mod diff;
mod explain;
pub mod findings;
mod fund;
mod headroom;
mod legend;
mod links;
mod matrix;
mod money;
mod n1;
mod need;
mod rank;
mod show;
mod solve;
mod solved;
mod states;
mod supply;
mod table;
mod test;
mod told;
mod violations;

pub use blame::blame;
pub use check::{CheckText, check};
pub use diff::{DiffText, diff};
pub use explain::{ExplainText, code, explain};
pub use fund::fund;
pub use headroom::{HeadroomText, headroom};
pub use money::{MoneyText, money};
pub use n1::{N1Text, n1};
pub use need::{NeedText, need};
pub use rank::rank;
pub use show::{View, show};
pub use solve::{SolveText, solve};
pub use supply::{SupplyText, supply};
pub use table::Table;
pub use test::test;

/// Columns that a report may take.
const WIDTH: u16 = 108;

/// `text` as lines of [`WIDTH`] columns, the first after two spaces, the others after four.
fn paragraph(text: &str) -> String {
    folded(text, WIDTH)
}

/// The same in a hundred columns.
fn narrow(text: &str) -> String {
    folded(text, 100)
}

fn folded(text: &str, width: u16) -> String {
    let mut lines = String::new();
    let mut line = " ".repeat(2);
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > usize::from(width) {
            lines += &line;
            lines.push('\n');
            line = " ".repeat(4);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    lines + &line + "\n"
}
