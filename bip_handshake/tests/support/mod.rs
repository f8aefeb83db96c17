//! Peers that are not ours: plain sockets that say what a test wants.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::net::SocketAddr;

use bip_handshake::{
    CompleteMessage, Extensions, FailedMessage, HandshakeEvent, HandshakeEvents, HandshakeMessage,
    Handshaker, HandshakerConfig, PeerId, Protocol,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const HASH: [u8; 20] = [7; 20];
pub(crate) const THEIRS: PeerId = PeerId::from_bytes(*b"-LT20B0-theirs......");

pub(crate) fn loopback() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// A handshaker that listens on loopback and accepts [`HASH`].
pub(crate) fn listening(config: HandshakerConfig) -> (Handshaker, HandshakeEvents, SocketAddr) {
    let (handshaker, events) = Handshaker::start(config.listen_addr(loopback())).unwrap();
    handshaker.register(HASH);
    let address = handshaker.local_addr().unwrap();
    (handshaker, events, address)
}

pub(crate) fn their_message(info_hash: [u8; 20]) -> HandshakeMessage {
    HandshakeMessage {
        protocol: Protocol::default(),
        extensions: Extensions::new(),
        info_hash,
        peer_id: THEIRS,
    }
}

/// Dials and sends `bytes`.
pub(crate) async fn dial(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// A peer that accepts one connection, reads our handshake and answers with `answer`.
pub(crate) async fn answering(answer: Vec<u8>) -> (SocketAddr, tokio::task::JoinHandle<TcpStream>) {
    let listener = TcpListener::bind(loopback()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let peer = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 68]).await.unwrap();
        stream.write_all(&answer).await.unwrap();
        stream
    });
    (address, peer)
}

/// An address where connections are never accepted: the first few stand and hear nothing, the others do not even stand.
pub(crate) fn black_hole() -> (SocketAddr, socket2::Socket) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&loopback().into()).unwrap();
    socket.listen(1).unwrap();
    (socket.local_addr().unwrap().as_socket().unwrap(), socket)
}

pub(crate) async fn complete(events: &mut HandshakeEvents) -> CompleteMessage {
    match events.next().await {
        Some(HandshakeEvent::Complete(message)) => message,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn failed(events: &mut HandshakeEvents) -> FailedMessage {
    match events.next().await {
        Some(HandshakeEvent::Failed(message)) => message,
        other => panic!("{other:?}"),
    }
}
