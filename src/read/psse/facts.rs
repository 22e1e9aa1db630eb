//! FACTS devices.
//!
//! ```text
//! 'NAME', I, J, MODE, PDES, QDES, VSET, SHMX, TRMX, VTMN, VTMX, VSMX, IMX, LINX, RMPCT, OWNER, SET1, SET2, VSREF,
//! 31-33   REMOT, 'MNAME'       34   FCREG, 'MNAME', NREG       35   FCREG, NREG, 'MNAME'
//! ```
//!
//! Without a bus J it is a static compensator that holds VSET within SHMX. One with a bus J has a series part, which is
//! not modelled: it is left out, and told with what it carries.

use super::Raw;
use super::fields::What;
use super::walk::Record;
use crate::finding::Code;
use crate::model::{Compensator, CompensatorKind, CompensatorLimits, Name, Origin};

pub(super) fn read(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let fields = &mut raw.fields;
    let name = Name::from(fields.string(row, 0));
    let what = What("FACTS device", &name);
    let Some((bus, _)) = fields.bus(row, 1, (what, "I")) else { return };
    let other = fields.other_bus(row, 2, (what, "J"));
    let mode = fields.code(row, 3, 1, (what, "MODE"));
    let mut real = |index, default, field| fields.real(row, index, default, (what, field));
    let (p_mw, q_mvar) = (real(4, 0.0, "PDES"), real(5, 0.0, "QDES"));
    let (vm_setpoint_pu, max_mvar) = (real(6, 1.0, "VSET"), real(7, 9999.0, "SHMX"));
    if other.is_some() {
        if mode != 0 {
            let said = format!(
                "its series part is not modelled, and it is left out: MODE {mode}, PDES {p_mw} MW, QDES {q_mvar} Mvar"
            );
            fields.warn(
                Code::NotUsed,
                row,
                what,
                &said,
                "the load flow is not that of the file: replace it by loads and machines at its buses",
            );
        }
        return;
    }
    let regulated = fields.other_bus(row, 19, (what, "REMOT")).filter(|&regulated| regulated != bus);
    let origin = Origin::at(fields.place(row));
    raw.network.compensators.push(Compensator {
        id: name.clone(),
        name: String::new(),
        bus,
        regulated_bus: regulated,
        kind: CompensatorKind::Statcom,
        vm_setpoint_pu,
        slope_percent: 0.0,
        limits: CompensatorLimits { min_mvar: -max_mvar, max_mvar },
        built: true,
        in_service: mode != 0,
        origin,
    });
}
