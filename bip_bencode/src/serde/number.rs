use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::reference::IntRef;

/// A type of Rust that an integer can become.
pub(super) trait Number: Sized {
    const NAME: &'static str;

    /// `None` if it is out of range.
    fn from_int(int: IntRef<'_>) -> Option<Self>;
}

/// The number, or the error that it is out of range.
#[inline]
pub(super) fn number<N: Number>(int: IntRef<'_>, offset: usize) -> Result<N, DeserializeError> {
    N::from_int(int).ok_or_else(|| out_of_range(N::NAME, offset))
}

#[cold]
pub(super) fn out_of_range(number_type: &'static str, offset: usize) -> DeserializeError {
    DeserializeError::new(DeserializeErrorKind::OutOfRange { number_type }).at(offset)
}

macro_rules! numbers {
    ($($type:ident, $int:ident => $wide:expr;)*) => {$(
        impl Number for $type {
            const NAME: &'static str = stringify!($type);

            #[inline]
            fn from_int($int: IntRef<'_>) -> Option<$type> {
                $wide.and_then(|wide| wide.try_into().ok())
            }
        }
    )*};
}

numbers! {
    u8, int => int.to_u64().ok();
    u16, int => int.to_u64().ok();
    u32, int => int.to_u64().ok();
    u64, int => int.to_u64().ok();
    i8, int => int.to_i64().ok();
    i16, int => int.to_i64().ok();
    i32, int => int.to_i64().ok();
    i64, int => int.to_i64().ok();
    u128, int => int.to_u128().ok();
    i128, int => int.to_i128().ok();
}

impl Number for bool {
    const NAME: &'static str = "bool";

    #[inline]
    fn from_int(int: IntRef<'_>) -> Option<bool> {
        match int.to_u64() {
            Ok(0) => Some(false),
            Ok(1) => Some(true),
            _ => None,
        }
    }
}
