//! Result columns as rows: what JSON and CSV write of buses, branches and generators.

use super::Num;
use crate::flow::{BranchColumns, BusColumns, GeneratorColumns};
use crate::model::{ElementId, Network};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A bus.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Bus")]
pub struct BusRow<'a> {
    /// The file's own number or id.
    pub id: &'a str,
    /// Name beside the id; empty where there is none.
    pub name: &'a str,
    /// Voltage magnitude; null at a dead bus.
    pub vm_pu: Num,
    /// Voltage magnitude; null at a dead bus and where the rated voltage is unknown.
    pub vm_kv: Num,
    /// Voltage angle; null at a dead bus.
    pub va_deg: Num,
    /// Active injection: generation less load.
    pub p_mw: Num,
    /// Reactive injection: generation less load.
    pub q_mvar: Num,
}

/// A line circuit or transformer. Positive flow leaves the bus at that end.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Branch")]
pub struct BranchRow<'a> {
    /// The file's own id, or `from-to-k`.
    pub id: &'a str,
    /// Name beside the id; empty where there is none.
    pub name: &'a str,
    /// `line` or `transformer`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Id of the `from` bus.
    pub from: &'a str,
    /// Id of the `to` bus.
    pub to: &'a str,
    /// Active power entering at `from`.
    pub p_from_mw: Num,
    /// Reactive power entering at `from`.
    pub q_from_mvar: Num,
    /// Active power entering at `to`.
    pub p_to_mw: Num,
    /// Reactive power entering at `to`.
    pub q_to_mvar: Num,
    /// Current at `from`; null where the rated voltage is unknown.
    pub i_from_ka: Num,
    /// Current at `to`; null where the rated voltage is unknown.
    pub i_to_ka: Num,
    /// The larger of both ends over the normal rating; null if unrated.
    pub loading_percent: Num,
    /// Active losses.
    pub loss_mw: Num,
}

/// A generator or boundary.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Generator")]
pub struct GeneratorRow<'a> {
    /// The file's own id.
    pub id: &'a str,
    /// Name beside the id; empty where there is none.
    pub name: &'a str,
    /// Id of the bus it feeds.
    pub bus: &'a str,
    /// Active power fed in.
    pub p_mw: Num,
    /// Reactive power fed in.
    pub q_mvar: Num,
    /// Least reactive power; null if unlimited.
    pub q_min_mvar: Num,
    /// Most reactive power; null if unlimited.
    pub q_max_mvar: Num,
    /// How far the reactive power is outside its limits: positive above, negative below, 0 within.
    pub q_outside_mvar: Num,
}

macro_rules! rows {
    ($(#[$doc:meta])* $name:ident, $columns:ty, $row:ident, $key:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            /// The grid that was solved.
            pub network: &'a Network,
            /// What was found.
            pub columns: &'a $columns,
        }

        impl<'a> $name<'a> {
            /// The rows in order, made as they are asked for.
            pub fn rows(self) -> impl Iterator<Item = $row<'a>> {
                (0..self.columns.$key.len()).map(move |index| self.row(index))
            }
        }

        impl Serialize for $name<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.rows())
            }
        }

        impl JsonSchema for $name<'_> {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                Vec::<$row<'_>>::json_schema(generator)
            }
        }
    };
}

rows!(
    /// The buses of a solved grid.
    Buses, BusColumns, BusRow, bus
);
rows!(
    /// The lines, then the transformers of a solved grid.
    Branches, BranchColumns, BranchRow, branch
);
rows!(
    /// The generators and boundaries of a solved grid.
    Generators, GeneratorColumns, GeneratorRow, generator
);

impl<'a> Buses<'a> {
    fn row(self, index: usize) -> BusRow<'a> {
        let Self { network, columns } = self;
        let bus = &network.buses[columns.bus[index]];
        BusRow {
            id: &bus.id,
            name: &bus.name,
            vm_pu: Num(columns.vm_pu[index]),
            vm_kv: Num(columns.vm_kv[index]),
            va_deg: Num(columns.va_deg[index]),
            p_mw: Num(columns.p_mw[index]),
            q_mvar: Num(columns.q_mvar[index]),
        }
    }
}

impl<'a> Branches<'a> {
    fn row(self, index: usize) -> BranchRow<'a> {
        let Self { network, columns } = self;
        let branch = columns.branch[index];
        BranchRow {
            id: network.id_of(branch),
            name: match branch {
                ElementId::Line(id) => &network.lines[id].name,
                ElementId::Transformer(id) => &network.transformers[id].name,
                _ => "",
            },
            kind: branch.kind().as_str(),
            from: &network.buses[columns.from[index]].id,
            to: &network.buses[columns.to[index]].id,
            p_from_mw: Num(columns.p_from_mw[index]),
            q_from_mvar: Num(columns.q_from_mvar[index]),
            p_to_mw: Num(columns.p_to_mw[index]),
            q_to_mvar: Num(columns.q_to_mvar[index]),
            i_from_ka: Num(columns.i_from_ka[index]),
            i_to_ka: Num(columns.i_to_ka[index]),
            loading_percent: Num(columns.loading_percent[index]),
            loss_mw: Num(columns.loss_mw[index]),
        }
    }
}

impl<'a> Generators<'a> {
    fn row(self, index: usize) -> GeneratorRow<'a> {
        let Self { network, columns } = self;
        let generator = &network.generators[columns.generator[index]];
        GeneratorRow {
            id: &generator.id,
            name: &generator.name,
            bus: &network.buses[generator.bus].id,
            p_mw: Num(columns.p_mw[index]),
            q_mvar: Num(columns.q_mvar[index]),
            q_min_mvar: generator.q_min_mvar.into(),
            q_max_mvar: generator.q_max_mvar.into(),
            q_outside_mvar: Num(columns.q_outside_mvar[index]),
        }
    }
}
