//! The programs are in this folder; `cargo run -p bip_examples --example NAME` runs one.
