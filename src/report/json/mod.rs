//! Results as JSON: one envelope for every verb, described by `gridstage schema`.
//!
//! Values are written straight from the result columns, row by row, so that a grid of 70,000 buses needs no
//! tree in memory. What does not exist is `null`; numbers are the shortest that read back as the same value;
//! keys keep their order.

mod asked;
mod case;
mod check;
mod columns;
mod diagnostic;
mod diff;
mod explain;
mod former;
mod fund;
mod handed;
mod headroom;
mod lint;
mod money;
mod n1;
mod need;
mod num;
mod rank;
mod schema;
mod show;
mod solve;
mod supply;
mod test;
mod violation;

pub use asked::AskedRow;
pub use case::{Case, IslandRow, MismatchRow, slowest};
pub use check::{CheckDocument, CheckOptions, CheckSummary, check};
pub use columns::{BranchRow, Branches, BusRow, Buses, GeneratorRow, Generators};
pub use diagnostic::Diagnostic;
pub use diff::{DiffDocument, DiffOptions, DifferenceRow, diff};
pub use explain::{
    CodeRow, ExplainDocument, ExplainOptions, ExplainSummary, ExplanationRow, UnsolvedRow, explain,
    explain_code,
};
pub use former::former;
pub use fund::{
    AccountRow, BrokenRow, EconomicsRow, FlowRow, FundDocument, FundOptions, FundRow, FundSummary, RoundRow,
    ScenarioRow, StartRow, YearRow, budget_source, fund, not_funded, unfunded,
};
pub use handed::{
    HandedAccount, HandedBroken, HandedBudget, HandedEconomics, HandedFund, HandedFunded, HandedGain,
    HandedInput, HandedMetric, HandedRank, HandedRanked, HandedRate, HandedStart, HandedState, HandedTerms,
    HandedYear, handed_fund, handed_rank,
};
pub use headroom::{HeadroomDocument, HeadroomOptions, HeadroomRow, HeadroomSummary, RoomRow, headroom};
pub use lint::{LintDocument, LintSummary, lint};
pub use money::{
    BudgetRow, MoneyDocument, MoneyOptions, MoneySummary, OutlayRow, ParameterRow, PieceRow, SpendingRow,
    TermsRow, WorkMoneyRow, money, spending_rows,
};
pub use n1::{N1Case, N1Document, N1Options, N1Summary, OutageRow, PassedRow, n1, n1_summary, n1_unsolved};
pub use need::{NeedDocument, NeedOptions, NeedSummary, SlipRow, WorkRow, need};
pub use num::Num;
pub use rank::{
    GainRow, MetricRow, MetricsRow, PricesRow, RankDocument, RankOptions, RankRow, RankSummary, ShareRow,
    StageMetricsRow, rank,
};
pub use schema::{Kind, schema};
pub use show::{ShowDocument, ShowOptions, show};
pub use solve::{
    FlowOptionsRow, SolveDocument, SolveOptions, SolveSummary, SolvedState, not_modelled, solve,
};
pub use supply::{StageSupply, SupplyDocument, SupplyOptions, SupplyRow, SupplySummary, supply};
pub use test::{MismatchedRow, TestCase, TestDocument, TestOptions, TestSummary, test};
pub use violation::ViolationRow;

use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// Version of all document forms: the second number grows with new fields, the first with anything else.
pub const VERSION: &str = "1.4";

/// A result of gridstage.
// `O`, `S` and `C` are the options, the summary and the cases of a verb.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Document<'a, O, S, C> {
    /// Which form this is.
    pub schema: SchemaId,
    /// What wrote it.
    pub tool: Tool,
    /// The files that were read, in the order in which they were opened.
    pub inputs: Vec<Input<'a>>,
    /// What was asked, defaults included; null if the input could not be used.
    pub options: Option<O>,
    /// The answer in one word.
    pub verdict: Answer,
    /// The exit code of the run.
    pub exit_code: u8,
    /// The answer in some numbers; null if the input could not be used.
    pub summary: Option<S>,
    /// One entry per stage and scenario.
    pub cases: Vec<C>,
    /// What was found wrong, assumed or left out.
    pub diagnostics: Vec<Diagnostic<'a>>,
}

impl<O, S, C> Document<'_, O, S, C> {
    /// The same of a run that its time limit ended, if it did.
    #[must_use]
    pub fn ended_early(mut self, early: bool) -> Self {
        if early && matches!(self.exit_code, 0 | 1) {
            (self.verdict, self.exit_code) = (Answer::Incomplete, 5);
        }
        self
    }
}

/// Name and version of a document form.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct SchemaId {
    /// `gridstage.` and the verb.
    pub name: &'static str,
    /// Version of the form.
    pub version: &'static str,
}

/// The program that wrote a document.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct Tool {
    /// `gridstage`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The commit it was built from, where the build said so.
    pub commit: Option<&'static str>,
}

/// This program.
pub const TOOL: Tool = Tool {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    commit: option_env!("GRIDSTAGE_COMMIT"),
};

/// A file that was read.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Path as found.
    pub path: &'a str,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: &'a str,
    /// What it was taken for.
    pub format: &'a str,
}

/// The answer in one word.
#[derive(Serialize, JsonSchema, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Every state is solved and all criteria that are judged are met.
    Holds,
    /// A criterion is violated, or load is left dark.
    Violated,
    /// The load flow is solved and all load is served.
    Solved,
    /// The load flow is solved, but load is left dark.
    LoadLost,
    /// A load flow has no solution, or none was found.
    NoSolution,
    /// The time limit ended the run; what it reached is told.
    Incomplete,
    /// Nothing differs.
    Same,
    /// Something differs.
    Different,
    /// The input can be used.
    Valid,
    /// The input cannot be used.
    InvalidInput,
}

/// Writes `document` as one JSON text and a line end.
///
/// # Errors
/// If `out` cannot be written.
pub fn write<O: Serialize, S: Serialize, C: Serialize>(
    document: &Document<'_, O, S, C>,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer(&mut *out, document)?;
    writeln!(out)
}

/// Writes the document of a verb whose input cannot be used: nothing but its findings.
///
/// # Errors
/// If `out` cannot be written.
pub fn rejected(
    kind: Kind,
    exit_code: u8,
    findings: &[crate::finding::Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let document: Document<'_, (), (), ()> = Document {
        schema: kind.id(),
        tool: TOOL,
        inputs: Vec::new(),
        options: None,
        verdict: Answer::InvalidInput,
        exit_code,
        summary: None,
        cases: Vec::new(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    };
    write(&document, out)
}
