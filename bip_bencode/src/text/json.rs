use core::fmt;

use super::container::{Next, OpenContainers};
use super::hex::Hex;
use super::mark::{self, Role};
use super::visible::write_visibly;
use crate::access::{Access, BRefAccess};
use crate::mutable::Integer;

/// A value as JSON (RFC 8259), from [`BRefAccess::to_json`]: `{}` writes it on one line, `{:#}` indented.
///
/// | bencode | JSON |
/// |---|---|
/// | byte string that is UTF-8 | the string |
/// | byte string that is not | `"hex:00ff"`, lowercase digits |
/// | text that begins with `hex:`, `text:` or (as a value) `int:` | `"text:hex:00ff"` |
/// | integer that an `i64` or a `u64` holds | the number, all its digits |
/// | larger integer | `"int:18446744073709551616"`, since JSON readers would round it |
/// | list, dictionary | array, object, in the order of the value |
///
/// Keys are byte strings, and marked like them. So each value has a JSON text of its own, from which `from_json` (feature
/// `json`) restores it exactly. (A reader that takes all numbers for 64-bit floats, as JavaScript does, rounds beyond
/// 2^53.) Keys that a leniently decoded dictionary repeats are all written, and `from_json` refuses them.
///
/// Controls and what else cannot be seen, as bidirectional overrides, is written as `\u202e`, so that the text may go to
/// a terminal.
#[derive(Clone, Copy, Debug)]
#[must_use = "it is written by `Display`"]
pub struct Json<V> {
    value: V,
}

impl<V> Json<V> {
    pub(crate) fn new(value: V) -> Json<V> {
        Json { value }
    }
}

impl<'v, V: BRefAccess<'v>> fmt::Display for Json<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open = OpenContainers::new();
        write_value(f, self.value, &mut open)?;
        loop {
            match open.next() {
                Next::Child {
                    key,
                    value,
                    position,
                } => {
                    if position > 0 {
                        f.write_str(",")?;
                    }
                    write_new_line(f, &open)?;
                    if let Some(key) = key {
                        write_bytes(f, key, Role::Key)?;
                        f.write_str(if f.alternate() { ": " } else { ":" })?;
                    }
                    write_value(f, value, &mut open)?;
                }
                Next::Close(bracket) => {
                    write_new_line(f, &open)?;
                    f.write_str(bracket)?;
                }
                Next::End => return Ok(()),
            }
        }
    }
}

fn write_new_line<'v, V: BRefAccess<'v>>(
    f: &mut fmt::Formatter<'_>,
    open: &OpenContainers<'v, V>,
) -> fmt::Result {
    if f.alternate() {
        open.write_new_line(f)?;
    }
    Ok(())
}

/// Writes a scalar or an empty container; of another one only the beginning.
fn write_value<'v, V: BRefAccess<'v>>(
    f: &mut fmt::Formatter<'_>,
    value: V,
    open: &mut OpenContainers<'v, V>,
) -> fmt::Result {
    match value.access() {
        Access::Int(int) => write_int(f, &int),
        Access::Bytes(bytes) => write_bytes(f, bytes, Role::Value),
        Access::List(values) if values.len() == 0 => f.write_str("[]"),
        Access::Dict(pairs) if pairs.len() == 0 => f.write_str("{}"),
        Access::List(values) => {
            open.push_list(values);
            f.write_str("[")
        }
        Access::Dict(pairs) => {
            open.push_dict(pairs);
            f.write_str("{")
        }
    }
}

fn write_int(f: &mut fmt::Formatter<'_>, int: &Integer<'_>) -> fmt::Result {
    // The formatter's `#` is not for the number.
    if int.to_i64().is_ok() || int.to_u64().is_ok() {
        write!(f, "{int}")
    } else {
        write!(f, "\"{}{int}\"", mark::INT)
    }
}

fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8], role: Role) -> fmt::Result {
    match core::str::from_utf8(bytes) {
        Ok(text) if mark::needs_mark(text, role) => {
            write!(f, "\"{}", mark::TEXT)?;
            write_escaped(f, text)?;
            f.write_str("\"")
        }
        Ok(text) => {
            f.write_str("\"")?;
            write_escaped(f, text)?;
            f.write_str("\"")
        }
        Err(_) => write!(f, "\"{}{}\"", mark::HEX, Hex(bytes)),
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write_visibly(f, text, |f, char| match char {
        '"' => f.write_str("\\\""),
        '\\' => f.write_str("\\\\"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        _ => char
            .encode_utf16(&mut [0; 2])
            .iter()
            .try_for_each(|unit| write!(f, "\\u{unit:04x}")),
    })
}
