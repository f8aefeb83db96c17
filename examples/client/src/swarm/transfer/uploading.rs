use std::time::Instant;

use bip_disk::ReadBlockError;
use bip_peer::{BlockRequest, PeerCommand, PeerKey};
use bip_select::PeerFacts;
use bytes::Bytes;

use super::Transfer;

/// What we give: whom we unchoke, and the blocks they ask for.
impl Transfer<'_> {
    pub(super) fn read(&mut self, peer: PeerKey, run: BlockRequest) {
        let (disk, torrent) = (self.storage.disk.clone(), self.storage.torrent);
        self.reads.push(Box::pin(async move {
            let read = disk
                .read_block(torrent, run.piece, run.begin, run.length)
                .await;
            (peer, run, read)
        }));
    }

    pub(super) async fn serve(
        &mut self,
        peer: PeerKey,
        run: BlockRequest,
        read: Result<Bytes, ReadBlockError>,
    ) {
        let command = match read {
            Ok(data) => PeerCommand::Serve { run, data },
            Err(_) => PeerCommand::Refuse(run),
        };
        self.network.send(peer, command).await;
    }

    pub(super) async fn rechoke(&mut self) {
        let facts: Vec<PeerFacts> = self
            .network
            .peers
            .iter()
            .map(|(key, peer)| {
                let stats = self.network.manager.stats(*key).unwrap_or_default();
                PeerFacts {
                    peer: key.get(),
                    interested: peer.interested,
                    rate_down_bytes_per_s: stats.download_rate_bytes_per_s,
                    rate_up_bytes_per_s: stats.upload_rate_bytes_per_s,
                    connected_at: peer.connected_at,
                    unanswered_since: peer.unanswered_since,
                }
            })
            .collect();
        let changes = self.choker.tick(Instant::now(), &facts);
        for peer in changes.choke {
            self.network
                .send(PeerKey::new(peer), PeerCommand::Choke)
                .await;
        }
        for peer in changes.unchoke {
            self.network
                .send(PeerKey::new(peer), PeerCommand::Unchoke)
                .await;
        }
    }
}
