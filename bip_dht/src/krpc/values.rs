use std::fmt;
use std::net::SocketAddr;

use super::compact::{decode_address, write_address};
use crate::family::Family;

/// The peers of an answer (BEP 5, "get_peers"; BEP 32, "values"): as they lie in the datagram, or to be written into
/// one. Both families may stand side by side.
#[derive(Clone, Copy)]
pub struct Values<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    /// Bencoded strings, one behind the other.
    Encoded(&'a [u8]),
    Peers(&'a [SocketAddr]),
}

impl<'a> Values<'a> {
    /// These peers. An answer that must be short takes as many as fit, from the first on.
    pub fn new(peers: &'a [SocketAddr]) -> Values<'a> {
        Values(Source::Peers(peers))
    }

    /// The strings of a list that was decoded and has nothing but strings.
    pub(super) fn from_strings(strings: &'a [u8]) -> Values<'a> {
        Values(Source::Encoded(strings))
    }

    /// The peers. Strings of another length than 6 or 18 are left out.
    pub fn iter(&self) -> impl Iterator<Item = SocketAddr> + use<'a> {
        let (strings, peers) = match self.0 {
            Source::Encoded(strings) => (strings, &[][..]),
            Source::Peers(peers) => (&[][..], peers),
        };
        Strings(strings)
            .filter_map(decode_address)
            .chain(peers.iter().copied())
    }

    /// Whether there is no peer.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Appends as many peers as take at most `room` bytes.
    pub(super) fn write(&self, mut room: usize, out: &mut Vec<u8>) {
        for peer in self.iter() {
            let length = encoded_length(peer);
            let Some(rest) = room.checked_sub(length) else {
                return;
            };
            room = rest;
            out.extend_from_slice(match Family::of(peer) {
                Family::V4 => b"6:",
                Family::V6 => b"18:",
            });
            write_address(peer, out);
        }
    }

    /// The bytes that the first peer takes.
    pub(super) fn first_length(&self) -> usize {
        self.iter().next().map_or(0, encoded_length)
    }
}

fn encoded_length(peer: SocketAddr) -> usize {
    match Family::of(peer) {
        Family::V4 => 8,
        Family::V6 => 21,
    }
}

/// By the peers, wherever they come from.
impl PartialEq for Values<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Bencoded strings, one behind the other; ends at what is none.
struct Strings<'a>(&'a [u8]);

impl<'a> Iterator for Strings<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let mut length = 0_usize;
        let mut rest = self.0;
        while let [digit @ b'0'..=b'9', behind @ ..] = rest {
            length = length
                .checked_mul(10)?
                .checked_add(usize::from(digit - b'0'))?;
            rest = behind;
        }
        let (string, rest) = rest.strip_prefix(b":")?.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}
