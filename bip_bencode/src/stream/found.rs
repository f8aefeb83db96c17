/// What a step over the input found. The bytes behind it are those that the step took, or are kept by the tokenizer.
#[derive(Clone, Copy)]
pub(super) enum Found {
    /// The step took the whole integer, from its `i` to its `e`.
    Int,
    /// The integer came in pieces and was gathered.
    GatheredInt,
    /// The tokenizer has its length.
    Bytes,
    /// The step took these content bytes and nothing else.
    Part,
    /// It is the newest key of the innermost dictionary.
    Key,
    List,
    Dict,
    End,
}
