//! Who is where: `get_peers` and `announce_peer` (BEP 5, BEP 33).

use std::time::Instant;

use super::Asker;
use crate::bloom::BloomFilter;
use crate::core::DhtCore;
use crate::key::Key;
use crate::krpc::{ErrorCode, Response, Values};
use crate::limits::{FILTERS_LENGTH, K, MAX_PEERS_ANSWERED, NODES_BESIDE};
use crate::storage::{AnnounceRefusal, Prefer, StoredPeer};

impl DhtCore {
    /// The peers at a key and the nodes closest to it. Filters are long and cannot be cut; who scrapes gets them on top of
    /// the rest, whatever the query's length, and less often.
    pub(super) fn answer_get_peers(
        &mut self,
        asker: &Asker<'_>,
        key: Key,
        scrape: bool,
        no_seed: bool,
    ) {
        let mut peers = Vec::new();
        let prefer = if no_seed {
            Prefer::Downloaders
        } else {
            Prefer::Nobody
        };
        let (now, family) = (asker.now, asker.family);
        let most = MAX_PEERS_ANSWERED;
        self.peers
            .sample(now, &key, family, most, prefer, &mut self.rng, &mut peers);
        let token = self.peers.accepts(&asker.own, &key, asker.address.ip());
        let token = token.then(|| self.tokens.issue(now, asker.address.ip(), key));
        let filters = scrape.then(|| self.filters(now, &key)).flatten();
        let mut response = Response::new(asker.own);
        response.token = token.as_ref().map(|token| &token[..]);
        response.values = (!peers.is_empty()).then(|| Values::new(&peers));
        if let Some((seeds, downloaders)) = &filters {
            response.seeds = Some(seeds.as_bytes());
            response.downloaders = Some(downloaders.as_bytes());
        }
        let exempt = filters.as_ref().map_or(0, |_| FILTERS_LENGTH);
        let count = match asker.is_stranger && !peers.is_empty() {
            true => NODES_BESIDE,
            false => K,
        };
        self.answer_with_nodes(asker, exempt, key.into(), count, response);
    }

    /// Everybody at a key (BEP 33, "New GET_PEERS Semantics"); nothing where there is nobody.
    fn filters(&self, now: Instant, key: &Key) -> Option<(BloomFilter, BloomFilter)> {
        let (mut seeds, mut downloaders) = (BloomFilter::new(), BloomFilter::new());
        let mut is_empty = true;
        for peer in self.peers.peers(now, key) {
            let filter = if peer.is_seed {
                &mut seeds
            } else {
                &mut downloaders
            };
            filter.insert(peer.address.ip());
            is_empty = false;
        }
        (!is_empty).then_some((seeds, downloaders))
    }

    pub(super) fn store_peer(
        &mut self,
        asker: &Asker<'_>,
        key: Key,
        peer: StoredPeer,
        token: &[u8],
    ) -> Result<(), (ErrorCode, &'static str)> {
        let ip = asker.address.ip();
        if !self.tokens.accepts(asker.now, ip, key, token) {
            return Err((ErrorCode::Protocol, "bad token"));
        }
        match self.peers.announce(asker.now, &asker.own, key, peer) {
            Ok(()) => {
                self.reply(asker, 0, &Response::new(asker.own));
                Ok(())
            }
            Err(AnnounceRefusal::Address) => Err((ErrorCode::Protocol, "invalid port")),
            Err(AnnounceRefusal::Quota | AnnounceRefusal::Full) => {
                Err((ErrorCode::Server, "storage is full"))
            }
        }
    }
}
