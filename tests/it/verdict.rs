//! Tests of verdict.
