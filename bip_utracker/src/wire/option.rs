use nom::multi::length_data;
use nom::number::complete::be_u8;
use nom::{IResult, Parser};

use super::DecodeError;

const END_OF_OPTIONS: u8 = 0;
const NOP: u8 = 1;
const URL_DATA: u8 = 2;

/// One option of an announce request (BEP 41). Padding and the end mark are not options to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnnounceOption<'a> {
    /// A part of the path and query of the tracker's URL; the parts follow one another.
    UrlData(&'a [u8]),
    /// An option of a later extension.
    Unknown {
        /// The option's type byte, 3 or more.
        kind: u8,
        /// What it carries.
        data: &'a [u8],
    },
}

/// The options behind the fixed part of an announce request, as they lie in the datagram (BEP 41, "Extension Format").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnnounceOptions<'a>(&'a [u8]);

impl<'a> AnnounceOptions<'a> {
    /// Views what follows the first 98 bytes of an announce request.
    pub fn new(bytes: &'a [u8]) -> AnnounceOptions<'a> {
        AnnounceOptions(bytes)
    }

    /// All bytes, also those behind an end mark.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The options in order. The first option that is cut off gives an error and ends the iteration.
    pub fn iter(&self) -> impl Iterator<Item = Result<AnnounceOption<'a>, DecodeError>> + use<'a> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            loop {
                let (&kind, behind) = rest.split_first()?;
                match kind {
                    END_OF_OPTIONS => return None,
                    NOP => rest = behind,
                    _ => match decode_option(rest) {
                        Ok((behind, option)) => {
                            rest = behind;
                            return Some(Ok(option));
                        }
                        Err(_) => {
                            rest = &[];
                            return Some(Err(DecodeError::OptionCut { kind }));
                        }
                    },
                }
            }
        })
    }

    /// Path and query of the URL the client uses: all its parts joined, `None` when the client told nothing.
    ///
    /// # Errors
    /// An option is cut off.
    pub fn url_data(&self) -> Result<Option<Vec<u8>>, DecodeError> {
        let mut joined: Option<Vec<u8>> = None;
        for option in self.iter() {
            if let AnnounceOption::UrlData(part) = option? {
                joined.get_or_insert_default().extend_from_slice(part);
            }
        }
        Ok(joined)
    }
}

/// Options of type 2 and above always have a length byte (BEP 41, "Option Types").
fn decode_option(input: &[u8]) -> IResult<&[u8], AnnounceOption<'_>> {
    let (rest, (kind, data)) = (be_u8, length_data(be_u8)).parse(input)?;
    let option = match kind {
        URL_DATA => AnnounceOption::UrlData(data),
        kind => AnnounceOption::Unknown { kind, data },
    };
    Ok((rest, option))
}

/// Appends `url_data` in parts of at most 255 bytes; an empty one is still told, as BEP 41 allows.
pub(crate) fn encode_url_data(url_data: &[u8], out: &mut Vec<u8>) {
    let mut rest = url_data;
    loop {
        let (part, behind) = rest.split_at(rest.len().min(usize::from(u8::MAX)));
        out.extend_from_slice(&[URL_DATA, part.len() as u8]);
        out.extend_from_slice(part);
        if behind.is_empty() {
            return;
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(bytes: &[u8], expect: Result<Option<&[u8]>, DecodeError>) {
        assert_eq!(
            AnnounceOptions::new(bytes).url_data(),
            expect.map(|data| data.map(<[u8]>::to_vec))
        );
    }

    #[test]
    fn the_examples_of_bep_41_mean_what_it_says() {
        check(b"\x02\x0c/dir?a=b&c=d", Ok(Some(b"/dir?a=b&c=d")));
        check(
            b"\x02\x0c/dir?a=b&c=d\x01\x01\x00",
            Ok(Some(b"/dir?a=b&c=d")),
        );
        check(b"\x02\x00", Ok(Some(b"")));
        check(b"", Ok(None));
    }

    #[test]
    fn unknown_options_are_skipped_by_their_length_and_the_end_mark_ends() {
        check(b"\x07\x03abc\x02\x01/", Ok(Some(b"/")));
        check(b"\x07\x00\x02\x01/\x00\x02\xff", Ok(Some(b"/")));
    }

    #[test]
    fn a_cut_option_is_an_error() {
        check(b"\x02", Err(DecodeError::OptionCut { kind: 2 }));
        check(b"\x02\x02/", Err(DecodeError::OptionCut { kind: 2 }));
        check(
            b"\x02\x01/\x09\x01",
            Err(DecodeError::OptionCut { kind: 9 }),
        );
    }

    #[test]
    fn parts_are_at_most_255_bytes() {
        for (length, encoded_length) in [(0, 2), (255, 257), (256, 260), (510, 514), (511, 517)] {
            let mut out = Vec::new();
            encode_url_data(&vec![b'x'; length], &mut out);
            assert_eq!(out.len(), encoded_length, "for {length}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(data in proptest::collection::vec(any::<u8>(), 0..1200)) {
            let mut out = Vec::new();
            encode_url_data(&data, &mut out);
            prop_assert_eq!(AnnounceOptions::new(&out).url_data(), Ok(Some(data)));
        }

        #[test]
        fn any_bytes_agree_with_a_naive_reader(bytes in proptest::collection::vec(0u8..6, 0..40)) {
            let mut expect = Some(Vec::new());
            let mut at = 0;
            while at < bytes.len() && bytes[at] != 0 {
                if bytes[at] == 1 { at += 1; continue; }
                let Some(&length) = bytes.get(at + 1) else { expect = None; break };
                let end = at + 2 + usize::from(length);
                if end > bytes.len() { expect = None; break }
                if bytes[at] == 2 { expect.as_mut().unwrap().extend_from_slice(&bytes[at + 2..end]); }
                at = end;
            }
            let got = AnnounceOptions::new(&bytes).url_data().ok().map(Option::unwrap_or_default);
            prop_assert_eq!(got, expect);
        }
    }
}
