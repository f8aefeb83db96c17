use lava_torrent::bencode::BencodeElem;

use super::{Decoder, Package, Reading, See, text};

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "lava_torrent",
        package: Package::Crate("lava_torrent "),
        read,
        string_in_tree,
        string_in_struct: None,
        raw_info: |_| None,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let values = BencodeElem::from_bytes(input).map_err(text)?;
    Ok(Reading::of_values(&values, |value| match value {
        BencodeElem::Integer(int) => Some(*int),
        _ => None,
    }))
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    let values = BencodeElem::from_bytes(input);
    if let Ok([BencodeElem::String(text)]) = values.as_deref() {
        see(text.as_bytes());
    }
}
