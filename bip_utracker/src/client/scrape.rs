use crate::error::ScrapeError;
use crate::limits::MAX_SCRAPE_HASHES;
use crate::wire::{InfoHashes, RequestPacket, ScrapeEntries, ScrapeEntry, ScrapePacket};

/// The hashes of a scrape under way, as they go over the wire.
#[derive(Clone, Debug)]
pub(crate) struct ScrapeRequest {
    info_hashes: Vec<u8>,
}

impl ScrapeRequest {
    pub(crate) fn new(info_hashes: &[[u8; 20]]) -> Result<ScrapeRequest, ScrapeError> {
        match info_hashes.len() {
            1..=MAX_SCRAPE_HASHES => Ok(ScrapeRequest {
                info_hashes: info_hashes.concat(),
            }),
            count => Err(ScrapeError::HashCount { count }),
        }
    }

    pub(crate) fn encode(&self, connection_id: u64, transaction_id: u32, out: &mut Vec<u8>) {
        let info_hashes = InfoHashes::new(&self.info_hashes);
        RequestPacket::Scrape(ScrapePacket {
            connection_id,
            transaction_id,
            info_hashes,
        })
        .encode(out);
    }

    /// Entries beyond the hashes that were named answer nothing.
    pub(crate) fn answer(&self, entries: ScrapeEntries<'_>) -> ScrapeResponse {
        let count = self.info_hashes.len() / 20;
        ScrapeResponse {
            torrents: entries.iter().take(count).collect(),
        }
    }
}

/// What a tracker told about the size of swarms.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScrapeResponse {
    /// One entry for each hash, in the order of the request. Some trackers answer only the first of many hashes, so
    /// there may be fewer entries than hashes, never more.
    pub torrents: Vec<ScrapeEntry>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scrape_names_one_to_74_hashes() {
        let scrape = |count| ScrapeRequest::new(&vec![[1; 20]; count]).map(|_| ());
        assert_eq!(scrape(0), Err(ScrapeError::HashCount { count: 0 }));
        assert_eq!(scrape(1), Ok(()));
        assert_eq!(scrape(MAX_SCRAPE_HASHES), Ok(()));
        assert_eq!(scrape(75), Err(ScrapeError::HashCount { count: 75 }));
    }

    #[test]
    fn surplus_entries_are_left_out_and_missing_ones_stay_missing() {
        let request = ScrapeRequest::new(&[[1; 20], [2; 20]]).unwrap();
        for (sent, kept) in [(0, 0), (1, 1), (2, 2), (3, 2)] {
            assert_eq!(
                request
                    .answer(ScrapeEntries::new(&vec![0; sent * 12]))
                    .torrents
                    .len(),
                kept
            );
        }
    }
}
