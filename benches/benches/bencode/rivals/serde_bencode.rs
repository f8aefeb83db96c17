use serde_bencode::value::Value;

pub(super) fn decode(input: &[u8]) -> Option<Value> {
    serde_bencode::from_bytes(input).ok()
}

pub(super) fn sum(value: &Value) -> u64 {
    match value {
        Value::Int(int) => *int as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::List(list) => list.iter().map(sum).fold(0, u64::wrapping_add),
        Value::Dict(dict) => dict
            .iter()
            .map(|(key, value)| sum(value).wrapping_add(key.len() as u64))
            .fold(0, u64::wrapping_add),
    }
}

pub(super) fn encode(value: &Value) -> Vec<u8> {
    serde_bencode::to_bytes(value).unwrap()
}
