//! Extensions between two sessions: names and ids (BEP 10), the info dictionary (BEP 9).
#![allow(
    clippy::disallowed_methods,
    reason = "virtual time has to begin somewhere"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::time::Instant;

use bip_peer::limits::{MAX_EXTENSIONS, METADATA_SERVE_FACTOR};
use bip_peer::{
    EndReason, ExtendedHandshake, Message, MetadataMessage, PeerCommand, PeerEvent, Session,
    SessionConfig, UT_METADATA, Violation,
};
use bytes::{Bytes, BytesMut};

const BEP_10: [u8; 8] = [0, 0, 0, 0, 0, 0x10, 0, 0];

struct Pair {
    now: Instant,
    ends: [Session; 2],
    wires: [BytesMut; 2],
}

impl Pair {
    fn new(configs: [SessionConfig; 2]) -> Pair {
        let now = Instant::now();
        let ends = configs.map(|config| Session::new(config.peer_reserved(BEP_10), now));
        Pair {
            now,
            ends,
            wires: Default::default(),
        }
    }

    fn tell(&mut self, end: usize, command: PeerCommand) {
        self.ends[end].handle_command(self.now, command);
    }

    /// Carries bytes until all is said; what happened at either end.
    fn settle(&mut self) -> [Vec<PeerEvent>; 2] {
        let mut events = [Vec::new(), Vec::new()];
        for end in [0, 1, 0, 1, 0, 1] {
            while let Some(bytes) = self.ends[end].poll_transmit() {
                self.wires[end].extend_from_slice(&bytes);
            }
            self.ends[1 - end].handle_input(self.now, &mut self.wires[end]);
            for (end, events) in self.ends.iter_mut().zip(&mut events) {
                events.extend(std::iter::from_fn(|| end.poll_event()));
            }
        }
        events
    }
}

fn on() -> SessionConfig {
    SessionConfig::default()
}

fn handshakes(events: &[PeerEvent]) -> Vec<&ExtendedHandshake> {
    let handshakes = events.iter().filter_map(|event| match event {
        PeerEvent::ExtendedHandshake(handshake) => Some(&**handshake),
        _ => None,
    });
    handshakes.collect()
}

#[test]
fn both_sides_introduce_themselves() {
    let config = on()
        .client("bip test")
        .listen_port(6881)
        .max_upload_queue(77)
        .peer_ip([1, 2, 3, 4].into());
    let mut pair = Pair::new([config.metadata(Bytes::from(vec![1; 1000])), on()]);
    let [_, events] = pair.settle();
    let said = handshakes(&events)[0];
    assert_eq!(
        (said.client.as_deref(), said.port, said.reqq),
        (Some("bip test"), Some(6881), Some(77))
    );
    assert_eq!(
        (said.metadata_size, said.your_ip),
        (Some(1000), Some([1, 2, 3, 4].into()))
    );
    assert_eq!(said.extensions.get(UT_METADATA), Some(&1));
    let stats = pair.ends[1].stats(pair.now);
    assert_eq!(stats.window, 4);
}

#[test]
fn without_the_reserved_bit_nothing_extended_is_said_or_heard() {
    let now = Instant::now();
    let mut session = Session::new(SessionConfig::default(), now);
    assert_eq!(session.poll_transmit(), None);
    session.handle_command(now, PeerCommand::RequestMetadata { piece: 3 });
    assert_eq!(
        session.poll_event(),
        Some(PeerEvent::Metadata(MetadataMessage::Reject { piece: 3 }))
    );
    let mut wire = BytesMut::new();
    Message::Extended {
        id: 1,
        payload: Bytes::from_static(b"junk"),
    }
    .encode(&mut wire);
    session.handle_input(now, &mut wire);
    assert_eq!(
        (session.poll_event(), session.stats(now).skipped_messages),
        (None, 1)
    );
}

#[test]
fn an_extension_of_ones_own_is_carried_by_name() {
    let mut pair = Pair::new([
        on().extension("ab_one").extension("ab_two"),
        on().extension("ab_two"),
    ]);
    pair.settle();
    let payload = Bytes::from_static(b"hello");
    pair.tell(
        0,
        PeerCommand::Extended {
            name: "ab_two".into(),
            payload: payload.clone(),
        },
    );
    pair.tell(
        0,
        PeerCommand::Extended {
            name: "ab_one".into(),
            payload: payload.clone(),
        },
    );
    pair.tell(
        1,
        PeerCommand::Extended {
            name: "ab_two".into(),
            payload: payload.clone(),
        },
    );
    let [first, second] = pair.settle();
    let expect = PeerEvent::Extended {
        name: "ab_two".into(),
        payload,
    };
    assert_eq!((first, second), (vec![expect.clone()], vec![expect]));
}

#[test]
fn an_extension_switched_off_is_not_spoken_any_more() {
    let mut pair = Pair::new([on().extension("ab_one"), on().extension("ab_one")]);
    pair.settle();
    let mut wire = BytesMut::new();
    Message::Extended {
        id: 0,
        payload: Bytes::from_static(b"d1:md6:ab_onei0eee"),
    }
    .encode(&mut wire);
    pair.ends[0].handle_input(pair.now, &mut wire);
    let events: Vec<_> = std::iter::from_fn(|| pair.ends[0].poll_event()).collect();
    let left: Vec<_> = handshakes(&events)[0].extensions.keys().cloned().collect();
    assert_eq!(left, [UT_METADATA]);
    pair.tell(
        0,
        PeerCommand::Extended {
            name: "ab_one".into(),
            payload: Bytes::from_static(b"x"),
        },
    );
    assert_eq!(pair.ends[0].poll_transmit(), None);
}

#[test]
fn so_many_extensions_are_offered_and_not_one_more() {
    let config = (0..=MAX_EXTENSIONS).fold(on(), |config, index| {
        config.extension(&format!("ab_{index}"))
    });
    let [_, events] = Pair::new([config, on()]).settle();
    assert_eq!(handshakes(&events)[0].extensions.len(), MAX_EXTENSIONS);
}

/// seed fault 13: the last piece too, and rejects for what is not there.
#[test]
fn the_info_dictionary_is_served_whole() {
    let metadata = Bytes::from((0..40_000).map(|at| at as u8).collect::<Vec<_>>());
    let mut pair = Pair::new([on().metadata(metadata.clone()), on()]);
    pair.settle();
    for piece in 0..4 {
        pair.tell(1, PeerCommand::RequestMetadata { piece });
    }
    let [_, events] = pair.settle();
    let mut whole = Vec::new();
    for event in &events[..3] {
        let PeerEvent::Metadata(MetadataMessage::Data {
            total_size: 40_000,
            data,
            ..
        }) = event
        else {
            panic!("{event:?}")
        };
        whole.extend_from_slice(data);
    }
    assert_eq!(whole, metadata);
    assert_eq!(
        events[3..],
        [PeerEvent::Metadata(MetadataMessage::Reject { piece: 3 })]
    );
}

#[test]
fn who_has_no_metadata_rejects_until_it_has() {
    let mut pair = Pair::new([on(), on()]);
    pair.settle();
    pair.tell(1, PeerCommand::RequestMetadata { piece: 0 });
    let [_, events] = pair.settle();
    assert_eq!(
        events,
        [PeerEvent::Metadata(MetadataMessage::Reject { piece: 0 })]
    );
    pair.tell(0, PeerCommand::ServeMetadata(Bytes::from_static(b"de")));
    let [_, events] = pair.settle();
    assert_eq!(handshakes(&events)[0].metadata_size, Some(2));
    pair.tell(1, PeerCommand::RequestMetadata { piece: 0 });
    let [_, events] = pair.settle();
    assert!(matches!(
        events[..],
        [PeerEvent::Metadata(MetadataMessage::Data { piece: 0, .. })]
    ));
}

#[test]
fn a_peer_that_asks_again_and_again_gets_rejects() {
    let mut pair = Pair::new([on().metadata(Bytes::from_static(b"de")), on()]);
    pair.settle();
    let served = (0..METADATA_SERVE_FACTOR + 2).filter(|_| {
        pair.tell(1, PeerCommand::RequestMetadata { piece: 0 });
        let [_, events] = pair.settle();
        matches!(
            events[..],
            [PeerEvent::Metadata(MetadataMessage::Data { .. })]
        )
    });
    assert_eq!(served.count() as u64, METADATA_SERVE_FACTOR);
}

/// seed fault 13: the size is capped.
#[test]
fn metadata_past_the_limit_is_not_served() {
    let [_, events] = Pair::new([
        on().max_metadata_size(10)
            .metadata(Bytes::from(vec![0; 11])),
        on(),
    ])
    .settle();
    assert_eq!(handshakes(&events)[0].metadata_size, None);
    let [_, events] = Pair::new([
        on().max_metadata_size(10)
            .metadata(Bytes::from(vec![0; 10])),
        on(),
    ])
    .settle();
    assert_eq!(handshakes(&events)[0].metadata_size, Some(10));
}

fn hears(payload: &'static [u8], id: u8) -> (Vec<PeerEvent>, u64, u64) {
    let now = Instant::now();
    let mut session = Session::new(on().peer_reserved(BEP_10), now);
    let mut wire = BytesMut::new();
    Message::Extended {
        id,
        payload: Bytes::from_static(payload),
    }
    .encode(&mut wire);
    session.handle_input(now, &mut wire);
    let stats = session.stats(now);
    (
        std::iter::from_fn(|| session.poll_event()).collect(),
        stats.skipped_messages,
        stats.wasted,
    )
}

#[test]
fn unknown_extensions_and_unknown_metadata_messages_are_skipped() {
    assert_eq!(hears(b"whatever", 77), (vec![], 1, 0));
    assert_eq!(hears(b"d8:msg_typei9e5:piecei0ee", 1), (vec![], 1, 0));
    let unasked = b"d8:msg_typei1e5:piecei0e10:total_sizei4eeabcd";
    assert_eq!(hears(unasked, 1), (vec![], 0, 4));
}

#[test]
fn malformed_extended_messages_are_violations() {
    for id in [0, 1] {
        let (events, ..) = hears(b"junk", id);
        let [PeerEvent::Ended(end)] = &events[..] else {
            panic!("{events:?}")
        };
        let expected = matches!(
            &end.reason,
            EndReason::Violation(Violation::ExtendedHandshake(_) | Violation::Metadata(_))
        );
        assert!(expected, "{end:?}");
    }
}
