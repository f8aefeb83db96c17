use nom_bencode::{Value, parse};

use super::{Decoder, Package, Reading, See, text};

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "nom_bencode",
        package: Package::Crate("nom_bencode "),
        read,
        string_in_tree,
        string_in_struct: None,
        raw_info: |_| None,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let values = parse(input).map_err(text)?;
    Ok(Reading::of_values(&values, |value| match value {
        Value::Integer(int) => Some(*int),
        _ => None,
    }))
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    if let Ok([Value::Bytes(bytes)]) = parse(input).as_deref() {
        see(bytes);
    }
}
