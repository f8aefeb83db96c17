use core::fmt;

/// The four types of bencode (BEP 3, "bencoding").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "bencode has four types and will have no fifth"
)]
pub enum BencodeType {
    /// `i42e`
    Int,
    /// `4:spam`
    Bytes,
    /// `l…e`
    List,
    /// `d…e`
    Dict,
}

impl fmt::Display for BencodeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BencodeType::Int => "an integer",
            BencodeType::Bytes => "a byte string",
            BencodeType::List => "a list",
            BencodeType::Dict => "a dictionary",
        })
    }
}
