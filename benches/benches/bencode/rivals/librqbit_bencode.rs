use librqbit_bencode::{BencodeValue, ByteBuf};

pub(super) fn decode(input: &[u8]) -> Option<BencodeValue<ByteBuf<'_>>> {
    librqbit_bencode::from_bytes(input).ok()
}

pub(super) fn sum(value: &BencodeValue<ByteBuf<'_>>) -> u64 {
    match value {
        BencodeValue::Integer(int) => *int as u64,
        BencodeValue::Bytes(bytes) => bytes.as_ref().len() as u64,
        BencodeValue::List(list) => list.iter().map(sum).fold(0, u64::wrapping_add),
        BencodeValue::Dict(dict) => dict
            .iter()
            .map(|(key, value)| sum(value).wrapping_add(key.as_ref().len() as u64))
            .fold(0, u64::wrapping_add),
    }
}

pub(super) fn encode(value: &BencodeValue<ByteBuf<'_>>) -> Vec<u8> {
    let mut out = Vec::new();
    librqbit_bencode::bencode_serialize_to_writer(value, &mut out).unwrap();
    out
}
