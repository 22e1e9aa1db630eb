//! Plans to files: one writer per format.
