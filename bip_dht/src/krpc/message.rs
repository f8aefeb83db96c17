use std::net::SocketAddr;

use super::{ErrorMessage, Query, Response};

/// One KRPC message: a datagram of the DHT (BEP 5, "KRPC Protocol").
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message<'a> {
    /// Chosen by who asks and echoed in the answer: 1 to [`MAX_TRANSACTION_LENGTH`](crate::MAX_TRANSACTION_LENGTH)
    /// bytes.
    pub transaction: &'a [u8],
    /// The sender's program (`v`): two characters for its name and two bytes for its version, if it keeps to BEP 5.
    pub version: Option<&'a [u8]>,
    /// Where the receiver is, as the sender of an answer sees it (BEP 42, "Bootstrapping").
    pub ip: Option<SocketAddr>,
    /// Whether the sender answers no queries and belongs in no routing table (BEP 43).
    pub read_only: bool,
    /// What is asked or answered.
    pub body: Body<'a>,
}

/// The kind of a [`Message`] and what that kind carries.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "BEP 5 knows three kinds of message"
)]
pub enum Body<'a> {
    /// Asks for something.
    Query(Query<'a>),
    /// Gives what was asked for.
    Response(Response<'a>),
    /// Refuses what was asked for.
    Error(ErrorMessage<'a>),
}

impl<'a> Message<'a> {
    /// A message without `version`, `ip` and `read_only`.
    pub fn new(transaction: &'a [u8], body: Body<'a>) -> Message<'a> {
        Message {
            transaction,
            version: None,
            ip: None,
            read_only: false,
            body,
        }
    }

    /// A query.
    pub fn query(transaction: &'a [u8], query: Query<'a>) -> Message<'a> {
        Message::new(transaction, Body::Query(query))
    }

    /// The answer to the query with this transaction id.
    pub fn response(transaction: &'a [u8], response: Response<'a>) -> Message<'a> {
        Message::new(transaction, Body::Response(response))
    }

    /// The refusal of the query with this transaction id.
    pub fn error(transaction: &'a [u8], error: ErrorMessage<'a>) -> Message<'a> {
        Message::new(transaction, Body::Error(error))
    }
}
