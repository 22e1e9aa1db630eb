//! Which outages, and how: the arguments of `n1`.

use super::input::unknown;
use crate::appraise::{self, FaultRules};
use crate::criteria::same_kv;
use crate::flow::SolvedGrid;
use crate::model::{CriteriaSet, ElementId, Loss, Network, Plan};
use crate::read::{self, ListFiles, Lists, Rejected};
use crate::study::Stop;
use crate::study::contingency::{self, BackFeed, Outage, Redispatch, Response, of_kind, single};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Which outages.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Outages", group = clap::ArgGroup::new("lists").args(["list", "monitor"]).multiple(true))]
pub(crate) struct Asked {
    /// Only this outage: the id of a line, transformer, generator, bus, shunt, or of a row of lines; may be repeated
    #[arg(long, value_name = "ID", conflicts_with_all = ["kv", "kind", "area"])]
    outage: Vec<String>,
    /// Only the outages of this list: CSV with the columns outage and element, or a PSS/E contingency file (.con)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["outage", "kv", "kind", "area"])]
    list: Option<PathBuf>,
    /// Subsystems that a .con or .mon file names (PSS/E .sub)
    #[arg(long, value_name = "FILE", requires = "lists")]
    subsystems: Option<PathBuf>,
    /// What is lost: several with commas between them [default: what the criteria ask, else line,transformer]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    kind: Vec<Loss>,
    /// Only outages of what has this rated voltage at one of its ends; may be repeated
    #[arg(long, value_name = "KV")]
    kv: Vec<f64>,
    /// Only outages of what has an end in this area, zone or district; may be repeated
    #[arg(long, value_name = "NAME")]
    area: Vec<String>,
    /// How many at once: one (1), each pair together (2), one after the other with controls moving in between (1-1)
    #[arg(long, value_enum, default_value = "1")]
    pub(crate) order: Order,
    /// Only look at what has this rated voltage at one of its ends; may be repeated
    #[arg(long, value_name = "KV")]
    monitor_kv: Vec<f64>,
    /// Only look at what has an end in this area, zone or district; may be repeated
    #[arg(long, value_name = "NAME")]
    monitor_area: Vec<String>,
    /// Only look at what this PSS/E list names (.mon): its branches, bands of voltage and interfaces
    #[arg(long, value_name = "FILE", conflicts_with_all = ["monitor_kv", "monitor_area"])]
    monitor: Option<PathBuf>,
}

/// What the grid does after an outage.
#[derive(clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "After an outage")]
pub(crate) struct Then {
    /// What moves by itself
    #[arg(long, value_enum, default_value = "frozen")]
    response: Response,
    /// Who makes up for lost generation
    #[arg(long, value_enum, default_value = "slack")]
    redispatch: Redispatch,
    /// Time that neighbouring stations have to take over load without supply; 0: they do not [default: what the criteria say]
    #[arg(long, value_name = "MIN", value_parser = minutes)]
    pub(crate) transfer_minutes: Option<f64>,
}

/// How many at once.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// One
    #[value(name = "1")]
    One,
    /// Two at once
    #[value(name = "2")]
    Two,
    /// One after the other
    #[value(name = "1-1")]
    OneThenOne,
}

impl Order {
    /// The word used in options and documents.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
            Self::OneThenOne => "1-1",
        }
    }
}

impl ValueEnum for Loss {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(match self {
            Self::Line => "Line circuits",
            Self::Transformer => "Transformers, of two or three windings",
            Self::Generator => "Generators and boundaries",
            Self::Bus => "Buses with all that stands at them",
            Self::Shunt => "Shunts and static compensators",
            Self::Tower => "All circuits on the same towers: those of one row of a plan's lines",
        }))
    }
}

impl ValueEnum for Response {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Frozen, Self::Limits, Self::Controls]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(match self {
            Self::Frozen => {
                "Nothing: taps and shunts stay, machines hold their voltage, those at a limit before stay there"
            }
            Self::Limits => "Machines keep their reactive limits; taps and shunts stay",
            Self::Controls => "All controls of the load flow",
        }))
    }
}

impl ValueEnum for Redispatch {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Slack, Self::Participation, Self::Reserve]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(match self {
            Self::Slack => "The slack alone",
            Self::Participation => "Machines with a participation factor, by these",
            Self::Reserve => "Machines with a limit, by what they have left of it",
        }))
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(minutes) if (0.0..=1e6).contains(&minutes) => Ok(minutes),
        _ => Err("give minutes, for example 30".to_owned()),
    }
}

impl Then {
    /// Why the machines asked to make up for lost generation cannot, where no record says how.
    pub(crate) fn unheeded(self, network: &Network) -> Option<&'static str> {
        let machines = || network.generators.iter();
        match self.redispatch {
            Redispatch::Participation
                if !machines().any(|g| g.participation.is_some_and(|weight| weight > 0.0)) =>
            {
                Some("no machine has a participation factor: the slack makes up for lost generation alone")
            }
            Redispatch::Reserve if !machines().any(|g| g.p_max_mw.is_some()) => {
                Some("no machine has a limit of active power: the slack makes up for lost generation alone")
            }
            _ => None,
        }
    }

    /// What moves, as documents name it.
    pub(crate) fn response(self) -> &'static str {
        self.response.as_str()
    }

    /// Who makes up, as documents name it.
    pub(crate) fn redispatch(self) -> &'static str {
        self.redispatch.as_str()
    }

    /// The options of the library that these arguments ask for, with the load flow's in `flow`.
    pub(crate) fn options(
        &self,
        plan: &Plan,
        set: &CriteriaSet,
        flow: crate::flow::FlowOptions,
    ) -> contingency::Options {
        let minutes = self.transfer_minutes.or_else(|| appraise::transfer_minutes(set));
        contingency::Options {
            flow,
            response: self.response,
            redispatch: self.redispatch,
            back_feed: match minutes.filter(|&minutes| minutes > 0.0) {
                Some(minutes) => BackFeed::within(&plan.transfers, minutes),
                None => BackFeed::default(),
            },
            stop: Stop::never(),
        }
    }
}

/// How outages are solved where nothing is asked but what the criteria say: nothing moves, the slack makes up, neighbours take
/// over what they can in the time given.
pub(crate) fn as_criteria_say(
    plan: &Plan,
    set: &CriteriaSet,
    flow: crate::flow::FlowOptions,
) -> contingency::Options {
    let back_feed = appraise::transfer_minutes(set).map(|minutes| BackFeed::within(&plan.transfers, minutes));
    contingency::Options { back_feed: back_feed.unwrap_or_default(), ..flow.into() }
}

impl Asked {
    /// What the lists that were given say, and what their reader found.
    pub(crate) fn lists(&self, network: &Network) -> Result<Lists, Rejected> {
        let files = ListFiles {
            contingencies: self.list.as_deref(),
            watched: self.monitor.as_deref(),
            subsystems: self.subsystems.as_deref(),
        };
        read::lists(network, &files)
    }

    /// The single outages asked for: those of the list, if there is one.
    pub(crate) fn outages(
        &self,
        network: &Network,
        set: &CriteriaSet,
        lists: &Lists,
    ) -> Result<Vec<Outage>, String> {
        if self.list.is_some() {
            return Ok(contingency::of_list(&lists.contingencies));
        }
        if !self.outage.is_empty() {
            return self.named(network);
        }
        known_areas(network, "--area", &self.area)?;
        known_areas(network, "--monitor-area", &self.monitor_area)?;
        let wanted = |element| has_kv(network, element, &self.kv) && is_in(network, element, &self.area);
        let outages = if self.kind.is_empty() {
            let mut asked = appraise::outages_asked(network, set);
            asked.retain(|outage| outage.elements.iter().any(|&element| wanted(element)));
            asked
        } else {
            single(network, &self.kind, &wanted)
        };
        if outages.is_empty() {
            return Err("nothing in service is what --kind, --kv and --area ask for".to_owned());
        }
        Ok(outages)
    }

    fn named(&self, network: &Network) -> Result<Vec<Outage>, String> {
        // A bus may have the id of a line: what stands first in the list of kinds is meant.
        let all: Vec<Outage> =
            Loss::ALL.into_iter().flat_map(|loss| of_kind(network, loss, &|_| true)).collect();
        let mut found: Vec<Outage> = Vec::new();
        for id in &self.outage {
            let outage = all.iter().find(|outage| outage.id == id.as_str());
            let outage = outage.ok_or_else(|| {
                let known = all.iter().map(|outage| outage.id.as_str());
                unknown("outage", id, known)
            })?;
            if found.contains(outage) {
                return Err(format!("--outage {id} is given twice"));
            }
            found.push(outage.clone());
        }
        Ok(found)
    }

    /// The rules laid over a solved grid, as far as they are looked at.
    pub(crate) fn rules(
        &self,
        solved: &SolvedGrid,
        set: &CriteriaSet,
        response: Response,
        lists: &Lists,
    ) -> FaultRules {
        if self.monitor.is_none() {
            return FaultRules::new(solved, set, response, &|element| {
                self.looks_at(&solved.network, element)
            });
        }
        let named: BTreeSet<ElementId> = lists.watched.branches.iter().copied().collect();
        let mut rules = FaultRules::new(solved, set, response, &|element| named.contains(&element));
        rules.monitor(solved, &lists.watched);
        rules
    }

    /// Whether a bus or branch is looked at.
    fn looks_at(&self, network: &Network, element: ElementId) -> bool {
        has_kv(network, element, &self.monitor_kv) && is_in(network, element, &self.monitor_area)
    }
}

/// The buses that an element is or stands at.
fn ends(network: &Network, element: ElementId) -> impl Iterator<Item = crate::ids::BusId> {
    let ends = match element {
        ElementId::Bus(bus) => [Some(bus), None, None],
        _ => network.stands_at(element),
    };
    ends.into_iter().flatten()
}

/// Whether one of its ends has one of these rated voltages; all do where none is named.
fn has_kv(network: &Network, element: ElementId, wanted: &[f64]) -> bool {
    let is_wanted = |bus| wanted.iter().any(|&kv| same_kv(kv, network.buses[bus].vn_kv));
    wanted.is_empty() || ends(network, element).any(is_wanted)
}

/// Whether one of its ends is in one of these areas, zones or districts; all are where none is named.
fn is_in(network: &Network, element: ElementId, areas: &[String]) -> bool {
    let is_there = |bus| names(network, bus).any(|name| areas.iter().any(|area| area == name));
    areas.is_empty() || ends(network, element).any(is_there)
}

/// The area, zone and district of a bus.
fn names(network: &Network, bus: crate::ids::BusId) -> impl Iterator<Item = &str> {
    let record = &network.buses[bus];
    let district = record.substation.map(|station| network.substations[station].district.as_str());
    [Some(record.area.as_str()), Some(record.zone.as_str()), district]
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
}

fn known_areas(network: &Network, option: &str, areas: &[String]) -> Result<(), String> {
    if areas.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<&str> = network.buses.ids().flat_map(|bus| names(network, bus)).collect();
    match areas.iter().find(|area| !known.contains(area.as_str())) {
        None => Ok(()),
        Some(area) => {
            Err(format!("{option}: {}", unknown("area, zone or district", area, known.iter().copied())))
        }
    }
}
