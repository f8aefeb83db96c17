/// Which versions of the protocol a torrent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "two versions, alone or together; another one is another format"
)]
pub enum MetaVersion {
    /// BEP 3.
    V1,
    /// BEP 52.
    V2,
    /// Both: one content, two info-hashes, two swarms (BEP 52, "Upgrade Path").
    Hybrid,
}
