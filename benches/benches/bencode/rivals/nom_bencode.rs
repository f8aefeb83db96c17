use nom_bencode::Value;

pub(super) fn decode(input: &[u8]) -> Option<Value<'_>> {
    nom_bencode::parse(input).ok()?.pop()
}

pub(super) fn sum(value: &Value<'_>) -> u64 {
    match value {
        Value::Integer(int) => *int as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::List(list) => list.iter().map(sum).fold(0, u64::wrapping_add),
        Value::Dictionary(dict) => dict
            .iter()
            .map(|(key, value)| sum(value).wrapping_add(key.len() as u64))
            .fold(0, u64::wrapping_add),
    }
}
