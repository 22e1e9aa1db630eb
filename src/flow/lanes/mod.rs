//! Many cases that differ a little from one that is solved: outages, other injections, or both.
//!
//! Sixteen cases at a time go side by side through the same two sweeps, each with its own voltages and all with the factors of
//! the base case. The steps are chords: Newton's, with the Jacobian of the base. They converge linearly, to the solution
//! of each case and not to something near it, because the mismatch is always that of the case itself, in `f64`; only
//! the correction is taken in `f32`. A branch that is out is taken out of the old factors too
//! ([`crate::linsolve::block::Update`]), without which most outages would not converge.
//!
//! ```text
//! up      mismatch of row i in every lane, its worst; forward pass of the shared factors
//! between lanes that are within tol are finished: the next cases take their places; updates for those with outages
//! down    backward pass;   v ← v·(1 + ΔV/V)·(cos Δθ + j sin Δθ);   finished lanes handed out, new ones set to the base
//! ```
//!
//! A new case needs no sweep to begin: at the base its mismatch is not zero at the ends of its branch only.
//! A case whose chords do not converge, or not soon, is solved by [`super::kernel`] from the base, at the end.
//!
//! No lane looks at another, so what a case comes to depends neither on its neighbours nor on the number of threads.
//!
//! Source for the chords: B. Stott, O. Alsaç, *Fast Decoupled Load Flow*, IEEE Trans. PAS-93, 1974 (constant matrices),
//! for outages by compensation: the source of [`crate::linsolve::block::Update`].

mod alone;
mod base;
mod batch;
mod change;
mod changed;
mod chord;
mod each;
mod in_turn;
mod series;
mod settler;

pub use base::Base;
pub use batch::{Batch, Effort, Found, Way};
pub use change::Change;
pub use each::each;
pub(crate) use in_turn::in_turn;
pub use settler::Settler;
