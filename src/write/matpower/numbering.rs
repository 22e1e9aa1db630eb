//! Bus numbers: the ids themselves where they are whole numbers, else 1 to n.

use crate::ids::{BusId, Col};
use crate::model::Network;
use std::collections::HashSet;

/// The number of each bus.
pub(in crate::write) struct Numbers {
    numbers: Col<BusId, u64>,
    are_new: bool,
}

impl Numbers {
    pub(super) fn of(network: &Network) -> Self {
        /// Above this a double, and so MATPOWER, skips whole numbers.
        const LARGEST: u64 = 1 << 53;
        Self::up_to(network, LARGEST)
    }

    /// Numbers up to the largest that a format has.
    pub(in crate::write) fn up_to(network: &Network, largest: u64) -> Self {
        // `007` would read back as `7`.
        let whole =
            |id: &str| id.parse::<u64>().ok().filter(|n| (1..=largest).contains(n) && n.to_string() == id);
        let own: Option<Col<BusId, u64>> =
            network.buses.iter().map(|bus| whole(&bus.id)).collect::<Option<Vec<_>>>().map(Col::from);
        if let Some(numbers) = own {
            let distinct: HashSet<u64> = numbers.iter().copied().collect();
            if distinct.len() == numbers.len() {
                return Self { numbers, are_new: false };
            }
        }
        let count = network.buses.len() as u64;
        Self { numbers: (1..=count).collect(), are_new: true }
    }

    pub(in crate::write) fn of_bus(&self, bus: BusId) -> u64 {
        self.numbers[bus]
    }

    /// Whether the buses had to be given new numbers.
    pub(in crate::write) fn are_new(&self) -> bool {
        self.are_new
    }
}
