use bip_bencode::{BDecodeOpt, Encoder};

use crate::Key;
use crate::limits::MAX_MESSAGE_DEPTH;

/// The value of a mutable item that says which torrent is the current one (BEP 46, "Publishing content").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "BEP 46 knows one field")]
pub struct TorrentPointer {
    /// The torrent's info-hash.
    pub info_hash: Key,
}

impl TorrentPointer {
    /// The value of an item, bencoded.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        Encoder::new(&mut out).dict(|dict| dict.bytes(b"ih", self.info_hash.as_bytes()));
        out
    }

    /// Reads the value of an item; keys other than `ih` are ignored. `None` if it points to no torrent.
    pub fn decode(value: &[u8]) -> Option<TorrentPointer> {
        let document = BDecodeOpt::strict()
            .max_depth(MAX_MESSAGE_DEPTH)
            .decode(value)
            .ok()?;
        let info_hash = document.root().dict()?.get(b"ih")?.bytes()?;
        let info_hash = Key::new(info_hash.try_into().ok()?);
        Some(TorrentPointer { info_hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTER: TorrentPointer = TorrentPointer {
        info_hash: Key::new(*b"mnopqrstuvwxyz123456"),
    };

    #[test]
    fn a_pointer_is_a_dictionary_with_the_hash() {
        assert_eq!(POINTER.encode(), b"d2:ih20:mnopqrstuvwxyz123456e");
        assert_eq!(TorrentPointer::decode(&POINTER.encode()), Some(POINTER));
    }

    #[test]
    fn other_keys_are_ignored_and_other_values_are_no_pointers() {
        let richer = b"d2:ih20:mnopqrstuvwxyz1234564:name4:spame";
        assert_eq!(TorrentPointer::decode(richer), Some(POINTER));
        for value in [&b"de"[..], b"i1e", b"d2:ih4:spame", b"d2:ihi1ee", b""] {
            assert_eq!(TorrentPointer::decode(value), None);
        }
    }
}
