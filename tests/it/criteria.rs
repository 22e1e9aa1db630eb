//! Tests of criteria.
