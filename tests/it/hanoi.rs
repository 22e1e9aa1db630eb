//! Tests of hanoi.
