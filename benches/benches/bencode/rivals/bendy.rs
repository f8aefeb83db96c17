use bendy::decoding::{Decoder, FromBencode};
use bendy::encoding::{Encoder, ToBencode};
use bendy::value::Value;

use super::DEPTH;

pub(super) fn decode(input: &[u8]) -> Option<Value<'_>> {
    let mut decoder = Decoder::new(input).with_max_depth(DEPTH);
    Value::decode_bencode_object(decoder.next_object().ok()??).ok()
}

pub(super) fn count_tokens(input: &[u8]) -> Option<usize> {
    let mut count = 0;
    for token in Decoder::new(input).tokens() {
        token.ok()?;
        count += 1;
    }
    Some(count)
}

pub(super) fn sum(value: &Value<'_>) -> u64 {
    match value {
        Value::Integer(int) => *int as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::List(list) => list.iter().map(sum).fold(0, u64::wrapping_add),
        Value::Dict(dict) => dict
            .iter()
            .map(|(key, value)| sum(value).wrapping_add(key.len() as u64))
            .fold(0, u64::wrapping_add),
    }
}

pub(super) fn encode(value: &Value<'_>) -> Vec<u8> {
    let mut encoder = Encoder::new().with_max_depth(DEPTH);
    encoder.emit_with(|item| value.encode(item)).unwrap();
    encoder.get_output().unwrap()
}
