use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::json_error::{JsonError, JsonErrorKind};
use super::mark;
use crate::error::{KeyPath, Segment};
use crate::limits::JSON_MAX_DEPTH;
use crate::mutable::{BencodeMut, DictMut, Integer};
use crate::reference::IntRef;

/// Reads a value from JSON as [`Json`](crate::Json) writes it, exactly: `from_json` of a value's JSON is the value. Keys
/// may stand in any order.
///
/// What [`Json`](crate::Json) would not write but has one meaning is taken, for people who write by hand: hexadecimal
/// digits in capitals, `hex:` in front of bytes that are UTF-8, `text:` in front of text that needs none, `int:` in
/// front of small integers. The key `$serde_json::private::Number` needs its `text:`.
///
/// ```
/// let value = bip_bencode::from_json(r#"{"name": "spam", "id": "hex:00ff"}"#)?;
/// assert_eq!(value.encode(), b"d2:id2:\x00\xff4:name4:spame");
///
/// let error = bip_bencode::from_json(r#"{"info": {"length": 1.5}}"#).unwrap_err();
/// assert_eq!(error.path(), "info.length");
/// # Ok::<(), bip_bencode::JsonError>(())
/// ```
///
/// # Errors
/// What is not JSON, or is JSON that bencode has no value for; see [`JsonErrorKind`]. Arrays and objects nest up to
/// [`JSON_MAX_DEPTH`](crate::JSON_MAX_DEPTH).
pub fn from_json(text: &str) -> Result<BencodeMut<'static>, JsonError> {
    let mut fault = Fault::default();
    let mut parser = serde_json::Deserializer::from_str(text);
    let seed = AnyValue {
        fault: &mut fault,
        depth: 0,
    };
    let value = seed
        .deserialize(&mut parser)
        .map_err(|error| fault.describe(&error))?;
    parser.end().map_err(|error| JsonError {
        kind: JsonErrorKind::TrailingInput,
        line: error.line(),
        column: error.column(),
        path: KeyPath::default(),
    })?;
    Ok(value)
}

/// What is known of an error beside what serde_json's own tells.
#[derive(Default)]
struct Fault {
    kind: Option<JsonErrorKind>,
    /// From the value at fault outwards.
    steps: Vec<PathStep>,
}

enum PathStep {
    Key(Vec<u8>),
    Index(usize),
}

impl Fault {
    /// Notes what is wrong, and gives the error that ends the parsing.
    fn note<E: Error>(&mut self, kind: JsonErrorKind) -> E {
        let error = E::custom(&kind);
        self.kind = Some(kind);
        error
    }

    fn describe(self, error: &serde_json::Error) -> JsonError {
        let kind = self.kind.unwrap_or_else(|| match error.classify() {
            Category::Eof => JsonErrorKind::UnexpectedEnd,
            Category::Syntax | Category::Data | Category::Io => JsonErrorKind::Syntax {
                message: without_position(&error.to_string()),
            },
        });
        let segments = self.steps.iter().rev().map(|step| match step {
            PathStep::Key(key) => Segment::Key(key),
            PathStep::Index(index) => Segment::Index(*index),
        });
        JsonError {
            kind,
            line: error.line(),
            column: error.column(),
            path: KeyPath::from_segments(segments),
        }
    }
}

fn without_position(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].to_string()
}

/// Reads one value. The depth is that of the containers around it.
struct AnyValue<'f> {
    fault: &'f mut Fault,
    depth: usize,
}

impl AnyValue<'_> {
    /// For what is in this container.
    fn inner<E: Error>(&mut self) -> Result<AnyValue<'_>, E> {
        if self.depth == JSON_MAX_DEPTH {
            let limit = JSON_MAX_DEPTH;
            return Err(self.fault.note(JsonErrorKind::TooDeep { limit }));
        }
        Ok(AnyValue {
            depth: self.depth + 1,
            fault: self.fault,
        })
    }
}

impl<'de> DeserializeSeed<'de> for AnyValue<'_> {
    type Value = BencodeMut<'static>;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Self::Value, D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue<'_> {
    type Value = BencodeMut<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, a string, an array or an object")
    }

    fn visit_i64<E: Error>(self, int: i64) -> Result<Self::Value, E> {
        Ok(int.into())
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Self::Value, E> {
        Ok(int.into())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Err(self.fault.note(JsonErrorKind::NotAnInteger))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Err(self.fault.note(JsonErrorKind::Boolean))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Err(self.fault.note(JsonErrorKind::Null))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let value = match text.strip_prefix(mark::INT) {
            Some(digits) => marked_int(digits),
            None => marked_bytes(text).map(BencodeMut::new_bytes),
        };
        value.map_err(|kind| self.fault.note(kind))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let inner = self.inner()?;
            match values.next_element_seed(inner) {
                Ok(Some(value)) => list.push(value),
                Ok(None) => return Ok(list.into()),
                Err(error) => {
                    self.fault.steps.push(PathStep::Index(list.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut pairs: A) -> Result<Self::Value, A::Error> {
        let mut dict = DictMut::new();
        loop {
            let inner = self.inner()?;
            let key = NewKey {
                fault: inner.fault,
                dict: &dict,
            };
            let Some(key) = pairs.next_key_seed(key)? else {
                return Ok(dict.into());
            };
            match pairs.next_value_seed(self.inner()?) {
                Ok(value) => drop(dict.insert(key, value)),
                Err(error) => {
                    self.fault.steps.push(PathStep::Key(key));
                    return Err(error);
                }
            }
        }
    }
}

/// Reads a key that the dictionary does not have yet.
struct NewKey<'f, 'd> {
    fault: &'f mut Fault,
    dict: &'d DictMut<'static>,
}

impl<'de> DeserializeSeed<'de> for NewKey<'_, '_> {
    type Value = Vec<u8>;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Vec<u8>, D::Error> {
        parser.deserialize_str(self)
    }
}

impl Visitor<'_> for NewKey<'_, '_> {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
        if text == mark::NUMBER_TOKEN {
            return Err(self.fault.note(JsonErrorKind::NotAnInteger));
        }
        let key = match marked_bytes(text) {
            Ok(key) => key,
            Err(kind) => return Err(self.fault.note(kind)),
        };
        if self.dict.contains_key(&key) {
            let error = self.fault.note(JsonErrorKind::DuplicateKey);
            self.fault.steps.push(PathStep::Key(key));
            return Err(error);
        }
        Ok(key)
    }
}

/// The bytes that a string stands for.
fn marked_bytes(text: &str) -> Result<Vec<u8>, JsonErrorKind> {
    if let Some(digits) = text.strip_prefix(mark::HEX) {
        return hex_bytes(digits);
    }
    let text = text.strip_prefix(mark::TEXT).unwrap_or(text);
    Ok(text.as_bytes().to_vec())
}

fn hex_bytes(digits: &str) -> Result<Vec<u8>, JsonErrorKind> {
    if let Some(found) = digits.chars().find(|char| !char.is_ascii_hexdigit()) {
        return Err(JsonErrorKind::BadHexDigit { found });
    }
    let pairs = digits.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(JsonErrorKind::OddHex);
    }
    Ok(pairs
        .map(|pair| nibble(pair[0]) << 4 | nibble(pair[1]))
        .collect())
}

/// Of a hexadecimal digit.
fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

fn marked_int(text: &str) -> Result<BencodeMut<'static>, JsonErrorKind> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = match digits.as_bytes() {
        [b'0'] => text == digits,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_canonical {
        return Err(JsonErrorKind::BadInt);
    }
    let int = Integer::from(IntRef::new(text.as_bytes()));
    Ok(BencodeMut::new_int(int).into_owned())
}
