//! Engineering units to per unit: the only place where bases are divided.
