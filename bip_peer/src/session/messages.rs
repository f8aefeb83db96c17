use std::time::Instant;

use bytes::Bytes;

use super::requests::Answer;
use super::uploads::Queued;
use super::{Session, Wants};
use crate::extension::MetadataFrame;
use crate::limits::MAX_REQUEST_LENGTH;
use crate::wire::Message;
use crate::{
    Block, BlockRequest, ExtendedHandshake, MetadataMessage, PeerEvent, UT_METADATA, Violation,
};

/// What the peer says.
impl Session {
    pub(super) fn on_message(&mut self, now: Instant, message: Message) -> Result<(), Violation> {
        match message {
            Message::Piece(block) => self.on_block(now, block),
            Message::Request(request) => self.on_request(request)?,
            Message::Cancel(request) => self.on_cancel(request)?,
            Message::Choke => self.on_choke(),
            Message::Unchoke => self.on_unchoke(),
            Message::Interested => self.on_interest(Interest::Yes),
            Message::NotInterested => self.on_interest(Interest::No),
            Message::Bitfield(bits) => {
                let event = self.pieces.on_bitfield(bits)?;
                self.events.extend(event);
            }
            Message::Have(piece) => {
                let event = self.pieces.on_have(piece)?;
                self.events.extend(event);
            }
            Message::Port(port) => self.events.push_back(PeerEvent::Port(port)),
            Message::Extended { id, payload } => self.on_extended(id, payload)?,
            Message::Unknown { .. } => self.counters.stats.skipped_messages += 1,
            Message::KeepAlive => {}
        }
        Ok(())
    }

    fn on_choke(&mut self) {
        let lost = self.requests.lose_all();
        if !self.choke.peer_choking || !lost.is_empty() {
            self.choke.peer_choking = true;
            self.wants = Wants::Quiet;
            self.events.push_back(PeerEvent::Choked { lost });
        }
    }

    fn on_unchoke(&mut self) {
        if self.choke.peer_choking {
            self.choke.peer_choking = false;
            self.wants = Wants::Quiet;
            self.events.push_back(PeerEvent::Unchoked);
        }
    }

    fn on_interest(&mut self, interest: Interest) {
        let interested = matches!(interest, Interest::Yes);
        if self.choke.peer_interested != interested {
            self.choke.peer_interested = interested;
            self.events.push_back(if interested {
                PeerEvent::Interested
            } else {
                PeerEvent::NotInterested
            });
        }
    }

    fn on_block(&mut self, now: Instant, block: Block) {
        let length = block.data.len();
        match self.requests.on_block(now, block.request()) {
            Answer::Asked(latency) => self.window.on_block(now, length, latency),
            Answer::Late => {}
            Answer::Cancelled | Answer::Unasked => {
                self.counters.stats.wasted += length as u64;
                return;
            }
        }
        self.counters.stats.downloaded += length as u64;
        self.counters.down.add(now, length);
        self.events.push_back(PeerEvent::Block(block));
    }

    fn on_request(&mut self, request: BlockRequest) -> Result<(), Violation> {
        self.check_bounds(request)?;
        if request.length == 0 || request.length > MAX_REQUEST_LENGTH {
            return Err(Violation::RequestLength(request));
        }
        // Without the metadata there is nothing to give, and a choke may have crossed the request on its way.
        let queued = if self.choke.choking || self.pieces.piece_count().is_none() {
            Queued::Dropped
        } else {
            self.uploads.push(request)
        };
        match queued {
            Queued::Yes => {}
            Queued::Dropped => self.counters.stats.dropped_requests += 1,
            Queued::Flood => {
                return Err(Violation::TooManyRequests {
                    limit: self.config.max_upload_queue,
                });
            }
        }
        Ok(())
    }

    fn on_cancel(&mut self, request: BlockRequest) -> Result<(), Violation> {
        self.check_bounds(request)?;
        self.uploads.cancel(request);
        self.output.cancel(request);
        Ok(())
    }

    fn check_bounds(&self, request: BlockRequest) -> Result<(), Violation> {
        let piece_exists = self
            .pieces
            .piece_count()
            .is_none_or(|piece_count| request.piece < piece_count);
        let piece_length = self
            .size
            .map_or(u32::MAX, |size| size.piece_length(request.piece));
        if piece_exists && request.end() <= u64::from(piece_length) {
            return Ok(());
        }
        Err(Violation::RequestOutOfBounds(request))
    }

    fn on_extended(&mut self, id: u8, payload: Bytes) -> Result<(), Violation> {
        if id == 0 {
            return self.on_extended_handshake(&payload);
        }
        let Some(name) = self.names.of_incoming(id).filter(|_| self.extended) else {
            self.counters.stats.skipped_messages += 1;
            return Ok(());
        };
        if **name == *UT_METADATA {
            return self.on_metadata(&payload);
        }
        let name = name.clone();
        self.events.push_back(PeerEvent::Extended { name, payload });
        Ok(())
    }

    fn on_extended_handshake(&mut self, payload: &[u8]) -> Result<(), Violation> {
        let handshake = ExtendedHandshake::decode(payload)?;
        self.names.merge(handshake);
        if let Some(reqq) = self.names.theirs().reqq {
            self.window.set_reqq(reqq);
        }
        self.events.push_back(PeerEvent::ExtendedHandshake(Box::new(
            self.names.theirs().clone(),
        )));
        Ok(())
    }

    fn on_metadata(&mut self, payload: &Bytes) -> Result<(), Violation> {
        let answer = match MetadataFrame::decode(payload)? {
            Some(MetadataFrame::Answer(answer)) => answer,
            Some(MetadataFrame::Request { piece }) => {
                if !self.server.ask(piece) {
                    self.counters.stats.dropped_requests += 1;
                }
                return Ok(());
            }
            None => {
                self.counters.stats.skipped_messages += 1;
                return Ok(());
            }
        };
        let (piece, length) = match &answer {
            MetadataMessage::Data { piece, data, .. } => (*piece, data.len()),
            MetadataMessage::Reject { piece } => (*piece, 0),
        };
        match self.metadata_asked.iter().position(|asked| *asked == piece) {
            Some(index) => {
                self.metadata_asked.swap_remove(index);
                self.events.push_back(PeerEvent::Metadata(answer));
            }
            None => self.counters.stats.wasted += length as u64,
        }
        Ok(())
    }
}

enum Interest {
    Yes,
    No,
}
