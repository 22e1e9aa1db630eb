//! Who makes up for generation that is lost.
//!
//! ```text
//! Δp of machine i = (lost generation − lost load) · w_i / Σ w,  within its limits; what they leave takes the next round
//! ```
//!
//! The weights are those of a shared slack ([`Slack`]). The slack takes what is left, the change of the losses, and what neighbours take over of lost load.

use crate::flow::Slack;
use crate::ids::GeneratorId;
use crate::model::Network;

/// Who makes up for generation that is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Redispatch {
    /// The slack alone.
    #[default]
    Slack,
    /// The machines with a participation factor, by these.
    Participation,
    /// The machines with a limit of active power, by what they have left of it.
    Reserve,
}

impl Redispatch {
    /// The word used in options and documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Participation => "participation",
            Self::Reserve => "reserve",
        }
    }

    /// What each machine feeds in more [MW] when `missing_mw` are to be made up for; `p_mw` is what each feeds in before, and
    /// `takes_part` says who is there to do it. The slack is among those asked and takes its share by itself.
    pub(super) fn shares(
        self,
        network: &Network,
        p_mw: &dyn Fn(GeneratorId) -> f64,
        missing_mw: f64,
        takes_part: &dyn Fn(GeneratorId) -> bool,
    ) -> Vec<(GeneratorId, f64)> {
        /// Each round a machine meets its limit, or it is the last.
        const ROUNDS: usize = 50;
        let rule = match self {
            _ if missing_mw == 0.0 => return Vec::new(),
            Self::Slack => return Vec::new(),
            Self::Participation => Slack::Participation,
            Self::Reserve => Slack::Reserve,
        };
        let rising = missing_mw > 0.0;
        let machines = network.generators.iter_ids().filter(|&(id, _)| takes_part(id));
        // Machine, weight, room, share so far.
        let mut machines: Vec<(GeneratorId, f64, f64, f64)> = machines
            .map(|(id, g)| {
                let p = p_mw(id);
                let limit = if rising { g.p_max_mw } else { g.p_min_mw };
                let room = limit.map_or(f64::INFINITY, |limit| ((limit - p) * missing_mw.signum()).max(0.0));
                (id, rule.weight(g, p, rising), room, 0.0)
            })
            .filter(|&(_, weight, room, _)| weight > 0.0 && room > 0.0)
            .collect();
        let mut left = missing_mw.abs();
        for _ in 0..ROUNDS {
            let open = |&&(_, _, room, share): &&(GeneratorId, f64, f64, f64)| share < room;
            let sum: f64 = machines.iter().filter(open).map(|&(_, weight, ..)| weight).sum();
            if sum <= 0.0 || left <= 1e-9 * missing_mw.abs() {
                break;
            }
            let asked = left;
            for (_, weight, room, share) in machines.iter_mut().filter(|(_, _, room, share)| share < room) {
                let more = f64::min(asked * *weight / sum, *room - *share);
                *share += more;
                left -= more;
            }
        }
        machines.into_iter().map(|(id, _, _, share)| (id, share * missing_mw.signum())).collect()
    }
}
