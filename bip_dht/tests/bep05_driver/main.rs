//! The node on tokio, over real sockets on loopback.
#![cfg(feature = "tokio")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bootstrap;
mod cache_file;
mod end;
mod operations;
mod shared_socket;

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use bip_dht::DhtBuilder;

const LOOPBACK: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

fn alone() -> DhtBuilder {
    DhtBuilder::new()
        .without_routers()
        .without_v6()
        .bind_v4(LOOPBACK)
}

fn peer(port: u16) -> SocketAddr {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into()
}
