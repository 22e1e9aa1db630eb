//! What a report may hold, and what it holds if nobody says otherwise.

use super::{Sources, Words};

/// A section of a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Section {
    /// The matrix, and what the criteria ask.
    Verdict,
    /// What is not met, by rule and element.
    Violations,
    /// The grid on a map, stage by stage.
    Map,
    /// The grid as a single-line diagram, stage by stage.
    Diagram,
    /// Load, losses and extremes of every state.
    States,
    /// Loadings and voltages by stage.
    Flows,
    /// The works, by date.
    Works,
    /// Capital by year.
    Capital,
    /// What feeds each station.
    Supply,
    /// By when each work is needed: many load flows.
    Need,
    /// How much more load each station can take: many load flows.
    Headroom,
    /// What each work is worth for the grid, per money: of a ranking that is handed in.
    Rank,
    /// What to build with the money there is: of an answer that is handed in.
    Fund,
    /// What it rests on: not judged, assumed, sources, files.
    Basis,
}

impl Section {
    /// All sections, in the order of a report.
    pub const ALL: [Self; 14] = [
        Self::Verdict,
        Self::Violations,
        Self::Map,
        Self::Diagram,
        Self::States,
        Self::Flows,
        Self::Works,
        Self::Capital,
        Self::Supply,
        Self::Need,
        Self::Headroom,
        Self::Rank,
        Self::Fund,
        Self::Basis,
    ];

    /// Its word on the command line and in links.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Violations => "violations",
            Self::Map => "map",
            Self::Diagram => "diagram",
            Self::States => "states",
            Self::Flows => "flows",
            Self::Works => "works",
            Self::Capital => "capital",
            Self::Supply => "supply",
            Self::Need => "need",
            Self::Headroom => "headroom",
            Self::Rank => "rank",
            Self::Fund => "fund",
            Self::Basis => "basis",
        }
    }

    /// Whether it takes many times the load flows of the verdict, so that it comes only when asked for.
    #[must_use]
    pub const fn is_costly(self) -> bool {
        matches!(self, Self::Need | Self::Headroom)
    }

    /// Whether it shows what another run has found, so that it comes where that is handed in.
    #[must_use]
    pub const fn is_handed(self) -> bool {
        matches!(self, Self::Rank | Self::Fund)
    }
}

/// The sections of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sections {
    wanted: Vec<Section>,
    /// Whether the diagram was asked for by name: else it stands in for a map that there is not.
    diagram: bool,
}

impl Default for Sections {
    /// All that costs no more than the verdict.
    fn default() -> Self {
        let wanted = Section::ALL.into_iter().filter(|section| !section.is_costly()).collect();
        Self { wanted, diagram: false }
    }
}

impl Sections {
    /// The sections named.
    #[must_use]
    pub fn of(named: &[Section]) -> Self {
        Self { wanted: named.to_vec(), diagram: named.contains(&Section::Diagram) }
    }

    /// These and what costs no more than the verdict.
    #[must_use]
    pub fn and_usual(mut self) -> Self {
        self.wanted.extend(Self::default().wanted);
        self
    }

    /// Whether a section is wanted.
    #[must_use]
    pub fn holds(&self, section: Section) -> bool {
        self.wanted.contains(&section)
    }

    /// Whether the diagram is wanted beside a map.
    #[must_use]
    pub fn has_own_diagram(&self) -> bool {
        self.diagram
    }

    /// What a reader may miss, in sentences.
    pub(super) fn left_out(&self, sources: &Sources<'_>, words: &Words) -> Vec<String> {
        let is_bare = sources.plan.is_bare();
        let useful = |section: &Section| match section {
            Section::Diagram => false,
            Section::Works | Section::Capital | Section::Need | Section::Rank | Section::Fund => !is_bare,
            Section::Supply | Section::Headroom => !sources.plan.network.substations.is_empty(),
            _ => true,
        };
        let is_missing = |section: &Section| match section {
            Section::Rank => sources.rank.is_none(),
            Section::Fund => sources.fund.is_none(),
            _ => !self.holds(*section),
        };
        let missing = Section::ALL.into_iter().filter(is_missing).filter(useful);
        missing
            .map(|section| {
                let title = words.of("section", section.as_str());
                let key = match section {
                    _ if section.is_handed() => "left-out-handed",
                    _ if section.is_costly() => "left-out-costly",
                    _ => "left-out",
                };
                words.say_with(key, &[("title", title.into()), ("word", section.as_str().into())])
            })
            .collect()
    }
}
