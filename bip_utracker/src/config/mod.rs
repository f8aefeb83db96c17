mod client;
mod server;

pub use client::TrackerClientConfig;
pub use server::TrackerServerConfig;
