//! Results as tables, JSON and CSV: one file per form.
