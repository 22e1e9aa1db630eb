//! Sparse linear systems: analyse once, factorise and solve many times. The only importer of faer.
