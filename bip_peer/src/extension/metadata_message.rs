use bip_bencode::{BencodeRef, Decoder, Encoder};
use bytes::{Bytes, BytesMut};

use super::codec;
use crate::Violation;
use crate::limits::{MAX_METADATA_HEADER, METADATA_PIECE_LENGTH};

/// A peer's answer to a request for a piece of the info dictionary (BEP 9).
#[expect(clippy::exhaustive_enums, reason = "the two answers of BEP 9")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataMessage {
    /// A piece of it.
    Data {
        /// Which piece of 16 KiB.
        piece: u32,
        /// Size of the whole info dictionary as this message says.
        total_size: u64,
        /// The bytes, at most 16 KiB; a slice of the read buffer. Not verified.
        data: Bytes,
    },
    /// The peer does not have it, or does not give it.
    Reject {
        /// Which piece.
        piece: u32,
    },
}

/// A message of `ut_metadata` as it goes over the wire (BEP 9, "extension message").
#[expect(clippy::exhaustive_enums, reason = "the three messages of BEP 9")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataFrame {
    /// `msg_type` 0.
    Request {
        /// Which piece of 16 KiB.
        piece: u32,
    },
    /// `msg_type` 1 and 2.
    Answer(MetadataMessage),
}

impl MetadataFrame {
    /// Reads a message: what stands behind its extended id. `None` for a `msg_type` that is not known, which BEP 9 wants
    /// ignored.
    ///
    /// # Errors
    ///
    /// [`Violation::Metadata`] when it is no bencoded dictionary with its keys, or when more than 16 KiB stand behind that.
    pub fn decode(payload: &Bytes) -> Result<Option<MetadataFrame>, Violation> {
        let mut decoder = Decoder::new(codec::options());
        let header = &payload[..payload.len().min(MAX_METADATA_HEADER)];
        let (root, length) = decoder
            .decode_prefix(header)
            .map_err(|error| malformed(&error))?;
        let piece = number(root, b"piece")?;
        let piece =
            u32::try_from(piece).map_err(|_| Violation::Metadata(format!("piece {piece}")))?;
        match number(root, b"msg_type")? {
            0 => Ok(Some(MetadataFrame::Request { piece })),
            1 => {
                let total_size = number(root, b"total_size")?;
                let data = payload.slice(length..);
                if data.len() > METADATA_PIECE_LENGTH as usize {
                    return Err(Violation::Metadata(format!("{} bytes of data", data.len())));
                }
                Ok(Some(MetadataFrame::Answer(MetadataMessage::Data {
                    piece,
                    total_size,
                    data,
                })))
            }
            2 => Ok(Some(MetadataFrame::Answer(MetadataMessage::Reject {
                piece,
            }))),
            _ => Ok(None),
        }
    }

    /// Writes the message as what stands behind its extended id.
    pub fn encode(&self) -> Bytes {
        let (kind, piece, total_size, data) = match self {
            MetadataFrame::Request { piece } => (0u64, *piece, None, &[][..]),
            MetadataFrame::Answer(MetadataMessage::Reject { piece }) => (2, *piece, None, &[][..]),
            MetadataFrame::Answer(MetadataMessage::Data {
                piece,
                total_size,
                data,
            }) => (1, *piece, Some(*total_size), &data[..]),
        };
        let mut header = Vec::with_capacity(64);
        Encoder::new(&mut header).dict(|dict| {
            dict.int("msg_type", kind);
            dict.int("piece", u64::from(piece));
            if let Some(total_size) = total_size {
                dict.int("total_size", total_size);
            }
        });
        let mut out = BytesMut::with_capacity(header.len() + data.len());
        out.extend_from_slice(&header);
        out.extend_from_slice(data);
        out.freeze()
    }
}

fn malformed(error: &dyn std::fmt::Display) -> Violation {
    Violation::Metadata(error.to_string())
}

fn number(root: BencodeRef<'_, '_>, key: &[u8]) -> Result<u64, Violation> {
    root.try_dict()
        .and_then(|dict| dict.int_u64(key))
        .map_err(|error| malformed(&error))
}
