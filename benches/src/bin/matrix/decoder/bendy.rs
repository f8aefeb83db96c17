use bendy::decoding::{Decoder as Pull, FromBencode, Object};
use bendy::state_tracker::Token;
use bendy::value::Value;

use super::{Decoder, Package, Reading, Remark, See, text};

const PACKAGE: Package = Package::Crate("bendy ");

/// `Value::from_bencode` refuses every list and dictionary, so it is called with a depth of its own.
const DEPTH: usize = 100;

pub(super) fn value() -> Decoder {
    Decoder {
        name: "bendy, Value",
        package: PACKAGE,
        read: read_value,
        string_in_tree: string_in_value,
        string_in_struct: None,
        raw_info: |_| None,
    }
}

pub(super) fn tokens() -> Decoder {
    Decoder {
        name: "bendy, tokens",
        package: PACKAGE,
        read: read_tokens,
        string_in_tree: string_in_token,
        string_in_struct: None,
        raw_info,
    }
}

fn read_value(input: &[u8]) -> Result<Reading, String> {
    let mut decoder = Pull::new(input).with_max_depth(DEPTH);
    let object = decoder.next_object().map_err(text)?;
    let object = object.ok_or("there is no value")?;
    Ok(match Value::decode_bencode_object(object).map_err(text)? {
        Value::Integer(int) => Reading::of_number(Some(int)),
        _ => Reading::default(),
    })
}

fn read_tokens(input: &[u8]) -> Result<Reading, String> {
    let mut first = None;
    for token in Pull::new(input).tokens() {
        let token = token.map_err(text)?;
        first.get_or_insert(token);
    }
    Ok(match first {
        Some(Token::Num(digits)) => Reading::of_number(Some(digits)),
        Some(_) => Reading::default(),
        None => Reading {
            number: None,
            remark: Some(Remark::NoValue),
        },
    })
}

fn string_in_token(input: &[u8], see: See<'_>) {
    if let Some(Ok(Token::String(bytes))) = Pull::new(input).tokens().next() {
        see(bytes);
    }
}

fn string_in_value(input: &[u8], see: See<'_>) {
    if let Ok(Value::Bytes(bytes)) = Value::from_bencode(input) {
        see(&bytes);
    }
}

fn raw_info(input: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = Pull::new(input);
    let mut torrent = decoder.next_object().ok()??.try_into_dictionary().ok()?;
    while let Some((key, value)) = torrent.next_pair().ok()? {
        if let (b"info", Object::Dict(info)) = (key, value) {
            return Some(info.into_raw().ok()?.to_vec());
        }
    }
    None
}
