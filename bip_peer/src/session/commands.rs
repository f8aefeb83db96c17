use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::pieces::{check_bitfield, ones};
use super::{Session, Wants};
use crate::extension::MetadataFrame;
use crate::limits::{MAX_METADATA_REQUESTS, MAX_PIECE_COUNT, MAX_REQUEST_LENGTH};
use crate::wire::Message;
use crate::{
    BlockRequest, LostReason, MetadataMessage, PeerCommand, PeerEvent, UT_METADATA, Violation,
};

/// What we are told to do. The only errors are what the peer did wrong before we could tell.
impl Session {
    pub(super) fn on_command(
        &mut self,
        now: Instant,
        command: PeerCommand,
    ) -> Result<(), Violation> {
        match command {
            PeerCommand::Request(requests) => self.request(now, requests),
            PeerCommand::Cancel(requests) => self.cancel(&requests),
            PeerCommand::Serve { run, data } => {
                for block in self.uploads.serve(run, &data) {
                    self.output.push_block(block);
                }
                self.announced.speak();
            }
            PeerCommand::Refuse(run) => self.uploads.refuse(run),
            PeerCommand::Choke => self.choke_peer(),
            PeerCommand::Unchoke => {
                if std::mem::replace(&mut self.choke.choking, false) {
                    self.output.push(Message::Unchoke);
                }
            }
            PeerCommand::Interested => {
                if !std::mem::replace(&mut self.choke.interested, true) {
                    self.output.push(Message::Interested);
                    self.tell_wants();
                }
            }
            PeerCommand::NotInterested => {
                if std::mem::replace(&mut self.choke.interested, false) {
                    self.output.push(Message::NotInterested);
                }
            }
            PeerCommand::Have(piece) => self.have(piece),
            PeerCommand::Bitfield(bits) => self.announce_all(bits),
            PeerCommand::SetPieceCount(piece_count) => self.set_piece_count(piece_count)?,
            PeerCommand::SetTorrentSize(size) => {
                self.size = Some(size);
                self.set_piece_count(size.piece_count())?;
            }
            PeerCommand::ServeMetadata(metadata) => {
                self.serve_metadata(metadata);
                if self.extended {
                    self.send_extended_handshake();
                }
            }
            PeerCommand::RequestMetadata { piece } => self.request_metadata(piece),
            PeerCommand::Extended { name, payload } => self.send_extended(&name, payload),
            PeerCommand::Port(port) => self.output.push(Message::Port(port)),
        }
        Ok(())
    }

    /// Announces the pieces set in `bits`, unless they are for another number of pieces than the torrent has.
    pub(super) fn announce_all(&mut self, bits: Bytes) {
        let fits = self
            .pieces
            .piece_count()
            .is_some_and(|piece_count| check_bitfield(&bits, piece_count).is_ok());
        if !fits || bits.iter().all(|byte| *byte == 0) {
            return;
        }
        if self.announced.spoken() {
            for piece in ones(&bits) {
                self.have(piece);
            }
            return;
        }
        for piece in ones(&bits) {
            self.announced.insert(piece);
        }
        self.announced.speak();
        self.output.push(Message::Bitfield(bits));
    }

    pub(super) fn serve_metadata(&mut self, metadata: Bytes) {
        if !metadata.is_empty() && metadata.len() as u64 <= self.config.max_metadata_size {
            self.server.set(metadata);
        }
    }

    fn have(&mut self, piece: u32) {
        let exists = self
            .pieces
            .piece_count()
            .is_some_and(|piece_count| piece < piece_count);
        if exists && self.announced.insert(piece) {
            self.announced.speak();
            self.output.push(Message::Have(piece));
        }
    }

    fn choke_peer(&mut self) {
        if !std::mem::replace(&mut self.choke.choking, true) {
            self.uploads.clear();
            self.output.drop_blocks();
            self.output.push(Message::Choke);
        }
    }

    fn request(&mut self, now: Instant, requests: Vec<BlockRequest>) {
        self.wants = Wants::Quiet;
        if self.choke.peer_choking {
            self.lose(requests, LostReason::Choked);
            return;
        }
        let (mut invalid, mut excess) = (Vec::new(), Vec::new());
        if self.requests.len() == 0 {
            self.window.on_start(now);
        }
        for request in requests {
            if self.requests.len() >= self.window.ceiling() {
                excess.push(request);
            } else if self.is_sensible(request) && self.requests.insert(now, request) {
                self.output.push(Message::Request(request));
            } else {
                invalid.push(request);
            }
        }
        self.announced.speak();
        self.lose(invalid, LostReason::Invalid);
        self.lose(excess, LostReason::NoRoom);
    }

    fn is_sensible(&self, request: BlockRequest) -> bool {
        let exists = self
            .pieces
            .piece_count()
            .is_some_and(|piece_count| request.piece < piece_count);
        let within = self
            .size
            .is_none_or(|size| request.end() <= u64::from(size.piece_length(request.piece)));
        exists && within && (1..=MAX_REQUEST_LENGTH).contains(&request.length)
    }

    fn lose(&mut self, requests: Vec<BlockRequest>, reason: LostReason) {
        if !requests.is_empty() {
            self.events.push_back(PeerEvent::Lost { requests, reason });
        }
    }

    fn cancel(&mut self, requests: &[BlockRequest]) {
        for request in requests {
            if self.requests.cancel(*request) {
                self.output.push(Message::Cancel(*request));
            }
        }
    }

    fn set_piece_count(&mut self, piece_count: u32) -> Result<(), Violation> {
        let events = self
            .pieces
            .set_piece_count(piece_count.min(MAX_PIECE_COUNT))?;
        self.events.extend(events);
        Ok(())
    }

    fn request_metadata(&mut self, piece: u32) {
        let id = self
            .names
            .id_for_peer(UT_METADATA)
            .filter(|_| self.extended);
        match id {
            Some(id) if self.metadata_asked.len() < MAX_METADATA_REQUESTS => {
                self.metadata_asked.push(piece);
                let payload = MetadataFrame::Request { piece }.encode();
                self.output.push(Message::Extended { id, payload });
            }
            _ => self
                .events
                .push_back(PeerEvent::Metadata(MetadataMessage::Reject { piece })),
        }
    }

    fn send_extended(&mut self, name: &Arc<str>, payload: Bytes) {
        if let Some(id) = self.names.id_for_peer(name).filter(|_| self.extended) {
            self.output.push(Message::Extended { id, payload });
        }
    }
}
