use std::time::Instant;

use bip_handshake::CompleteMessage;
use bip_metainfo::{Info, InfoHash};
use bip_peer::{
    ExtendedHandshake, MetadataDownload, MetadataEvent, MetadataLimits, MetadataMessage,
    PeerCommand, PeerEvent, PeerKey, SessionConfig, UT_METADATA,
};

use super::announcer::Totals;
use super::error::SwarmError;
use super::network::{Happening, Network, PEER_EVENT_BATCH, sleep_until_some};
use crate::event::Event;
use crate::output::Output;

/// What a tracker is told while the length is unknown: something is left.
pub(super) const UNKNOWN_TOTALS: Totals = Totals {
    downloaded: 0,
    uploaded: 0,
    left: 1,
};

/// Asks peers for the description of the torrent (BEP 9) until one is right; nothing when the user stopped. Peers met
/// on the way stay connected.
pub(super) async fn fetch(
    network: &mut Network,
    info_hash: InfoHash,
    output: &mut Output,
) -> Result<Option<Info>, SwarmError> {
    let mut fetch = Fetch {
        download: MetadataDownload::new(info_hash.to_bytes(), MetadataLimits::default()),
        network,
    };
    let mut batch: Vec<(PeerKey, PeerEvent)> = Vec::with_capacity(PEER_EVENT_BATCH);
    loop {
        fetch.network.dial();
        let due = fetch.download.poll_timeout();
        tokio::select! {
            happening = fetch.network.next(&mut batch) => match happening {
                Happening::Peers => {
                    for (peer, event) in batch.drain(..) {
                        fetch.on_peer_event(peer, event, output);
                    }
                }
                Happening::Handshake(event) => {
                    let session = |complete: &CompleteMessage| session_config(complete);
                    if let Some(peer) = fetch.network.on_handshake(event, session, output) {
                        fetch.network.tell_node(peer).await;
                    }
                }
                Happening::Notice(notice) => fetch.network.on_notice(notice, output),
                Happening::Dht(found) => fetch.network.on_dht(found, output),
                Happening::DialDue => {}
                Happening::StopAsked => {
                    output.tell(&Event::Stopped { verified: 0, pieces: 0 });
                    return Ok(None);
                }
                Happening::Lost(part) => return Err(SwarmError::Lost { part }),
            },
            () = sleep_until_some(due) => fetch.download.handle_timeout(Instant::now()),
        }
        if let Some(info) = fetch.advance().await? {
            return Ok(Some(info));
        }
    }
}

fn session_config(complete: &CompleteMessage) -> SessionConfig {
    SessionConfig::default()
        .peer_reserved(complete.extensions.to_bytes())
        .client(super::CLIENT)
}

struct Fetch<'a> {
    download: MetadataDownload,
    network: &'a mut Network,
}

impl Fetch<'_> {
    fn on_peer_event(&mut self, peer: PeerKey, event: PeerEvent, output: &mut Output) {
        match event {
            PeerEvent::ExtendedHandshake(handshake) => self.on_extended_handshake(peer, &handshake),
            PeerEvent::Metadata(MetadataMessage::Data {
                piece,
                total_size,
                data,
            }) => {
                self.download.on_data(peer, piece, total_size, &data);
            }
            PeerEvent::Metadata(MetadataMessage::Reject { piece }) => {
                self.download.on_reject(Instant::now(), peer, piece);
            }
            PeerEvent::Ended(end) => {
                self.download.on_gone(peer);
                self.network.on_ended(peer, &end.reason, output);
            }
            event => self.network.note(peer, &event),
        }
    }

    fn on_extended_handshake(&mut self, peer: PeerKey, handshake: &ExtendedHandshake) {
        let knows = handshake
            .extensions
            .get(UT_METADATA)
            .is_some_and(|id| *id != 0);
        if let (true, Some(size)) = (knows, handshake.metadata_size) {
            self.download.on_peer(peer, size);
        }
    }

    /// Sends the requests that are due, and takes what has come of the earlier ones.
    async fn advance(&mut self) -> Result<Option<Info>, SwarmError> {
        while let Some((peer, piece)) = self.download.poll_request(Instant::now()) {
            self.network
                .send(peer, PeerCommand::RequestMetadata { piece })
                .await;
        }
        while let Some(event) = self.download.poll_event() {
            match event {
                MetadataEvent::Complete(bytes) => {
                    // The bytes have the right hash, so that another peer could only send the same.
                    let info = Info::from_bytes(&bytes)
                        .map_err(|source| SwarmError::Metadata { source })?;
                    return Ok(Some(info));
                }
                MetadataEvent::Liar(peer) => self.network.ban(peer),
                _ => {}
            }
        }
        Ok(None)
    }
}
