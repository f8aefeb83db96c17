use bytes::{Buf, Bytes, BytesMut};
use nom::number::complete::{be_u16, be_u32};
use nom::{IResult, Parser};

use super::Message;
use super::message::id;
use crate::limits::{MAX_PIECE_COUNT, MAX_REQUEST_LENGTH};
use crate::{Block, BlockRequest, Violation};

/// Length of the length prefix.
const PREFIX: usize = 4;
/// Id, piece and begin in front of the data of a piece.
const PIECE_HEAD: u32 = 9;
/// Longest frame of an id that is not known; it is skipped, not buffered.
const MAX_UNKNOWN: u32 = 1 << 20;

/// Cuts the bytes of a connection into messages (BEP 3).
///
/// Each kind of message has its greatest length, checked as soon as prefix and id are there, so that nothing waits in
/// the buffer for a frame that will be refused. Payloads are slices of the input, not copies.
#[derive(Clone, Debug)]
pub struct FrameDecoder {
    max_extended_length: u32,
    /// Bytes of an unknown frame that are still to be thrown away.
    skip: usize,
}

impl FrameDecoder {
    /// A decoder that takes extended messages of up to `max_extended_length` bytes.
    pub fn new(max_extended_length: u32) -> FrameDecoder {
        FrameDecoder {
            max_extended_length,
            skip: 0,
        }
    }

    /// Takes the next message off the front of `input`; `None` when it is not complete yet, and then all that is left in
    /// `input` is the beginning of a frame.
    ///
    /// # Errors
    ///
    /// [`Violation::FrameTooLarge`] and [`Violation::MessageLength`]. The stream is of no further use then.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Message>, Violation> {
        self.skip_unknown(input);
        let Some((length, id)) = peek(input) else {
            return Ok(None);
        };
        let Some(id) = id else {
            if length > 0 {
                return Ok(None);
            }
            input.advance(PREFIX);
            return Ok(Some(Message::KeepAlive));
        };
        if !self.is_known(id, length)? {
            self.skip = PREFIX + length as usize;
            self.skip_unknown(input);
            return Ok(Some(Message::Unknown { id, length }));
        }
        if input.len() < PREFIX + length as usize {
            return Ok(None);
        }
        input.advance(PREFIX + 1);
        Ok(Some(take_message(id, length, input)))
    }

    /// How many bytes are missing from the frame that `input` begins with: at least 1, and what a buffer should have room
    /// for, at the least, before the next read.
    pub fn missing(&self, input: &[u8]) -> usize {
        match peek(input) {
            Some((length, Some(_))) => (PREFIX + length as usize)
                .saturating_sub(input.len())
                .max(1),
            _ => (PREFIX + 1).saturating_sub(input.len()).max(1),
        }
    }

    fn skip_unknown(&mut self, input: &mut BytesMut) {
        let here = self.skip.min(input.len());
        input.advance(here);
        self.skip -= here;
    }

    /// Whether the id is one of ours; an error when the frame's length does not fit it.
    fn is_known(&self, id: u8, length: u32) -> Result<bool, Violation> {
        let (least, most) = match id {
            id::CHOKE | id::UNCHOKE | id::INTERESTED | id::NOT_INTERESTED => (1, 1),
            id::HAVE => (5, 5),
            id::BITFIELD => (1, 1 + MAX_PIECE_COUNT / 8),
            id::REQUEST | id::CANCEL => (13, 13),
            id::PIECE => (PIECE_HEAD, PIECE_HEAD + MAX_REQUEST_LENGTH),
            id::PORT => (3, 3),
            id::EXTENDED => (2, 2 + self.max_extended_length),
            _ if length > MAX_UNKNOWN => {
                return Err(Violation::FrameTooLarge {
                    length,
                    limit: MAX_UNKNOWN,
                });
            }
            _ => return Ok(false),
        };
        if (least..=most).contains(&length) {
            return Ok(true);
        }
        if length > most && least != most {
            return Err(Violation::FrameTooLarge {
                length,
                limit: most,
            });
        }
        Err(Violation::MessageLength { id, length })
    }
}

/// Length prefix and id, as far as they are there.
fn peek(input: &[u8]) -> Option<(u32, Option<u8>)> {
    let (prefix, rest) = input.split_first_chunk::<PREFIX>()?;
    let length = u32::from_be_bytes(*prefix);
    let id = if length == 0 {
        None
    } else {
        rest.first().copied()
    };
    Some((length, id))
}

/// Takes a message whose frame is complete and whose length was checked; `input` begins behind the id.
fn take_message(id: u8, length: u32, input: &mut BytesMut) -> Message {
    let payload = length as usize - 1;
    match id {
        id::CHOKE => Message::Choke,
        id::UNCHOKE => Message::Unchoke,
        id::INTERESTED => Message::Interested,
        id::NOT_INTERESTED => Message::NotInterested,
        id::HAVE => Message::Have(input.get_u32()),
        id::BITFIELD => Message::Bitfield(take(input, payload)),
        id::PIECE => {
            let (piece, begin) = (input.get_u32(), input.get_u32());
            Message::Piece(Block {
                piece,
                begin,
                data: take(input, payload - 8),
            })
        }
        id::EXTENDED => {
            let id = input.get_u8();
            Message::Extended {
                id,
                payload: take(input, payload - 1),
            }
        }
        _ => take_fixed(id, length, input, payload),
    }
}

/// The messages that nom reads: of fixed layout, with several fields.
fn take_fixed(id: u8, length: u32, input: &mut BytesMut, payload: usize) -> Message {
    let parsed = match id {
        id::REQUEST => request(&input[..payload]).map(|(_, request)| Message::Request(request)),
        id::CANCEL => request(&input[..payload]).map(|(_, request)| Message::Cancel(request)),
        _ => be_u16::<_, nom::error::Error<&[u8]>>(&input[..payload])
            .map(|(_, port)| Message::Port(port)),
    };
    // Lengths were checked, so that the parsers always find their bytes.
    let message = parsed.unwrap_or(Message::Unknown { id, length });
    input.advance(payload);
    message
}

fn request(input: &[u8]) -> IResult<&[u8], BlockRequest> {
    (be_u32, be_u32, be_u32)
        .map(|(piece, begin, length)| BlockRequest {
            piece,
            begin,
            length,
        })
        .parse(input)
}

fn take(input: &mut BytesMut, length: usize) -> Bytes {
    input.split_to(length).freeze()
}
