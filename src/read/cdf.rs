//! IEEE common data format for solved load flows: fixed columns of punched cards.
//!
//! ```text
//! title card        MVA base in columns 32-37
//! BUS DATA          one card per bus: type, voltage, load, generation, limits, shunt
//! BRANCH DATA       one card per branch: the tap is at the first bus
//! ```
//!
//! Each section ends with a card that starts with `-9`. Loss zones, interchange and tie lines are read over. Columns
//! as in: Working Group on a Common Format for the Exchange of Solved Load Flow Data, *IEEE Trans. PAS-92*, no. 6,
//! 1973, p. 1916. Numbers are taken from their columns, as files in use let them touch each other.

use super::Rejected;
use super::numbering::{BusNumbers, IdText, whole};
use super::report::{Report, quote};
use crate::finding::{Code, Finding};
use crate::ids::BusId;
use crate::model::validate::Words;
use crate::model::{
    Bus, Control, ElementKind, Generator, Line, LineImpedance, Load, Name, Network, Origin, Rating,
    RatingUnit, Shunt, Transformer, TransformerImpedance,
};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Longest card: the format has 128 columns, and some programs write more.
const MAX_CARD: usize = 1024;

/// A card of the file.
#[derive(Clone, Copy)]
struct Card<'t> {
    text: &'t [u8],
    line: u32,
}

/// What is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Between,
    Bus,
    Branch,
    Other,
}

/// Reads a file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let mut reader = Reader {
        report: Report::new(file),
        file,
        network: Network::default(),
        numbers: Vec::new(),
        branches: Vec::new(),
        id_text: IdText::new(),
        unused: 0,
    };
    reader.sections(text);
    reader.branches();
    let Reader { mut report, network, .. } = reader;
    if network.buses.is_empty() {
        report.error(Code::NoBuses, |draft| {
            draft.whole("there is no bus card").help("bus cards stand between `BUS DATA FOLLOWS` and `-999`")
        });
    }
    report.conclude(network, &WORDS)
}

struct Reader<'t> {
    report: Report,
    file: &'t Arc<str>,
    network: Network,
    numbers: Vec<(u64, BusId)>,
    branches: Vec<Card<'t>>,
    id_text: IdText,
    /// Loss zones, interchanges and tie lines that were read over.
    unused: usize,
}

impl<'t> Reader<'t> {
    fn sections(&mut self, text: &'t [u8]) {
        let mut section = Section::Between;
        let mut opened = 0;
        for (line, card) in (1..).zip(text.split(|&b| b == b'\n')) {
            let card = Card { text: card.strip_suffix(b"\r").unwrap_or(card), line };
            let head = card.text.trim_ascii_start();
            if card.text.len() > MAX_CARD {
                self.report.error(Code::Syntax, |draft| {
                    draft.at(line, format!("the line is longer than {MAX_CARD} characters"))
                });
                return;
            }
            match section {
                _ if line == 1 => self.title(card),
                Section::Between if head.starts_with(b"END OF DATA") => return,
                Section::Between if head.starts_with(b"BUS DATA") => section = Section::Bus,
                Section::Between if head.starts_with(b"BRANCH DATA") => section = Section::Branch,
                Section::Between if head.is_empty() => {}
                Section::Between => section = Section::Other,
                _ if head.starts_with(b"-9") => {
                    section = Section::Between;
                    continue;
                }
                Section::Bus => self.bus(card),
                Section::Branch => self.branches.push(card),
                Section::Other => self.unused += usize::from(!head.is_empty()),
            }
            if section != Section::Between && opened == 0 {
                opened = line;
            } else if section == Section::Between {
                opened = 0;
            }
        }
        if matches!(section, Section::Bus | Section::Branch) {
            self.report.error(Code::Syntax, |draft| {
                draft
                    .at(opened, "the section opened here is not ended by -999 before the end of the file")
                    .help("perhaps the file was cut short")
            });
        }
        if self.unused > 0 {
            let cards = self.unused;
            self.report.note(Code::NotUsed, |draft| {
                draft.whole(format!("{cards} cards of loss zones, interchange and tie lines are not used"))
            });
        }
    }

    fn title(&mut self, card: Card<'_>) {
        String::from_utf8_lossy(card.columns(46..=73)).trim().clone_into(&mut self.network.name);
        let base = self.number(card, 32..=37, "MVA base", "the title card");
        if base > 0.0 {
            self.network.sbase_mva = base;
        } else {
            self.report.error(Code::Value, |draft| {
                draft
                    .at(card.line, format!("the MVA base is {base}, it must be a positive number"))
                    .field("MVA base")
                    .help("it stands in columns 32 to 37 of the first line")
            });
        }
    }

    /// The number in some columns; 0 where they are blank, as the cards of old leave out unused.
    fn number(
        &mut self,
        card: Card<'_>,
        columns: RangeInclusive<usize>,
        field: &'static str,
        what: &str,
    ) -> f64 {
        let start = *columns.start();
        let cell = card.columns(columns).trim_ascii();
        if cell.is_empty() {
            return 0.0;
        }
        let value = fast_float2::parse::<f64, _>(cell).unwrap_or(f64::NAN);
        if value.is_finite() {
            return value;
        }
        let file = self.file;
        let code =
            if value.is_infinite() || cell.eq_ignore_ascii_case(b"nan") { Code::Value } else { Code::Number };
        self.report.error(code, |draft| {
            let column = u32::try_from(start).unwrap_or(0);
            let width = u32::try_from(cell.len()).unwrap_or(0);
            draft
                .at(card.line, format!("{what}, field {field}: `{}` is not a number", quote(cell)))
                .place(crate::finding::Place::new(file, card.line).at(column, width))
                .element(what)
                .field(field)
                .help("numbers must stand in the columns of the format")
        });
        0.0
    }

    fn bus(&mut self, card: Card<'_>) {
        if card.text.trim_ascii().is_empty() {
            return;
        }
        let number = self.number(card, 1..=4, "bus number", "a bus card");
        let Some(own) = whole(number) else {
            self.report.error(Code::Number, |draft| {
                draft
                    .at(card.line, format!("`{}` is no bus number", quote(card.columns(1..=4))))
                    .help("a bus card begins with a positive whole number in columns 1 to 4")
            });
            return;
        };
        let id = self.id_text.of(&[own]);
        let what = format!("bus {id}");
        let record = self.bus_record(card, id.clone(), &what);
        let bus = self.network.buses.push(record);
        self.numbers.push((own, bus));
        let mut cell = |columns, field| self.number(card, columns, field, &what);
        let kind = cell(25..=26, "type");
        let (p_load, q_load) = (cell(41..=49, "load MW"), cell(50..=59, "load MVAR"));
        let (p_gen, q_gen) = (cell(60..=67, "generation MW"), cell(68..=75, "generation MVAR"));
        let (held, vm) = (cell(85..=90, "desired volts"), cell(28..=33, "final voltage"));
        let (q_max, q_min) = (cell(91..=98, "maximum MVAR"), cell(99..=106, "minimum MVAR"));
        let (g_pu, b_pu) = (cell(107..=114, "shunt G"), cell(115..=122, "shunt B"));
        let remote = cell(124..=127, "remote controlled bus");
        let origin = Origin::at(self.place(card));
        let base = self.network.sbase_mva;
        if p_load != 0.0 || q_load != 0.0 {
            let origin = origin.clone();
            let load = Load { origin: origin.clone(), ..Load::new(id.clone(), bus, p_load, q_load) };
            self.network.loads.push(load);
        }
        if g_pu != 0.0 || b_pu != 0.0 {
            let shunt = Shunt::new(id, bus, g_pu * base, b_pu * base);
            self.network.shunts.push(Shunt { origin: origin.clone(), ..shunt });
        }
        let control = match kind {
            3.0 => Control::Slack,
            2.0 => Control::Voltage,
            0.0 | 1.0 => Control::Fixed,
            _ => {
                self.report.error(Code::Value, |draft| {
                    draft
                        .at(card.line, format!("{what}, field type: there is no bus type {kind}"))
                        .element(what.clone())
                        .field("type")
                        .help("write 0 (load), 1 (Mvar held), 2 (voltage held) or 3 (swing)")
                });
                return;
            }
        };
        if control == Control::Fixed && p_gen == 0.0 && q_gen == 0.0 {
            return;
        }
        if remote != 0.0 && whole(remote) != Some(own) && control == Control::Voltage {
            self.report.warning(Code::NotUsed, |draft| {
                draft
                    .at(card.line, format!("{what} holds the voltage of bus {remote}: it is taken to hold its own final voltage, {vm} p.u."))
                    .element(what.clone())
                    .field("remote controlled bus")
            });
        }
        let is_remote = remote != 0.0 && whole(remote) != Some(own);
        let vm_setpoint_pu = if held > 0.0 && !is_remote { held } else { vm };
        // Both limits zero means that none are given.
        let limits = (q_max != 0.0 || q_min != 0.0).then_some((q_min, q_max));
        let generator = Generator {
            q_mvar: q_gen,
            q_min_mvar: limits.map(|(low, _)| low),
            q_max_mvar: limits.map(|(_, high)| high),
            origin,
            ..Generator::new(self.id_text.of(&[own, 1]), bus, control, p_gen, vm_setpoint_pu)
        };
        self.network.generators.push(generator);
    }

    fn bus_record(&mut self, card: Card<'_>, id: Name, what: &str) -> Bus {
        let vm = self.number(card, 28..=33, "final voltage", what);
        let label = |columns| Name::from(String::from_utf8_lossy(card.columns(columns)).trim());
        Bus {
            name: String::from_utf8_lossy(card.columns(6..=17)).trim().to_owned(),
            vm_start_pu: (vm > 0.0).then_some(vm),
            va_start_deg: Some(self.number(card, 34..=40, "final angle", what)),
            area: label(19..=20),
            zone: label(21..=23),
            origin: Origin::at(self.place(card)),
            ..Bus::new(id, self.number(card, 77..=83, "base KV", what))
        }
    }

    fn place(&self, card: Card<'_>) -> crate::finding::Place {
        crate::finding::Place::new(self.file, card.line)
    }

    fn branches(&mut self) {
        let numbers = BusNumbers::new(&first_of_each(&self.numbers));
        let mut taken: HashMap<(u64, u64), u64> = HashMap::new();
        for card in std::mem::take(&mut self.branches) {
            if card.text.trim_ascii().is_empty() {
                continue;
            }
            self.branch(card, &numbers, &mut taken);
        }
    }

    fn branch(&mut self, card: Card<'_>, numbers: &BusNumbers, taken: &mut HashMap<(u64, u64), u64>) {
        let ends = [(1..=4, "tap bus number"), (6..=9, "Z bus number")].map(|(columns, field)| {
            let number = self.number(card, columns, field, "a branch card");
            let found = whole(number).zip(numbers.bus(number));
            if found.is_none() {
                self.report.error(Code::Reference, |draft| {
                    draft
                        .at(card.line, format!("a branch, field {field}: no bus is numbered {number}"))
                        .field(field)
                        .help("every bus needs a bus card")
                });
            }
            found
        });
        let [Some((from_number, from)), Some((to_number, to))] = ends else { return };
        // Circuit numbers are often all 1: the how manyth it is between its buses tells circuits apart.
        let circuit = taken.entry((from_number, to_number)).or_default();
        *circuit += 1;
        let id = self.id_text.of(&[from_number, to_number, *circuit]);
        let what = format!("branch {id}");
        let mut cell = |columns, field| self.number(card, columns, field, &what);
        let kind = cell(19..=19, "type");
        let (r_pu, x_pu, b_pu) = (cell(20..=29, "R"), cell(30..=40, "X"), cell(41..=50, "B"));
        let rates = [cell(51..=55, "rating 1"), cell(57..=61, "rating 2"), cell(63..=67, "rating 3")];
        let (ratio, shift_deg) = (cell(77..=82, "final turns ratio"), cell(84..=90, "final angle"));
        if kind >= 2.0 {
            self.report.note(Code::NotUsed, |draft| {
                draft
                    .at(
                        card.line,
                        format!("{what} is under load tap or phase control: it stays at its final position"),
                    )
                    .element(what.clone())
            });
        }
        let [normal, short, emergency] = rates.map(|rate| (rate > 0.0).then_some(rate));
        let rating = Rating { unit: RatingUnit::Mva, normal, short, emergency };
        let (sbase_mva, origin) = (self.network.sbase_mva, Origin::at(self.place(card)));
        let buses = &self.network.buses;
        #[expect(clippy::float_cmp, reason = "two levels of a file are the same or not")]
        let is_line = kind == 0.0 && ratio == 0.0 && shift_deg == 0.0 && buses[from].vn_kv == buses[to].vn_kv;
        if is_line {
            let impedance = LineImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu, sbase_mva };
            self.network.lines.push(Line { rating, origin, ..Line::new(id, from, to, impedance) });
        } else {
            let impedance = TransformerImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu, sbase_mva };
            self.network.transformers.push(Transformer {
                ratio_pu: if ratio == 0.0 { 1.0 } else { ratio },
                shift_deg,
                rating,
                origin,
                ..Transformer::new(id, from, to, impedance)
            });
        }
    }
}

impl<'t> Card<'t> {
    /// What stands in some columns, counted from 1; less where the card ends before.
    fn columns(&self, columns: RangeInclusive<usize>) -> &'t [u8] {
        let end = self.text.len().min(*columns.end());
        self.text.get(*columns.start() - 1..end).unwrap_or_default()
    }
}

/// The first bus of each number; the check of ids tells of the others.
fn first_of_each(numbers: &[(u64, BusId)]) -> Vec<(u64, BusId)> {
    let mut first = numbers.to_vec();
    first.sort_unstable();
    first.dedup_by_key(|&mut (number, _)| number);
    first
}

/// The format's words for what [`validate`] checks.
const WORDS: Words = Words {
    kind: |kind| match kind {
        ElementKind::Line | ElementKind::Transformer => "branch",
        other => other.as_str(),
    },
    field: |kind, field| match (kind, field) {
        (ElementKind::Load, "p_mw") => "load MW",
        (ElementKind::Load, "q_mvar") => "load MVAR",
        (_, "vn_kv") => "base KV",
        (_, "p_mw") => "generation MW",
        (_, "q_mvar") => "generation MVAR",
        (_, "q_min_mvar") => "minimum MVAR",
        (_, "q_max_mvar") => "maximum MVAR",
        (_, "vm_setpoint_pu") => "desired volts",
        (_, "r_pu") => "R",
        (_, "x_pu") => "X",
        (_, "b_pu") => "B",
        (_, "ratio_pu") => "final turns ratio",
        (_, other) => other,
    },
    make_slack: |bus, _| format!("give bus {bus} the type 3 (swing)"),
};
