use std::collections::BTreeMap;

use bt_bencode::{Value, from_slice, value::Number};
use serde_bytes::Bytes;

use super::{Decoder, Package, Reading, See, text};

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "bt_bencode",
        package: Package::Crate("bt_bencode "),
        read,
        string_in_tree,
        string_in_struct: Some(string_in_struct),
        raw_info,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let number = match from_slice(input).map_err(text)? {
        Value::Int(Number::Signed(int)) => Some(i128::from(int)),
        Value::Int(Number::Unsigned(int)) => Some(i128::from(int)),
        _ => None,
    };
    Ok(Reading::of_number(number))
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    if let Ok(Value::ByteStr(bytes)) = from_slice(input) {
        see(&bytes);
    }
}

fn string_in_struct(input: &[u8], see: See<'_>) {
    if let Ok(bytes) = from_slice::<&Bytes>(input) {
        see(bytes);
    }
}

/// Whatever is asked for as bytes, and is no string, is given as it stands.
fn raw_info(input: &[u8]) -> Option<Vec<u8>> {
    let torrent: BTreeMap<&str, &Bytes> = from_slice(input).ok()?;
    Some(torrent.get("info")?.to_vec())
}
