use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::dict_mut::Keep;
use super::{BencodeMut, DictMut, Integer};

/// What can become a byte string or a key: `&str`, `String`, `&[u8]`, `Vec<u8>`, byte arrays, and `Cow`s of those.
pub trait BCowConvert<'a> {
    /// The bytes, borrowed where the source is.
    fn into_cow(self) -> Cow<'a, [u8]>;
}

macro_rules! convert {
    ($(impl<$lifetime:lifetime $(, const $size:ident)?> $from:ty => |$bytes:ident| $cow:expr;)*) => {$(
        impl<$lifetime $(, const $size: usize)?> BCowConvert<$lifetime> for $from {
            fn into_cow(self) -> Cow<$lifetime, [u8]> {
                let $bytes = self;
                $cow
            }
        }

        impl<$lifetime $(, const $size: usize)?> From<$from> for BencodeMut<$lifetime> {
            fn from(bytes: $from) -> BencodeMut<$lifetime> {
                BencodeMut::new_bytes(bytes)
            }
        }
    )*};
}

convert! {
    impl<'a> &'a str => |text| Cow::Borrowed(text.as_bytes());
    impl<'a> &'a String => |text| Cow::Borrowed(text.as_bytes());
    impl<'a> String => |text| Cow::Owned(text.into_bytes());
    impl<'a> &'a [u8] => |bytes| Cow::Borrowed(bytes);
    impl<'a> &'a Vec<u8> => |bytes| Cow::Borrowed(bytes);
    impl<'a> Vec<u8> => |bytes| Cow::Owned(bytes);
    impl<'a, const N> &'a [u8; N] => |bytes| Cow::Borrowed(bytes);
    impl<'a, const N> [u8; N] => |bytes| Cow::Owned(Vec::from(bytes));
    impl<'a> Cow<'a, [u8]> => |bytes| bytes;
    impl<'a> Cow<'a, str> => |text| match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
}

impl<'a> From<Integer<'a>> for BencodeMut<'a> {
    fn from(int: Integer<'a>) -> BencodeMut<'a> {
        BencodeMut::new_int(int)
    }
}

impl<'a> From<Vec<BencodeMut<'a>>> for BencodeMut<'a> {
    fn from(list: Vec<BencodeMut<'a>>) -> BencodeMut<'a> {
        super::BencodeMutKind::List(list).into()
    }
}

impl<'a> FromIterator<BencodeMut<'a>> for BencodeMut<'a> {
    /// A list.
    fn from_iter<I: IntoIterator<Item = BencodeMut<'a>>>(values: I) -> BencodeMut<'a> {
        Vec::from_iter(values).into()
    }
}

impl<'a> From<DictMut<'a>> for BencodeMut<'a> {
    fn from(dict: DictMut<'a>) -> BencodeMut<'a> {
        super::BencodeMutKind::Dict(dict).into()
    }
}

impl<'a, K: BCowConvert<'a>> FromIterator<(K, BencodeMut<'a>)> for BencodeMut<'a> {
    /// A dictionary; of a repeated key the last value stays.
    fn from_iter<I: IntoIterator<Item = (K, BencodeMut<'a>)>>(pairs: I) -> BencodeMut<'a> {
        DictMut::from_iter(pairs).into()
    }
}

impl<'a, K: BCowConvert<'a>, V: Into<BencodeMut<'a>>> FromIterator<(K, V)> for DictMut<'a> {
    /// Sorts once, and only what is not sorted; of a repeated key the last value stays.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> DictMut<'a> {
        let pairs = pairs
            .into_iter()
            .map(|(key, value)| (key.into_cow(), value.into()));
        DictMut::from_pairs(pairs.collect(), Keep::Last)
    }
}

impl<'a, K: BCowConvert<'a>, V: Into<BencodeMut<'a>>> Extend<(K, V)> for DictMut<'a> {
    /// One [`insert`](DictMut::insert) after the other; of a repeated key the last value stays.
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}
