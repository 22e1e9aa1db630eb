//! Sections of a file: their order by revision, and their names in the comments of section ends.

/// A section.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Section {
    SystemWide,
    Bus,
    Load,
    FixedShunt,
    Generator,
    Branch,
    SystemSwitch,
    /// Control data of the transformers among the branches, up to revision 27.
    Adjustment,
    Transformer,
    Area,
    TwoTerminalDc,
    VscDc,
    ImpedanceCorrection,
    MultiTerminalDc,
    MultiSectionLine,
    Zone,
    Transfer,
    Owner,
    Facts,
    SwitchedShunt,
    Gne,
    InductionMachine,
    Substation,
}

use Section::{
    Adjustment, Area, Branch, Bus, Facts, FixedShunt, Generator, Gne, ImpedanceCorrection, InductionMachine,
    Load, MultiSectionLine, MultiTerminalDc, Owner, Substation, SwitchedShunt, SystemSwitch, SystemWide,
    Transfer, Transformer, TwoTerminalDc, VscDc, Zone,
};

#[rustfmt::skip]
const TO_23: [Section; 14] = [
    Bus, Generator, Branch, Adjustment, Area, TwoTerminalDc, SwitchedShunt, ImpedanceCorrection, MultiTerminalDc,
    MultiSectionLine, Zone, Transfer, Owner, Facts,
];

#[rustfmt::skip]
const TO_27: [Section; 15] = [
    Bus, Load, Generator, Branch, Adjustment, Area, TwoTerminalDc, SwitchedShunt, ImpedanceCorrection, MultiTerminalDc,
    MultiSectionLine, Zone, Transfer, Owner, Facts,
];

#[rustfmt::skip]
const OF_28: [Section; 15] = [
    Bus, Load, Generator, Branch, Transformer, Area, TwoTerminalDc, SwitchedShunt, ImpedanceCorrection, MultiTerminalDc,
    MultiSectionLine, Zone, Transfer, Owner, Facts,
];

#[rustfmt::skip]
const TO_30: [Section; 16] = [
    Bus, Load, Generator, Branch, Transformer, Area, TwoTerminalDc, VscDc, SwitchedShunt, ImpedanceCorrection,
    MultiTerminalDc, MultiSectionLine, Zone, Transfer, Owner, Facts,
];

#[rustfmt::skip]
const TO_33: [Section; 19] = [
    Bus, Load, FixedShunt, Generator, Branch, Transformer, Area, TwoTerminalDc, VscDc, ImpedanceCorrection,
    MultiTerminalDc, MultiSectionLine, Zone, Transfer, Owner, Facts, SwitchedShunt, Gne, InductionMachine,
];

#[rustfmt::skip]
const FROM_34: [Section; 22] = [
    SystemWide, Bus, Load, FixedShunt, Generator, Branch, SystemSwitch, Transformer, Area, TwoTerminalDc, VscDc,
    ImpedanceCorrection, MultiTerminalDc, MultiSectionLine, Zone, Transfer, Owner, Facts, SwitchedShunt, Gne,
    InductionMachine, Substation,
];

impl Section {
    /// The sections of a revision, in order.
    pub(super) fn order(revision: u32) -> &'static [Self] {
        match revision {
            ..=23 => &TO_23,
            24..=27 => &TO_27,
            28 => &OF_28,
            29 | 30 => &TO_30,
            31..=33 => &TO_33,
            _ => &FROM_34,
        }
    }

    /// The name in messages.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            SystemWide => "SYSTEM-WIDE",
            Bus => "BUS",
            Load => "LOAD",
            FixedShunt => "FIXED SHUNT",
            Generator => "GENERATOR",
            Branch => "BRANCH",
            SystemSwitch => "SYSTEM SWITCHING DEVICE",
            Adjustment => "TRANSFORMER ADJUSTMENT",
            Transformer => "TRANSFORMER",
            Area => "AREA",
            TwoTerminalDc => "TWO-TERMINAL DC",
            VscDc => "VSC DC LINE",
            ImpedanceCorrection => "IMPEDANCE CORRECTION",
            MultiTerminalDc => "MULTI-TERMINAL DC",
            MultiSectionLine => "MULTI-SECTION LINE",
            Zone => "ZONE",
            Transfer => "INTER-AREA TRANSFER",
            Owner => "OWNER",
            Facts => "FACTS DEVICE",
            SwitchedShunt => "SWITCHED SHUNT",
            Gne => "GNE",
            InductionMachine => "INDUCTION MACHINE",
            Substation => "SUBSTATION",
        }
    }

    /// The section that a label names, whatever program wrote it: `FACTS CONTROL DEVICE`, `VOLTAGE SOURCE CONVERTER`.
    fn named(label: &str) -> Option<Self> {
        let has = |word: &str| label.contains(word);
        // The more particular names come first.
        let rules: [(bool, Self); 23] = [
            (has("SYSTEM-WIDE") || has("SYSTEM WIDE"), SystemWide),
            (has("SUBSTATION"), Substation),
            (has("SWITCHING DEVICE"), SystemSwitch),
            (has("FIXED") && has("SHUNT"), FixedShunt),
            (has("SWITCHED"), SwitchedShunt),
            (has("INDUCTION"), InductionMachine),
            (has("GNE"), Gne),
            (has("FACTS"), Facts),
            (has("OWNER"), Owner),
            (has("TRANSFER ") || label.ends_with("TRANSFER"), Transfer),
            (has("ZONE"), Zone),
            (has("MULTI-SECTION") || has("MULTISECTION"), MultiSectionLine),
            (has("MULTI-TERMINAL") || has("MULTITERMINAL"), MultiTerminalDc),
            (has("IMPEDANCE"), ImpedanceCorrection),
            (has("VSC") || has("VOLTAGE SOURCE"), VscDc),
            (has("TWO-TERMINAL") || has("TWO TERMINAL"), TwoTerminalDc),
            (has("AREA"), Area),
            (has("ADJUSTMENT"), Adjustment),
            (has("BRANCH") && !label.starts_with("TRANSFORMER"), Branch),
            (has("TRANSFORMER"), Transformer),
            (has("GENERATOR"), Generator),
            (has("LOAD"), Load),
            (has("BUS"), Bus),
        ];
        rules.into_iter().find(|(is_named, _)| *is_named).map(|(_, section)| section)
    }
}

/// What the comment of a section end says: which section ends, and which begins.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Labels {
    pub(super) end: Option<Section>,
    pub(super) begin: Option<Section>,
}

impl Labels {
    pub(super) fn of(comment: &[u8]) -> Self {
        let comment = String::from_utf8_lossy(comment).to_ascii_uppercase();
        let after = |word: &str| {
            let start = comment.find(word)? + word.len();
            let rest = &comment[start..];
            let label =
                &rest[..rest.find(" DATA").unwrap_or(rest.len()).min(rest.find(',').unwrap_or(rest.len()))];
            Section::named(label.trim())
        };
        Self { end: after("END OF "), begin: after("BEGIN ") }
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, Section};

    #[test]
    fn labels_of_several_programs_name_the_same_sections() {
        for (comment, end, begin) in [
            ("END OF BUS DATA, BEGIN LOAD DATA", Section::Bus, Section::Load),
            (
                " END OF NON TRANSFORMER BRANCH DATA, BEGIN TRANSFORMER DATA",
                Section::Branch,
                Section::Transformer,
            ),
            ("END OF TRANSFORMER BRANCH DATA, BEGIN AREA DATA", Section::Transformer, Section::Area),
            (
                "end of Voltage Source Converter data, begin Impedance Correction Table data",
                Section::VscDc,
                Section::ImpedanceCorrection,
            ),
            ("END OF FIXED BUS SHUNT DATA, BEGIN GENERATOR DATA", Section::FixedShunt, Section::Generator),
            ("END OF INTER-AREA TRANSFER DATA, BEGIN OWNER DATA", Section::Transfer, Section::Owner),
            (
                "END OF AREA INTERCHANGE DATA, BEGIN TWO-TERMINAL DC DATA",
                Section::Area,
                Section::TwoTerminalDc,
            ),
            ("END OF TRANSFORMER ADJUSTMENT DATA, BEGIN AREA DATA", Section::Adjustment, Section::Area),
        ] {
            assert_eq!(
                Labels::of(comment.as_bytes()),
                Labels { end: Some(end), begin: Some(begin) },
                "{comment}"
            );
        }
        assert_eq!(Labels::of(b"\xff nothing"), Labels::default());
    }
}
