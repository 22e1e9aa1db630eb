//! Tests of bad_inputs.
