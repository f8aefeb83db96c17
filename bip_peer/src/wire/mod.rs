mod frame;
mod message;

pub use frame::FrameDecoder;
pub use message::Message;
