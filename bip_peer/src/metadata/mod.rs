mod download;
mod serve;

pub use download::{MetadataDownload, MetadataEvent, MetadataLimits};
pub(crate) use serve::MetadataServer;
