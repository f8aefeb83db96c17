//! The slow, recursive and obvious way to read bencode, to compare with.

use std::collections::BTreeMap;

/// A value as read, with integers as their text and dictionaries as lists of pairs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Int(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Dict(Vec<(Vec<u8>, Value)>),
}

impl Value {
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Value::Int(text) => format!("i{text}e").into_bytes(),
            Value::Bytes(bytes) => encode_bytes(bytes),
            Value::List(list) => [
                b"l".to_vec(),
                list.iter().flat_map(Value::encode).collect(),
                b"e".to_vec(),
            ]
            .concat(),
            Value::Dict(dict) => {
                let pairs = dict
                    .iter()
                    .flat_map(|(key, value)| [encode_bytes(key), value.encode()].concat());
                [b"d".to_vec(), pairs.collect(), b"e".to_vec()].concat()
            }
        }
    }

    fn is_canonical(&self) -> bool {
        match self {
            Value::Int(text) => text.parse::<i128>().is_ok_and(|number| {
                number.to_string() == *text
                    && number >= i64::MIN.into()
                    && number <= u64::MAX.into()
            }),
            Value::Bytes(_) => true,
            Value::List(list) => list.iter().all(Value::is_canonical),
            Value::Dict(dict) => {
                dict.windows(2).all(|pair| pair[0].0 < pair[1].0)
                    && dict.iter().all(|(_, value)| value.is_canonical())
            }
        }
    }
}

impl Value {
    /// Sorted, with the first of repeated keys, and integers without what is too much.
    pub(crate) fn to_canonical(&self) -> Value {
        match self {
            Value::Int(text) => {
                let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
                match digits.trim_start_matches('0') {
                    "" => Value::Int("0".to_string()),
                    digits => Value::Int(format!("{sign}{digits}")),
                }
            }
            Value::Bytes(_) => self.clone(),
            Value::List(list) => Value::List(list.iter().map(Value::to_canonical).collect()),
            Value::Dict(dict) => {
                let mut sorted = BTreeMap::new();
                for (key, value) in dict {
                    sorted
                        .entry(key.clone())
                        .or_insert_with(|| value.to_canonical());
                }
                Value::Dict(sorted.into_iter().collect())
            }
        }
    }

    /// Whether this is what the other was before its last parts came.
    pub(crate) fn is_beginning_of(&self, whole: &Value) -> bool {
        match (self, whole) {
            (Value::List(list), Value::List(whole)) => {
                let Some((last, before)) = list.split_last() else {
                    return true;
                };
                list.len() <= whole.len()
                    && before == &whole[..before.len()]
                    && last.is_beginning_of(&whole[before.len()])
            }
            (Value::Dict(dict), Value::Dict(whole)) => {
                let Some(((key, last), before)) = dict.split_last() else {
                    return true;
                };
                dict.len() <= whole.len()
                    && before == &whole[..before.len()]
                    && *key == whole[before.len()].0
                    && last.is_beginning_of(&whole[before.len()].1)
            }
            _ => self == whole,
        }
    }
}

fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    [bytes.len().to_string().as_bytes(), b":", bytes].concat()
}

/// The value that takes the whole input and no other bytes could encode.
pub(crate) fn decode_canonical(input: &[u8]) -> Option<Value> {
    let (value, rest) = read(input)?;
    (rest.is_empty() && value.is_canonical() && value.encode() == input).then_some(value)
}

/// The value at the beginning of the input, however it is written, and its length.
pub(crate) fn decode_any(input: &[u8]) -> Option<(Value, usize)> {
    let (value, rest) = read(input)?;
    Some((value, input.len() - rest.len()))
}

/// What can be read of the value at the beginning of the input, and what follows if that is all of it.
pub(crate) fn decode_partially(input: &[u8]) -> (Option<Value>, Option<&[u8]>) {
    match input.first() {
        Some(b'l') => {
            let (mut list, mut rest) = (Vec::new(), &input[1..]);
            loop {
                if rest.first() == Some(&b'e') {
                    return (Some(Value::List(list)), Some(&rest[1..]));
                }
                let (value, after) = decode_partially(rest);
                list.extend(value);
                match after {
                    Some(after) => rest = after,
                    None => return (Some(Value::List(list)), None),
                }
            }
        }
        Some(b'd') => {
            let (mut dict, mut rest) = (Vec::new(), &input[1..]);
            loop {
                if rest.first() == Some(&b'e') {
                    return (Some(Value::Dict(dict)), Some(&rest[1..]));
                }
                let Some((key, after)) = read_bytes(rest) else {
                    return (Some(Value::Dict(dict)), None);
                };
                let (value, after) = decode_partially(after);
                dict.extend(value.map(|value| (key, value)));
                match after {
                    Some(after) => rest = after,
                    None => return (Some(Value::Dict(dict)), None),
                }
            }
        }
        _ => read(input).map_or((None, None), |(value, rest)| (Some(value), Some(rest))),
    }
}

fn read(input: &[u8]) -> Option<(Value, &[u8])> {
    match input.first()? {
        b'i' => {
            let end = input.iter().position(|&byte| byte == b'e')?;
            let text = str::from_utf8(&input[1..end]).ok()?;
            let digits = text.strip_prefix('-').unwrap_or(text);
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| (Value::Int(text.to_string()), &input[end + 1..]))
        }
        b'l' => {
            let (mut list, mut rest) = (Vec::new(), &input[1..]);
            while *rest.first()? != b'e' {
                let (value, after) = read(rest)?;
                list.push(value);
                rest = after;
            }
            Some((Value::List(list), &rest[1..]))
        }
        b'd' => {
            let (mut dict, mut rest) = (Vec::new(), &input[1..]);
            while *rest.first()? != b'e' {
                let (key, after) = read_bytes(rest)?;
                let (value, after) = read(after)?;
                dict.push((key, value));
                rest = after;
            }
            Some((Value::Dict(dict), &rest[1..]))
        }
        _ => read_bytes(input).map(|(bytes, rest)| (Value::Bytes(bytes), rest)),
    }
}

fn read_bytes(input: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let colon = input.iter().position(|&byte| byte == b':')?;
    let digits = str::from_utf8(&input[..colon]).ok()?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let length: usize = digits.parse().ok()?;
    let rest = &input[colon + 1..];
    (length <= rest.len()).then(|| (rest[..length].to_vec(), &rest[length..]))
}
