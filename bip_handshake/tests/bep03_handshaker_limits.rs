//! BEP 3, "peer protocol": many attempts at once, and what happens at each limit.
#![cfg(feature = "tokio")]

mod support;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bip_handshake::{
    ConnectError, Direction, HandshakeError, HandshakeEvent, HandshakerConfig, InitiateMessage,
};
use support::{
    HASH, THEIRS, answering, black_hole, complete, dial, failed, listening, their_message,
};

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// seed fault 24: attempts ran one after another, so that a few silent peers held up all others.
///
/// No clock decides this test: nothing times out in it, and what is pending is counted at the end.
#[tokio::test]
async fn a_thousand_pending_attempts_do_not_hold_up_a_good_one() {
    const EACH: usize = 500;
    #[cfg(unix)]
    rlimit::increase_nofile_limit(4096).unwrap();
    let config = HandshakerConfig::default()
        .connect_timeout(A_DAY)
        .handshake_timeout(A_DAY);
    let (handshaker, mut events, address) = listening(config);
    let (hole, _hole) = black_hole();
    let mut silent = Vec::new();
    for _ in 0..EACH {
        silent.push(dial(address, &[]).await);
        handshaker
            .connect(InitiateMessage::new(HASH, hole))
            .await
            .unwrap();
    }

    // Connections are accepted in the order they came: when this one is through, the silent ones are in progress.
    let _inbound = dial(address, &their_message(HASH).encode()).await;
    let message = complete(&mut events).await;
    assert_eq!(
        (message.direction, message.peer_id),
        (Direction::Inbound, THEIRS)
    );
    let (peer, _outbound) = answering(their_message(HASH).encode().to_vec()).await;
    handshaker
        .connect(InitiateMessage::new(HASH, peer))
        .await
        .unwrap();
    let message = complete(&mut events).await;
    assert_eq!(
        (message.direction, message.peer_id),
        (Direction::Outbound, THEIRS)
    );

    handshaker.close().await;
    let (mut inbound, mut outbound) = (0, 0);
    while let Some(event) = events.next().await {
        match event {
            HandshakeEvent::Failed(message) if matches!(message.error, HandshakeError::Closed) => {
                match message.direction {
                    Direction::Inbound => inbound += 1,
                    Direction::Outbound => outbound += 1,
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        (inbound, outbound),
        (EACH, EACH),
        "all were pending until the end"
    );
}

#[tokio::test]
async fn silent_peers_beyond_the_limit_lose_their_places_to_newer_ones() {
    let config = HandshakerConfig::default()
        .handshake_timeout(A_DAY)
        .max_inbound(2);
    let (handshaker, mut events, address) = listening(config);
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(dial(address, &[]).await);
    }
    // Two places, three peers: the first has to go, and only it.
    let message = failed(&mut events).await;
    assert!(
        matches!(message.error, HandshakeError::Displaced),
        "{message:?}"
    );
    assert_eq!(message.address, silent[0].local_addr().unwrap());

    let good = dial(address, &their_message(HASH).encode()).await;
    let message = failed(&mut events).await;
    assert!(matches!(message.error, HandshakeError::Displaced));
    assert_eq!(message.address, silent[1].local_addr().unwrap());
    assert_eq!(
        complete(&mut events).await.address,
        good.local_addr().unwrap()
    );

    handshaker.close().await;
    let message = failed(&mut events).await;
    assert!(matches!(message.error, HandshakeError::Closed));
    assert_eq!(message.address, silent[2].local_addr().unwrap());
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn at_the_limit_nobody_is_displaced() {
    let config = HandshakerConfig::default()
        .handshake_timeout(A_DAY)
        .max_inbound(3);
    let (handshaker, mut events, address) = listening(config);
    let _silent = [dial(address, &[]).await, dial(address, &[]).await];
    let _good = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
    handshaker.close().await;
    for _ in 0..2 {
        assert!(matches!(
            failed(&mut events).await.error,
            HandshakeError::Closed
        ));
    }
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_slow_reader_of_events_makes_us_accept_less_and_loses_nothing() {
    let config = HandshakerConfig::default()
        .handshake_timeout(A_DAY)
        .max_inbound(2)
        .event_capacity(1);
    let (_handshaker, mut events, address) = listening(config);
    let mut peers = Vec::new();
    for _ in 0..16 {
        peers.push(dial(address, &their_message(HASH).encode()).await);
    }
    // All have said everything by now, and are more than there is room for.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    let mut addresses = Vec::new();
    for _ in &peers {
        addresses.push(complete(&mut events).await.address);
    }
    addresses.sort_unstable();
    let mut expect: Vec<_> = peers
        .iter()
        .map(|peer| peer.local_addr().unwrap())
        .collect();
    expect.sort_unstable();
    assert_eq!(addresses, expect);
}

#[tokio::test]
async fn connecting_waits_at_the_limit_and_leaves_nothing_when_dropped() {
    let (hole, _hole) = black_hole();
    let config = HandshakerConfig::default()
        .connect_timeout(A_DAY)
        .handshake_timeout(A_DAY)
        .max_outbound(2);
    let (handshaker, mut events, _) = listening(config);
    let message = InitiateMessage::new(HASH, hole);
    let first = handshaker.connect(message).await.unwrap();
    let second = handshaker.try_connect(message).unwrap();
    assert_eq!(handshaker.try_connect(message), Err(ConnectError::Full));
    {
        let mut third = pin!(handshaker.connect(message));
        let poll = poll_fn(|context| Poll::Ready(third.as_mut().poll(context))).await;
        assert!(poll.is_pending());
    }
    handshaker.close().await;
    let mut ended = [
        failed(&mut events).await.attempt,
        failed(&mut events).await.attempt,
    ];
    ended.sort_unstable();
    assert_eq!(ended, [Some(first), Some(second)]);
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_place_for_dialing_is_free_again_after_the_event() {
    let config = HandshakerConfig::default().max_outbound(1);
    let (handshaker, mut events, _) = listening(config);
    for _ in 0..3 {
        let (address, peer) = answering(their_message(HASH).encode().to_vec()).await;
        handshaker
            .connect(InitiateMessage::new(HASH, address))
            .await
            .unwrap();
        complete(&mut events).await;
        drop(peer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_inbound_peer_is_dropped_at_the_timeout() {
    let (_handshaker, mut events, address) = listening(HandshakerConfig::default());
    let _silent = dial(address, b"\x13BitTorrent").await;
    let message = failed(&mut events).await;
    assert!(matches!(message.error, HandshakeError::TimedOut));
    assert_eq!(message.direction, Direction::Inbound);
}

#[tokio::test(start_paused = true)]
async fn black_holes_time_out() {
    let (hole, _hole) = black_hole();
    let (handshaker, mut events, _) = listening(HandshakerConfig::default());
    let mut unreachable = 0;
    for _ in 0..8 {
        handshaker
            .connect(InitiateMessage::new(HASH, hole))
            .await
            .unwrap();
    }
    for _ in 0..8 {
        match failed(&mut events).await.error {
            HandshakeError::ConnectTimedOut => unreachable += 1,
            HandshakeError::TimedOut => {}
            other => panic!("{other:?}"),
        }
    }
    // How many connections stand that nobody accepts, is the system's choice.
    if cfg!(target_os = "linux") {
        assert!((1..8).contains(&unreachable), "{unreachable} of 8");
    }
}
