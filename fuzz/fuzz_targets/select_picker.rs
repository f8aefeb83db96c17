//! Any sequence of facts: each decision of the picker is one that a naive picker allows, and all counts agree.

#![no_main]

#[path = "../../bip_select/tests/model/mod.rs"]
mod model;

libfuzzer_sys::fuzz_target!(|data: &[u8]| model::run(data));
