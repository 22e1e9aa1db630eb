//! Many load flows over one plan.
