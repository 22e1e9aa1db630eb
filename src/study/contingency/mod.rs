//! What is left of a grid when something fails: every outage solved, and held against limits.
//!
//! ```text
//! outage → branches, buses, machines of one island → lanes over the base's factors (flow::lanes)
//!        → what the graph cuts off     → dead, its load lost or taken over by neighbours; the rest in the same lanes
//!        → all else, and the unsolved  → the changed grid built and solved anew, with the whole ladder of starts
//! ```
//!
//! A state with a low voltage or a wide angle that the base has not is not taken from the lanes: the ladder has to confirm
//! it. What an outage cuts off from every slack of the base is found on the graph before anything is solved, never by a
//! solve that fails, and counts as dead, whatever generation it has: that it could live on as an island is not relied
//! upon. Outages that leave the same grid are solved once.
//!
//! What the grid does by itself after an outage is [`Response`]; who makes up for lost generation is [`Redispatch`]; who
//! takes over load without supply is [`BackFeed`].

mod after;
mod anew;
mod back_feed;
mod contingencies;
mod extremes;
mod limits;
mod list;
mod outage;
mod reach;
mod redispatch;
mod stray;
mod watch;
mod yard;

pub use after::{After, Change, How, Left, Swing};
pub use anew::Without;
pub use back_feed::{BackFeed, Moved};
pub use contingencies::{Contingencies, Options, Response, run};
pub use extremes::Extreme;
pub use limits::{BranchLimit, BusLimit, InterfaceLimit, Limits, Passed, Pressed};
pub use list::of_list;
pub use outage::{Outage, every_branch, of_kind, pairs, single};
pub use redispatch::Redispatch;
