//! What stands of a grid, as a grid of its own.

use super::{BankControl, Bus, Control, DcLink, Network, TapControl, TapTarget};
use crate::ids::{BusId, Col, Id};

impl Network {
    /// The grid without the records that do not stand in the state at hand: ids are numbered anew, in the same
    /// order. A substation stays where a bus of it stands; a record whose bus does not stand goes with it, and so
    /// does a control whose bus does not stand: the record then holds nothing, or what is at hand.
    #[must_use]
    pub fn standing(&self) -> Self {
        let mut has_bus = Col::filled(self.substations.len(), false);
        for station in self.buses.iter().filter(|bus| bus.built).filter_map(|bus| bus.substation) {
            has_bus[station] = true;
        }
        let (substations, station_of) = kept(&self.substations, |id, _| has_bus[id]);
        let (mut buses, bus_of) = kept(&self.buses, |_, bus| bus.built);
        let place_in_station = |bus: &mut Bus| bus.substation = bus.substation.and_then(|id| station_of[id]);
        buses.iter_mut().for_each(place_in_station);
        let place = |bus: &mut BusId| match bus_of[*bus] {
            Some(new) => {
                *bus = new;
                true
            }
            None => false,
        };
        let mut standing = Self { substations, buses, ..self.clone() };
        standing.lines = moved(&self.lines, |row| row.built && place(&mut row.from) && place(&mut row.to));
        let hold_tap = |control: &mut Option<TapControl>| {
            if let Some(TapControl { target: TapTarget::Voltage { bus: Some(bus), .. }, .. }) = control
                && !place(bus)
            {
                *control = None;
            }
        };
        standing.transformers = moved(&self.transformers, |row| {
            hold_tap(&mut row.tap_control);
            row.built && place(&mut row.from) && place(&mut row.to)
        });
        standing.transformers3 = moved(&self.transformers3, |row| {
            row.built
                && row.windings.iter_mut().all(|winding| {
                    hold_tap(&mut winding.tap_control);
                    place(&mut winding.bus)
                })
        });
        standing.generators = moved(&self.generators, |row| {
            if let Some(bus) = &mut row.regulated_bus
                && !place(bus)
            {
                row.regulated_bus = None;
                row.control = Control::Fixed;
            }
            row.built && place(&mut row.bus)
        });
        standing.loads = moved(&self.loads, |row| row.built && place(&mut row.bus));
        standing.shunts = moved(&self.shunts, |row| {
            if let Some(bank) = &mut row.bank
                && let Some(BankControl { bus: Some(bus), .. }) = &mut bank.control
                && !place(bus)
            {
                bank.control = None;
            }
            row.built && place(&mut row.bus)
        });
        standing.compensators = moved(&self.compensators, |row| {
            row.built && place(&mut row.bus) && row.regulated_bus.as_mut().is_none_or(place)
        });
        standing.dc_links = moved(&self.dc_links, |row| {
            let [from, to] = match row {
                DcLink::Lcc(link) => [&mut link.rectifier.bus, &mut link.inverter.bus],
                DcLink::Vsc(link) => link.converters.each_mut().map(|converter| &mut converter.bus),
            };
            place(from) && place(to) && row.built()
        });
        standing.areas = moved(&self.areas, |row| place(&mut row.slack_bus));
        standing.switches =
            moved(&self.switches, |row| row.built && place(&mut row.from) && place(&mut row.to));
        standing
    }
}

/// The rows that are kept, and the new id of each old row.
fn kept<I: Id, T: Clone>(rows: &Col<I, T>, keep: impl Fn(I, &T) -> bool) -> (Col<I, T>, Col<I, Option<I>>) {
    let mut new = Col::new();
    let ids = rows.iter_ids().map(|(id, row)| keep(id, row).then(|| new.push(row.clone()))).collect();
    (new, ids)
}

/// The rows that `place` lets pass, after it has put their buses right.
fn moved<I: Id, T: Clone>(rows: &Col<I, T>, place: impl Fn(&mut T) -> bool) -> Col<I, T> {
    rows.iter().cloned().filter_map(|mut row| place(&mut row).then_some(row)).collect()
}
