use bytes::{BufMut, Bytes, BytesMut};

use crate::{Block, BlockRequest};

/// The ids of BEP 3 ("peer messages"), of BEP 5 and of BEP 10.
pub(crate) mod id {
    pub(crate) const CHOKE: u8 = 0;
    pub(crate) const UNCHOKE: u8 = 1;
    pub(crate) const INTERESTED: u8 = 2;
    pub(crate) const NOT_INTERESTED: u8 = 3;
    pub(crate) const HAVE: u8 = 4;
    pub(crate) const BITFIELD: u8 = 5;
    pub(crate) const REQUEST: u8 = 6;
    pub(crate) const PIECE: u8 = 7;
    pub(crate) const CANCEL: u8 = 8;
    pub(crate) const PORT: u8 = 9;
    pub(crate) const EXTENDED: u8 = 20;
}

/// One message of the peer protocol (BEP 3, "peer messages"), behind its length prefix.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// An empty frame.
    KeepAlive,
    /// Id 0.
    Choke,
    /// Id 1.
    Unchoke,
    /// Id 2.
    Interested,
    /// Id 3.
    NotInterested,
    /// Id 4: a piece the sender has got.
    Have(u32),
    /// Id 5: the pieces the sender has.
    Bitfield(Bytes),
    /// Id 6.
    Request(BlockRequest),
    /// Id 7.
    Piece(Block),
    /// Id 8.
    Cancel(BlockRequest),
    /// Id 9: the sender's DHT port (BEP 5).
    Port(u16),
    /// Id 20: a message of the extension protocol (BEP 10).
    Extended {
        /// Which extension; 0 is the handshake.
        id: u8,
        /// What stands behind it.
        payload: Bytes,
    },
    /// Any other id, such as those of BEP 6. The payload is skipped as it comes in and never buffered.
    Unknown {
        /// The id.
        id: u8,
        /// Length of the frame, with the id.
        length: u32,
    },
}

impl Message {
    /// Writes the message with its length prefix, up to its payload, which is returned so that it need not be copied: the
    /// data of a piece, the bits of a bitfield, the content of an extended message.
    ///
    /// An [`Unknown`](Message::Unknown) message cannot be written again; nothing comes of it. A payload must be shorter
    /// than 4 GiB.
    pub fn encode_head(self, out: &mut BytesMut) -> Option<Bytes> {
        match self {
            Message::KeepAlive => out.put_u32(0),
            Message::Choke => put_bare(out, id::CHOKE),
            Message::Unchoke => put_bare(out, id::UNCHOKE),
            Message::Interested => put_bare(out, id::INTERESTED),
            Message::NotInterested => put_bare(out, id::NOT_INTERESTED),
            Message::Have(piece) => {
                put_head(out, 5, id::HAVE);
                out.put_u32(piece);
            }
            Message::Bitfield(bits) => {
                put_head(out, 1 + bits.len(), id::BITFIELD);
                return Some(bits);
            }
            Message::Request(request) => put_request(out, id::REQUEST, request),
            Message::Cancel(request) => put_request(out, id::CANCEL, request),
            Message::Piece(block) => {
                put_head(out, 9 + block.data.len(), id::PIECE);
                out.put_u32(block.piece);
                out.put_u32(block.begin);
                return Some(block.data);
            }
            Message::Port(port) => {
                put_head(out, 3, id::PORT);
                out.put_u16(port);
            }
            Message::Extended { id, payload } => {
                put_head(out, 2 + payload.len(), id::EXTENDED);
                out.put_u8(id);
                return Some(payload);
            }
            Message::Unknown { .. } => {}
        }
        None
    }

    /// Writes the whole message, payload and all.
    pub fn encode(self, out: &mut BytesMut) {
        if let Some(payload) = self.encode_head(out) {
            out.extend_from_slice(&payload);
        }
    }
}

fn put_head(out: &mut BytesMut, length: usize, id: u8) {
    out.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    out.put_u8(id);
}

fn put_bare(out: &mut BytesMut, id: u8) {
    put_head(out, 1, id);
}

fn put_request(out: &mut BytesMut, id: u8, request: BlockRequest) {
    put_head(out, 13, id);
    out.put_u32(request.piece);
    out.put_u32(request.begin);
    out.put_u32(request.length);
}
