use bip_bencode::BDecodeOpt;

use super::{Decoder, Package, Reading, Remark, See, text};

/// All of the workspace have the same version.
const PACKAGE: Package = Package::Crate(concat!("bip_bencode ", env!("CARGO_PKG_VERSION")));

pub(super) fn strict() -> Decoder {
    Decoder {
        name: "bip_bencode, strict",
        read: |input| read(BDecodeOpt::strict(), input),
        ..lenient()
    }
}

pub(super) fn lenient() -> Decoder {
    Decoder {
        name: "bip_bencode, lenient",
        package: PACKAGE,
        read: |input| read(BDecodeOpt::lenient(), input),
        string_in_tree,
        string_in_struct: None,
        raw_info,
    }
}

fn read(options: BDecodeOpt, input: &[u8]) -> Result<Reading, String> {
    let document = options.decode(input).map_err(text)?;
    let number = document.root().int();
    Ok(Reading {
        number: number.map(|int| int.to_i128().map_or_else(text, |number| number.to_string())),
        remark: (!document.warnings().is_empty()).then_some(Remark::Warned),
    })
}

fn string_in_tree(input: &[u8], see: See<'_>) {
    if let Ok(document) = bip_bencode::decode(input) {
        document.root().bytes().into_iter().for_each(see);
    }
}

fn raw_info(input: &[u8]) -> Option<Vec<u8>> {
    let document = bip_bencode::decode(input).ok()?;
    Some(document.root().dict()?.get(b"info")?.buffer().to_vec())
}
