use bip_bencode::BDecodeOpt;

use super::ItemError;
use crate::limits::{MAX_MESSAGE_DEPTH, MAX_MESSAGE_TOKENS, MAX_VALUE_LENGTH};

/// The dictionaries of a message that are open around a value.
const DEPTH_OUTSIDE: usize = 2;

/// Checks that nodes can keep a value: its length, and that it is canonical bencode.
pub(crate) fn check_value(value: &[u8]) -> Result<(), ItemError> {
    let length = value.len();
    if length > MAX_VALUE_LENGTH {
        return Err(ItemError::ValueTooLong { length });
    }
    let strict = BDecodeOpt::strict()
        .max_depth(MAX_MESSAGE_DEPTH - DEPTH_OUTSIDE)
        .max_tokens(MAX_MESSAGE_TOKENS);
    match strict.decode(value) {
        Ok(_) => Ok(()),
        Err(_) => Err(ItemError::NotCanonical),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krpc::{Body, Call, Message, MessageDecoder, Put, Query};
    use crate::{Key, NodeId};

    #[track_caller]
    fn check(value: &[u8], expect: Result<(), ItemError>) {
        assert_eq!(check_value(value), expect);
    }

    #[test]
    fn every_type_of_bencode_is_a_value_and_nothing_else_is() {
        for value in [&b"i-7e"[..], b"0:", b"le", b"d1:ai1e1:bl2:xxee"] {
            check(value, Ok(()));
        }
        for value in [
            &b""[..],
            b"x",
            b"i07e",
            b"i-0e",
            b"04:spam",
            b"4:spa",
            b"4:spamx",
            b"d1:bi1e1:ai2ee",
            b"d1:ai1e1:ai1ee",
            b"l",
        ] {
            check(value, Err(ItemError::NotCanonical));
        }
    }

    #[test]
    fn a_thousand_bytes_are_the_most() {
        let value =
            |length: usize| [format!("{}:", length - 4).into_bytes(), vec![7; length - 4]].concat();
        check(&value(1000), Ok(()));
        let length = 1001;
        check(&value(length), Err(ItemError::ValueTooLong { length }));
    }

    fn nested(depth: usize) -> Vec<u8> {
        [vec![b'l'; depth], vec![b'e'; depth]].concat()
    }

    #[test]
    fn what_passes_fits_in_a_message() {
        let full = [b"l", "le".repeat(499).as_bytes(), b"e"].concat();
        for value in [nested(6), full] {
            check(&value, Ok(()));
            let put = Put::immutable(b"12345678", &value);
            let query = Query::new(NodeId::new([1; 20]), Call::Put(put));
            let mut bytes = Vec::new();
            Message::query(b"abcd", query).encode(&mut bytes);
            let mut decoder = MessageDecoder::new();
            let message = decoder.decode(&bytes).unwrap();
            assert_eq!(message.body, Body::Query(query));
            assert_eq!(Key::of_immutable(put.value), Key::of_name(&value));
        }
        check(&nested(7), Err(ItemError::NotCanonical));
    }
}
