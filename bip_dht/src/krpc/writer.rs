use std::net::SocketAddr;

use super::compact::write_address;
use super::kept::Kept;
use super::{Call, ErrorMessage, Nodes, Put, Query, Response, Want};
use crate::family::Family;

/// Appends bencode. Keys come bencoded and in their order.
pub(super) struct Writer<'o> {
    pub(super) out: &'o mut Vec<u8>,
}

impl Writer<'_> {
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn number(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut start = digits.len();
        let mut rest = number;
        loop {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.put(&digits[start..]);
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
        self.put(b":");
    }

    pub(super) fn string(&mut self, key: &[u8], string: &[u8]) {
        self.put(key);
        self.length(string.len());
        self.put(string);
    }

    fn int(&mut self, key: &[u8], int: i64) {
        self.put(key);
        self.put(if int < 0 { b"i-" } else { b"i" });
        self.number(int.unsigned_abs());
        self.put(b"e");
    }

    fn flag(&mut self, key: &[u8], is_set: bool) {
        if is_set {
            self.int(key, 1);
        }
    }

    pub(super) fn dict(&mut self, key: &[u8], fill: impl FnOnce(&mut Self)) {
        self.put(key);
        self.put(b"d");
        fill(self);
        self.put(b"e");
    }

    pub(super) fn address(&mut self, address: SocketAddr) {
        self.length(Family::of(address).address_length());
        write_address(address, self.out);
    }

    pub(super) fn arguments(&mut self, query: &Query<'_>) {
        let id = query.sender.as_bytes();
        match &query.call {
            Call::Ping => self.string(b"2:id", id),
            Call::FindNode { target } | Call::SampleInfohashes { target } => {
                self.string(b"2:id", id);
                self.string(b"6:target", target.as_bytes());
            }
            Call::GetPeers {
                info_hash,
                scrape,
                no_seed,
            } => {
                self.string(b"2:id", id);
                self.string(b"9:info_hash", info_hash.as_bytes());
                self.flag(b"6:noseed", *no_seed);
                self.flag(b"6:scrape", *scrape);
            }
            Call::AnnouncePeer {
                info_hash,
                port,
                implied_port,
                token,
                seed,
            } => {
                self.string(b"2:id", id);
                self.flag(b"12:implied_port", *implied_port);
                self.string(b"9:info_hash", info_hash.as_bytes());
                self.int(b"4:port", i64::from(*port));
                self.flag(b"4:seed", *seed);
                self.string(b"5:token", token);
            }
            Call::Get { target, seq } => {
                self.string(b"2:id", id);
                if let Some(seq) = seq {
                    self.int(b"3:seq", *seq);
                }
                self.string(b"6:target", target.as_bytes());
            }
            Call::Put(put) => return self.put_arguments(id, put, query.want),
            Call::Unknown { target, .. } => {
                self.string(b"2:id", id);
                if let Some(target) = target {
                    self.string(b"6:target", target.as_bytes());
                }
            }
        }
        self.want(query.want);
    }

    fn put_arguments(&mut self, id: &[u8; 20], put: &Put<'_>, want: Want) {
        if let Some(cas) = put.mutable.and_then(|mutable| mutable.cas) {
            self.int(b"3:cas", cas);
        }
        self.string(b"2:id", id);
        if let Some(mutable) = &put.mutable {
            self.string(b"1:k", mutable.public_key);
            if !mutable.salt.is_empty() {
                self.string(b"4:salt", mutable.salt);
            }
            self.int(b"3:seq", mutable.seq);
            self.string(b"3:sig", mutable.signature);
        }
        if let Some(target) = put.target {
            self.string(b"6:target", target.as_bytes());
        }
        self.string(b"5:token", put.token);
        self.put(b"1:v");
        self.put(put.value);
        self.want(want);
    }

    fn want(&mut self, want: Want) {
        if want.n4 || want.n6 {
            self.put(b"4:wantl");
            self.put(if want.n4 { b"2:n4" } else { b"" });
            self.put(if want.n6 { b"2:n6" } else { b"" });
            self.put(b"e");
        }
    }

    pub(super) fn error(&mut self, error: &ErrorMessage<'_>) {
        self.int(b"d1:el", error.code.number());
        self.string(b"", error.text);
        self.put(b"e");
    }

    /// `end` is the length of the buffer that the peers may fill it to.
    pub(super) fn response(&mut self, response: &Response<'_>, kept: &Kept, end: usize) {
        if let Some(filter) = response.downloaders.filter(|_| kept.filters) {
            self.string(b"4:BFpe", filter);
        }
        if let Some(filter) = response.seeds.filter(|_| kept.filters) {
            self.string(b"4:BFsd", filter);
        }
        self.string(b"2:id", response.sender.as_bytes());
        if let Some(interval) = response.interval_s {
            self.int(b"8:interval", i64::from(interval));
        }
        if let Some(public_key) = response.public_key {
            self.string(b"1:k", public_key);
        }
        self.nodes(b"5:nodes", Family::V4, response.nodes, kept.nodes);
        self.nodes(b"6:nodes6", Family::V6, response.nodes6, kept.nodes6);
        if let Some(count) = response.sample_count {
            self.int(b"3:num", i64::try_from(count).unwrap_or(i64::MAX));
        }
        if let Some(samples) = response.samples {
            self.string(b"7:samples", &samples.as_bytes()[..kept.samples * 20]);
        }
        if let Some(seq) = response.seq {
            self.int(b"3:seq", seq);
        }
        if let Some(signature) = response.signature {
            self.string(b"3:sig", signature);
        }
        if let Some(token) = response.token {
            self.string(b"5:token", token);
        }
        if let Some(value) = response.value {
            self.put(b"1:v");
            self.put(value);
        }
        self.values(response, end);
    }

    fn nodes(&mut self, key: &[u8], family: Family, nodes: Option<Nodes<'_>>, count: usize) {
        if let Some(nodes) = nodes {
            self.put(key);
            self.length(count * family.node_length());
            nodes.write(count, self.out);
        }
    }

    /// A list that nothing fits in is not written at all.
    fn values(&mut self, response: &Response<'_>, end: usize) {
        let Some(values) = response.values else {
            return;
        };
        let frame = b"6:valuesle".len();
        let room = end.checked_sub(self.out.len() + frame);
        if let Some(room) = room.filter(|room| *room >= values.first_length()) {
            self.put(b"6:valuesl");
            values.write(room, self.out);
            self.put(b"e");
        }
    }
}
