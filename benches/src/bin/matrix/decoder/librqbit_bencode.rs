use std::collections::BTreeMap;

use librqbit_bencode::{BencodeValue, ByteBuf, WithRawBytes, from_bytes};
use serde_bytes::Bytes;

use super::{Decoder, Package, Reading, See, text};

type Value<'a> = BencodeValue<ByteBuf<'a>>;

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "librqbit-bencode",
        package: Package::Crate("librqbit-bencode "),
        read,
        string_in_tree,
        string_in_struct: Some(string_in_struct),
        raw_info,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let value: Value<'_> = from_bytes(input).map_err(text)?;
    Ok(match value {
        BencodeValue::Integer(int) => Reading::of_number(Some(int)),
        _ => Reading::default(),
    })
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    if let Ok(BencodeValue::Bytes(bytes)) = from_bytes::<Value<'_>>(input) {
        see(bytes.as_ref());
    }
}

fn string_in_struct(input: &[u8], see: See<'_>) {
    if let Ok(bytes) = from_bytes::<&Bytes>(input) {
        see(bytes);
    }
}

fn raw_info(input: &[u8]) -> Option<Vec<u8>> {
    type Info<'a> = WithRawBytes<Value<'a>, ByteBuf<'a>>;
    let torrent: BTreeMap<&str, Info<'_>> = from_bytes(input).ok()?;
    Some(torrent.get("info")?.raw_bytes.as_ref().to_vec())
}
