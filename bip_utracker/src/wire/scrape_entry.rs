/// What a tracker tells about one torrent (BEP 15, "Scrape").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the wire gives these three numbers"
)]
pub struct ScrapeEntry {
    /// Peers that have everything.
    pub seeders: u32,
    /// How often the torrent was downloaded completely, as far as the tracker knows.
    pub completed: u32,
    /// Peers that still download.
    pub leechers: u32,
}

impl ScrapeEntry {
    /// Bytes of one entry on the wire.
    pub(crate) const LENGTH: usize = 12;

    pub(crate) fn encode(self) -> [u8; ScrapeEntry::LENGTH] {
        let mut bytes = [0; ScrapeEntry::LENGTH];
        for (field, number) in
            bytes
                .chunks_exact_mut(4)
                .zip([self.seeders, self.completed, self.leechers])
        {
            field.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> ScrapeEntry {
        let number = |at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        ScrapeEntry {
            seeders: number(0),
            completed: number(4),
            leechers: number(8),
        }
    }
}

/// The entries of a scrape answer as they lie in the datagram, in the order in which the request named the hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrapeEntries<'a>(&'a [u8]);

impl<'a> ScrapeEntries<'a> {
    /// Views `bytes` as entries of 12 bytes; bytes that make no whole entry are left out.
    pub fn new(bytes: &'a [u8]) -> ScrapeEntries<'a> {
        ScrapeEntries(&bytes[..bytes.len() - bytes.len() % ScrapeEntry::LENGTH])
    }

    /// The bytes of all entries.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The entries in the order of the datagram.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ScrapeEntry> + use<'a> {
        self.0
            .chunks_exact(ScrapeEntry::LENGTH)
            .map(ScrapeEntry::decode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_seeders_completed_leechers() {
        let entry = ScrapeEntry {
            seeders: 1,
            completed: 2,
            leechers: 0x0102_0304,
        };
        let bytes = entry.encode();
        assert_eq!(bytes, *b"\0\0\0\x01\0\0\0\x02\x01\x02\x03\x04");
        assert_eq!(
            ScrapeEntries::new(&bytes).iter().collect::<Vec<_>>(),
            [entry]
        );
        assert_eq!(ScrapeEntries::new(&bytes[..11]).iter().len(), 0);
    }
}
