use std::io;
use std::ops::Range;

use crate::cell;
use crate::decoder::{Decoder, See};
use crate::input::{Class, Input, input};
use crate::outcome::Outcome;

/// What a decoder offers beyond yes and no, found out by trying.
#[derive(Debug)]
pub(crate) struct Probes {
    pub(crate) tells_offset: bool,
    pub(crate) tells_path: bool,
    pub(crate) lends_in_tree: bool,
    pub(crate) lends_in_struct: bool,
    pub(crate) gives_raw: bool,
}

const STRING: &[u8] = b"4:spam";

const TORRENT: &[u8] = b"d4:infod6:lengthi1e4:name4:spamee";
const RAW_INFO: &[u8] = b"d6:lengthi1e4:name4:spame";

/// Before the broken value, so that its offset is no number that stands in an error for another reason.
const PADDING: usize = 7_000;

/// The letter among the digits of `info.files[0].length`, through which [`offsets`] knows the integer.
const BROKEN_INT: &[u8] = b"i12x4e";

impl Probes {
    pub(crate) fn of(decoder: &Decoder) -> io::Result<Probes> {
        let broken = broken();
        let error = match cell::run(decoder.name, broken.name)? {
            Outcome::Refused(text) => text,
            other => return Err(io::Error::other(format!("{}: {other:?}", decoder.name))),
        };
        Ok(Probes {
            tells_offset: tells_offset(&error, offsets(&broken.bytes)),
            tells_path: tells_path(&error),
            lends_in_tree: lends(Some(decoder.string_in_tree)),
            lends_in_struct: lends(decoder.string_in_struct),
            gives_raw: (decoder.raw_info)(TORRENT).as_deref() == Some(RAW_INFO),
        })
    }
}

/// A torrent in which `info.files[0].length` is no integer.
pub(crate) fn broken() -> Input {
    let bytes = [
        format!("d7:comment{PADDING}:{}", "x".repeat(PADDING)).as_bytes(),
        b"4:infod5:filesld6:length",
        BROKEN_INT,
        b"eeee",
    ]
    .concat();
    input("a broken length", &bytes, Class::NotCanonical)
}

/// Where an error may see the broken integer: from its first byte to the one after the letter.
fn offsets(bytes: &[u8]) -> Range<usize> {
    let start = bytes
        .windows(BROKEN_INT.len())
        .position(|window| window == BROKEN_INT)
        .unwrap_or(bytes.len());
    start..start + BROKEN_INT.len() - 1
}

fn tells_offset(error: &str, offsets: Range<usize>) -> bool {
    error
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .any(|number: usize| offsets.contains(&number))
}

fn tells_path(error: &str) -> bool {
    error.contains("info") && error.contains("files") && error.contains("length")
}

/// Whether the decoded string lies in the memory of the input.
fn lends(decode: Option<fn(&[u8], See<'_>)>) -> bool {
    let memory = STRING.as_ptr_range();
    let mut is_lent = false;
    if let Some(decode) = decode {
        decode(STRING, &mut |string| {
            is_lent = memory.contains(&string.as_ptr());
        });
    }
    is_lent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_a_number_of_its_own_in_the_range() {
        let broken = broken();
        let offsets = offsets(&broken.bytes);
        assert_eq!(&broken.bytes[offsets.clone()], b"i12x4");
        let first = offsets.start;
        for number in offsets.clone() {
            assert!(tells_offset(
                &format!("Error {{ pos: {number} }}"),
                offsets.clone()
            ));
        }
        for text in [
            format!("at {}", first - 1),
            format!("at {}", offsets.end),
            format!("at 1{first}"),
            "invalid integer".to_string(),
        ] {
            assert!(!tells_offset(&text, offsets.clone()), "{text}");
        }
    }

    #[test]
    fn a_path_names_all_keys() {
        assert!(tells_path("info.files[0].length"));
        assert!(tells_path(r#""info" -> "files" -> "length""#));
        assert!(!tells_path("invalid length"));
    }

    #[test]
    fn the_torrent_is_canonical_and_has_its_info() {
        let document = bip_bencode::decode(TORRENT).unwrap();
        let info = document.root().dict().unwrap().get(b"info").unwrap();
        assert_eq!(info.buffer(), RAW_INFO);
    }

    #[test]
    fn memory_is_lent_only_where_it_is_that_of_the_input() {
        assert!(lends(Some(|input, see| see(&input[2..]))));
        assert!(!lends(Some(|input, see| {
            let copy = input[2..].to_vec();
            see(&copy);
        })));
        assert!(!lends(Some(|_, _| {})));
        assert!(!lends(None));
    }
}
