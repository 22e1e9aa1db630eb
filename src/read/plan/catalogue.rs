//! `catalogue/`: conductor, cable and transformer types.

use super::grid::Grid;
use super::record::Record;
use super::table::Table;
use crate::finding::Code;
use crate::model::{LineKind, LineType, Nameplate, Side, TransformerType};

impl Grid<'_> {
    /// Reads line types.
    pub(super) fn line_types(&mut self, table: &Table) {
        self.names.line_types.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            if id.contains(" + ") {
                let help = "` + ` separates the sections of a line";
                record.error(Code::Value, "id", format!("`{id}` holds ` + `"), help);
            }
            let row = self.network.catalogue.line_types.push(LineType {
                id: id.clone(),
                kind: record.need_word("kind", &LineKind::ALL, LineKind::as_str, LineKind::Overhead),
                description: record.text("description").to_owned(),
                vn_kv: record.need_number("vn_kv"),
                r_ohm_per_km: record.need_number("r_ohm_per_km"),
                x_ohm_per_km: record.need_number("x_ohm_per_km"),
                b_us_per_km: record.need_number("b_us_per_km"),
                i_normal_ka: record.number("i_normal_ka"),
                i_emergency_ka: record.number("i_emergency_ka"),
                origin: record.origin(),
            });
            self.names.line_types.define(&record, &id, Some(row));
        }
    }

    /// Reads transformer types.
    pub(super) fn transformer_types(&mut self, table: &Table) {
        self.names.transformer_types.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let tap_side = record.word("tap_side", &Side::ALL, Side::as_str);
            let tap_steps = record.integer("tap_steps").unwrap_or(0);
            if tap_steps < 0 {
                record.error(
                    Code::Value,
                    "tap_steps",
                    format!("`tap_steps` is {tap_steps}"),
                    "write the steps to each side as a positive number",
                );
            }
            let row = self.network.catalogue.transformer_types.push(TransformerType {
                id: id.clone(),
                nameplate: nameplate(&record),
                vn_tertiary_kv: record.number("vn_tertiary_kv"),
                vector_group: record.name("vector_group"),
                tap_side,
                tap_steps,
                tap_step_percent: record.number_or("tap_step_percent", 0.0),
                origin: record.origin(),
            });
            self.names.transformer_types.define(&record, &id, Some(row));
        }
    }
}

/// The seven figures of a nameplate, all needed.
pub(super) fn nameplate(record: &Record<'_>) -> Nameplate {
    let positive = |name| {
        let value = record.need_number(name);
        record.within(name, value, f64::MIN_POSITIVE.., "above 0");
        value
    };
    Nameplate {
        sn_mva: positive("sn_mva"),
        vn_from_kv: positive("vn_from_kv"),
        vn_to_kv: positive("vn_to_kv"),
        uk_percent: positive("uk_percent"),
        pk_kw: record.need_number("pk_kw"),
        p0_kw: record.need_number("p0_kw"),
        i0_percent: record.need_number("i0_percent"),
    }
}
