//! What is left of a grid when something fails: every outage solved, and held against limits.
//!
//! ```text
//! outage → branches of one island      → lanes over the base's factors (flow::lanes)
//!        → what the graph cuts off     → dead, its load lost; the rest in the same lanes
//!        → all else, and the unsolved  → the changed grid built and solved anew, with the whole ladder of starts
//! ```
//!
//! A state with a low voltage or a wide angle that the base has not is not taken from the lanes: the ladder has to confirm
//! it. Controls stand where the base left them. What an outage cuts off from every slack of the base is found on the graph
//! before anything is solved, never by a solve that fails, and counts as dead, whatever generation it has: that it could
//! live on as an island is not relied upon.

mod limits;
mod list;
mod outage;
mod reach;
mod run;
mod watch;

pub use limits::{BranchLimit, BusLimit, Limits, Passed};
pub use list::of_list;
pub use outage::{Outage, every_branch};
pub use run::{After, How, run};
