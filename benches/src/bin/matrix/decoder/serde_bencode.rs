use serde_bencode::{from_bytes, value::Value};
use serde_bytes::Bytes;

use super::{Decoder, Package, Reading, See, text};

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "serde_bencode",
        package: Package::Crate("serde_bencode "),
        read,
        string_in_tree,
        string_in_struct: Some(string_in_struct),
        raw_info: |_| None,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    Ok(match from_bytes(input).map_err(text)? {
        Value::Int(int) => Reading::of_number(Some(int)),
        _ => Reading::default(),
    })
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    if let Ok(Value::Bytes(bytes)) = from_bytes(input) {
        see(&bytes);
    }
}

fn string_in_struct(input: &[u8], see: See<'_>) {
    if let Ok(bytes) = from_bytes::<&Bytes>(input) {
        see(bytes);
    }
}
