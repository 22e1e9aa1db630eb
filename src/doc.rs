//! Pages to read: architecture, conventions, controls, glossary, the format of a plan, foreign formats, and expected results.

#[doc = include_str!("doc/architecture.md")]
pub mod architecture {}

#[doc = include_str!("doc/conventions.md")]
pub mod conventions {}

#[doc = include_str!("doc/controls.md")]
pub mod controls {}

#[doc = include_str!("doc/glossary.md")]
pub mod glossary {}

#[doc = include_str!("doc/plan_format.md")]
pub mod plan_format {}

#[doc = include_str!("doc/formats.md")]
pub mod formats {}

#[doc = include_str!("doc/expected_results.md")]
pub mod expected_results {}
