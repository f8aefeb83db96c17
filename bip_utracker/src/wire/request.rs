use nom::bytes::complete::take;
use nom::combinator::map;
use nom::number::complete::{be_i32, be_u16, be_u32, be_u64};
use nom::{IResult, Parser};

use super::{ANNOUNCE, AnnounceOptions, CONNECT, DecodeError, PROTOCOL_ID, SCRAPE};

/// Bytes of the head that all requests share; a connect request is nothing else.
const HEAD_LENGTH: usize = 16;
/// Bytes of an announce request before its options.
const ANNOUNCE_LENGTH: usize = 98;
const HASH_LENGTH: usize = 20;

/// Why a client announces (BEP 15, "Announce").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnnounceEvent {
    /// The interval is over.
    #[default]
    None,
    /// The download became complete just now.
    Completed,
    /// The client joins the swarm.
    Started,
    /// The client leaves the swarm.
    Stopped,
}

impl AnnounceEvent {
    fn encode(self) -> u32 {
        match self {
            AnnounceEvent::None => 0,
            AnnounceEvent::Completed => 1,
            AnnounceEvent::Started => 2,
            AnnounceEvent::Stopped => 3,
        }
    }

    /// Unknown events, as BEP 21's "paused", count as a plain announce, so that their senders stay in the swarm.
    fn decode(number: u32) -> AnnounceEvent {
        match number {
            1 => AnnounceEvent::Completed,
            2 => AnnounceEvent::Started,
            3 => AnnounceEvent::Stopped,
            _ => AnnounceEvent::None,
        }
    }
}

/// What a client sends to a tracker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestPacket<'a> {
    /// Asks for a connection id.
    Connect {
        /// Comes back in the answer.
        transaction_id: u32,
    },
    /// Joins, stays in or leaves a swarm, and asks for peers.
    Announce(AnnouncePacket<'a>),
    /// Asks for the size of swarms.
    Scrape(ScrapePacket<'a>),
}

/// An announce request (BEP 15, "Announce"). Its IP address field is not read and is sent as 0: whoever may name another
/// address could enlist a victim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the wire has these fields; what is new comes as an option"
)]
pub struct AnnouncePacket<'a> {
    /// What the tracker gave in its connect answer.
    pub connection_id: u64,
    /// Comes back in the answer.
    pub transaction_id: u32,
    /// The swarm.
    pub info_hash: [u8; 20],
    /// The client's name for itself.
    pub peer_id: [u8; 20],
    /// Bytes downloaded since `Started`.
    pub downloaded: u64,
    /// Bytes still to download; 0 makes the client a seeder.
    pub left: u64,
    /// Bytes uploaded since `Started`.
    pub uploaded: u64,
    /// Why it announces.
    pub event: AnnounceEvent,
    /// The same number in every announce of one client, over both families.
    pub key: u32,
    /// How many peers the client wants; negative leaves it to the tracker.
    pub num_want: i32,
    /// The TCP port where the client takes connections.
    pub port: u16,
    /// What follows (BEP 41).
    pub options: AnnounceOptions<'a>,
}

/// A scrape request (BEP 15, "Scrape").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the wire has these fields")]
pub struct ScrapePacket<'a> {
    /// What the tracker gave in its connect answer.
    pub connection_id: u64,
    /// Comes back in the answer.
    pub transaction_id: u32,
    /// The swarms.
    pub info_hashes: InfoHashes<'a>,
}

/// The hashes of a scrape request as they lie in the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InfoHashes<'a>(&'a [u8]);

impl<'a> InfoHashes<'a> {
    /// Views `bytes` as hashes of 20 bytes; bytes that make no whole hash are left out.
    pub fn new(bytes: &'a [u8]) -> InfoHashes<'a> {
        InfoHashes(&bytes[..bytes.len() - bytes.len() % HASH_LENGTH])
    }

    /// The hashes in the order of the datagram.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = [u8; 20]> + use<'a> {
        self.0.chunks_exact(HASH_LENGTH).map(to_array)
    }
}

impl<'a> RequestPacket<'a> {
    /// Reads a datagram that came to a tracker. What follows the known fields of a connect request is ignored.
    ///
    /// # Errors
    /// The datagram is shorter than its packet, begins with no protocol id, or has an action that is no request.
    pub fn decode(datagram: &'a [u8]) -> Result<RequestPacket<'a>, DecodeError> {
        let too_short = |needed| {
            move |_| DecodeError::TooShort {
                needed,
                length: datagram.len(),
            }
        };
        let (rest, (connection_id, action, transaction_id)) =
            decode_head(datagram).map_err(too_short(HEAD_LENGTH))?;
        match action {
            CONNECT if connection_id == PROTOCOL_ID => {
                Ok(RequestPacket::Connect { transaction_id })
            }
            CONNECT => Err(DecodeError::WrongProtocol),
            ANNOUNCE => {
                let (options, announce) =
                    decode_announce(rest).map_err(too_short(ANNOUNCE_LENGTH))?;
                let options = AnnounceOptions::new(options);
                Ok(RequestPacket::Announce(AnnouncePacket {
                    connection_id,
                    transaction_id,
                    options,
                    ..announce
                }))
            }
            SCRAPE => {
                let info_hashes = InfoHashes::new(rest);
                Ok(RequestPacket::Scrape(ScrapePacket {
                    connection_id,
                    transaction_id,
                    info_hashes,
                }))
            }
            action => Err(DecodeError::UnknownAction(action)),
        }
    }

    /// Appends the datagram to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            RequestPacket::Connect { transaction_id } => {
                encode_head(out, PROTOCOL_ID, CONNECT, *transaction_id)
            }
            RequestPacket::Announce(announce) => encode_announce(announce, out),
            RequestPacket::Scrape(scrape) => {
                encode_head(out, scrape.connection_id, SCRAPE, scrape.transaction_id);
                out.extend_from_slice(scrape.info_hashes.0);
            }
        }
    }
}

fn decode_head(input: &[u8]) -> IResult<&[u8], (u64, u32, u32)> {
    (be_u64, be_u32, be_u32).parse(input)
}

/// Reads what stands between the head and the options; the ids and options are the caller's to fill in.
fn decode_announce(input: &[u8]) -> IResult<&[u8], AnnouncePacket<'_>> {
    let hash = || map(take(HASH_LENGTH), to_array);
    let (input, (info_hash, peer_id)) = (hash(), hash()).parse(input)?;
    let (input, (downloaded, left, uploaded)) = (be_u64, be_u64, be_u64).parse(input)?;
    let (input, (event, _ip)) = (map(be_u32, AnnounceEvent::decode), be_u32).parse(input)?;
    let (input, (key, num_want, port)) = (be_u32, be_i32, be_u16).parse(input)?;
    let announce = AnnouncePacket {
        connection_id: 0,
        transaction_id: 0,
        info_hash,
        peer_id,
        downloaded,
        left,
        uploaded,
        event,
        key,
        num_want,
        port,
        options: AnnounceOptions::default(),
    };
    Ok((input, announce))
}

fn encode_announce(announce: &AnnouncePacket<'_>, out: &mut Vec<u8>) {
    encode_head(
        out,
        announce.connection_id,
        ANNOUNCE,
        announce.transaction_id,
    );
    out.extend_from_slice(&announce.info_hash);
    out.extend_from_slice(&announce.peer_id);
    for number in [announce.downloaded, announce.left, announce.uploaded] {
        out.extend_from_slice(&number.to_be_bytes());
    }
    for number in [announce.event.encode(), 0, announce.key] {
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.extend_from_slice(&announce.num_want.to_be_bytes());
    out.extend_from_slice(&announce.port.to_be_bytes());
    out.extend_from_slice(announce.options.as_bytes());
}

fn encode_head(out: &mut Vec<u8>, connection_id: u64, action: u32, transaction_id: u32) {
    out.extend_from_slice(&connection_id.to_be_bytes());
    out.extend_from_slice(&action.to_be_bytes());
    out.extend_from_slice(&transaction_id.to_be_bytes());
}

/// Copies a slice that the caller knows to have 20 bytes.
fn to_array(bytes: &[u8]) -> [u8; HASH_LENGTH] {
    let mut array = [0; HASH_LENGTH];
    array.copy_from_slice(bytes);
    array
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn announce() -> AnnouncePacket<'static> {
        AnnouncePacket {
            connection_id: 0x0102_0304_0506_0708,
            transaction_id: 0x1112_1314,
            info_hash: [b'h'; 20],
            peer_id: [b'p'; 20],
            downloaded: 1,
            left: 2,
            uploaded: 3,
            event: AnnounceEvent::Started,
            key: 4,
            num_want: -1,
            port: 6881,
            options: AnnounceOptions::new(b"\x02\x01/"),
        }
    }

    fn encoded(packet: RequestPacket<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        packet.encode(&mut out);
        out
    }

    #[test]
    fn a_connect_request_has_the_bytes_of_bep_15() {
        let bytes = encoded(RequestPacket::Connect {
            transaction_id: 0x0A0B_0C0D,
        });
        assert_eq!(
            bytes,
            b"\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\x0a\x0b\x0c\x0d"
        );
    }

    #[test]
    fn an_announce_request_has_the_offsets_of_bep_15() {
        let bytes = encoded(RequestPacket::Announce(announce()));
        assert_eq!(bytes.len(), 98 + 3);
        assert_eq!(bytes[..8], [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(bytes[8..16], [0, 0, 0, 1, 0x11, 0x12, 0x13, 0x14]);
        assert_eq!((bytes[16], bytes[36]), (b'h', b'p'));
        assert_eq!((bytes[63], bytes[71], bytes[79]), (1, 2, 3));
        assert_eq!(bytes[80..84], [0, 0, 0, 2]);
        assert_eq!(bytes[84..92], [0, 0, 0, 0, 0, 0, 0, 4]);
        assert_eq!(bytes[92..98], [255, 255, 255, 255, 0x1a, 0xe1]);
    }

    #[test]
    fn one_byte_less_than_the_fixed_part_is_too_short() {
        let connect = encoded(RequestPacket::Connect { transaction_id: 1 });
        let bytes = encoded(RequestPacket::Announce(announce()));
        let too_short = |needed| {
            Err(DecodeError::TooShort {
                needed,
                length: needed - 1,
            })
        };
        assert_eq!(RequestPacket::decode(&connect[..15]), too_short(16));
        assert_eq!(RequestPacket::decode(&bytes[..97]), too_short(98));
        assert!(RequestPacket::decode(&bytes[..98]).is_ok());
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let mut bytes = encoded(RequestPacket::Connect { transaction_id: 1 });
        bytes[11] = 3;
        assert_eq!(
            RequestPacket::decode(&bytes),
            Err(DecodeError::UnknownAction(3))
        );
        bytes[11] = 0;
        bytes[7] ^= 1;
        assert_eq!(
            RequestPacket::decode(&bytes),
            Err(DecodeError::WrongProtocol)
        );
    }

    #[test]
    fn an_unknown_event_counts_as_a_plain_announce() {
        let mut bytes = encoded(RequestPacket::Announce(announce()));
        bytes[83] = 4;
        let RequestPacket::Announce(packet) = RequestPacket::decode(&bytes).unwrap() else {
            panic!()
        };
        assert_eq!(packet.event, AnnounceEvent::None);
    }

    proptest! {
        #[test]
        fn any_bytes_agree_with_a_naive_reader(
            action in 0u8..4,
            connect in any::<bool>(),
            mut bytes in proptest::collection::vec(any::<u8>(), 0..240),
        ) {
            if bytes.len() >= 12 {
                bytes[8..12].copy_from_slice(&[0, 0, 0, action]);
                if connect { bytes[..8].copy_from_slice(&PROTOCOL_ID.to_be_bytes()); }
            }
            let tid = |b: &[u8]| u32::from_be_bytes(b[12..16].try_into().unwrap());
            match RequestPacket::decode(&bytes) {
                Ok(RequestPacket::Connect { transaction_id }) => {
                    prop_assert!(action == 0 && connect && bytes.len() >= 16);
                    prop_assert_eq!(transaction_id, tid(&bytes));
                }
                Ok(RequestPacket::Announce(packet)) => {
                    prop_assert!(action == 1 && bytes.len() >= 98);
                    prop_assert_eq!(packet.left.to_be_bytes(), &bytes[64..72]);
                    prop_assert_eq!(packet.num_want.to_be_bytes(), &bytes[92..96]);
                    prop_assert_eq!(packet.options.as_bytes(), &bytes[98..]);
                }
                Ok(RequestPacket::Scrape(packet)) => {
                    prop_assert!(action == 2 && bytes.len() >= 16);
                    let expect: Vec<_> = bytes[16..].chunks_exact(20).map(<[u8]>::to_vec).collect();
                    prop_assert_eq!(packet.info_hashes.iter().map(Vec::from).collect::<Vec<_>>(), expect);
                }
                Err(_) => prop_assert!(
                    bytes.len() < 16 || action == 3 || action == 0 && !connect || action == 1 && bytes.len() < 98
                ),
            }
        }

        #[test]
        fn what_is_encoded_is_decoded(
            left in any::<u64>(), num_want in any::<i32>(), port in any::<u16>(), key in any::<u32>(),
            options in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let options = AnnounceOptions::new(&options);
            let packet = RequestPacket::Announce(AnnouncePacket { left, num_want, port, key, options, ..announce() });
            let bytes = encoded(packet);
            prop_assert_eq!(RequestPacket::decode(&bytes), Ok(packet));
        }
    }
}
