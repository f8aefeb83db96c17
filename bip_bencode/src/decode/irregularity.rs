use core::fmt;

use crate::reference::IntRef;

/// What can still be read in one way, but no canonical encoder writes (BEP 3, "bencoding"). Strict decoding refuses
/// each of these; where the options [allow](crate::BDecodeOpt::allow) one, it becomes a [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Irregularity {
    /// A key that sorts before the one in front of it. The offset is the key's.
    UnsortedKey,
    /// A key that its dictionary has already; look-ups find the first. The offset is that of the repetition.
    DuplicateKey,
    /// `i03e`, `i-03e`, `i00e`. The offset is the integer's.
    IntLeadingZero,
    /// `i-0e`; its value is 0. The offset is the integer's.
    NegativeZero,
    /// An integer that neither an `i64` nor a `u64` can hold; its digits are kept. The offset is the integer's.
    IntOutOfRange,
    /// `04:spam`. The offset is the byte string's.
    LengthLeadingZero,
    /// Something follows the outermost value. The offset is where that begins.
    TrailingBytes,
}

impl Irregularity {
    pub(super) const ALL: IrregularitySet = IrregularitySet(0b111_1111);

    /// A name for machines to read, which stays: `unsorted_key`.
    pub fn name(self) -> &'static str {
        match self {
            Irregularity::UnsortedKey => "unsorted_key",
            Irregularity::DuplicateKey => "duplicate_key",
            Irregularity::IntLeadingZero => "int_leading_zero",
            Irregularity::NegativeZero => "negative_zero",
            Irregularity::IntOutOfRange => "int_out_of_range",
            Irregularity::LengthLeadingZero => "length_leading_zero",
            Irregularity::TrailingBytes => "trailing_bytes",
        }
    }

    /// What is irregular in an integer, told by its text: an optional `-` and at least one digit.
    pub(crate) fn of_int(text: &[u8]) -> impl Iterator<Item = Irregularity> {
        let int = IntRef::new(text);
        let digits = text.strip_prefix(b"-").unwrap_or(text);
        let is_padded = digits.len() > 1 && digits[0] == b'0';
        let is_negative_zero = text[0] == b'-' && int.magnitude() == "0";
        let is_out_of_range = int.to_i64().is_err() && int.to_u64().is_err();
        [
            is_padded.then_some(Irregularity::IntLeadingZero),
            is_negative_zero.then_some(Irregularity::NegativeZero),
            is_out_of_range.then_some(Irregularity::IntOutOfRange),
        ]
        .into_iter()
        .flatten()
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Irregularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Irregularity::UnsortedKey => "unsorted key",
            Irregularity::DuplicateKey => "duplicate key",
            Irregularity::IntLeadingZero => "leading zero in an integer",
            Irregularity::NegativeZero => "negative zero",
            Irregularity::IntOutOfRange => "integer beyond 64 bits",
            Irregularity::LengthLeadingZero => "leading zero in a length",
            Irregularity::TrailingBytes => "bytes after the end of the value",
        })
    }
}

/// An [`Irregularity`] that the options allow, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Warning {
    /// What was irregular.
    pub irregularity: Irregularity,
    /// The byte of the input at which it stands.
    pub offset: usize,
}

impl Warning {
    /// Brings warnings into the order of the input: repetitions in an unsorted dictionary are found only at its end.
    pub(super) fn sort(warnings: &mut [Warning]) {
        if warnings.len() > 1 {
            warnings.sort_by_key(|warning| warning.offset);
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.irregularity, self.offset)
    }
}

/// The irregularities that are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct IrregularitySet(u8);

impl IrregularitySet {
    pub(super) fn with(self, irregularity: Irregularity) -> IrregularitySet {
        IrregularitySet(self.0 | irregularity.bit())
    }

    pub(super) fn without(self, irregularity: Irregularity) -> IrregularitySet {
        IrregularitySet(self.0 & !irregularity.bit())
    }

    #[inline]
    pub(super) fn contains(self, irregularity: Irregularity) -> bool {
        self.0 & irregularity.bit() != 0
    }
}
