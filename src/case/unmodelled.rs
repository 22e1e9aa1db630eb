//! Records of a grid that stand and are switched in, and that a case does not hold yet: each kind is told once, with what
//! is at stake, so that no load flow without them passes for that of the grid.

use crate::finding::{Code, Finding};
use crate::model::{DcLink, LccOrder, Network, VscDc};

/// A warning for each kind of record that is left out of the cases.
pub(super) fn tell(network: &Network, told: &mut Vec<Finding>) {
    let mut warn = |count: usize, what: &str, example: Option<&str>| {
        if let Some(example) = example.filter(|_| count > 0) {
            let text =
                format!("{count} {what}, for example {example}: the load flow is that of the grid without");
            told.push(
                Finding::warning(Code::NotUsed, text)
                    .help("replace them by loads, machines or branches that are solved"),
            );
        }
    };
    let links: Vec<_> = network.dc_links.iter().filter(|link| link.built() && link.in_service()).collect();
    let mw: f64 = links.iter().map(|link| carried_mw(link)).sum();
    let what = format!("direct-current links of {mw:.0} MW in all are not solved yet");
    warn(links.len(), &what, links.first().map(|link| link.id().as_str()));
}

/// What a link is set to carry.
fn carried_mw(link: &DcLink) -> f64 {
    match link {
        DcLink::Lcc(link) => match link.setpoint.order {
            LccOrder::PowerAtRectifier(mw) | LccOrder::PowerAtInverter(mw) => mw,
            LccOrder::Current(ka) => ka * link.vd_kv,
        },
        DcLink::Vsc(link) => link
            .converters
            .iter()
            .map(|one| if let VscDc::Power(mw) = one.dc { mw.abs() } else { 0.0 })
            .fold(0.0, f64::max),
    }
}
