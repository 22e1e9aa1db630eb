//! Sparse matrices of the equations, in sprs. They know a case, and no names.

mod bbus;
mod jacobian;
mod ybus;

pub use bbus::{bbus, dc_flow, dc_injection, susceptance};
pub use jacobian::{Jacobian, ds_dv};
pub use ybus::{ibus, ybus, yf_yt};
