use std::fmt;

use crate::key::Key;

/// The name of a node, and its place in the key space: 20 bytes (BEP 5, "Overview").
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId([u8; 20]);

/// How far apart two places of the key space are: their bitwise exclusive or, a big-endian number (BEP 5, "Overview").
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Distance([u8; 20]);

impl NodeId {
    /// The id of these bytes.
    pub const fn new(bytes: [u8; 20]) -> NodeId {
        NodeId(bytes)
    }

    /// The id's bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The distance between this place and that of `other`.
    pub fn distance(&self, other: &NodeId) -> Distance {
        let mut distance = self.0;
        for (byte, of_other) in distance.iter_mut().zip(other.0) {
            *byte ^= of_other;
        }
        Distance(distance)
    }
}

impl From<Key> for NodeId {
    /// The place in the key space where the key's contents are kept.
    fn from(key: Key) -> NodeId {
        NodeId(*key.as_bytes())
    }
}

impl Distance {
    /// The bits in which both places agree before they first differ: 0 to 160.
    pub fn common_prefix(&self) -> u32 {
        let zeros = self.0.iter().take_while(|byte| **byte == 0).count();
        let bits = self.0.get(zeros).map_or(0, |byte| byte.leading_zeros());
        u32::try_from(zeros * 8).map_or(160, |whole| whole + bits)
    }

    /// The distance as a big-endian number.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeId({self})")
    }
}

impl fmt::Debug for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Distance(")?;
        write_hex(f, &self.0)?;
        f.write_str(")")
    }
}

pub(crate) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
