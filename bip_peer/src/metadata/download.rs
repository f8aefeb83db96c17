use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use bytes::Bytes;
use sha1::{Digest, Sha1};

use super::MetadataLimits;
use crate::PeerKey;
use crate::limits::METADATA_PIECE_LENGTH;

/// Peers asked, at most: more are not needed to fetch a few pieces.
const MAX_PEERS: usize = 256;

/// What comes of a [`MetadataDownload`].
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataEvent {
    /// The info dictionary; its SHA-1 is the info-hash. Nothing is asked for any more.
    Complete(Bytes),
    /// This peer lied about size or content. It is not asked again.
    Liar(PeerKey),
}

/// Fetches an info dictionary from several peers at once and verifies it (BEP 9). A core: it says whom to ask for what
/// and is told the answers.
///
/// Peers may claim different sizes; the one with the most peers is tried first. When what was fetched does not match the
/// info-hash and came from several peers, the next try is with one peer alone, so that a liar can be named.
///
/// ```text
///            ┌──────── wrong, from one peer: it is a liar ────────┐
///            ▼                                                    │
///  Idle ─▶ Shared(size) ── wrong, from several ──▶ Exclusive(size, peer) ── right ──▶ Done
///            └──────────────── right ─────────────────────────────────────────────────▲
/// ```
///
/// After any `on_*` or `handle_timeout`, drain [`poll_request`](MetadataDownload::poll_request) and
/// [`poll_event`](MetadataDownload::poll_event), then sleep until [`poll_timeout`](MetadataDownload::poll_timeout) or the
/// next answer.
#[derive(Debug)]
pub struct MetadataDownload {
    info_hash: [u8; 20],
    limits: MetadataLimits,
    peers: BTreeMap<PeerKey, Peer>,
    attempt: Option<Attempt>,
    /// Sizes whose next try is with one peer alone.
    doubtful: BTreeSet<u64>,
    events: VecDeque<MetadataEvent>,
    done: bool,
}

#[derive(Debug)]
struct Peer {
    size: u64,
    asked: Vec<(u32, Instant)>,
    /// Left alone until then.
    resting_until: Option<Instant>,
    liar: bool,
}

#[derive(Debug)]
struct Attempt {
    size: u64,
    only: Option<PeerKey>,
    /// What has come, and from whom. Memory is taken as it comes, not as it was claimed.
    pieces: BTreeMap<u32, (PeerKey, Bytes)>,
}

impl MetadataDownload {
    /// A download of the info dictionary with this SHA-1.
    pub fn new(info_hash: [u8; 20], limits: MetadataLimits) -> MetadataDownload {
        MetadataDownload {
            info_hash,
            limits,
            peers: BTreeMap::new(),
            attempt: None,
            doubtful: BTreeSet::new(),
            events: VecDeque::new(),
            done: false,
        }
    }

    /// A peer offers an info dictionary of this size: it knows `ut_metadata`, and `metadata_size` of its extended
    /// handshake is `size`. Whether it will be asked; told again with the same size, nothing changes.
    pub fn on_peer(&mut self, peer: PeerKey, size: u64) -> bool {
        let useful = (1..=self.limits.max_size).contains(&size) && piece_count(size).is_some();
        let known = self.peers.get(&peer).map(|known| known.size);
        if self.done || !useful || known == Some(size) {
            return known == Some(size) && !self.done;
        }
        if known.is_some() {
            // It has changed its mind: what it gave so far is not to be mixed with what it gives now.
            self.forget_pieces_of(peer);
        } else if self.peers.len() >= MAX_PEERS {
            return false;
        }
        let liar = self.peers.get(&peer).is_some_and(|known| known.liar);
        self.peers.insert(
            peer,
            Peer {
                size,
                asked: Vec::new(),
                resting_until: None,
                liar,
            },
        );
        true
    }

    /// A peer is gone.
    pub fn on_gone(&mut self, peer: PeerKey) {
        self.peers.remove(&peer);
    }

    /// A peer answered with data. What was not asked for is ignored.
    pub fn on_data(&mut self, peer: PeerKey, piece: u32, total_size: u64, data: &[u8]) {
        if self.done || !self.take_asked(peer, piece) {
            return;
        }
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        if total_size != attempt.size || data.len() != piece_length(attempt.size, piece) {
            self.convict(peer);
            return;
        }
        attempt
            .pieces
            .insert(piece, (peer, Bytes::copy_from_slice(data)));
        if piece_count(attempt.size).is_some_and(|count| attempt.pieces.len() == count as usize) {
            self.verify();
        }
    }

    /// A peer rejected a request: it is left alone for a while.
    pub fn on_reject(&mut self, now: Instant, peer: PeerKey, piece: u32) {
        if self.take_asked(peer, piece) {
            self.rest(now, peer);
        }
    }

    /// Gives up requests whose time is up, and calls on peers again that have rested.
    pub fn handle_timeout(&mut self, now: Instant) {
        let timeout = self.limits.request_timeout;
        let mut late = Vec::new();
        for (key, peer) in &mut self.peers {
            let before = peer.asked.len();
            peer.asked.retain(|(_, at)| *at + timeout > now);
            if peer.asked.len() < before {
                late.push(*key);
            }
            if peer.resting_until.is_some_and(|until| until <= now) {
                peer.resting_until = None;
            }
        }
        for key in late {
            self.rest(now, key);
        }
    }

    /// When [`handle_timeout`](MetadataDownload::handle_timeout) is due.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.done {
            return None;
        }
        let deadlines = self.peers.values().flat_map(|peer| {
            let asked = peer
                .asked
                .iter()
                .map(|(_, at)| *at + self.limits.request_timeout);
            asked.chain(peer.resting_until)
        });
        deadlines.min()
    }

    /// Whom to ask for which piece next.
    pub fn poll_request(&mut self, now: Instant) -> Option<(PeerKey, u32)> {
        if self.done {
            return None;
        }
        self.choose_attempt();
        let attempt = self.attempt.as_ref()?;
        let (size, only) = (attempt.size, attempt.only);
        let asked: BTreeSet<u32> = self
            .peers
            .values()
            .flat_map(|peer| &peer.asked)
            .map(|(piece, _)| *piece)
            .collect();
        let missing = |piece: &u32| !attempt.pieces.contains_key(piece) && !asked.contains(piece);
        let piece = (0..piece_count(size)?).find(missing)?;
        let room = |key: &PeerKey, peer: &Peer| {
            peer.is_able(size)
                && only.is_none_or(|only| only == *key)
                && peer.asked.len() < self.limits.requests_per_peer
        };
        let free = self.peers.iter_mut().filter(|(key, peer)| room(key, peer));
        let (key, peer) = free.min_by_key(|(_, peer)| peer.asked.len())?;
        peer.asked.push((piece, now));
        Some((*key, piece))
    }

    /// What has come of it.
    pub fn poll_event(&mut self) -> Option<MetadataEvent> {
        self.events.pop_front()
    }

    /// How much has come, and how much there is by the claim that is being tried: bytes.
    pub fn progress(&self) -> Option<(u64, u64)> {
        let attempt = self.attempt.as_ref()?;
        let come = attempt
            .pieces
            .values()
            .map(|(_, data)| data.len() as u64)
            .sum();
        Some((come, attempt.size))
    }

    /// Keeps to the present try as long as somebody can go on with it; else the size that most peers can serve.
    fn choose_attempt(&mut self) {
        if self
            .attempt
            .as_ref()
            .is_some_and(|attempt| self.can_go_on(attempt))
        {
            return;
        }
        let mut sizes: BTreeMap<u64, usize> = BTreeMap::new();
        for peer in self.peers.values().filter(|peer| peer.is_able(peer.size)) {
            *sizes.entry(peer.size).or_default() += 1;
        }
        let Some((size, _)) = sizes
            .into_iter()
            .max_by_key(|(size, peers)| (*peers, std::cmp::Reverse(*size)))
        else {
            return;
        };
        let able = self
            .peers
            .iter()
            .filter(|(_, peer)| peer.is_able(size))
            .map(|(key, _)| *key);
        let only = if self.doubtful.contains(&size) {
            able.min()
        } else {
            None
        };
        if self
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.size == size && attempt.only.is_none() && only.is_none())
        {
            return;
        }
        for peer in self.peers.values_mut() {
            peer.asked.clear();
        }
        self.attempt = Some(Attempt {
            size,
            only,
            pieces: BTreeMap::new(),
        });
    }

    fn can_go_on(&self, attempt: &Attempt) -> bool {
        self.peers.iter().any(|(key, peer)| {
            let able =
                peer.is_able(attempt.size) || (peer.size == attempt.size && !peer.asked.is_empty());
            able && attempt.only.is_none_or(|only| only == *key)
        })
    }

    fn verify(&mut self) {
        let Some(attempt) = self.attempt.take() else {
            return;
        };
        let mut metadata =
            Vec::with_capacity(attempt.pieces.values().map(|(_, data)| data.len()).sum());
        for (_, data) in attempt.pieces.values() {
            metadata.extend_from_slice(data);
        }
        let hash: [u8; 20] = Sha1::digest(&metadata).into();
        if hash == self.info_hash {
            self.finish(attempt.size, metadata.into());
            return;
        }
        let givers: BTreeSet<PeerKey> = attempt.pieces.values().map(|(peer, _)| *peer).collect();
        match (givers.first(), givers.len()) {
            (Some(peer), 1) => self.convict(*peer),
            _ => {
                self.doubtful.insert(attempt.size);
            }
        }
    }

    /// Those who claimed another size have lied.
    fn finish(&mut self, size: u64, metadata: Bytes) {
        let liars: Vec<_> = self
            .peers
            .iter()
            .filter(|(_, peer)| peer.size != size)
            .map(|(key, _)| *key)
            .collect();
        for peer in liars {
            self.convict(peer);
        }
        self.done = true;
        self.peers.clear();
        self.events.push_back(MetadataEvent::Complete(metadata));
    }

    fn convict(&mut self, key: PeerKey) {
        self.forget_pieces_of(key);
        if let Some(peer) = self.peers.get_mut(&key)
            && !std::mem::replace(&mut peer.liar, true)
        {
            peer.asked.clear();
            self.events.push_back(MetadataEvent::Liar(key));
        }
    }

    fn forget_pieces_of(&mut self, key: PeerKey) {
        if let Some(attempt) = &mut self.attempt {
            attempt.pieces.retain(|_, (giver, _)| *giver != key);
        }
    }

    fn rest(&mut self, now: Instant, key: PeerKey) {
        if let Some(peer) = self.peers.get_mut(&key) {
            peer.resting_until = Some(now + self.limits.retry_after);
        }
    }

    fn take_asked(&mut self, key: PeerKey, piece: u32) -> bool {
        let Some(peer) = self.peers.get_mut(&key) else {
            return false;
        };
        let before = peer.asked.len();
        peer.asked.retain(|(asked, _)| *asked != piece);
        peer.asked.len() < before
    }
}

impl Peer {
    fn is_able(&self, size: u64) -> bool {
        self.size == size && !self.liar && self.resting_until.is_none()
    }
}

fn piece_count(size: u64) -> Option<u32> {
    u32::try_from(size.div_ceil(u64::from(METADATA_PIECE_LENGTH))).ok()
}

fn piece_length(size: u64, piece: u32) -> usize {
    let start = u64::from(piece) * u64::from(METADATA_PIECE_LENGTH);
    size.saturating_sub(start)
        .min(u64::from(METADATA_PIECE_LENGTH)) as usize
}
