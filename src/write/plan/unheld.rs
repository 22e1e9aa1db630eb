//! What the tables of a plan have no column for, so that writing a plan of another format's grid loses it.

use crate::finding::{Code, Finding};
use crate::model::{EndShunt, LoadModel, Network};

/// One finding per kind of loss, with a count and an example.
pub(super) fn findings(network: &Network) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |what: &str, ids: Vec<&str>| {
        if let Some(first) = ids.first() {
            let message = format!(
                "a plan has no table or column for {what}: {} left out, for example {first}",
                ids.len()
            );
            findings.push(Finding::warning(Code::NotCarried, message));
        }
    };
    tell("three-winding transformers", network.transformers3.iter().map(|t| t.id.as_str()).collect());
    tell("static compensators", network.compensators.iter().map(|one| one.id.as_str()).collect());
    tell("direct-current links", network.dc_links.iter().map(|link| link.id().as_str()).collect());
    tell("interchange of areas", network.areas.iter().map(|area| area.id.as_str()).collect());
    let has_shunt = |shunts: &[EndShunt; 2]| shunts.iter().any(|shunt| *shunt != EndShunt::default());
    let lines = network.lines.iter().filter(|l| has_shunt(&l.end_shunts)).map(|l| l.id.as_str());
    let transformers = &network.transformers;
    let ends = lines.chain(transformers.iter().filter(|t| has_shunt(&t.end_shunts)).map(|t| t.id.as_str()));
    tell("shunts at the ends of branches", ends.collect());
    let corrected = transformers.iter().filter(|t| t.correction.is_some());
    tell("impedance corrections", corrected.map(|t| t.id.as_str()).collect());
    let machines = network.generators.iter().filter(|g| g.participation.is_some());
    tell("shares of generators in a distributed slack", machines.map(|g| g.id.as_str()).collect());
    let loads = network.loads.iter().filter(|load| load.model != LoadModel::Power);
    tell("loads that follow the voltage", loads.map(|load| load.id.as_str()).collect());
    findings
}
