use alloc::vec::Vec;

use super::fault::Fault;
use super::filling::Filling;
use super::frame::OpenFrames;
use super::irregularity::Irregularity;
use super::sink::Tally;
use super::{BDecodeOpt, Warning};
use crate::error::DecodeError;

/// Runs over values with every check of decoding and keeps nothing of them. Its memory lasts from value to value: the
/// open containers, and where keys may come unsorted the keys of the open dictionaries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skipper {
    open: OpenFrames,
    tally: Tally,
    warnings: Vec<Warning>,
}

/// How far a reader has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The next byte.
    pub(crate) at: usize,
    /// Lists and dictionaries that are open.
    pub(crate) depth: usize,
    /// Tokens taken so far, counted as on the tape.
    pub(crate) token_count: usize,
}

impl Skipper {
    /// Skips the value that begins at `from.at` and gives the position behind it. The input's length must be
    /// [checked](BDecodeOpt::check_length) already.
    pub(crate) fn skip(
        &mut self,
        input: &[u8],
        options: &BDecodeOpt,
        from: Position,
    ) -> Result<Position, Fault> {
        self.open
            .begin(options.max_depth.saturating_sub(from.depth));
        let keeps_keys = options.allowed.contains(Irregularity::UnsortedKey);
        self.tally.begin(from.token_count, keeps_keys);
        let mut filling = Filling {
            input,
            options: *options,
            outer_depth: from.depth,
            sink: &mut self.tally,
            open: &mut self.open,
            warnings: &mut self.warnings,
            at: from.at,
        };
        filling.run()?;
        Ok(Position {
            at: filling.at,
            token_count: self.tally.token_count(),
            ..from
        })
    }

    /// The way from the value skipped last to its fault: what follows the path of that value.
    #[cfg(any(test, feature = "serde"))]
    pub(crate) fn segments<'a>(
        &self,
        fault: &Fault,
        input: &'a [u8],
    ) -> impl ExactSizeIterator<Item = crate::error::Segment<'a>> {
        fault.segments(&self.open, input)
    }
}

impl BDecodeOpt {
    /// Finds out whether the input is one value that these options take, without building it: with
    /// [`strict`](BDecodeOpt::strict) options, whether it is canonical. What is irregular but allowed is told in the
    /// order of the input.
    ///
    /// Says exactly what [`decode`](BDecodeOpt::decode) would say. Takes 16 bytes for each container that is open, and
    /// where [unsorted keys](Irregularity::UnsortedKey) are allowed as much for each key of the open dictionaries;
    /// otherwise its memory does not grow with the input.
    ///
    /// ```
    /// use bip_bencode::BDecodeOpt;
    ///
    /// assert!(BDecodeOpt::strict().check(b"d1:ai1e1:bi2ee").is_ok());
    /// let error = BDecodeOpt::strict().check(b"d1:bi1e1:ai2ee").unwrap_err();
    /// assert_eq!(error.to_string(), "unsorted key at byte 7 in a");
    /// ```
    ///
    /// # Errors
    /// The first violation, with its kind, byte offset and key path.
    pub fn check(self, input: &[u8]) -> Result<Vec<Warning>, DecodeError> {
        self.check_length(input)?;
        let mut skipper = Skipper::default();
        let end = skipper
            .skip(input, &self, Position::default())
            .map_err(|fault| fault.describe(&skipper.open, input))?;
        if end.at < input.len() {
            self.note(Irregularity::TrailingBytes, end.at, &mut skipper.warnings)
                .map_err(DecodeError::at_root)?;
        }
        Warning::sort(&mut skipper.warnings);
        Ok(skipper.warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{DecodeErrorKind as Kind, KeyPath};
    use alloc::string::{String, ToString};

    /// Skips from `at` with `depth` containers open and `token_count` tokens taken.
    fn check(
        options: BDecodeOpt,
        input: &[u8],
        from: (usize, usize, usize),
        expect: Result<(usize, usize), (Kind, usize, &str)>,
    ) {
        let (at, depth, token_count) = from;
        let from = Position {
            at,
            depth,
            token_count,
        };
        let mut skipper = Skipper::default();
        for _ in 0..2 {
            let told: Result<_, (_, _, String)> = match skipper.skip(input, &options, from) {
                Ok(end) => Ok((end.at, end.token_count)),
                Err(fault) => {
                    let path = KeyPath::from_segments(skipper.segments(&fault, input));
                    Err((fault.kind, fault.offset, path.to_string()))
                }
            };
            let expect = expect.map_err(|(kind, offset, path)| (kind, offset, path.to_string()));
            assert_eq!(told, expect, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn a_value_is_skipped_from_where_it_begins() {
        let strict = BDecodeOpt::strict();
        check(strict, b"xxi1eyy", (2, 0, 0), Ok((5, 1)));
        check(strict, b"xxd1:ali1ei2eeeyy", (2, 5, 7), Ok((15, 14)));
        check(strict, b"3:abc3:abd", (5, 0, 1), Ok((10, 2)));
        check(strict, b"i1e", (3, 0, 0), Err((Kind::UnexpectedEnd, 3, "")));
        check(
            strict,
            b"__d1:ald1:bi1xeeee",
            (2, 0, 0),
            Err((Kind::ExpectedIntEnd { found: b'x' }, 13, "a[0].b")),
        );
    }

    #[test]
    fn what_is_open_around_the_value_counts_to_its_depth() {
        let options = BDecodeOpt::strict().max_depth(3);
        check(options, b"lllee", (1, 1, 0), Ok((5, 4)));
        check(
            options,
            b"lllee",
            (1, 2, 0),
            Err((Kind::TooDeep { limit: 3 }, 2, "[0]")),
        );
        check(
            options,
            b"le",
            (0, 3, 0),
            Err((Kind::TooDeep { limit: 3 }, 0, "")),
        );
        let mut skipper = Skipper::default();
        let mut skip = |depth| {
            let from = Position {
                depth,
                ..Position::default()
            };
            skipper.skip(b"llleee", &options, from).is_ok()
        };
        assert_eq!([skip(0), skip(1), skip(0)], [true, false, true]);
    }

    #[test]
    fn what_was_taken_before_the_value_counts_to_its_tokens() {
        let options = BDecodeOpt::strict().max_tokens(5);
        check(options, b"li1ee", (0, 0, 2), Ok((5, 5)));
        check(
            options,
            b"li1ee",
            (0, 0, 3),
            Err((Kind::TooManyTokens { limit: 5 }, 4, "")),
        );
    }

    #[test]
    fn repetitions_are_found_in_each_unsorted_dictionary_by_itself() {
        let options = BDecodeOpt::strict().allow(Irregularity::UnsortedKey);
        let duplicate = Kind::Irregular(Irregularity::DuplicateKey);
        check(
            options,
            b"d1:bd1:bi1e1:ai1ee1:ad1:ai1eee",
            (0, 0, 0),
            Ok((30, 14)),
        );
        check(
            options,
            b"d1:bd1:ci1e1:bi2ee1:ai1e1:bi1ee",
            (0, 0, 0),
            Err((duplicate, 24, "b")),
        );
        check(
            options,
            b"ld1:bi1e1:ai1e1:ci1e1:ai1e1:bi1eee",
            (0, 0, 0),
            Err((duplicate, 20, "[0].a")),
        );
    }
}
