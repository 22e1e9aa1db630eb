//! Switched shunts: blocks of steps, at what they feed in now (BINIT).
//!
//! ```text
//! 23-27   I, MODSW, VSWHI, VSWLO, SWREM, BINIT, N1, B1, .. N8, B8
//! 28-29   I, MODSW, VSWHI, VSWLO, SWREM, 'RMIDNT', BINIT, N1, B1, ..
//! 30-31   I, MODSW, VSWHI, VSWLO, SWREM, RMPCT, 'RMIDNT', BINIT, N1, B1, ..
//! 32-34   I, MODSW, ADJM, STAT, VSWHI, VSWLO, SWREM, RMPCT, 'RMIDNT', BINIT, N1, B1, ..
//! 35      I, ID, MODSW, ADJM, ST, VSWHI, VSWLO, SWREG, NREG, RMPCT, 'RMIDNT', BINIT, S1, N1, B1, ..
//! ```

use super::Raw;
use super::fields::What;
use super::row::NONE;
use super::walk::Record;
use crate::finding::Code;
use crate::model::{Bank, BankControl, BankMode, Block, Name, Origin, Shunt};

struct Columns {
    id: usize,
    mode: usize,
    status: usize,
    limits: usize,
    remote: usize,
    start: usize,
    blocks: usize,
    /// Fields of a block: with its status or without.
    width: usize,
}

impl Columns {
    fn of(revision: u32) -> Self {
        let early =
            Self { id: NONE, mode: 1, status: NONE, limits: 2, remote: 4, start: 5, blocks: 6, width: 2 };
        match revision {
            ..=27 => early,
            28 | 29 => Self { start: 6, blocks: 7, ..early },
            30 | 31 => Self { start: 7, blocks: 8, ..early },
            32..=34 => Self { status: 3, limits: 4, remote: 6, start: 9, blocks: 10, ..early },
            _ => Self { id: 1, mode: 2, status: 4, limits: 5, remote: 7, start: 11, blocks: 12, width: 3 },
        }
    }
}

pub(super) fn read(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let columns = Columns::of(raw.revision);
    let fields = &mut raw.fields;
    let own = fields.identifier(row, columns.id);
    let id = Name::from(format!("{}-sw{own}", fields.string(row, 0)));
    let what = What("switched shunt", &id);
    let Some((bus, _)) = fields.bus(row, 0, (what, "I")) else { return };
    let mode = fields.code(row, columns.mode, 1, (what, "MODSW"));
    let in_service = fields.code(row, columns.status, 1, (what, "STAT")) > 0;
    let mut real = |index, default, name| fields.real(row, index, default, (what, name));
    let (vm_max_pu, vm_min_pu) = (real(columns.limits, 1.0, "VSWHI"), real(columns.limits + 1, 1.0, "VSWLO"));
    let b_mvar = real(columns.start, 0.0, "BINIT");
    let mut blocks = Vec::new();
    for first in (columns.blocks..columns.blocks + 8 * columns.width).step_by(columns.width) {
        let is_in = columns.width == 2 || real(first, 1.0, "S") > 0.0;
        let (steps, step_mvar) =
            (real(first + columns.width - 2, 0.0, "N"), real(first + columns.width - 1, 0.0, "B"));
        if !(1.0..=1e6).contains(&steps) || step_mvar == 0.0 {
            continue;
        }
        if is_in {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and a million"
            )]
            blocks.push(Block { steps: steps as u32, step_mvar });
        }
    }
    let remote = fields.other_bus(row, columns.remote, (what, "SWREM"));
    let control = match mode {
        1 | 2 => Some(BankControl {
            mode: if mode == 1 { BankMode::Discrete } else { BankMode::Continuous },
            bus: remote.filter(|&remote| remote != bus),
            vm_min_pu,
            vm_max_pu,
        }),
        0 => None,
        _ => {
            if in_service {
                let said = format!(
                    "MODSW {mode} holds the reactive power of other equipment, which is not modelled: it stays at BINIT, {b_mvar} Mvar"
                );
                fields.warn(Code::NotUsed, row, what, &said, "");
            }
            None
        }
    };
    let bank = (!blocks.is_empty()).then_some(Bank { blocks, control });
    let origin = Origin::at(fields.place(row));
    raw.network.shunts.push(Shunt { bank, in_service, origin, ..Shunt::new(id, bus, 0.0, b_mvar) });
}
