//! The one message type: what a reader, a check of the data or a solver has to tell the engineer.
//!
//! A finding has a stable [`Code`], says where it was found and, where there is one, the way out. Broken
//! criteria are not findings but [`crate::criteria::Violation`]s: they carry a value and a limit.

mod page;

pub use page::Page;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A place in an input file.
///
/// Places never take part in comparisons of records: a grid read from another file is the same grid.
#[derive(Clone, Debug)]
pub struct Place {
    /// Path as the user gave it, or as found from it.
    pub file: Arc<str>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1, where known.
    pub column: Option<u32>,
    /// Number of characters meant, from `column`; 0 where unknown.
    pub width: u32,
}

impl Place {
    /// Line `line` of `file`.
    #[must_use]
    pub fn new(file: &Arc<str>, line: u32) -> Self {
        Self { file: Arc::clone(file), line, column: None, width: 0 }
    }

    /// The same line, from `column` (counted from 1), `width` characters.
    #[must_use]
    pub fn at(mut self, column: u32, width: u32) -> Self {
        self.column = Some(column);
        self.width = width;
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Severity {
    /// Good to know; nothing was assumed.
    Note,
    /// Something was assumed, repaired or left out; the answer stands.
    Warning,
    /// The input cannot be used.
    Error,
}

impl Severity {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $meaning:literal;)*) => {
        /// What kind of finding it is. The text form is stable; wordings of messages are not.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// All codes, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable text, for example `E-REFERENCE`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// One sentence on what the code means.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    // the text cannot be read
    Io "E-IO" "The file cannot be opened or read.";
    Empty "E-EMPTY" "The file holds nothing.";
    Encoding "E-ENCODING" "The file is not text.";
    Syntax "E-SYNTAX" "The text breaks the format's grammar.";
    Columns "E-COLUMNS" "A row has another number of columns than its table needs.";
    Number "E-NUMBER" "A field that must be a number is not one.";
    Version "E-VERSION" "The file's format revision is not supported.";
    Unsupported "E-UNSUPPORTED" "The file holds something that gridstage does not read, and that changes the result.";
    Schema "E-SCHEMA" "A key or column is unknown, missing or of the wrong kind.";
    // the text can be read, the data is wrong
    Value "E-VALUE" "A value is outside what the quantity can be.";
    Duplicate "E-DUPLICATE" "Two records have the same id.";
    Reference "E-REFERENCE" "A record names another one that does not exist.";
    NoBuses "E-NO-BUSES" "The grid has no bus.";
    NoSlack "E-NO-SLACK" "An island with generation has no slack.";
    Conflict "E-CONFLICT" "Two records contradict each other.";
    ChangeFails "E-CHANGE" "A change of the plan does not fit the state it meets.";
    Cycle "E-CYCLE" "Projects require each other in a circle.";
    AmendmentFails "E-AMENDMENT" "An amendment does not find what it expects to change.";
    NoPlan "E-NO-PLAN" "A plan with dates is asked for, and the input is a bare grid, or has no works.";
    Resume "E-RESUME" "A file of finished rows belongs to another run, or is broken.";
    Baseline "E-BASELINE" "A former result cannot be used: it is none, of another plan, or was asked something else.";
    Expected "E-EXPECTED" "A file of expected results is wrong.";
    // the data is right, the calculation did not end in an answer
    Budget "E-BUDGET" "The budget does not pay for what must be built.";
    NoSolution "E-NO-SOLUTION" "The load flow has no solution, or none was found.";
    // read and used, with a remark
    AssumedEncoding "W-ENCODING" "Bytes that are not UTF-8 were replaced in a name or comment.";
    NotUsed "W-NOT-USED" "Something in the file is not used by gridstage.";
    NotCarried "W-NOT-CARRIED" "A field could not be carried into the target format.";
    Assumed "W-ASSUMED" "A missing value was assumed.";
    FixedInjection "W-FIXED-GEN" "A generator at a bus without voltage control is a fixed injection.";
    NoVoltageControl "W-PV-WITHOUT-GEN" "A bus for voltage control has no generator in service and is taken as a load bus.";
    ZeroImpedance "W-ZERO-Z" "A branch without impedance joins its two buses into one.";
    DeadIsland "W-DEAD-ISLAND" "A part of the grid has no source: its load is not served.";
    NoBaseKv "W-NO-KV" "A bus has no rated voltage: results in kV and kA are missing there.";
    LowVoltage "W-LOW-VOLTAGE" "A solved voltage is so low that the state may not be the operating one.";
    Retried "W-RETRIED" "A start led nowhere, or to an implausible state, and another one was used.";
    ImpreciseDate "W-DATE" "A date is given as a year only: its last day is taken.";
    Plan "W-PLAN" "The plan holds something that will probably not do what was meant.";
    Bay "W-BAY" "A bay is taken twice, or what takes it does not fit.";
    Forecast "W-FORECAST" "A forecast value was interpolated or held constant beyond what is given.";
    LoadMoved "W-LOAD-MOVED" "The load of a station that is not in service is carried by its neighbours.";
    LoadLost "W-LOAD-LOST" "Load that no station in service can carry.";
    Plausibility "W-PLAUSIBLE" "A value is legal but looks like a slip.";
    XOverR "W-X-OVER-R" "Resistance and reactance of a branch do not fit each other.";
    Charging "W-CHARGING" "The charging of a line does not fit its reactance.";
    Decimal "W-DECIMAL" "A value is some powers of ten away from what comparable records have.";
    RatedVoltage "W-RATED-VOLTAGE" "A rated voltage or ratio does not fit the buses it meets.";
    Length "W-LENGTH" "The length of a line does not fit the map.";
    Conductor "W-RATING" "The rating of a line is above what its conductor carries.";
    ReactiveLimit "W-Q-LIMIT" "A generator's reactive power is outside its limits: those of a slack are told only, and of none kept with --q-limits off.";
    ControlFails "W-CONTROL-FAILS" "A control does not reach what it should hold.";
    ControlConflict "W-CONTROL-CONFLICT" "Two controls want different things of one bus.";
    Hunting "W-HUNTING" "A control came back to a former state and was frozen there.";
    Stated "W-STATED" "How good the state is that the file stores with its grid.";
    Incomplete "W-INCOMPLETE" "The time limit ended the run before it was through: what it tells holds for what it reached.";
    Waiver "W-WAIVER" "A waiver has run out, or excepts nothing.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something to tell the engineer: coded, placed, with a way out.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The kind of finding.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in the engineer's words, with the record and field named.
    pub message: String,
    /// The record it is about, for example `branch 2-3-1`.
    pub element: Option<String>,
    /// The field of that record, in the file's own word.
    pub field: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
    /// The stage in which it shows, where it is not about the whole plan.
    pub stage: Option<String>,
    /// The scenario in which it shows.
    pub scenario: Option<String>,
}

impl PartialEq for Place {
    /// Always true: see [`Place`].
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Finding {
    /// A finding of `code` and `severity` that says `message`.
    #[must_use]
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            element: None,
            field: None,
            place: None,
            help: None,
            stage: None,
            scenario: None,
        }
    }

    /// An error.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A note.
    #[must_use]
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, message)
    }

    /// Names the record.
    #[must_use]
    pub fn element(mut self, element: impl Into<String>) -> Self {
        self.element = Some(element.into());
        self
    }

    /// Names the field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says where.
    #[must_use]
    pub fn place(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Findings as they are made: all of a class up to a limit, then a count of the rest.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    made: BTreeMap<(Severity, Code), usize>,
}

impl Findings {
    /// How many findings of one code and severity are kept.
    pub const LIMIT: usize = 100;

    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a finding, or counts it.
    pub fn push(&mut self, finding: Finding) {
        let (severity, code) = (finding.severity, finding.code);
        self.push_with(severity, code, || finding);
    }

    /// As [`Self::push`], for findings whose words would be made in vain beyond the limit.
    ///
    /// The finding must have the code and severity that are given.
    pub fn push_with(&mut self, severity: Severity, code: Code, finding: impl FnOnce() -> Finding) {
        let made = self.made.entry((severity, code)).or_default();
        *made += 1;
        if *made <= Self::LIMIT {
            self.list.push(finding());
        }
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.made.keys().any(|&(severity, _)| severity == Severity::Error)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a further error of `code` would only be counted, so that its words need not be worked out.
    #[must_use]
    pub fn is_full(&self, code: Code) -> bool {
        self.made.get(&(Severity::Error, code)).is_some_and(|&made| made >= Self::LIMIT)
    }

    /// All that were kept: file after file as they were first told of, in the order of their lines, those without
    /// a place last; then what was only counted.
    #[must_use]
    pub fn into_list(self) -> Vec<Finding> {
        let mut list = self.list;
        let mut files: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for place in list.iter().filter_map(|finding| finding.place.as_ref()) {
            let next = files.len();
            files.entry(Arc::clone(&place.file)).or_insert(next);
        }
        list.sort_by_key(|finding| {
            let at = |place: &Place| (files.get(&place.file).copied().unwrap_or(usize::MAX), place.line);
            finding.place.as_ref().map_or((usize::MAX, u32::MAX), at)
        });
        for ((severity, code), made) in self.made {
            if let Some(more @ 1..) = made.checked_sub(Self::LIMIT) {
                list.push(Finding::new(code, severity, format!("and {more} more of {code}, not shown")));
            }
        }
        list
    }
}

impl Extend<Finding> for Findings {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, findings: T) {
        for finding in findings {
            self.push(finding);
        }
    }
}

/// The name in `names` that is nearest to `wanted`, if it is near enough to be a slip of the pen.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase();
    let wanted = fold(wanted);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wanted, &fold(name)), name))
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, name)| distance <= 1 + name.chars().count().max(wanted.chars().count()) / 4)
        .map(|(_, name)| name)
}
