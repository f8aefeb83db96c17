mod download;
mod limits;
mod serve;

pub use download::{MetadataDownload, MetadataEvent};
pub use limits::MetadataLimits;
pub(crate) use serve::MetadataServer;
