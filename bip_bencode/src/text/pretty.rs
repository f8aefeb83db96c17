use core::fmt;

use super::container::{Next, OpenContainers};
use super::hex::Hex;
use super::visible::write_visibly;
use crate::access::{Access, BRefAccess};
use crate::limits::{DEFAULT_BINARY_SHOWN, DEFAULT_TEXT_SHOWN, MAX_INLINE_LENGTH};

/// A value as a tree for people to read, from [`BRefAccess::pretty`].
///
/// ```
/// use bip_bencode::{BRefAccess, ben_int, ben_list, ben_map};
///
/// let torrent = ben_map! {
///     "announce" => "udp://tracker.example.org:6969",
///     "info" => ben_map! {
///         "files" => ben_list![ben_map! { "length" => 10, "path" => ben_list!["a", "b.txt"] }],
///         "pieces" => vec![0xa9; 20_000],
///     },
///     "nodes" => ben_list![],
/// };
/// assert_eq!(torrent.pretty().max_binary(4).to_string(), r#"{
///   announce: "udp://tracker.example.org:6969"
///   info: {
///     files: [
///       {
///         length: 10
///         path: ["a", "b.txt"]
///       }
///     ]
///     pieces: 20,000 bytes, a9a9a9a9…
///   }
///   nodes: []
/// }"#);
/// ```
///
/// Byte strings that are UTF-8 stand in quotes, others as their length and hexadecimal digits. What of a string is
/// beyond the limit is left out; then its whole length stands in front of it and `…` behind it. Keys that are not plain
/// words are written like strings, binary ones as `<00ff>`. Quotes, backslashes, controls and what else cannot be seen,
/// as bidirectional overrides and zero-width characters, is written as in Rust (`\n`, `\u{202e}`): no string can act on
/// a terminal, or pass for another key or value.
#[derive(Clone, Copy, Debug)]
#[must_use = "it is written by `Display`"]
pub struct Pretty<V> {
    value: V,
    max_text: usize,
    max_binary: usize,
}

impl<V> Pretty<V> {
    pub(crate) fn new(value: V) -> Pretty<V> {
        Pretty {
            value,
            max_text: DEFAULT_TEXT_SHOWN,
            max_binary: DEFAULT_BINARY_SHOWN,
        }
    }

    /// How many bytes of a text are shown: 200 unless set. No character is cut.
    pub fn max_text(mut self, bytes: usize) -> Pretty<V> {
        self.max_text = bytes;
        self
    }

    /// How many bytes of a string that is not UTF-8 are shown: 32 unless set.
    pub fn max_binary(mut self, bytes: usize) -> Pretty<V> {
        self.max_binary = bytes;
        self
    }

    /// Shows strings of any length whole.
    pub fn whole_strings(self) -> Pretty<V> {
        self.max_text(usize::MAX).max_binary(usize::MAX)
    }
}

impl<'v, V: BRefAccess<'v>> fmt::Display for Pretty<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open = OpenContainers::new();
        self.write_value(f, self.value, &mut open)?;
        loop {
            match open.next() {
                Next::Child { key, value, .. } => {
                    open.write_new_line(f)?;
                    if let Some(key) = key {
                        self.write_key(f, key)?;
                    }
                    self.write_value(f, value, &mut open)?;
                }
                Next::Close(bracket) => {
                    open.write_new_line(f)?;
                    f.write_str(bracket)?;
                }
                Next::End => return Ok(()),
            }
        }
    }
}

impl<V> Pretty<V> {
    /// Writes what fits on a line; of a larger container only the beginning.
    fn write_value<'v>(
        &self,
        f: &mut fmt::Formatter<'_>,
        value: V,
        open: &mut OpenContainers<'v, V>,
    ) -> fmt::Result
    where
        V: BRefAccess<'v>,
    {
        match value.access() {
            Access::Int(int) => write!(f, "{int}"),
            Access::Bytes(bytes) => self.write_bytes(f, bytes),
            Access::Dict(pairs) if pairs.len() == 0 => f.write_str("{}"),
            Access::Dict(pairs) => {
                open.push_dict(pairs);
                f.write_str("{")
            }
            Access::List(values) if fits_on_a_line(value) => self.write_line(f, values),
            Access::List(values) => {
                open.push_list(values);
                f.write_str("[")
            }
        }
    }

    /// Writes a list without containers.
    fn write_line<'v>(&self, f: &mut fmt::Formatter<'_>, values: V::List) -> fmt::Result
    where
        V: BRefAccess<'v>,
    {
        f.write_str("[")?;
        for (position, value) in values.enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            match value.access() {
                Access::Int(int) => write!(f, "{int}")?,
                Access::Bytes(bytes) => self.write_bytes(f, bytes)?,
                Access::List(_) | Access::Dict(_) => {}
            }
        }
        f.write_str("]")
    }

    fn write_bytes(&self, f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
        let length = Grouped(bytes.len());
        match core::str::from_utf8(bytes) {
            Ok(text) => {
                let shown = shorten(text, self.max_text);
                if shown.len() < text.len() {
                    write!(f, "{length} bytes, ")?;
                }
                write_text(f, shown)?;
                f.write_str(more(shown.len(), bytes.len()))
            }
            Err(_) => {
                let shown = &bytes[..bytes.len().min(self.max_binary)];
                let unit = if bytes.len() == 1 { "byte" } else { "bytes" };
                write!(f, "{length} {unit}, {}", Hex(shown))?;
                f.write_str(more(shown.len(), bytes.len()))
            }
        }
    }

    fn write_key(&self, f: &mut fmt::Formatter<'_>, key: &[u8]) -> fmt::Result {
        match core::str::from_utf8(key) {
            Ok(word) if is_word(key) && word.len() <= self.max_text => f.write_str(word)?,
            Ok(_) => self.write_bytes(f, key)?,
            Err(_) => {
                let shown = &key[..key.len().min(self.max_binary)];
                write!(f, "<{}{}>", Hex(shown), more(shown.len(), key.len()))?;
            }
        }
        f.write_str(": ")
    }
}

/// Whether this is a list, empty or of a few short scalars, as the path of a file.
fn fits_on_a_line<'v, V: BRefAccess<'v>>(list: V) -> bool {
    let Some(mut values) = list.as_list() else {
        return false;
    };
    let mut room = MAX_INLINE_LENGTH;
    values.all(|value| {
        let length = match value.access() {
            Access::Int(int) => match int.to_i64() {
                Ok(int) => int.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 4,
                Err(_) => return false,
            },
            Access::Bytes(bytes) => bytes.len() + 4,
            Access::List(_) | Access::Dict(_) => return false,
        };
        match room.checked_sub(length) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        }
    })
}

/// Whether a key needs no quotes: printable ASCII words that nobody takes for punctuation of the tree.
fn is_word(key: &[u8]) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./ ".contains(byte);
    let is_edge = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b' ');
    key.iter().all(is_inner) && is_edge(key.first()) && is_edge(key.last())
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    write_visibly(f, text, |f, char| write!(f, "{}", char.escape_default()))?;
    f.write_str("\"")
}

/// The beginning, of at most so many bytes.
fn shorten(text: &str, max_length: usize) -> &str {
    let mut end = text.len().min(max_length);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn more(shown: usize, length: usize) -> &'static str {
    if shown < length { "…" } else { "" }
}

/// A count with its thousands apart: `4,000,000`.
struct Grouped(usize);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut scale = 1;
        while self.0 / scale >= 1000 {
            scale *= 1000;
        }
        write!(f, "{}", self.0 / scale)?;
        while scale > 1 {
            scale /= 1000;
            write!(f, ",{:03}", self.0 / scale % 1000)?;
        }
        Ok(())
    }
}
