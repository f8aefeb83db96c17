use nom::number::complete::{be_u32, be_u64};
use nom::{IResult, Parser};

use super::{ANNOUNCE, CONNECT, CompactPeers, DecodeError, ERROR, SCRAPE, ScrapeEntries};
use crate::family::Family;

/// Bytes of the head that all responses share.
const HEAD_LENGTH: usize = 8;
const CONNECT_LENGTH: usize = 16;
const ANNOUNCE_LENGTH: usize = 20;

/// What a tracker sends to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponsePacket<'a> {
    /// Answers a connect request.
    Connect {
        /// That of the request.
        transaction_id: u32,
        /// What the client has to show in its next requests.
        connection_id: u64,
    },
    /// Answers an announce.
    Announce {
        /// That of the request.
        transaction_id: u32,
        /// Seconds to wait before the next announce.
        interval: u32,
        /// Peers that still download.
        leechers: u32,
        /// Peers that have everything.
        seeders: u32,
        /// Some of both.
        peers: CompactPeers<'a>,
    },
    /// Answers a scrape.
    Scrape {
        /// That of the request.
        transaction_id: u32,
        /// One entry for each hash, in the order of the request.
        entries: ScrapeEntries<'a>,
    },
    /// Refuses any request.
    Error {
        /// That of the request.
        transaction_id: u32,
        /// Why, for a human; in no certain encoding.
        message: &'a [u8],
    },
}

impl<'a> ResponsePacket<'a> {
    /// Reads a datagram that came from a tracker over `family`.
    ///
    /// # Errors
    /// The datagram is shorter than its packet, or has an action that is no response.
    pub fn decode(family: Family, datagram: &'a [u8]) -> Result<ResponsePacket<'a>, DecodeError> {
        let too_short = |needed| {
            move |_| DecodeError::TooShort {
                needed,
                length: datagram.len(),
            }
        };
        let (rest, (action, transaction_id)) =
            decode_head(datagram).map_err(too_short(HEAD_LENGTH))?;
        match action {
            CONNECT => {
                let (_, connection_id) =
                    decode_connection_id(rest).map_err(too_short(CONNECT_LENGTH))?;
                Ok(ResponsePacket::Connect {
                    transaction_id,
                    connection_id,
                })
            }
            ANNOUNCE => {
                let (peers, (interval, leechers, seeders)) =
                    decode_counts(rest).map_err(too_short(ANNOUNCE_LENGTH))?;
                let peers = CompactPeers::new(family, peers);
                Ok(ResponsePacket::Announce {
                    transaction_id,
                    interval,
                    leechers,
                    seeders,
                    peers,
                })
            }
            SCRAPE => Ok(ResponsePacket::Scrape {
                transaction_id,
                entries: ScrapeEntries::new(rest),
            }),
            ERROR => Ok(ResponsePacket::Error {
                transaction_id,
                message: rest,
            }),
            action => Err(DecodeError::UnknownAction(action)),
        }
    }

    /// Writes the datagram to the front of `out` and returns its length; `None` if it does not fit.
    pub fn encode(&self, out: &mut [u8]) -> Option<usize> {
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            out.get_mut(at..at + bytes.len())?.copy_from_slice(bytes);
            at += bytes.len();
            Some(())
        };
        match *self {
            ResponsePacket::Connect {
                transaction_id,
                connection_id,
            } => {
                put(&head(CONNECT, transaction_id))?;
                put(&connection_id.to_be_bytes())?;
            }
            ResponsePacket::Announce {
                transaction_id,
                interval,
                leechers,
                seeders,
                peers,
            } => {
                put(&head(ANNOUNCE, transaction_id))?;
                for number in [interval, leechers, seeders] {
                    put(&number.to_be_bytes())?;
                }
                put(peers.as_bytes())?;
            }
            ResponsePacket::Scrape {
                transaction_id,
                entries,
            } => {
                put(&head(SCRAPE, transaction_id))?;
                put(entries.as_bytes())?;
            }
            ResponsePacket::Error {
                transaction_id,
                message,
            } => {
                put(&head(ERROR, transaction_id))?;
                put(message)?;
            }
        }
        Some(at)
    }
}

/// The transaction id of any response, also of one that is malformed behind its head.
pub(crate) fn decode_transaction_id(datagram: &[u8]) -> Option<u32> {
    decode_head(datagram)
        .ok()
        .map(|(_, (_, transaction_id))| transaction_id)
}

fn decode_head(input: &[u8]) -> IResult<&[u8], (u32, u32)> {
    (be_u32, be_u32).parse(input)
}

fn decode_connection_id(input: &[u8]) -> IResult<&[u8], u64> {
    be_u64.parse(input)
}

fn decode_counts(input: &[u8]) -> IResult<&[u8], (u32, u32, u32)> {
    (be_u32, be_u32, be_u32).parse(input)
}

fn head(action: u32, transaction_id: u32) -> [u8; HEAD_LENGTH] {
    let mut bytes = [0; HEAD_LENGTH];
    bytes[..4].copy_from_slice(&action.to_be_bytes());
    bytes[4..].copy_from_slice(&transaction_id.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(family: Family, bytes: &[u8], expect: Result<ResponsePacket<'_>, DecodeError>) {
        assert_eq!(ResponsePacket::decode(family, bytes), expect);
        if let Ok(packet) = expect {
            let mut out = vec![0; bytes.len()];
            assert_eq!(packet.encode(&mut out), Some(bytes.len()));
            assert_eq!(out, bytes);
            assert_eq!(packet.encode(&mut out[..bytes.len() - 1]), None);
        }
    }

    #[test]
    fn a_connect_response_has_sixteen_bytes() {
        let bytes = b"\0\0\0\0\x01\x02\x03\x04\x11\x12\x13\x14\x15\x16\x17\x18";
        let packet = ResponsePacket::Connect {
            transaction_id: 0x0102_0304,
            connection_id: 0x1112_1314_1516_1718,
        };
        check(Family::V4, bytes, Ok(packet));
        check(
            Family::V4,
            &bytes[..15],
            Err(DecodeError::TooShort {
                needed: 16,
                length: 15,
            }),
        );
    }

    #[test]
    fn the_family_decides_the_stride() {
        let mut bytes = b"\0\0\0\x01\0\0\0\x09\0\0\x07\x08\0\0\0\x01\0\0\0\x02".to_vec();
        check(
            Family::V4,
            &bytes[..19],
            Err(DecodeError::TooShort {
                needed: 20,
                length: 19,
            }),
        );
        bytes.extend([7; 18]);
        for (family, count) in [(Family::V4, 3), (Family::V6, 1)] {
            let peers = CompactPeers::new(family, &bytes[20..]);
            assert_eq!(peers.len(), count);
            let packet = ResponsePacket::Announce {
                transaction_id: 9,
                interval: 1800,
                leechers: 1,
                seeders: 2,
                peers,
            };
            check(family, &bytes, Ok(packet));
        }
    }

    #[test]
    fn an_error_carries_its_message() {
        let packet = ResponsePacket::Error {
            transaction_id: 9,
            message: b"no",
        };
        check(Family::V6, b"\0\0\0\x03\0\0\0\x09no", Ok(packet));
        check(
            Family::V6,
            b"\0\0\0\x04\0\0\0\x09no",
            Err(DecodeError::UnknownAction(4)),
        );
        check(
            Family::V6,
            b"\0\0\0\x03\0\0\0",
            Err(DecodeError::TooShort {
                needed: 8,
                length: 7,
            }),
        );
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_a_prefix_of_itself(
            action in 0u8..6,
            v6 in any::<bool>(),
            mut bytes in proptest::collection::vec(any::<u8>(), 8..200),
        ) {
            bytes[..4].copy_from_slice(&[0, 0, 0, action]);
            let family = if v6 { Family::V6 } else { Family::V4 };
            // A naive reader: the fixed length by action, then whole elements.
            let (fixed, element) = match action {
                0 => (16, usize::MAX), 1 => (20, family.peer_length()), 2 => (8, 12), 3 => (8, 1),
                _ => (usize::MAX, 1),
            };
            match ResponsePacket::decode(family, &bytes) {
                Err(_) => prop_assert!(bytes.len() < fixed),
                Ok(packet) => {
                    let mut out = [0; 200];
                    let length = packet.encode(&mut out).unwrap();
                    prop_assert_eq!(length, fixed + (bytes.len() - fixed) / element * element);
                    prop_assert_eq!(&out[..length], &bytes[..length]);
                }
            }
        }
    }
}
