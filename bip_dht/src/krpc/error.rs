use std::fmt;

use thiserror::Error;

use super::Message;
use crate::limits::MAX_TRANSACTION_LENGTH;
use crate::names::names;

/// The refusal of a query (BEP 5, "Errors").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "BEP 5 knows a code and a text")]
pub struct ErrorMessage<'a> {
    /// What was wrong.
    pub code: ErrorCode,
    /// The same in words; not always UTF-8.
    pub text: &'a [u8],
}

/// What was wrong with a query (BEP 5, "Errors"; BEP 44, "Errors").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// 201.
    Generic,
    /// 202: the node that was asked is at fault.
    Server,
    /// 203: a malformed message, an invalid argument or a wrong token.
    Protocol,
    /// 204: the node does not know the method.
    MethodUnknown,
    /// 205: the value is longer than the node keeps.
    ValueTooLong,
    /// 206: the signature does not fit.
    InvalidSignature,
    /// 207: the salt is longer than 64 bytes.
    SaltTooLong,
    /// 301: the item has another sequence number than the put expects.
    CasMismatch,
    /// 302: the node keeps a newer version.
    SequenceTooLow,
    /// Any other number.
    Other(i64),
}

impl ErrorCode {
    const KNOWN: [(i64, ErrorCode); 9] = [
        (201, ErrorCode::Generic),
        (202, ErrorCode::Server),
        (203, ErrorCode::Protocol),
        (204, ErrorCode::MethodUnknown),
        (205, ErrorCode::ValueTooLong),
        (206, ErrorCode::InvalidSignature),
        (207, ErrorCode::SaltTooLong),
        (301, ErrorCode::CasMismatch),
        (302, ErrorCode::SequenceTooLow),
    ];

    /// The code on the wire.
    pub fn number(self) -> i64 {
        match self {
            ErrorCode::Other(number) => number,
            known => ErrorCode::KNOWN
                .iter()
                .find(|(_, code)| *code == known)
                .map_or(201, |(number, _)| *number),
        }
    }
}

impl From<i64> for ErrorCode {
    fn from(number: i64) -> ErrorCode {
        ErrorCode::KNOWN
            .iter()
            .find(|(known, _)| *known == number)
            .map_or(ErrorCode::Other(number), |(_, code)| *code)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

/// Why a datagram is no message. Always the sender's fault.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct DecodeError {
    kind: DecodeErrorKind,
    /// Of a query that can be told so; padded with zeros.
    transaction: [u8; MAX_TRANSACTION_LENGTH],
    transaction_length: u8,
}

/// What is wrong with a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// Not one bencoded dictionary, or one too deep, with too many tokens or a repeated key.
    #[error("no bencoded dictionary")]
    Bencode,
    /// No transaction id, or one that is empty or longer than
    /// [`MAX_TRANSACTION_LENGTH`](crate::MAX_TRANSACTION_LENGTH).
    #[error("no transaction id of 1 to 32 bytes")]
    Transaction,
    /// `y` is none of `q`, `r` and `e`.
    #[error("neither a query nor an answer")]
    Kind,
    /// A key without which the message has no meaning is not there.
    #[error("missing '{0}' key")]
    Missing(&'static str),
    /// The value of this key is of the wrong type, length or range.
    #[error("invalid '{0}' value")]
    Invalid(&'static str),
    /// The value of an item is not in its canonical encoding, as BEP 44 demands.
    #[error("'v' is not canonical bencode")]
    NotCanonical,
}

impl DecodeError {
    pub(super) fn new(kind: DecodeErrorKind) -> DecodeError {
        DecodeError {
            kind,
            transaction: [0; MAX_TRANSACTION_LENGTH],
            transaction_length: 0,
        }
    }

    /// The error of a query, which can be answered.
    pub(super) fn of_query(kind: DecodeErrorKind, transaction: &[u8]) -> DecodeError {
        let mut error = DecodeError::new(kind);
        let length = transaction.len().min(MAX_TRANSACTION_LENGTH);
        error.transaction[..length].copy_from_slice(&transaction[..length]);
        error.transaction_length = length as u8;
        error
    }

    /// What is wrong.
    pub fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// The refusal to send back, with code 203, if the datagram was a query that can be refused. Never answer what is
    /// no query: two nodes would talk for ever.
    pub fn refusal(&self) -> Option<Message<'_>> {
        let transaction = &self.transaction[..usize::from(self.transaction_length)];
        let error = ErrorMessage {
            code: ErrorCode::Protocol,
            text: self.kind.text().as_bytes(),
        };
        (!transaction.is_empty()).then(|| Message::error(transaction, error))
    }
}

names! {
    DecodeErrorKind, "transaction":
    Bencode "bencode",
    Transaction "transaction",
    Kind "kind",
    Missing "missing",
    Invalid "invalid",
    NotCanonical "not_canonical",
}

impl DecodeErrorKind {
    /// What the refusal says. No formatting, since a refusal is not worth an allocation.
    fn text(self) -> &'static str {
        match self {
            DecodeErrorKind::Missing("id") => "missing 'id' key",
            DecodeErrorKind::Missing("target") => "missing 'target' key",
            DecodeErrorKind::Missing("info_hash") => "missing 'info_hash' key",
            DecodeErrorKind::Missing("token") => "missing 'token' key",
            DecodeErrorKind::Missing("port") => "missing 'port' key",
            DecodeErrorKind::Missing("v") => "missing 'v' key",
            DecodeErrorKind::Missing("seq") => "missing 'seq' key",
            DecodeErrorKind::Missing("sig") => "missing 'sig' key",
            DecodeErrorKind::Missing(_) => "missing key",
            DecodeErrorKind::Invalid(_) => "invalid argument",
            DecodeErrorKind::NotCanonical => "'v' is not canonical bencode",
            DecodeErrorKind::Bencode | DecodeErrorKind::Transaction | DecodeErrorKind::Kind => {
                "malformed message"
            }
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DecodeError").field(&self.kind).finish()
    }
}
