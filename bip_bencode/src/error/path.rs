use alloc::string::String;
use core::fmt::{self, Write};

use crate::limits::{PATH_KEY_BYTES_SHOWN, PATH_SEGMENTS_SHOWN_AT_EACH_END};

/// Where in a value something is, told by keys and indices: `info.files[3].length`.
///
/// Empty for the outermost value. A key that is not plain text, or holds one of `. [ ] " \`, stands in quotes with its
/// odd bytes escaped; a long key and a deep path are shortened with `…`, so that an error about hostile input stays
/// small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyPath {
    text: String,
}

/// One step from a container to what it holds.
#[derive(Clone, Copy)]
pub(crate) enum Segment<'a> {
    Key(&'a [u8]),
    Index(usize),
}

impl KeyPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is the path of the outermost value.
    pub fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn from_segments<'a>(
        segments: impl ExactSizeIterator<Item = Segment<'a>>,
    ) -> KeyPath {
        let count = segments.len();
        let shown = PATH_SEGMENTS_SHOWN_AT_EACH_END;
        let mut path = KeyPath::default();
        for (position, segment) in segments.enumerate() {
            if count <= 2 * shown || position < shown || position >= count - shown {
                path.push(&segment);
            } else if position == shown {
                path.text.push('…');
            }
        }
        path
    }

    fn push(&mut self, segment: &Segment<'_>) {
        match segment {
            Segment::Key(key) => self.push_key(key),
            Segment::Index(index) => {
                // Writing to a String does not fail.
                let _ = write!(self.text, "[{index}]");
            }
        }
    }

    fn push_key(&mut self, key: &[u8]) {
        if !self.text.is_empty() {
            self.text.push('.');
        }
        let shown = &key[..key.len().min(PATH_KEY_BYTES_SHOWN)];
        let plain = !key.is_empty() && shown.iter().all(|&byte| is_plain(byte));
        let quote = if plain { "" } else { "\"" };
        let more = if shown.len() < key.len() { "…" } else { "" };
        let _ = write!(self.text, "{quote}{}{more}{quote}", shown.escape_ascii());
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'.' | b'[' | b']' | b'"' | b'\\' | b'\'')
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq<str> for KeyPath {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for KeyPath {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    fn path(segments: Vec<Segment<'_>>) -> String {
        KeyPath::from_segments(segments.into_iter()).to_string()
    }

    #[test]
    fn keys_are_joined_by_dots_and_indices_stand_in_brackets() {
        let segments = [
            Segment::Key(b"info"),
            Segment::Key(b"files"),
            Segment::Index(3),
            Segment::Key(b"length"),
        ];
        assert_eq!(path(segments.into()), "info.files[3].length");
        assert_eq!(
            path([Segment::Index(0), Segment::Index(1)].into()),
            "[0][1]"
        );
        assert_eq!(path([Segment::Key(b"piece length")].into()), "piece length");
        assert!(KeyPath::default().is_root());
    }

    #[test]
    fn odd_keys_are_quoted() {
        assert_eq!(
            path(
                [
                    Segment::Key(b"a.b"),
                    Segment::Key(b""),
                    Segment::Key(b"\xff\n")
                ]
                .into()
            ),
            r#""a.b".""."\xff\n""#
        );
    }

    #[test]
    fn a_key_is_shown_up_to_its_limit_and_one_past_it_is_cut() {
        assert_eq!(
            path([Segment::Key(&[b'k'; PATH_KEY_BYTES_SHOWN])].into()),
            "k".repeat(PATH_KEY_BYTES_SHOWN)
        );
        let cut = path([Segment::Key(&[b'k'; PATH_KEY_BYTES_SHOWN + 1])].into());
        assert_eq!(cut, "k".repeat(PATH_KEY_BYTES_SHOWN) + "…");
    }

    #[test]
    fn a_path_is_shown_up_to_its_limit_and_one_past_it_has_a_gap() {
        let of = |count: usize| path((0..count).map(Segment::Index).collect());
        let limit = 2 * PATH_SEGMENTS_SHOWN_AT_EACH_END;
        assert!(!of(limit).contains('…'));
        assert!(of(limit).contains("[15][16]"));
        assert!(of(limit + 1).contains("[15]…[17]"));
        assert!(of(100_000).len() < 400);
    }
}
