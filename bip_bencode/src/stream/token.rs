use crate::reference::IntRef;

/// A step through bencode, as [`Tokenizer`](crate::Tokenizer) and `TokenReader` hand it out. Which tokens come does not
/// depend on how the input is cut; only what one [`Part`](Token::Part) holds does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "bencode has four types and will have no fifth"
)]
pub enum Token<'a> {
    /// An integer, whole.
    Int(IntRef<'a>),
    /// A byte string of so many bytes begins. Its content follows in parts; where it is empty, none does.
    Bytes(u64),
    /// The next bytes of the byte string that is open, at least one.
    Part(&'a [u8]),
    /// A key, whole; the tokens of its value follow.
    Key(&'a [u8]),
    /// A list begins.
    List,
    /// A dictionary begins.
    Dict,
    /// The list or dictionary opened last ends.
    End,
}
