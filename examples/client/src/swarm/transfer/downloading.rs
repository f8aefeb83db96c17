use std::time::Instant;

use bip_peer::{Block, BlockRequest, PeerCommand, PeerKey};
use bip_select::{BLOCK_LENGTH, BlockId};

use super::Transfer;

/// What we get: which blocks whom is asked for, and those that come.
impl Transfer<'_> {
    pub(super) async fn on_block(&mut self, peer: PeerKey, block: Block) {
        let id = to_block_id(block.request());
        let outcome = self.picker.on_block(peer.get(), id);
        if let Some(known) = self.network.peers.get_mut(&peer) {
            known.unanswered_since = (self.picker.outstanding(peer.get()) > 0).then(Instant::now);
        }
        for (other, id) in &outcome.cancels {
            let cancel = PeerCommand::Cancel(vec![to_request(*id)]);
            self.network.send(PeerKey::new(*other), cancel).await;
        }
        if !outcome.is_new() {
            return;
        }
        let Block { piece, begin, data } = block;
        let block = bip_disk::Block { piece, begin, data };
        if self
            .storage
            .disk
            .write_block(self.storage.torrent, block)
            .await
            .is_err()
        {
            // Nothing is lost but the piece's blocks so far, which are fetched again.
            self.picker.on_write_failed(piece);
        }
    }

    pub(super) fn on_lost(&mut self, peer: PeerKey, requests: &[BlockRequest]) {
        let blocks: Vec<BlockId> = requests.iter().copied().map(to_block_id).collect();
        self.picker.on_lost(peer.get(), &blocks);
        self.refill = true;
    }

    /// Gives a peer the requests that it has room for, as far as the disk has room for what they bring.
    pub(super) async fn feed(&mut self, peer: PeerKey) {
        let outstanding: usize = self
            .network
            .peers
            .keys()
            .map(|peer| self.picker.outstanding(peer.get()) as usize)
            .sum();
        let Some(known) = self.network.peers.get_mut(&peer) else {
            return;
        };
        let room = (self.storage.disk.room() / BLOCK_LENGTH as usize).saturating_sub(outstanding);
        let count = known.hungry.min(room);
        if count == 0 || !known.serves_us {
            return;
        }
        self.picked.clear();
        self.picker.pick(peer.get(), count, &mut self.picked);
        known.hungry -= self.picked.len().min(known.hungry);
        if self.picked.is_empty() {
            return;
        }
        known.unanswered_since.get_or_insert_with(Instant::now);
        let requests = self.picked.iter().copied().map(to_request).collect();
        self.network
            .send(peer, PeerCommand::Request(requests))
            .await;
    }

    pub(super) async fn refill_hungry(&mut self) {
        self.refill = false;
        let hungry: Vec<PeerKey> = self
            .network
            .peers
            .iter()
            .filter(|(_, peer)| peer.hungry > 0 && peer.serves_us)
            .map(|(key, _)| *key)
            .collect();
        for peer in hungry {
            self.feed(peer).await;
        }
    }

    pub(super) async fn update_interest(&mut self, peer: PeerKey) {
        let wanted = self.picker.is_interesting(peer.get());
        let Some(known) = self.network.peers.get_mut(&peer) else {
            return;
        };
        if known.wanted != wanted {
            known.wanted = wanted;
            let command = if wanted {
                PeerCommand::Interested
            } else {
                PeerCommand::NotInterested
            };
            self.network.send(peer, command).await;
        }
    }
}

fn to_block_id(request: BlockRequest) -> BlockId {
    BlockId {
        piece: request.piece,
        begin: request.begin,
        length: request.length,
    }
}

fn to_request(block: BlockId) -> BlockRequest {
    BlockRequest {
        piece: block.piece,
        begin: block.begin,
        length: block.length,
    }
}
