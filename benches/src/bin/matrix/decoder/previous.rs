use bip_bencode_0_4::{BDecodeOpt, BRefAccess, BencodeRef};

use super::{Decoder, Package, Reading, See, text};

pub(super) fn decoder() -> Decoder {
    Decoder {
        name: "bip_bencode 0.4",
        package: Package::Crate("bip_bencode 0.4."),
        read,
        string_in_tree,
        string_in_struct: None,
        raw_info,
    }
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let value = BencodeRef::decode(input, BDecodeOpt::default()).map_err(text)?;
    Ok(Reading::of_number(value.int()))
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    if let Ok(value) = BencodeRef::decode(input, BDecodeOpt::default()) {
        value.bytes().into_iter().for_each(see);
    }
}

fn raw_info(input: &[u8]) -> Option<Vec<u8>> {
    let value = BencodeRef::decode(input, BDecodeOpt::default()).ok()?;
    Some(value.dict()?.lookup(b"info")?.buffer().to_vec())
}
