use std::collections::VecDeque;

use bytes::Bytes;

use crate::MetadataMessage;
use crate::limits::{MAX_METADATA_REQUESTS, METADATA_PIECE_LENGTH, METADATA_SERVE_FACTOR};

/// Answers a peer's requests for the info dictionary, one at a time, as they can be sent.
#[derive(Debug, Default)]
pub(crate) struct MetadataServer {
    metadata: Option<Bytes>,
    asked: VecDeque<u32>,
    served: u64,
}

impl MetadataServer {
    pub(crate) fn set(&mut self, metadata: Bytes) {
        self.metadata = Some(metadata);
    }

    /// Size of what is served.
    pub(crate) fn size(&self) -> Option<u64> {
        self.metadata.as_ref().map(|metadata| metadata.len() as u64)
    }

    /// Whether the request will be answered: too many at a time are dropped.
    pub(crate) fn ask(&mut self, piece: u32) -> bool {
        let room = self.asked.len() < MAX_METADATA_REQUESTS;
        if room {
            self.asked.push_back(piece);
        }
        room
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.asked.is_empty()
    }

    pub(crate) fn next_answer(&mut self) -> Option<MetadataMessage> {
        let piece = self.asked.pop_front()?;
        Some(
            self.data(piece)
                .unwrap_or(MetadataMessage::Reject { piece }),
        )
    }

    /// The piece, the last one as short as it is; `None` when there is no such piece or the peer has had enough.
    fn data(&mut self, piece: u32) -> Option<MetadataMessage> {
        let metadata = self.metadata.as_ref()?;
        let start = piece as usize * METADATA_PIECE_LENGTH as usize;
        let end = metadata.len().min(start + METADATA_PIECE_LENGTH as usize);
        let piece_count = metadata.len().div_ceil(METADATA_PIECE_LENGTH as usize) as u64;
        if start >= end || self.served >= piece_count * METADATA_SERVE_FACTOR {
            return None;
        }
        self.served += 1;
        let total_size = metadata.len() as u64;
        Some(MetadataMessage::Data {
            piece,
            total_size,
            data: metadata.slice(start..end),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &mut MetadataServer, piece: u32) -> Option<usize> {
        assert!(server.ask(piece));
        match server.next_answer()? {
            MetadataMessage::Data { data, .. } => Some(data.len()),
            MetadataMessage::Reject { piece: rejected } => {
                assert_eq!(rejected, piece);
                None
            }
        }
    }

    /// seed fault 13: the last, short piece is served, and what is not there is rejected.
    #[test]
    fn every_piece_is_served_the_last_one_too() {
        let length = METADATA_PIECE_LENGTH as usize;
        for (size, expect) in [
            (2 * length + 5, [Some(length), Some(length), Some(5), None]),
            (2 * length, [Some(length), Some(length), None, None]),
            (1, [Some(1), None, None, None]),
        ] {
            let mut server = MetadataServer::default();
            server.set(Bytes::from(vec![7; size]));
            let answers = [0, 1, 2, 3].map(|piece| ask(&mut server, piece));
            assert_eq!(answers, expect, "{size} bytes");
            assert_eq!(ask(&mut server, u32::MAX), None);
        }
    }

    #[test]
    fn without_metadata_every_request_is_rejected() {
        assert_eq!(ask(&mut MetadataServer::default(), 0), None);
    }

    #[test]
    fn a_peer_is_served_so_many_times_and_not_once_more() {
        let mut server = MetadataServer::default();
        server.set(Bytes::from_static(b"de"));
        for _ in 0..METADATA_SERVE_FACTOR {
            assert_eq!(ask(&mut server, 0), Some(2));
        }
        assert_eq!(ask(&mut server, 0), None);
    }

    #[test]
    fn so_many_requests_may_wait_and_not_one_more() {
        let mut server = MetadataServer::default();
        for _ in 0..MAX_METADATA_REQUESTS {
            assert!(server.ask(0));
        }
        assert!(!server.ask(0));
    }
}
