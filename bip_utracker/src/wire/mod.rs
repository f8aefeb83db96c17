//! The packets of BEP 15 and the options of BEP 41: decoded once, at the border, into values that borrow the datagram.

mod compact;
mod decode_error;
mod option;
mod request;
mod response;
mod scrape_entry;

pub use compact::CompactPeers;
pub use decode_error::DecodeError;
pub(crate) use option::encode_url_data;
pub use option::{AnnounceOption, AnnounceOptions};
pub use request::{AnnounceEvent, AnnouncePacket, InfoHashes, RequestPacket, ScrapePacket};
pub use response::ResponsePacket;
pub(crate) use response::decode_transaction_id;
pub use scrape_entry::{ScrapeEntries, ScrapeEntry};

/// What a connect request carries where the others carry a connection id (BEP 15, "Connect").
const PROTOCOL_ID: u64 = 0x0417_2710_1980;

const CONNECT: u32 = 0;
const ANNOUNCE: u32 = 1;
const SCRAPE: u32 = 2;
const ERROR: u32 = 3;
