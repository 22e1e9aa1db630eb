//! JSON Schema of the documents, made from the very types that write them.

use super::{
    CheckDocument, DiffDocument, ExplainDocument, FundDocument, HeadroomDocument, LintDocument,
    MoneyDocument, N1Document, NeedDocument, RankDocument, SchemaId, ShowDocument, SolveDocument,
    SupplyDocument, TestDocument, VERSION,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// A document form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Kind {
    /// The verdict on a plan.
    Check,
    /// One load flow.
    Solve,
    /// The findings about an input.
    Lint,
    /// What a plan holds.
    Show,
    /// Every outage of one grid.
    N1,
    /// What differs between two inputs.
    Diff,
    /// Why a grid does not solve, or what a code means.
    Explain,
    /// By when each work is needed.
    Need,
    /// How much more load each station can take.
    Headroom,
    /// What feeds each station.
    Supply,
    /// What the works cost.
    Money,
    /// What each work is worth.
    Rank,
    /// What to build with the money there is.
    Fund,
    /// Cases with expected results.
    Test,
}

impl Kind {
    /// All forms.
    pub const ALL: [Self; 14] = [
        Self::Check,
        Self::Solve,
        Self::Lint,
        Self::Show,
        Self::N1,
        Self::Diff,
        Self::Explain,
        Self::Need,
        Self::Headroom,
        Self::Supply,
        Self::Money,
        Self::Rank,
        Self::Fund,
        Self::Test,
    ];

    /// Name and version, as in the document.
    #[must_use]
    pub fn id(self) -> SchemaId {
        let name = match self {
            Self::Check => "gridstage.check",
            Self::Solve => "gridstage.solve",
            Self::Lint => "gridstage.lint",
            Self::Show => "gridstage.show",
            Self::N1 => "gridstage.n1",
            Self::Diff => "gridstage.diff",
            Self::Explain => "gridstage.explain",
            Self::Need => "gridstage.need",
            Self::Headroom => "gridstage.headroom",
            Self::Supply => "gridstage.supply",
            Self::Money => "gridstage.money",
            Self::Rank => "gridstage.rank",
            Self::Fund => "gridstage.fund",
            Self::Test => "gridstage.test",
        };
        SchemaId { name, version: VERSION }
    }
}

/// The JSON Schema (draft 2020-12) of a document form.
#[must_use]
pub fn schema(kind: Kind) -> Schema {
    match kind {
        Kind::Check => of::<CheckDocument<'_>>(kind),
        Kind::Solve => of::<SolveDocument<'_>>(kind),
        Kind::Lint => of::<LintDocument<'_>>(kind),
        Kind::Show => of::<ShowDocument<'_>>(kind),
        Kind::N1 => of::<N1Document<'_>>(kind),
        Kind::Diff => of::<DiffDocument<'_>>(kind),
        Kind::Explain => of::<ExplainDocument<'_>>(kind),
        Kind::Need => of::<NeedDocument<'_>>(kind),
        Kind::Headroom => of::<HeadroomDocument<'_>>(kind),
        Kind::Supply => of::<SupplyDocument<'_>>(kind),
        Kind::Money => of::<MoneyDocument<'_>>(kind),
        Kind::Rank => of::<RankDocument<'_>>(kind),
        Kind::Fund => of::<FundDocument<'_>>(kind),
        Kind::Test => of::<TestDocument<'_>>(kind),
    }
}

fn of<T: JsonSchema>(kind: Kind) -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".into(), format!("{} {}", kind.id().name, VERSION).into());
    schema
}
