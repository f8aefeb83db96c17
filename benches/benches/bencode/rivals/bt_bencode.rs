use bt_bencode::{Value, value::Number};

pub(super) fn decode(input: &[u8]) -> Option<Value> {
    bt_bencode::from_slice(input).ok()
}

pub(super) fn sum(value: &Value) -> u64 {
    match value {
        Value::Int(Number::Signed(int)) => *int as u64,
        Value::Int(Number::Unsigned(int)) => *int,
        Value::ByteStr(bytes) => bytes.len() as u64,
        Value::List(list) => list.iter().map(sum).fold(0, u64::wrapping_add),
        Value::Dict(dict) => dict
            .iter()
            .map(|(key, value)| sum(value).wrapping_add(key.len() as u64))
            .fold(0, u64::wrapping_add),
    }
}

pub(super) fn encode(value: &Value) -> Vec<u8> {
    bt_bencode::to_vec(value).unwrap()
}
