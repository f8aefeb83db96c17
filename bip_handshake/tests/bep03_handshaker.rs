//! BEP 3, "peer protocol": the driver over real sockets.
#![cfg(feature = "tokio")]

mod support;

use bip_handshake::{
    Closed, ConnectError, Direction, Extension, Extensions, HandshakeError, Handshaker,
    HandshakerConfig, InitiateMessage, PeerId, Protocol,
};
use support::{
    HASH, THEIRS, answering, complete, dial, failed, listening, loopback, their_message,
};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

#[tokio::test]
async fn two_handshakers_agree_on_each_other() {
    let extensions = Extensions::new().with(Extension::ExtensionProtocol);
    let protocol = Protocol::custom("folder sync 1").unwrap();
    let config = || HandshakerConfig::default().protocol(protocol.clone());
    let (server, mut server_events, address) = listening(config());
    let (client, mut client_events) = Handshaker::start(config().extensions(extensions)).unwrap();

    let attempt = client
        .connect(InitiateMessage::new(HASH, address))
        .await
        .unwrap();
    let mut ours = complete(&mut client_events).await;
    let mut theirs = complete(&mut server_events).await;

    assert_eq!((ours.attempt, theirs.attempt), (Some(attempt), None));
    assert_eq!(
        (ours.direction, theirs.direction),
        (Direction::Outbound, Direction::Inbound)
    );
    assert_eq!((ours.info_hash, theirs.info_hash), (HASH, HASH));
    assert_eq!(
        (ours.peer_id, theirs.peer_id),
        (
            server.discovery_info().peer_id,
            client.discovery_info().peer_id
        )
    );
    assert_eq!(
        (ours.extensions, theirs.extensions),
        (Extensions::new(), extensions)
    );
    assert_eq!((&ours.protocol, &theirs.protocol), (&protocol, &protocol));
    assert_eq!(ours.address, address);
    assert_eq!(server.discovery_info().port, address.port());
    assert_eq!(
        (client.discovery_info().port, client.local_addr()),
        (0, None)
    );

    assert!(
        ours.stream.is_write_vectored(),
        "whoever writes header and block at once, needs one system call"
    );
    ours.stream.write_all(b"hello").await.unwrap();
    let mut greeting = [0; 5];
    theirs.stream.read_exact(&mut greeting).await.unwrap();
    assert_eq!(&greeting, b"hello");
    let (socket, ahead) = theirs.stream.into_parts();
    assert!(socket.nodelay().unwrap() && ahead.is_empty());
    assert!(ours.stream.into_parts().0.nodelay().unwrap());
}

#[tokio::test]
async fn bytes_after_the_handshake_are_read_from_the_stream() {
    let wire = their_message(HASH).encode();
    for tail in [vec![1], vec![2; 100], wire.to_vec(), vec![3; 5000]] {
        let sent = [&wire[..], &tail[..]].concat();
        let (_server, mut events, address) = listening(HandshakerConfig::default());
        let mut peer = dial(address, &sent).await;
        let mut inbound = complete(&mut events).await;
        peer.shutdown().await.unwrap();
        let mut read = Vec::new();
        inbound.stream.read_to_end(&mut read).await.unwrap();
        assert!(
            read == tail,
            "inbound: {} bytes of {}",
            read.len(),
            tail.len()
        );

        let (address, peer) = answering(sent).await;
        let (client, mut events) = Handshaker::start(HandshakerConfig::default()).unwrap();
        client
            .connect(InitiateMessage::new(HASH, address))
            .await
            .unwrap();
        let mut outbound = complete(&mut events).await;
        drop(peer.await.unwrap());
        let mut read = vec![0; tail.len()];
        // By small reads: what came ahead is given out in parts.
        for part in read.chunks_mut(7) {
            outbound.stream.read_exact(part).await.unwrap();
        }
        assert!(read == tail, "outbound: {} bytes", tail.len());
    }
}

#[tokio::test]
async fn a_handshake_may_come_byte_by_byte() {
    let (_server, mut events, address) = listening(HandshakerConfig::default());
    let mut peer = dial(address, &[]).await;
    let wire = their_message(HASH).encode();
    for (position, byte) in wire.iter().chain(b"!").enumerate() {
        peer.write_all(&[*byte]).await.unwrap();
        if position == 47 {
            // The answer comes with the info-hash, before the peer id.
            peer.read_exact(&mut [0; 68]).await.unwrap();
        }
        tokio::task::yield_now().await;
    }
    let mut message = complete(&mut events).await;
    assert_eq!(
        (message.peer_id, message.address),
        (THEIRS, peer.local_addr().unwrap())
    );
    assert_eq!(message.stream.read_u8().await.unwrap(), b'!');
}

#[tokio::test]
async fn only_registered_info_hashes_come_in() {
    let (server, mut events, address) = listening(HandshakerConfig::default());
    let mut refused = dial(address, &their_message([8; 20]).encode()).await;
    let message = failed(&mut events).await;
    assert!(matches!(message.error, HandshakeError::UnknownInfoHash));
    assert_eq!(
        (message.info_hash, message.direction),
        (Some([8; 20]), Direction::Inbound)
    );
    assert_eq!(
        refused.read(&mut [0; 1]).await.unwrap(),
        0,
        "nothing is said, the connection is closed"
    );

    server.register([8; 20]);
    let _peer = dial(address, &their_message([8; 20]).encode()).await;
    assert_eq!(complete(&mut events).await.info_hash, [8; 20]);

    server.unregister([8; 20]);
    let _peer = dial(address, &their_message([8; 20]).encode()).await;
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::UnknownInfoHash
    ));
}

#[tokio::test]
async fn we_do_not_speak_with_ourselves() {
    let (ours, mut events, address) = listening(HandshakerConfig::default());
    ours.connect(InitiateMessage::new(HASH, address))
        .await
        .unwrap();
    let mut directions = Vec::new();
    for _ in 0..2 {
        let message = failed(&mut events).await;
        assert!(
            matches!(message.error, HandshakeError::SelfConnection),
            "{message:?}"
        );
        directions.push(message.direction);
    }
    directions.sort_unstable();
    assert_eq!(directions, [Direction::Inbound, Direction::Outbound]);
}

#[tokio::test]
async fn an_outbound_attempt_fails_for_what_the_peer_answers() {
    let (client, mut events) = Handshaker::start(HandshakerConfig::default()).unwrap();
    #[expect(
        clippy::async_yields_async,
        reason = "the peer shall outlive the attempt, not be awaited"
    )]
    let connect = async |answer: Vec<u8>, expected: PeerId| {
        let (address, peer) = answering(answer).await;
        client
            .connect(InitiateMessage::new(HASH, address).expect_peer_id(expected))
            .await
            .unwrap();
        // Keeps the connection open until the attempt has ended.
        peer
    };
    let peer = connect(
        their_message(HASH).encode().to_vec(),
        PeerId::from_bytes([1; 20]),
    )
    .await;
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::PeerIdMismatch { found: THEIRS, .. }
    ));
    drop(peer);
    let peer = connect(their_message([8; 20]).encode().to_vec(), THEIRS).await;
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::InfoHashMismatch { .. }
    ));
    drop(peer);
    let peer = connect(b"SSH-2.0-OpenSSH".to_vec(), THEIRS).await;
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::ProtocolMismatch
    ));
    drop(peer);
    let peer = connect(b"\x13Bit".to_vec(), THEIRS).await;
    drop(peer.await.unwrap());
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::Disconnected { received: 4 }
    ));
    let peer = connect(their_message(HASH).encode().to_vec(), THEIRS).await;
    assert_eq!(complete(&mut events).await.peer_id, THEIRS);
    drop(peer);
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_an_event() {
    let address = std::net::TcpListener::bind(loopback())
        .unwrap()
        .local_addr()
        .unwrap();
    let (client, mut events) = Handshaker::start(HandshakerConfig::default()).unwrap();
    let attempt = client
        .connect(InitiateMessage::new(HASH, address))
        .await
        .unwrap();
    let message = failed(&mut events).await;
    assert!(matches!(&message.error, HandshakeError::Connect(error)
        if error.kind() == std::io::ErrorKind::ConnectionRefused));
    assert_eq!(
        (message.attempt, message.info_hash, message.address),
        (Some(attempt), Some(HASH), address)
    );
}

#[tokio::test]
async fn ipv6_and_ipv4_by_a_dual_stack_listener_are_told_apart() {
    let config = HandshakerConfig::default().listen_addr("[::1]:0".parse().unwrap());
    let Ok((server, mut events)) = Handshaker::start(config) else {
        eprintln!("not tested: this machine has no IPv6");
        return;
    };
    server.register(HASH);
    let address = server.local_addr().unwrap();
    let _peer = dial(address, &their_message(HASH).encode()).await;
    assert!(complete(&mut events).await.address.is_ipv6());

    // What the wildcard does for all addresses, the mapped loopback address does for one.
    let config = HandshakerConfig::default().listen_addr("[::ffff:127.0.0.1]:0".parse().unwrap());
    let (server, mut events) = Handshaker::start(config).unwrap();
    server.register(HASH);
    let address = server.local_addr().unwrap();
    assert!(address.is_ipv4());
    let peer = dial(address, &their_message(HASH).encode()).await;
    assert_eq!(
        complete(&mut events).await.address,
        peer.local_addr().unwrap()
    );
}

#[tokio::test]
async fn the_open_port_is_told_to_discovery() {
    let (handshaker, _events, _) =
        listening(HandshakerConfig::default().open_port(6881).peer_id(THEIRS));
    let info = handshaker.discovery_info();
    assert_eq!((info.port, info.peer_id), (6881, THEIRS));
}

#[tokio::test]
async fn each_attempt_has_its_end_when_the_handshaker_closes() {
    let (hole, _hole) = support::black_hole();
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    let silent = dial(address, &[]).await;
    // The sockets behind it have been accepted once a later one has completed.
    let _good = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
    let mut attempts = Vec::new();
    for _ in 0..8 {
        attempts.push(
            handshaker
                .connect(InitiateMessage::new(HASH, hole))
                .await
                .unwrap(),
        );
    }
    let other = handshaker.clone();
    handshaker.close().await;
    other.close().await;

    assert_eq!(
        other.connect(InitiateMessage::new(HASH, hole)).await,
        Err(Closed)
    );
    assert_eq!(
        other.try_connect(InitiateMessage::new(HASH, hole)),
        Err(ConnectError::Closed)
    );
    let again = std::net::TcpListener::bind(address).expect("the port is free");
    let mut ended = Vec::new();
    let mut inbound = Vec::new();
    while let Some(event) = events.next().await {
        let bip_handshake::HandshakeEvent::Failed(message) = event else {
            panic!("{event:?}")
        };
        assert!(matches!(message.error, HandshakeError::Closed));
        match message.attempt {
            Some(attempt) => ended.push(attempt),
            None => inbound.push(message.address),
        }
    }
    ended.sort_unstable();
    assert_eq!(ended, attempts);
    assert_eq!(inbound, [silent.local_addr().unwrap()]);
    drop(again);
}

#[tokio::test]
async fn the_last_handle_stops_everything() {
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    let other = handshaker.clone();
    drop(handshaker);
    let _peer = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
    drop(other);
    assert!(events.next().await.is_none());
    std::net::TcpListener::bind(address).expect("the port is free");
}

#[tokio::test]
async fn without_a_reader_of_events_nothing_goes_on() {
    let (handshaker, events, address) = listening(HandshakerConfig::default());
    drop(events);
    // Until the task has seen it, attempts may still begin; then there are no more.
    while handshaker
        .connect(InitiateMessage::new(HASH, address))
        .await
        .is_ok()
    {
        tokio::task::yield_now().await;
    }
    handshaker.close().await;
    std::net::TcpListener::bind(address).expect("the port is free");
}

#[tokio::test]
async fn handles_and_their_futures_go_to_any_thread() {
    fn any_thread<T: Send>(value: T) -> T {
        value
    }
    let (handshaker, mut events, address) = any_thread(listening(HandshakerConfig::default()));
    drop(any_thread(
        handshaker.connect(InitiateMessage::new(HASH, address)),
    ));
    drop(any_thread(events.next()));
    any_thread(handshaker.close()).await;
    // The events are a stream as well.
    let end = std::future::poll_fn(|context| {
        let events = std::pin::Pin::new(&mut events);
        futures_core::Stream::poll_next(events, context)
    });
    assert!(end.await.is_none());
}
