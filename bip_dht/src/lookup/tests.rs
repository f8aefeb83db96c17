//! Lookups in an ideal network.
