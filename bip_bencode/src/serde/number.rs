use super::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::reference::IntRef;

/// A type of Rust that an integer can become.
pub(super) trait Number: Sized {
    const NAME: &'static str;

    /// `None` if it is out of range.
    fn from_u64(number: u64) -> Option<Self>;

    /// `None` if it is out of range.
    fn from_int(int: IntRef<'_>) -> Option<Self>;
}

#[cold]
pub(super) fn out_of_range(number_type: &'static str) -> DeserializeError {
    DeserializeError::new(DeserializeErrorKind::OutOfRange { number_type })
}

macro_rules! numbers {
    ($($type:ident, $int:ident => $wide:expr;)*) => {$(
        impl Number for $type {
            const NAME: &'static str = stringify!($type);

            #[inline(always)]
            fn from_u64(number: u64) -> Option<$type> {
                number.try_into().ok()
            }

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

    #[inline(always)]
    fn from_u64(number: u64) -> Option<bool> {
        match number {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn from_int(int: IntRef<'_>) -> Option<bool> {
        int.to_u64().ok().and_then(bool::from_u64)
    }
}
