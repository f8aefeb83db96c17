//! The slow, recursive and obvious way to read bencode, to compare with.

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
