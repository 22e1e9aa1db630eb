//! The steps of a switched shunt, and what switches them.

use crate::ids::BusId;

/// A switched shunt: blocks of equal steps. [`super::Shunt::b_mvar`] says what is switched in at hand.
///
/// Capacitor blocks are switched in from the first on, each step by step, and out in the opposite order; reactor
/// blocks (negative steps) likewise, and never both at a time.
#[derive(Clone, PartialEq, Debug)]
pub struct Bank {
    /// The blocks, in the order in which they are switched in.
    pub blocks: Vec<Block>,
    /// What moves it; `None` where it is switched by hand only.
    pub control: Option<BankControl>,
}

/// Equal steps of a switched shunt.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Block {
    /// Number of steps.
    pub steps: u32,
    /// Reactive power that one step feeds in at rated voltage: positive for capacitors.
    pub step_mvar: f64,
}

/// What switches a shunt.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BankControl {
    /// Steps or any value between the ends.
    pub mode: BankMode,
    /// The bus whose voltage is held; `None` for its own.
    pub bus: Option<BusId>,
    /// Lowest voltage accepted, on the rated voltage of that bus.
    pub vm_min_pu: f64,
    /// Highest voltage accepted.
    pub vm_max_pu: f64,
}

/// How a switched shunt moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum BankMode {
    /// Step by step.
    #[default]
    Discrete,
    /// Any value between its ends.
    Continuous,
}

impl BankMode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Discrete, Self::Continuous];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discrete => "discrete",
            Self::Continuous => "continuous",
        }
    }
}

impl Bank {
    /// Everything that can be switched in, rising: all reactors first, nothing, all capacitors last (Mvar).
    #[must_use]
    pub fn levels_mvar(&self) -> Vec<f64> {
        let ladder = |positive: bool| {
            let mut sum = 0.0;
            let mut levels = Vec::new();
            for block in self.blocks.iter().filter(|block| (block.step_mvar > 0.0) == positive) {
                for _ in 0..block.steps {
                    sum += block.step_mvar;
                    levels.push(sum);
                }
            }
            levels
        };
        let mut levels = ladder(false);
        levels.reverse();
        levels.push(0.0);
        levels.extend(ladder(true));
        levels
    }
}
