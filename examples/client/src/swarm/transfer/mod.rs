mod downloading;
mod storing;
mod uploading;

use std::time::Instant;

use bip_disk::ReadBlockError;
use bip_handshake::{CompleteMessage, HandshakeEvent};
use bip_metainfo::Info;
use bip_peer::{BlockRequest, PeerCommand, PeerEvent, PeerKey, SessionConfig, TorrentSize};
use bip_select::{
    BlockId, Choker, ChokerConfig, FactError, Opening, Phase, Picker, PickerConfig, Revelation,
    Show,
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::{MissedTickBehavior, interval};

use crate::event::{Event, Progress};
use crate::output::Output;
use crate::swarm::announcer::Totals;
use crate::swarm::error::SwarmError;
use crate::swarm::network::{Happening, Network, PEER_EVENT_BATCH, sleep_until_some};
use crate::swarm::options::AfterComplete;
use crate::swarm::progress::{PROGRESS_INTERVAL, Rate};
use crate::swarm::storage::Storage;

/// How a transfer ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Complete,
    Stopped,
}

type Read = BoxFuture<'static, (PeerKey, BlockRequest, Result<Bytes, ReadBlockError>)>;

/// The time in which pieces come and go.
pub(super) struct Transfer<'a> {
    info: &'a Info,
    size: TorrentSize,
    /// The info dictionary as it is served (BEP 9).
    metadata: Bytes,
    pub(super) network: &'a mut Network,
    storage: &'a mut Storage,
    after_complete: AfterComplete,
    picker: Picker,
    revelation: Revelation,
    choker: Choker,
    /// Runs of blocks being read for peers; each session gives out only a few at a time.
    reads: FuturesUnordered<Read>,
    /// Blocks taken from the picker and not yet asked for, kept to save allocations.
    picked: Vec<BlockId>,
    /// Some peer may get requests that it could not get before.
    refill: bool,
    write_failures: u32,
    /// Bytes of peers that have gone.
    gone_downloaded: u64,
    gone_uploaded: u64,
    down: Rate,
    up: Rate,
    started: Instant,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(
        info: &'a Info,
        have: &[u8],
        network: &'a mut Network,
        storage: &'a mut Storage,
        after_complete: AfterComplete,
    ) -> Result<Transfer<'a>, SwarmError> {
        let now = Instant::now();
        let mut picker = Picker::new(
            PickerConfig::default(),
            info.piece_count(),
            info.piece_length(),
            info.total_length(),
            rand::random(),
        )
        .map_err(|source| SwarmError::Geometry { source })?;
        let size =
            TorrentSize::new(info.piece_length(), info.total_length()).ok_or(SwarmError::Lost {
                part: "the description",
            })?;
        let mut revelation = Revelation::new(info.piece_count());
        picker
            .set_have(have)
            .map_err(|source| SwarmError::Check { source })?;
        revelation
            .set_have(have)
            .map_err(|source| SwarmError::Check { source })?;
        Ok(Transfer {
            info,
            size,
            metadata: Bytes::copy_from_slice(info.raw()),
            network,
            storage,
            after_complete,
            picker,
            revelation,
            choker: Choker::new(ChokerConfig::default(), rand::random()),
            reads: FuturesUnordered::new(),
            picked: Vec::new(),
            refill: false,
            write_failures: 0,
            gone_downloaded: 0,
            gone_uploaded: 0,
            down: Rate::new(now),
            up: Rate::new(now),
            started: now,
        })
    }

    pub(super) fn totals(&self) -> Totals {
        let (downloaded, uploaded) = self.transferred();
        Totals {
            downloaded,
            uploaded,
            left: self.picker.left(),
        }
    }

    /// Runs until everything is there (and the user does not want to seed), or the user stops it.
    pub(super) async fn run(&mut self, output: &mut Output) -> Result<Ended, SwarmError> {
        self.welcome_early_peers().await;
        if self.picker.is_complete() && self.on_complete(output).await {
            return Ok(Ended::Complete);
        }
        let mut batch: Vec<(PeerKey, PeerEvent)> = Vec::with_capacity(PEER_EVENT_BATCH);
        let mut ticks = interval(PROGRESS_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.network.dial();
            let choke_due = self.choker.poll_timeout();
            tokio::select! {
                happening = self.network.next(&mut batch) => {
                    if let Some(ended) = self.on_happening(happening, &mut batch, output).await? {
                        return Ok(ended);
                    }
                }
                event = self.storage.events.next() => {
                    let Some(event) = event else { return Err(SwarmError::Lost { part: "the disk" }) };
                    if self.on_disk_event(event, output).await? {
                        return Ok(Ended::Complete);
                    }
                }
                Some((peer, run, read)) = self.reads.next(), if !self.reads.is_empty() => {
                    self.serve(peer, run, read).await;
                }
                () = sleep_until_some(choke_due) => self.rechoke().await,
                _ = ticks.tick() => self.tell_progress(output),
            }
            if self.refill {
                self.refill_hungry().await;
            }
        }
    }

    async fn on_happening(
        &mut self,
        happening: Happening,
        batch: &mut Vec<(PeerKey, PeerEvent)>,
        output: &mut Output,
    ) -> Result<Option<Ended>, SwarmError> {
        match happening {
            Happening::Peers => {
                for (peer, event) in batch.drain(..) {
                    self.on_peer_event(peer, event, output).await;
                }
            }
            Happening::Handshake(event) => self.on_handshake(event, output).await,
            Happening::Notice(notice) => self.network.on_notice(notice, output),
            Happening::Dht(found) => self.network.on_dht(found, output),
            Happening::DialDue => {}
            Happening::StopAsked => {
                self.tell_progress(output);
                if !self.picker.is_complete() {
                    let (verified, pieces) = (self.picker.have_count(), self.info.piece_count());
                    output.tell(&Event::Stopped { verified, pieces });
                    return Ok(Some(Ended::Stopped));
                }
                return Ok(Some(Ended::Complete));
            }
            Happening::Lost(part) => return Err(SwarmError::Lost { part }),
        }
        Ok(None)
    }

    async fn on_handshake(&mut self, event: HandshakeEvent, output: &mut Output) {
        let config = self.session_config();
        let session =
            |complete: &CompleteMessage| config.peer_reserved(complete.extensions.to_bytes());
        if let Some(peer) = self.network.on_handshake(event, session, output) {
            self.welcome(peer, Opening::Open).await;
        }
    }

    fn session_config(&self) -> SessionConfig {
        let config = SessionConfig::default()
            .torrent_size(self.size)
            .client(crate::swarm::CLIENT);
        // A private torrent's description is its tracker's to give (BEP 27).
        if self.info.is_private() {
            config
        } else {
            config.metadata(self.metadata.clone())
        }
    }

    /// Peers that were met while the torrent's description was still unknown learn of it, and of what we have.
    async fn welcome_early_peers(&mut self) {
        let peers: Vec<PeerKey> = self.network.peers.keys().copied().collect();
        for peer in peers {
            self.network
                .send(peer, PeerCommand::SetTorrentSize(self.size))
                .await;
            if !self.info.is_private() {
                self.network
                    .send(peer, PeerCommand::ServeMetadata(self.metadata.clone()))
                    .await;
            }
            self.welcome(peer, Opening::Passed).await;
        }
    }

    async fn welcome(&mut self, peer: PeerKey, opening: Opening) {
        self.picker.on_peer(peer.get());
        match self.revelation.on_peer(peer.get(), opening) {
            Show::Bitfield(bitfield) => {
                self.network
                    .send(peer, PeerCommand::Bitfield(bitfield.into()))
                    .await
            }
            Show::Haves(pieces) => {
                for piece in pieces {
                    self.network.send(peer, PeerCommand::Have(piece)).await;
                }
            }
            _ => {}
        }
        self.network.tell_node(peer).await;
    }

    async fn on_peer_event(&mut self, peer: PeerKey, event: PeerEvent, output: &mut Output) {
        match event {
            PeerEvent::Block(block) => self.on_block(peer, block).await,
            PeerEvent::Wants { .. } => {
                self.network.note(peer, &event);
                self.feed(peer).await;
            }
            PeerEvent::Have(piece) => {
                self.believe(peer, |picker| picker.on_have(peer.get(), piece));
                self.update_interest(peer).await;
                self.refill = true;
            }
            PeerEvent::Bitfield(bitfield) => {
                self.believe(peer, |picker| picker.on_bitfield(peer.get(), &bitfield));
                self.update_interest(peer).await;
                self.part_with_seed(peer, &bitfield);
                self.refill = true;
            }
            PeerEvent::Choked { ref lost } => {
                self.on_lost(peer, lost);
                self.network.note(peer, &event);
            }
            PeerEvent::Lost { requests, .. } => self.on_lost(peer, &requests),
            PeerEvent::Interested => {
                self.network.note(peer, &event);
                self.rechoke().await;
            }
            PeerEvent::Serve(run) => self.read(peer, run),
            PeerEvent::Ended(end) => {
                self.gone_downloaded += end.stats.downloaded;
                self.gone_uploaded += end.stats.uploaded;
                self.picker.on_peer_gone(peer.get());
                self.revelation.on_peer_gone(peer.get());
                self.network.on_ended(peer, &end.reason, output);
                self.refill = true;
            }
            event => self.network.note(peer, &event),
        }
    }

    /// Takes a peer's word about what it has. The session has checked it, so that a contradiction is ours: such a peer
    /// is of no use.
    fn believe(&mut self, peer: PeerKey, tell: impl FnOnce(&mut Picker) -> Result<(), FactError>) {
        if tell(&mut self.picker).is_err() {
            self.network.manager.remove(peer);
        }
    }

    /// Two seeders have nothing to say to each other.
    fn part_with_seed(&mut self, peer: PeerKey, bitfield: &[u8]) {
        let has: u32 = bitfield.iter().map(|byte| byte.count_ones()).sum();
        if has == self.info.piece_count() && self.picker.is_complete() {
            self.network.manager.remove(peer);
        }
    }

    /// Returns whether the transfer is over.
    async fn on_complete(&mut self, output: &mut Output) -> bool {
        self.network.update_totals(self.totals());
        self.tell_progress(output);
        output.tell(&Event::Complete {
            length: self.info.total_length(),
            downloaded: self.transferred().0,
            seconds: self.started.elapsed().as_secs_f64(),
        });
        self.choker.set_phase(Phase::Seeding);
        self.after_complete == AfterComplete::End
    }

    fn transferred(&self) -> (u64, u64) {
        let stats = self
            .network
            .peers
            .keys()
            .filter_map(|peer| self.network.manager.stats(*peer));
        stats.fold(
            (self.gone_downloaded, self.gone_uploaded),
            |(down, up), stats| (down + stats.downloaded, up + stats.uploaded),
        )
    }

    fn tell_progress(&mut self, output: &mut Output) {
        let now = Instant::now();
        let totals = self.totals();
        let down_bytes_per_s = self.down.update(totals.downloaded, now);
        let up_bytes_per_s = self.up.update(totals.uploaded, now);
        self.network.update_totals(totals);
        output.tell(&Event::Progress(Progress {
            verified: self.picker.have_count(),
            pieces: self.info.piece_count(),
            verified_bytes: self.info.total_length() - self.picker.left(),
            length: self.info.total_length(),
            downloaded: totals.downloaded,
            uploaded: totals.uploaded,
            down_bytes_per_s,
            up_bytes_per_s,
            peers: self.network.peers.len(),
            eta_seconds: totals
                .left
                .checked_div(down_bytes_per_s)
                .filter(|_| totals.left > 0),
        }));
    }
}
