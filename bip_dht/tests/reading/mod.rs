//! Messages read whole, and what is asked of them.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use bip_dht::{Body, Call, DecodeErrorKind, ErrorCode, Message, MessageDecoder, NodeId, Response};

pub(crate) const ID: NodeId = NodeId::new(*b"abcdefghij0123456789");
pub(crate) const TARGET: NodeId = NodeId::new(*b"mnopqrstuvwxyz123456");

/// Decodes and hands the message over, which must not outlive the bytes.
#[track_caller]
pub(crate) fn read<R>(bytes: impl AsRef<[u8]>, look: impl FnOnce(Message<'_>) -> R) -> R {
    let bytes = bytes.as_ref();
    match MessageDecoder::new().decode(bytes) {
        Ok(message) => look(message),
        Err(error) => panic!("{error}: {}", bytes.escape_ascii()),
    }
}

#[track_caller]
pub(crate) fn call(message: Message<'_>) -> Call<'_> {
    match message.body {
        Body::Query(query) => query.call,
        _ => panic!("{message:?}"),
    }
}

#[track_caller]
pub(crate) fn response(message: Message<'_>) -> Response<'_> {
    match message.body {
        Body::Response(response) => response,
        _ => panic!("{message:?}"),
    }
}

/// What is wrong, and the text of the refusal if it can be refused.
#[track_caller]
pub(crate) fn check_error(bytes: impl AsRef<[u8]>, expect: DecodeErrorKind, refusal: Option<&str>) {
    let bytes = bytes.as_ref();
    let Err(error) = MessageDecoder::new().decode(bytes) else {
        panic!("read: {}", bytes.escape_ascii());
    };
    assert_eq!(error.kind(), expect, "{}", bytes.escape_ascii());
    let text = error.refusal().map(|message| {
        assert_eq!(message.transaction, b"aa");
        match message.body {
            Body::Error(error) => {
                assert_eq!(error.code, ErrorCode::Protocol);
                String::from_utf8(error.text.to_vec()).unwrap()
            }
            _ => panic!("{message:?}"),
        }
    });
    assert_eq!(text.as_deref(), refusal, "{}", bytes.escape_ascii());
}

/// A query with these arguments behind the id.
pub(crate) fn query(method: &str, arguments: &str) -> String {
    let length = method.len();
    format!("d1:ad2:id20:abcdefghij0123456789{arguments}e1:q{length}:{method}1:t2:aa1:y1:qe")
}

pub(crate) fn answer(fields: &str) -> String {
    format!("d1:rd2:id20:abcdefghij0123456789{fields}e1:t2:aa1:y1:re")
}
