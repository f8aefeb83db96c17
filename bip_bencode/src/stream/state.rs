/// What the next byte belongs to.
///
/// ```text
///                 .------------------ more values allowed ----------------.
///                 v                                                       |
///               Root --> a value --------- outermost --> Complete --> (Trailing)
///                        |     ^
///          l |- Element -'     '- Value <- KeyContent <- KeyLength <-.
///          d |- Key -------------------------------------------------'
///
///   a value:  l, d, or  Int,  or  Length -> Content
/// ```
/// A token that lies in one piece is taken in one step, so that `Int`, `Length`, `KeyLength` and `KeyContent` are only
/// where a piece of the input ends within a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// An outermost value.
    Root,
    /// A value in a list, or the list's end.
    Element,
    /// A key, or the dictionary's end.
    Key,
    /// The value of a key.
    Value,
    /// The text of an integer, after its `i`.
    Int,
    /// The length of a byte string, after its first digit.
    Length,
    /// The length of a key, after its first digit.
    KeyLength,
    /// The content of a key.
    KeyContent,
    /// The content of a byte string, at least one byte.
    Content,
    /// Nothing: the one value has ended.
    Complete,
    /// Nothing, but that is allowed.
    Trailing,
    /// The input is not what was asked for.
    Failed,
}

/// What a violation belongs to.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// The input as a whole.
    Input,
    /// The innermost open container: its end or next key.
    Container,
    /// The newest value or key of that container.
    Element,
}

/// The input is not what was asked for, and the tokenizer has noted why. It weighs nothing, so that handing it up costs
/// nothing where all is well.
pub(super) struct Failed;
