//! Terminals, the substations they stand in, cubicles with their switches, and couplers.

use super::Reader;
use super::tables::{Object, ObjectId};
use crate::finding::Code;
use crate::ids::{BusId, SubstationId};
use crate::model::{Bus, Name, Substation, Switch, SwitchKind};
use std::collections::{HashMap, HashSet};

/// A connection of an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// Side of the element, from 0.
    pub(super) side: i32,
    /// The terminal.
    pub(super) terminal: ObjectId,
    /// Whether every switch of the cubicle is closed.
    pub(super) is_closed: bool,
}

/// Folders in which terminals stand together.
const STATIONS: [&str; 3] = ["ElmSubstat", "ElmTrfstat", "ElmSite"];

/// Whether a terminal is one of direct current.
pub(super) fn is_dc(terminal: Object<'_>) -> bool {
    terminal.text("systype") == Some("1")
}

impl<'t> Reader<'t> {
    pub(super) fn nodes(&mut self) {
        self.name_all(&["ElmTerm"]);
        self.name_all(&STATIONS);
        let mut stations = HashMap::new();
        for terminal in self.tables.of("ElmTerm").filter(|terminal| !is_dc(*terminal)) {
            self.terminal(terminal, &mut stations);
        }
        self.cubicles();
        self.name_all(&["ElmCoup"]);
        for coupler in self.tables.of("ElmCoup") {
            self.coupler(coupler);
        }
    }

    fn terminal(&mut self, object: Object<'t>, stations: &mut HashMap<ObjectId, SubstationId>) {
        let vn_kv = self.need(object, "uknom");
        if object.text("phtech").and_then(|text| text.parse::<i32>().ok()).is_some_and(|phases| phases > 1) {
            self.count("ElmTerm of one or two phases: taken as terminals of a balanced grid");
        }
        let folder = ["cpSubstat", "fold_id"].iter().find_map(|column| object.pointer(column));
        let substation = folder
            .filter(|folder| STATIONS.contains(&folder.class()))
            .map(|folder| *stations.entry(folder.id).or_insert_with(|| self.substation(folder)));
        let named =
            |column: &str| object.pointer(column).map_or_else(Name::default, |of| Name::from(of.name()));
        let limit = |value: Option<f64>| value.filter(|&vm| vm > 0.0);
        let bus = Bus {
            name: Self::other_name(object),
            substation,
            vm_start_pu: self.maybe(object, "m:u").filter(|&vm| vm > 0.0),
            va_start_deg: self.maybe(object, "m:phiu"),
            vm_min_pu: limit(self.maybe(object, "vmin")),
            vm_max_pu: limit(self.maybe(object, "vmax")),
            area: named("cpArea"),
            zone: named("cpZone"),
            in_service: !self.flag(object, "outserv", false),
            origin: self.origin(object),
            ..Bus::new(self.id(object), vn_kv)
        };
        let bus = self.network.buses.push(bus);
        self.buses.insert(object.id, bus);
    }

    fn substation(&mut self, object: Object<'t>) -> SubstationId {
        let (lat, lon) = (self.maybe(object, "GPSlat"), self.maybe(object, "GPSlon"));
        // Zero for both is what the program writes where nothing is known.
        let place = lat.zip(lon).filter(|&place| place != (0.0, 0.0));
        self.network.substations.push(Substation {
            id: self.id(object),
            name: Self::other_name(object),
            district: Name::default(),
            lat_deg: place.map(|(lat, _)| lat),
            lon_deg: place.map(|(_, lon)| lon),
            origin: self.origin(object),
        })
    }

    /// Cubicles: which element hangs at which terminal, and whether the switches between are closed.
    fn cubicles(&mut self) {
        let mut open = HashSet::new();
        for class in ["StaSwitch", "RelFuse"] {
            for switch in self.tables.of(class) {
                let closed = self.flag(switch, "on_off", true);
                if let Some(cubicle) = switch.pointer("fold_id").filter(|_| !closed) {
                    open.insert(cubicle.id);
                }
            }
        }
        for cubicle in self.tables.of("StaCubic") {
            let Some(element) = cubicle.text("obj_id") else { continue };
            let terminal = ["cterm", "fold_id"].iter().find_map(|column| cubicle.pointer(column));
            let both = terminal.filter(|of| of.class() == "ElmTerm").zip(self.tables.called(element));
            let Some((terminal, element)) = both else {
                // Protection and measurement hang in cubicles too; what is not in the file at all is told.
                if self.tables.called(element).is_none() {
                    self.warn(
                        cubicle,
                        Code::NotUsed,
                        format!("joins its terminal with object {element}, which is not in the file"),
                        "add the class of that object to the export definition",
                    );
                } else {
                    self.count("StaCubic at no terminal (ElmTerm) of the file");
                }
                continue;
            };
            let side = self.whole(cubicle, "obj_bus", 0);
            let is_closed = !open.contains(&cubicle.id);
            self.ends.entry(element.id).or_default().push(End { side, terminal: terminal.id, is_closed });
        }
    }

    /// The bus and the state of each of the first `N` sides of an element. Nothing where one of them hangs nowhere or at direct
    /// current: that is told, unless the element is out of service.
    pub(super) fn ends<const N: usize>(&mut self, object: Object<'t>) -> Option<[(BusId, bool); N]> {
        let ends = self.ends.get(&object.id).map_or(&[][..], Vec::as_slice);
        let mut found = [None; N];
        for (side, place) in found.iter_mut().enumerate() {
            let mut at_side = ends.iter().filter(|end| usize::try_from(end.side) == Ok(side));
            let end = at_side.next().or_else(|| ends.first().filter(|_| N == 1));
            *place = end.and_then(|end| Some((*self.buses.get(&end.terminal)?, end.is_closed)));
        }
        let missing = found.iter().filter(|end| end.is_none()).count();
        if missing == 0 {
            return Some(found.map(|end| end.unwrap_or((crate::ids::Id::from_index(0), false))));
        }
        if !self.flag(object, "outserv", false) {
            let says = if N == 1 {
                "hangs at no terminal and is left out".to_owned()
            } else {
                format!("hangs at no terminal with {missing} of its {N} ends and is left out")
            };
            self.warn(
                object,
                Code::NotUsed,
                says,
                "its cubicles (StaCubic) or terminals are not in the file",
            );
        }
        None
    }

    /// Whether a transformer or an impedance is in: in service, and closed at all ends. One that is open at one end is taken as
    /// switched off, and that is told.
    pub(super) fn is_in(&mut self, object: Object<'t>, closed: &[bool]) -> bool {
        let in_service = !self.flag(object, "outserv", false);
        let open = closed.iter().filter(|closed| !**closed).count();
        if in_service && open > 0 && open < closed.len() {
            let (what, line) = (object.what(), object.line());
            self.report.note(Code::Assumed, |draft| {
                draft.at(line, format!("{what} is open at one end: it is switched off at all")).element(what)
            });
        }
        in_service && open == 0
    }

    fn coupler(&mut self, object: Object<'t>) {
        let Some([(from, a), (to, b)]) = self.ends::<2>(object) else { return };
        let is_closed = self.flag(object, "on_off", true) && !self.flag(object, "outserv", false) && a && b;
        let kind = match object.text("aUsage") {
            Some("dct" | "sdc" | "des") => SwitchKind::Disconnector,
            _ => SwitchKind::Breaker,
        };
        let origin = self.origin(object);
        let id = self.id(object);
        self.network.switches.push(Switch { id, from, to, kind, closed: is_closed, built: true, origin });
    }
}
