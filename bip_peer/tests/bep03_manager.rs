//! The peer manager over in-memory streams and loopback TCP: ends, commands, back-pressure, capacity.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, reason = "a manager runs by tokio's clock")]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bip_peer::limits::BLOCK_LENGTH;
use bip_peer::{
    AddPeerError, BlockRequest, EndReason, Message, PeerCommand, PeerEvent, PeerEvents, PeerInfo,
    PeerKey, PeerManager, PeerManagerConfig, SessionConfig, Violation,
};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

const INFO: PeerInfo = PeerInfo {
    address: std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1),
    peer_id: [1; 20],
    info_hash: [2; 20],
};

fn config() -> SessionConfig {
    SessionConfig::default().piece_count(64)
}

async fn next(events: &mut PeerEvents) -> (PeerKey, PeerEvent) {
    tokio::time::timeout(Duration::from_secs(100_000), events.recv())
        .await
        .expect("an event")
        .expect("open")
}

async fn end_of(events: &mut PeerEvents) -> (PeerKey, EndReason) {
    loop {
        if let (key, PeerEvent::Ended(end)) = next(events).await {
            return (key, end.reason);
        }
    }
}

fn wire(messages: impl IntoIterator<Item = Message>) -> BytesMut {
    let mut wire = BytesMut::new();
    messages
        .into_iter()
        .for_each(|message| message.encode(&mut wire));
    wire
}

async fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (one, other) = tokio::join!(TcpStream::connect(address), listener.accept());
    (one.unwrap(), other.unwrap().0)
}

/// Moves `pieces` of 1 MiB from one manager's peer to another's.
async fn transfer<S>(one: S, other: S, pieces: u32)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (seeder, mut seeds) = PeerManager::start(PeerManagerConfig::default());
    let (leecher, mut leeches) = PeerManager::start(PeerManagerConfig::default());
    let from = seeder.add_peer(INFO, config(), one).unwrap();
    let to = leecher.add_peer(INFO, config(), other).unwrap();
    let serving = seeder.clone();
    let serve = tokio::spawn(async move {
        let content = Bytes::from((0..1 << 20).map(|at| (at % 253) as u8).collect::<Vec<_>>());
        serving.send(from, PeerCommand::Unchoke).await.unwrap();
        loop {
            match seeds.recv().await.unwrap().1 {
                PeerEvent::Serve(run) => {
                    let data = content.slice(run.begin as usize..run.end() as usize);
                    serving
                        .send(from, PeerCommand::Serve { run, data })
                        .await
                        .unwrap();
                }
                PeerEvent::Ended(end) => return end,
                _ => {}
            }
        }
    });
    leecher.send(to, PeerCommand::Interested).await.unwrap();
    let mut wanted = (0..pieces).flat_map(|piece| {
        (0..1 << 20)
            .step_by(BLOCK_LENGTH as usize)
            .map(move |begin| BlockRequest {
                piece,
                begin,
                length: BLOCK_LENGTH,
            })
    });
    let (mut left, mut batch) = (pieces as usize * 64, Vec::new());
    while left > 0 {
        leeches.recv_many(&mut batch, 100).await;
        for (_, event) in batch.drain(..) {
            match event {
                PeerEvent::Wants { count } => {
                    let requests = wanted.by_ref().take(count).collect();
                    leecher
                        .send(to, PeerCommand::Request(requests))
                        .await
                        .unwrap();
                }
                PeerEvent::Block(block) => {
                    let first = block.begin as usize % 253;
                    assert!(
                        block
                            .data
                            .iter()
                            .zip(first..)
                            .all(|(byte, at)| *byte as usize == at % 253)
                    );
                    left -= 1;
                }
                PeerEvent::Unchoked => {}
                event => panic!("{event:?}"),
            }
        }
    }
    assert_eq!(
        leecher.stats(to).unwrap().downloaded,
        u64::from(pieces) << 20
    );
    leecher.close().await;
    let end = serve.await.unwrap();
    assert!(
        matches!(end.reason, EndReason::Closed | EndReason::ReadFailed(_)),
        "{end:?}"
    );
    assert_eq!(end.stats.uploaded, u64::from(pieces) << 20);
}

#[tokio::test]
async fn pieces_move_over_an_in_memory_stream() {
    let (one, other) = tokio::io::duplex(100_000);
    transfer(one, other, 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_move_over_loopback_tcp() {
    let (one, other) = tcp().await;
    transfer(one, other, 64).await;
}

#[tokio::test]
async fn the_peers_close_is_its_one_end() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, mut theirs) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    assert_eq!((manager.info(key), manager.peer_count()), (Some(INFO), 1));
    theirs
        .write_all(&wire([Message::Interested, Message::Have(3)]))
        .await
        .unwrap();
    drop(theirs);
    assert_eq!(next(&mut events).await, (key, PeerEvent::Interested));
    assert_eq!(next(&mut events).await, (key, PeerEvent::Have(3)));
    assert_eq!(end_of(&mut events).await, (key, EndReason::Closed));
    assert_eq!(
        (manager.info(key), manager.stats(key), manager.peer_count()),
        (None, None, 0)
    );
    manager.close().await;
    assert_eq!(events.recv().await, None);
}

/// seed fault 12: a plain error, not a panic.
#[tokio::test]
async fn sending_to_a_peer_that_is_gone_is_an_error() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, theirs) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    drop(theirs);
    end_of(&mut events).await;
    let error = manager.send(key, PeerCommand::Unchoke).await.unwrap_err();
    assert_eq!((error.peer, error.command), (key, PeerCommand::Unchoke));
    assert!(!manager.remove(key));
}

/// A stream that cannot be written to, and never has anything to read.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Broken {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// seed fault 11
#[tokio::test]
async fn a_write_error_is_told_as_the_end() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let key = manager.add_peer(INFO, config(), Broken).unwrap();
    manager.send(key, PeerCommand::Unchoke).await.unwrap();
    let reason = EndReason::WriteFailed(io::ErrorKind::BrokenPipe);
    assert_eq!(end_of(&mut events).await, (key, reason));
    assert_eq!(manager.peer_count(), 0);
}

#[tokio::test]
async fn a_violation_is_told_as_the_end_behind_what_came_before() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, mut theirs) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    theirs
        .write_all(&wire([
            Message::Have(1),
            Message::Have(64),
            Message::Have(2),
        ]))
        .await
        .unwrap();
    assert_eq!(next(&mut events).await, (key, PeerEvent::Have(1)));
    let violation = Violation::HaveOutOfRange {
        piece: 64,
        piece_count: 64,
    };
    assert_eq!(
        end_of(&mut events).await,
        (key, EndReason::Violation(violation))
    );
    assert_eq!(
        theirs.read(&mut [0]).await.unwrap(),
        0,
        "the connection is closed"
    );
}

#[tokio::test]
async fn a_removed_peer_ends_and_its_connection_closes() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, mut theirs) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    assert!(manager.remove(key));
    assert!(manager.send(key, PeerCommand::Unchoke).await.is_err());
    assert_eq!(end_of(&mut events).await, (key, EndReason::Removed));
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn keep_alives_go_out_and_silence_ends_a_peer() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, mut theirs) = tokio::io::duplex(1000);
    let start = tokio::time::Instant::now();
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    let mut said = [1; 4];
    theirs.read_exact(&mut said).await.unwrap();
    assert_eq!((said, start.elapsed().as_secs()), ([0; 4], 100));
    assert_eq!(end_of(&mut events).await, (key, EndReason::TimedOut));
    assert_eq!(start.elapsed().as_secs(), 180);
}

#[tokio::test]
async fn a_full_manager_refuses_until_an_end_was_taken() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default().max_peers(2));
    let mut others = Vec::new();
    let mut add = || {
        let (ours, theirs) = tokio::io::duplex(1000);
        others.push(theirs);
        manager.add_peer(INFO, config(), ours)
    };
    let first = add().unwrap();
    add().unwrap();
    assert_eq!(add(), Err(AddPeerError::Full { max_peers: 2 }));
    manager.remove(first);
    assert_eq!(end_of(&mut events).await.0, first);
    let third = add().unwrap();
    assert_ne!(third, first);
    manager.close().await;
    assert_eq!(add(), Err(AddPeerError::Closed));
}

/// With no event taken at all, commands go through and are written, and the socket is not read without bound.
#[tokio::test]
async fn whoever_takes_no_events_can_still_send_and_is_not_flooded() {
    let manager_config = PeerManagerConfig::default()
        .event_capacity(10)
        .command_capacity(1);
    let (manager, mut events) = PeerManager::start(manager_config);
    let (ours, theirs) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    let (mut reading, mut writing) = tokio::io::split(theirs);
    let flood = tokio::spawn(async move {
        for _ in 0..20_000 {
            writing.write_all(&wire([Message::Have(1)])).await.unwrap();
        }
        writing
    });
    for piece in 0..64 {
        manager.send(key, PeerCommand::Have(piece)).await.unwrap();
    }
    let mut said = vec![0; 64 * 9];
    reading.read_exact(&mut said).await.unwrap();
    assert!(!flood.is_finished());
    for _ in 0..20_000 {
        assert_eq!(next(&mut events).await, (key, PeerEvent::Have(1)));
    }
    drop((flood.await.unwrap(), reading));
    assert_eq!(end_of(&mut events).await, (key, EndReason::Closed));
}

/// A peer that floods does not keep another one from being heard.
#[tokio::test]
async fn each_peer_has_its_turn() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default().event_capacity(4));
    let (ours, mut loud) = tokio::io::duplex(1 << 20);
    manager.add_peer(INFO, config(), ours).unwrap();
    loud.write_all(&wire((0..50_000).map(|_| Message::Have(1))))
        .await
        .unwrap();
    for _ in 0..100 {
        next(&mut events).await;
    }
    let (ours, mut quiet) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    quiet.write_all(&wire([Message::Have(2)])).await.unwrap();
    let mut before = 0;
    while next(&mut events).await != (key, PeerEvent::Have(2)) {
        before += 1;
    }
    assert!(before < 100, "{before} events of the loud one came first");
}

#[tokio::test]
async fn every_peer_ends_once_when_the_manager_is_closed_and_events_are_not_taken() {
    let (manager, mut events) =
        PeerManager::start(PeerManagerConfig::default().event_capacity(1).max_peers(50));
    let mut others = Vec::new();
    for _ in 0..50 {
        let (ours, mut theirs) = tokio::io::duplex(1000);
        theirs
            .write_all(&wire([Message::Have(1), Message::Have(2)]))
            .await
            .unwrap();
        manager.add_peer(INFO, config(), ours).unwrap();
        others.push(theirs);
    }
    tokio::task::yield_now().await;
    manager.close().await;
    for other in &mut others {
        assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
    }
    let (mut ends, mut batch) = (std::collections::BTreeSet::new(), Vec::new());
    while events.recv_many(&mut batch, 7).await > 0 {
        for (key, event) in batch.drain(..) {
            assert!(!ends.contains(&key), "an event after the end");
            if matches!(event, PeerEvent::Ended(_)) {
                ends.insert(key);
            }
        }
    }
    assert_eq!(ends.len(), 50);
}

#[tokio::test]
async fn dropping_the_last_handle_or_the_events_stops_all() {
    let (manager, mut events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, mut theirs) = tokio::io::duplex(1000);
    let key = manager.clone().add_peer(INFO, config(), ours).unwrap();
    drop(manager);
    assert_eq!(end_of(&mut events).await, (key, EndReason::Removed));
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(events.recv().await, None);

    let (manager, events) = PeerManager::start(PeerManagerConfig::default());
    let (ours, mut theirs) = tokio::io::duplex(1000);
    let key = manager.add_peer(INFO, config(), ours).unwrap();
    drop(events);
    assert_eq!(theirs.read(&mut [0]).await.unwrap(), 0);
    assert!(manager.send(key, PeerCommand::Unchoke).await.is_err());
    let (ours, _theirs) = tokio::io::duplex(1000);
    assert_eq!(
        manager.add_peer(INFO, config(), ours),
        Err(AddPeerError::Closed)
    );
}
