//! Direct current: two voltage-source converters on a line segment are a link.
//!
//! A converter draws `targetPpcc`, negative where it feeds the grid. What stands in no such pair, and line-commutated
//! converters, draw what SSH says, which is told: the model of those needs angles and taps that change with the state.

use super::Reader;
use super::objects::Object;
use crate::finding::Code;
use crate::model::{ConverterAc, DcLink, Load, Vsc, VscConverter, VscDc};
use std::collections::{HashMap, HashSet};

impl<'o> Reader<'o> {
    pub(super) fn links(&mut self) {
        // Where direct-current equipment hangs, by its id; and the voltage-source converters, by node.
        let mut nodes: HashMap<&str, Vec<&'o str>> = HashMap::new();
        let mut at: HashMap<&str, Vec<&'o Object>> = HashMap::new();
        let node = |terminal: &'o Object| {
            terminal.get("DCBaseTerminal.DCNode").or_else(|| terminal.get("DCBaseTerminal.DCTopologicalNode"))
        };
        for terminal in self.objects.of("DCTerminal") {
            let owner = terminal.get("DCTerminal.DCConductingEquipment");
            if let (Some(owner), Some(node)) = (owner, node(terminal)) {
                nodes.entry(owner).or_default().push(node);
            }
        }
        let mut converters = self.take("VsConverter");
        for terminal in self.objects.of("ACDCConverterDCTerminal") {
            let owner = self.objects.linked(terminal, "ACDCConverterDCTerminal.DCConductingEquipment");
            let owner = owner.filter(|owner| &*owner.class == "VsConverter");
            if let (Some(owner), Some(node)) = (owner, node(terminal)) {
                at.entry(node).or_default().push(owner);
            }
        }
        let mut paired: HashSet<&str> = HashSet::new();
        for segment in self.take("DCLineSegment") {
            let Some(&[first, second]) = nodes.get(segment.id.as_str()).map(Vec::as_slice) else { continue };
            let free = |node: &str| {
                let there = at.get(node).into_iter().flatten().copied();
                { there }.find(|converter| !paired.contains(converter.id.as_str()))
            };
            let Some((first, second)) = free(first).zip(free(second)).filter(|(a, b)| a.id != b.id) else {
                continue;
            };
            paired.extend([first.id.as_str(), second.id.as_str()]);
            self.link(segment, [first, second]);
        }
        converters.retain(|converter| !paired.contains(converter.id.as_str()));
        converters.extend(self.take("CsConverter"));
        for converter in converters {
            self.drawn(converter);
        }
    }

    fn link(&mut self, segment: &'o Object, ends: [&'o Object; 2]) {
        let r_ohm = self.real(segment, "DCLineSegment.resistance", 0.0);
        let converters = ends.map(|end| self.converter(end));
        let [Some((first, first_in)), Some((second, second_in))] = converters else { return };
        let mut both = [first, second];
        if both.iter().all(|converter| matches!(converter.dc, VscDc::Power(_))) {
            // The line balances itself: one of the two has to give way.
            let rated = self.maybe(ends[0], "ACDCConverter.ratedUdc").filter(|&kv| kv > 0.0);
            self.told(
                ends[0],
                "holds its power as the other end of its line does: it holds the direct voltage instead",
            );
            both[0].dc = VscDc::Voltage(rated.unwrap_or(self.network.buses[both[0].bus].vn_kv));
        }
        let (id, name) = self.called(segment);
        let origin = self.origin(segment);
        self.network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
            id,
            name,
            r_ohm,
            converters: both,
            built: true,
            in_service: first_in && second_in,
            origin,
        })));
    }

    fn converter(&mut self, object: &'o Object) -> Option<(VscConverter, bool)> {
        let [at] = self.ends(object)?;
        let vn_kv = self.network.buses[at.bus].vn_kv;
        let mut real = |name: &str| self.real(object, name, 0.0);
        let (p, udc) = (real("ACDCConverter.targetPpcc"), real("ACDCConverter.targetUdc"));
        let (q, u) = (real("VsConverter.targetQpcc"), real("VsConverter.targetUpcc"));
        let (idle_mw, by_current_mw) = (real("ACDCConverter.idleLoss"), real("ACDCConverter.switchingLoss"));
        if real("ACDCConverter.resistiveLoss") != 0.0 {
            self.count("losses of converters by the square of the current");
        }
        let dc = match object.word("VsConverter.pPccControl") {
            "udc" if udc > 0.0 => VscDc::Voltage(udc),
            "pPcc" | "" => VscDc::Power(-p),
            other => {
                self.told(object, &format!("holds `{other}`, which is not modelled: it holds its power"));
                VscDc::Power(-p)
            }
        };
        let ac = match object.word("VsConverter.qPccControl") {
            "voltagePcc" if u > 0.0 && vn_kv > 0.0 => {
                let is_per_unit = u < 2.0 && vn_kv > 2.0;
                if is_per_unit {
                    self.told(
                        object,
                        &format!("has a targetUpcc of {u} kV at {vn_kv} kV: it is taken as per unit"),
                    );
                }
                ConverterAc::Voltage(if is_per_unit { u } else { u / vn_kv })
            }
            "reactivePcc" => ConverterAc::Reactive(-q),
            other => {
                self.told(
                    object,
                    &format!("holds `{other}` without a figure for it: it exchanges no reactive power"),
                );
                ConverterAc::Reactive(0.0)
            }
        };
        let (q_min, q_max) = (self.maybe(object, "VsConverter.minQ"), self.maybe(object, "VsConverter.maxQ"));
        let converter = VscConverter {
            bus: at.bus,
            dc,
            ac,
            loss_kw: idle_mw * 1000.0,
            // MW/A to kW/A.
            loss_kw_per_a: by_current_mw * 1000.0,
            sn_mva: None,
            q_min_mvar: q_min,
            q_max_mvar: q_max,
        };
        Some((converter, at.is_connected))
    }

    /// A converter that is no end of a link: a load of what it draws.
    fn drawn(&mut self, object: &'o Object) {
        let Some([at]) = self.ends(object) else { return };
        let (p, q) = (self.real(object, "ACDCConverter.p", 0.0), self.real(object, "ACDCConverter.q", 0.0));
        let (id, _) = self.called(object);
        let origin = self.origin(object);
        self.report.warning(Code::Assumed, |draft| {
            let what = object.what();
            draft
                .at(0, format!("{what} is no end of a link of voltage-source converters: it draws {p} MW and {q} Mvar, as SSH says"))
                .place(object.place.clone())
                .element(what)
        });
        self.network.loads.push(Load { in_service: at.is_connected, origin, ..Load::new(id, at.bus, p, q) });
    }
}
