use core::fmt;

use super::{BencodeRef, ListRef};
use crate::decode::TokenKind;
use crate::error::{AccessError, AccessErrorKind, KeyPath, Segment};

/// A decoded dictionary.
///
/// The typed look-ups come in pairs: `int_u64(key)` wants the key to be there, `opt_int_u64(key)` does not, and both
/// refuse a value of another type. Their errors name the path from the outermost value.
///
/// ```
/// let document = bip_bencode::decode(b"d4:infod6:length2:10ee")?;
/// let info = document.root().try_dict()?.dict(b"info")?;
/// let error = info.int_u64(b"length").unwrap_err();
/// assert_eq!(error.to_string(), "info.length is a byte string, not an integer at byte 16");
/// assert_eq!(info.opt_str(b"name")?, None);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DictRef<'a, 't> {
    value: BencodeRef<'a, 't>,
}

/// Each look-up twice: with the key required, and with the key optional.
macro_rules! look_ups {
    ($($required:ident, $optional:ident, $of_value:ident -> $type:ty, $what:literal;)*) => {$(
        #[doc = concat!("The ", $what, " under this key.")]
        ///
        /// # Errors
        /// The key is missing, or the value is not that.
        pub fn $required(&self, key: &[u8]) -> Result<$type, AccessError> {
            self.get(key).ok_or_else(|| self.missing(key))?.$of_value()
        }

        #[doc = concat!("The ", $what, " under this key, or `None` if there is no such key.")]
        ///
        /// # Errors
        /// The value is not that.
        pub fn $optional(&self, key: &[u8]) -> Result<Option<$type>, AccessError> {
            self.get(key).map(|value| value.$of_value()).transpose()
        }
    )*};
}

impl<'a, 't> DictRef<'a, 't> {
    #[inline]
    pub(super) fn new(value: BencodeRef<'a, 't>) -> DictRef<'a, 't> {
        DictRef { value }
    }

    /// How many pairs it has. Known, not counted.
    #[inline]
    pub fn len(&self) -> usize {
        self.value.count_here()
    }

    /// Whether it has no pair.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under this key; under a repeated key, the first. Steps over the pairs before it.
    pub fn get(&self, key: &[u8]) -> Option<BencodeRef<'a, 't>> {
        self.iter()
            .find(|(candidate, _)| *candidate == key)
            .map(|(_, value)| value)
    }

    look_ups! {
        int_i64, opt_int_i64, try_int_i64 -> i64, "`i64`";
        int_u64, opt_int_u64, try_int_u64 -> u64, "`u64`";
        bytes, opt_bytes, try_bytes -> &'a [u8], "byte string";
        str, opt_str, try_str -> &'a str, "text";
        list, opt_list, try_list -> ListRef<'a, 't>, "list";
        dict, opt_dict, try_dict -> DictRef<'a, 't>, "dictionary";
    }

    /// The value under this key, of whatever type.
    ///
    /// # Errors
    /// The key is missing.
    pub fn value_of(&self, key: &[u8]) -> Result<BencodeRef<'a, 't>, AccessError> {
        self.get(key).ok_or_else(|| self.missing(key))
    }

    /// The pairs in the order of the input.
    #[inline]
    pub fn iter(&self) -> DictIter<'a, 't> {
        DictIter {
            next: self.value.at(self.value.index() + 1),
            container: self.value.index(),
            taken: 0,
        }
    }

    /// The dictionary as a value.
    pub fn value(&self) -> BencodeRef<'a, 't> {
        self.value
    }

    #[cold]
    fn missing(&self, key: &[u8]) -> AccessError {
        let mut segments = self.value.segments();
        segments.push(Segment::Key(key));
        let path = KeyPath::from_segments(segments.into_iter());
        AccessError::new(AccessErrorKind::MissingKey, self.value.offset(), path)
    }
}

impl<'a, 't> IntoIterator for DictRef<'a, 't> {
    type Item = (&'a [u8], BencodeRef<'a, 't>);
    type IntoIter = DictIter<'a, 't>;

    fn into_iter(self) -> DictIter<'a, 't> {
        self.iter()
    }
}

impl<'a, 't> IntoIterator for &DictRef<'a, 't> {
    type Item = (&'a [u8], BencodeRef<'a, 't>);
    type IntoIter = DictIter<'a, 't>;

    fn into_iter(self) -> DictIter<'a, 't> {
        self.iter()
    }
}

impl fmt::Debug for DictRef<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// The pairs of a [`DictRef`].
#[derive(Clone, Debug)]
pub struct DictIter<'a, 't> {
    /// The next key, or the dictionary's end.
    next: BencodeRef<'a, 't>,
    /// Where the container stands, which knows how many there are: asked only for that, it need not be looked at before.
    container: usize,
    taken: usize,
}

impl<'a, 't> Iterator for DictIter<'a, 't> {
    type Item = (&'a [u8], BencodeRef<'a, 't>);

    #[inline]
    fn next(&mut self) -> Option<(&'a [u8], BencodeRef<'a, 't>)> {
        let key = self.next;
        if key.token().kind() == TokenKind::End {
            return None;
        }
        self.taken += 1;
        let value = key.at(key.index() + 1);
        self.next = value.at(value.next_index());
        Some((key.bytes_here(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let remaining = self.next.at(self.container).count_here() - self.taken;
        (remaining, Some(remaining))
    }
}

impl ExactSizeIterator for DictIter<'_, '_> {}
