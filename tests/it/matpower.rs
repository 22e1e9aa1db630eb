//! Tests of matpower.
