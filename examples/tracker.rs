//! A UDP tracker for a closed network, with `bip_utracker` alone:
//! `cargo run -p bip_examples --example tracker -- --listen 127.0.0.1:6969`
//!
//! Any client that is given `udp://127.0.0.1:6969` announces there. It keeps swarms in memory and ends with Ctrl-C.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bip_utracker::{TrackerServer, TrackerServerConfig};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (listen, interval) = arguments()?;
    let config = TrackerServerConfig::default()
        .listen_addr(listen)
        .interval(interval);
    let tracker = TrackerServer::start(config)?;
    println!("listening on udp://{}", tracker.local_addr());
    tokio::signal::ctrl_c().await?;
    println!("{:?}", tracker.stats());
    tracker.close().await;
    Ok(())
}

fn arguments() -> Result<(SocketAddr, Duration), Box<dyn Error>> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 6969));
    let mut interval = Duration::from_secs(120);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--listen" => listen = value.parse()?,
            "--interval" => interval = Duration::from_secs(value.parse()?),
            _ => return Err("usage: tracker [--listen ADDR] [--interval SECONDS]".into()),
        }
    }
    Ok((listen, interval))
}
