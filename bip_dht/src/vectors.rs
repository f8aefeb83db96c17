//! The facts in `../shared/vectors`, beside the checkout, for tests of what is not public.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use serde_json::Value;

use crate::node_id::NodeId;

/// `None` where the folder is not there.
pub(crate) fn read_json(name: &str) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let text = std::fs::read_to_string(folder.join(name)).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

pub(crate) fn hex(digits: &Value) -> Vec<u8> {
    let digits = digits.as_str().unwrap();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

pub(crate) fn id(digits: &Value) -> NodeId {
    NodeId::new(hex(digits).try_into().unwrap())
}
