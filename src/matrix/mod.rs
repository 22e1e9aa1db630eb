//! Sparse matrices of the equations, in sprs. They know a case, and no names.
