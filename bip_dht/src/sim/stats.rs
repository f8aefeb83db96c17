/// What the network has carried so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkStats {
    /// Datagrams that nodes and sockets sent.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// The longest of them, in bytes.
    pub longest: usize,
    /// Datagrams that reached a program, repetitions counted.
    pub delivered: u64,
    /// Datagrams lost by chance.
    pub lost: u64,
    /// Datagrams longer than the network carries.
    pub too_long: u64,
    /// Datagrams to an address where nobody is, or where a router let them not pass.
    pub unreachable: u64,
    /// How often a node was woken by its own timer.
    pub wakes: u64,
}
