//! The macros name everything by `$crate`, so that importing the macro is enough.

/// An integer: [`BencodeMut::new_int`](crate::BencodeMut::new_int).
#[macro_export]
macro_rules! ben_int {
    ($value:expr $(,)?) => {
        $crate::BencodeMut::new_int($value)
    };
}

/// A byte string from `&str`, `String`, `&[u8]`, `Vec<u8>` and the like:
/// [`BencodeMut::new_bytes`](crate::BencodeMut::new_bytes).
#[macro_export]
macro_rules! ben_bytes {
    ($value:expr $(,)?) => {
        $crate::BencodeMut::new_bytes($value)
    };
}

/// A list of values, or of what can become one.
#[macro_export]
macro_rules! ben_list {
    () => {
        $crate::BencodeMut::new_list()
    };
    ($($value:expr),+ $(,)?) => {
        <$crate::BencodeMut<'_> as ::core::iter::FromIterator<$crate::BencodeMut<'_>>>::from_iter(
            [$(<$crate::BencodeMut<'_> as ::core::convert::From<_>>::from($value)),+],
        )
    };
}

/// A dictionary from `key => value` pairs, in any order.
#[macro_export]
macro_rules! ben_map {
    () => {
        $crate::BencodeMut::new_dict()
    };
    ($($key:expr => $value:expr),+ $(,)?) => {
        <$crate::BencodeMut<'_> as ::core::iter::FromIterator<(_, $crate::BencodeMut<'_>)>>::from_iter([$((
            $crate::BCowConvert::into_cow($key),
            <$crate::BencodeMut<'_> as ::core::convert::From<_>>::from($value),
        )),+])
    };
}
