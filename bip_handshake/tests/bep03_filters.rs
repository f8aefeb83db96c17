//! BEP 3, "peer protocol": who is let in, by filters over each field.
#![cfg(feature = "tokio")]

mod support;

use std::sync::{Arc, Mutex};

use bip_handshake::{
    Direction, FilterDecision, HandshakeError, HandshakeFacts, HandshakeFilter, HandshakerConfig,
    InitiateMessage,
};
use support::{HASH, THEIRS, answering, complete, dial, failed, listening, their_message};

/// A filter that is a function.
struct By<F>(F);

impl<F: Fn(&HandshakeFacts) -> FilterDecision + Send + Sync> HandshakeFilter for By<F> {
    fn decide(&self, facts: &HandshakeFacts) -> FilterDecision {
        (self.0)(facts)
    }
}

fn block_if(condition: bool) -> FilterDecision {
    if condition {
        FilterDecision::Block
    } else {
        FilterDecision::Pass
    }
}

#[tokio::test]
async fn filters_are_asked_at_each_stage_with_what_is_known() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    let sink = Arc::clone(&seen);
    handshaker.add_filter(By(move |facts: &HandshakeFacts| {
        sink.lock().unwrap().push((
            facts.direction,
            facts.info_hash.is_some(),
            facts.extensions.is_some(),
            facts.peer_id.is_some(),
        ));
        FilterDecision::Pass
    }));
    let _peer = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
    let inbound = [
        (false, false, false),
        (true, true, false),
        (true, true, true),
    ];
    let expect = inbound.map(|(hash, extensions, id)| (Direction::Inbound, hash, extensions, id));
    assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), expect);

    let (address, _peer) = answering(their_message(HASH).encode().to_vec()).await;
    handshaker
        .connect(InitiateMessage::new(HASH, address))
        .await
        .unwrap();
    complete(&mut events).await;
    let outbound = [(true, false, false), (true, true, true)];
    let expect = outbound.map(|(hash, extensions, id)| (Direction::Outbound, hash, extensions, id));
    assert_eq!(*seen.lock().unwrap(), expect);
}

#[tokio::test]
async fn a_blocked_address_is_not_dialed() {
    let (handshaker, mut events, _) = listening(HandshakerConfig::default());
    let (address, peer) = answering(their_message(HASH).encode().to_vec()).await;
    let filter = handshaker.add_filter(By(move |facts: &HandshakeFacts| {
        block_if(facts.address == address)
    }));
    let message = InitiateMessage::new(HASH, address);
    let attempt = handshaker.connect(message).await.unwrap();
    let blocked = failed(&mut events).await;
    assert!(matches!(blocked.error, HandshakeError::Filtered));
    assert_eq!(blocked.attempt, Some(attempt));

    // The peer takes one connection only: it is this one.
    assert!(handshaker.remove_filter(filter) && !handshaker.remove_filter(filter));
    handshaker.connect(message).await.unwrap();
    complete(&mut events).await;
    drop(peer);
}

#[tokio::test]
async fn each_field_can_block_an_inbound_peer() {
    let filters: [fn(&HandshakeFacts) -> FilterDecision; 6] = [
        |facts| block_if(facts.direction == Direction::Inbound),
        |facts| block_if(facts.address.ip().is_loopback()),
        |facts| block_if(facts.protocol.as_bytes() == b"BitTorrent protocol"),
        |facts| block_if(facts.extensions.is_some()),
        |facts| block_if(facts.info_hash == Some(HASH)),
        |facts| block_if(facts.peer_id == Some(THEIRS)),
    ];
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    for (index, filter) in filters.into_iter().enumerate() {
        handshaker.add_filter(By(filter));
        let _peer = dial(address, &their_message(HASH).encode()).await;
        let message = failed(&mut events).await;
        assert!(
            matches!(message.error, HandshakeError::Filtered),
            "{index}: {message:?}"
        );
        handshaker.clear_filters();
    }
    let _peer = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
}

#[tokio::test]
async fn what_one_filter_allows_at_a_field_others_do_not_block_at_a_later_one() {
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    handshaker.add_filter(By(|facts: &HandshakeFacts| {
        block_if(facts.peer_id.is_some())
    }));
    handshaker.add_filter(By(|facts: &HandshakeFacts| match facts.peer_id {
        // Only while the peer id is unknown: by then the attempt is exempt.
        None if facts.info_hash.is_some() => FilterDecision::Allow,
        _ => FilterDecision::Pass,
    }));
    let _peer = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
}

#[tokio::test]
async fn a_list_of_welcome_peers_is_two_filters() {
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    handshaker.add_filter(By(|_: &HandshakeFacts| FilterDecision::Block));
    handshaker.add_filter(By(|facts: &HandshakeFacts| match facts.peer_id {
        None => FilterDecision::NeedData,
        Some(THEIRS) => FilterDecision::Allow,
        Some(_) => FilterDecision::Pass,
    }));
    let _peer = dial(address, &their_message(HASH).encode()).await;
    complete(&mut events).await;
    let stranger = bip_handshake::PeerId::from_bytes([1; 20]);
    let message = bip_handshake::HandshakeMessage {
        peer_id: stranger,
        ..their_message(HASH)
    };
    let _peer = dial(address, &message.encode()).await;
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::Filtered
    ));
}

#[tokio::test]
async fn to_allow_does_not_open_an_info_hash_that_is_not_registered() {
    let (handshaker, mut events, address) = listening(HandshakerConfig::default());
    handshaker.add_filter(By(|_: &HandshakeFacts| FilterDecision::Allow));
    let _peer = dial(address, &their_message([8; 20]).encode()).await;
    assert!(matches!(
        failed(&mut events).await.error,
        HandshakeError::UnknownInfoHash
    ));
}
