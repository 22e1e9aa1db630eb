//! Staged plans on the command line.
