//! BEP 3, "peer protocol": one attempt, from either end, under a clock that the test moves.
#![allow(
    clippy::disallowed_methods,
    reason = "the test's clock has to begin somewhere"
)]

use std::time::{Duration, Instant};

use bip_handshake::{
    Asked, Established, Extension, Extensions, Fault, Handshake, HandshakeConfig, HandshakeError,
    HandshakeMessage, PeerId, Protocol, Step,
};
use bytes::Bytes;
use proptest::prelude::*;

const HASH: [u8; 20] = [7; 20];
const OURS: PeerId = PeerId::from_bytes(*b"-bp0200-ours........");
const THEIRS: PeerId = PeerId::from_bytes(*b"-LT20B0-theirs......");

fn config() -> HandshakeConfig {
    HandshakeConfig::new(OURS).timeout(Duration::from_secs(10))
}

fn their_message() -> HandshakeMessage {
    HandshakeMessage {
        protocol: Protocol::default(),
        extensions: Extensions::new().with(Extension::Fast),
        info_hash: HASH,
        peer_id: THEIRS,
    }
}

/// What an attempt has told and sent; questions about [`HASH`] are accepted, others refused.
#[derive(Debug, Default)]
struct Outcome {
    sent: Vec<Bytes>,
    asked: Option<Asked>,
    ends: Vec<Result<Established, HandshakeError>>,
}

impl Outcome {
    fn drain(&mut self, now: Instant, core: &mut Handshake) {
        loop {
            if let Some(bytes) = core.poll_transmit() {
                self.sent.push(bytes);
                continue;
            }
            match core.poll_event() {
                Some(Step::Asked(asked)) => {
                    assert_eq!(self.asked.replace(asked), None, "asked twice");
                    match asked.info_hash {
                        HASH => core.accept(now),
                        _ => core.refuse(HandshakeError::UnknownInfoHash),
                    }
                }
                Some(Step::Complete(established)) => self.ends.push(Ok(established)),
                Some(Step::Failed(error)) => self.ends.push(Err(error)),
                Some(step) => panic!("{step:?}"),
                None => return,
            }
        }
    }

    fn error(&self) -> &HandshakeError {
        match self.ends.as_slice() {
            [Err(error)] => error,
            ends => panic!("{ends:?}"),
        }
    }
}

/// Feeds `input` cut at `cuts` to an attempt; the bytes left over come last.
fn feed(
    mut core: Handshake,
    now: Instant,
    input: &[u8],
    mut cuts: Vec<usize>,
) -> (Outcome, Vec<u8>) {
    cuts.extend([0, input.len()]);
    cuts.sort_unstable();
    let mut outcome = Outcome::default();
    let mut left = Vec::new();
    outcome.drain(now, &mut core);
    for pair in cuts.windows(2) {
        let segment = &input[pair[0]..pair[1]];
        let taken = core.handle_input(now, segment);
        left.extend_from_slice(&segment[taken..]);
        outcome.drain(now, &mut core);
        // The rest of the exchange must find nothing new to say.
        assert!(outcome.ends.len() <= 1);
    }
    (outcome, left)
}

fn both_ends(now: Instant) -> [Handshake; 2] {
    [
        Handshake::initiate(now, config(), HASH),
        Handshake::respond(now, config()),
    ]
}

#[test]
fn an_initiator_speaks_first_and_a_responder_only_after_the_info_hash() {
    let now = Instant::now();
    let wire = their_message().encode();
    let mut core = Handshake::respond(now, config());
    let mut outcome = Outcome::default();
    assert_eq!(core.handle_input(now, &wire[..47]), 47);
    outcome.drain(now, &mut core);
    assert!(outcome.sent.is_empty() && outcome.asked.is_none());

    assert_eq!(core.handle_input(now, &wire[47..48]), 1);
    outcome.drain(now, &mut core);
    let extensions = Extensions::new().with(Extension::Fast);
    let asked = outcome.asked.expect("48 bytes tell the info-hash");
    assert_eq!((asked.extensions, asked.info_hash), (extensions, HASH));
    let (ours, length) = HandshakeMessage::decode(&outcome.sent[0]).unwrap();
    assert_eq!((ours.peer_id, ours.info_hash, length), (OURS, HASH, 68));
    assert!(outcome.ends.is_empty(), "the peer id is still to come");

    let mut core = Handshake::initiate(now, config(), HASH);
    assert_eq!(core.poll_transmit().map(|bytes| bytes.len()), Some(68));
    assert_eq!(core.poll_transmit(), None);
}

#[test]
fn a_handshake_completes_byte_by_byte() {
    let now = Instant::now();
    for core in both_ends(now) {
        let (outcome, left) = feed(core, now, &their_message().encode(), (1..68).collect());
        assert!(
            matches!(outcome.ends.as_slice(), [Ok(peer)] if peer.peer_id == THEIRS),
            "{outcome:?}"
        );
        assert_eq!(outcome.sent.len(), 1);
        assert!(left.is_empty());
    }
}

#[test]
fn what_follows_the_handshake_is_left_untouched() {
    let now = Instant::now();
    let wire = their_message().encode();
    let twice = [&wire[..], &wire[..]].concat();
    for core in both_ends(now) {
        let (outcome, left) = feed(core, now, &twice, vec![]);
        assert!(matches!(outcome.ends.as_slice(), [Ok(_)]));
        assert_eq!(left, wire);
    }
}

#[test]
fn input_is_not_taken_past_one_handshake_while_the_question_is_open() {
    let now = Instant::now();
    let twice = their_message().encode().repeat(2);
    let mut core = Handshake::respond(now, config());
    assert_eq!(core.handle_input(now, &twice), 68);
    assert_eq!(core.handle_input(now, &twice), 0);
    assert!(matches!(core.poll_event(), Some(Step::Asked(_))));
    assert!(core.poll_event().is_none());
    assert_eq!(core.poll_transmit(), None);
    core.accept(now);
    assert!(core.poll_transmit().is_some());
    assert!(matches!(core.poll_event(), Some(Step::Complete(_))));
    assert_eq!(core.poll_timeout(), None);
}

#[test]
fn a_stranger_is_told_by_its_first_wrong_byte() {
    let now = Instant::now();
    for (input, expect) in [
        (&b"GET / HTTP/1.1\r\n"[..], true),
        (b"\x13BitTorrent protocoL", true),
        (b"\x13BitTorrent protocol", false),
        (b"\x12BitTorrent protoco", true),
        (b"\0", true),
    ] {
        for core in both_ends(now) {
            let (outcome, _) = feed(core, now, input, (1..input.len()).collect());
            let mismatch = matches!(
                outcome.ends.as_slice(),
                [Err(HandshakeError::ProtocolMismatch)]
            );
            assert_eq!(mismatch, expect, "{}", input.escape_ascii());
        }
    }
}

#[test]
fn a_protocol_of_ones_own_is_spoken() {
    let now = Instant::now();
    for name in [vec![b'x'; 1], vec![b'x'; 255]] {
        let protocol = Protocol::custom(name).unwrap();
        let config = || config().protocol(protocol.clone());
        let wire = HandshakeMessage {
            protocol: protocol.clone(),
            ..their_message()
        }
        .encode();
        for core in [
            Handshake::initiate(now, config(), HASH),
            Handshake::respond(now, config()),
        ] {
            let (outcome, left) = feed(core, now, &[&wire[..], b"!"].concat(), vec![]);
            assert!(matches!(outcome.ends.as_slice(), [Ok(_)]));
            assert_eq!(outcome.sent[0].len(), wire.len());
            assert_eq!(left, b"!");
        }
    }
}

#[test]
fn an_initiator_refuses_another_info_hash() {
    let now = Instant::now();
    let wire = HandshakeMessage {
        info_hash: [8; 20],
        ..their_message()
    }
    .encode();
    let (outcome, _) = feed(
        Handshake::initiate(now, config(), HASH),
        now,
        &wire[..48],
        vec![],
    );
    assert!(
        matches!(outcome.error(), HandshakeError::InfoHashMismatch { found } if *found == [8; 20])
    );
    assert_eq!(outcome.error().fault(), Fault::Peer);
}

#[test]
fn a_responder_says_nothing_to_a_peer_it_refuses() {
    let now = Instant::now();
    let wire = HandshakeMessage {
        info_hash: [8; 20],
        ..their_message()
    }
    .encode();
    let (outcome, _) = feed(Handshake::respond(now, config()), now, &wire, vec![]);
    assert!(matches!(outcome.error(), HandshakeError::UnknownInfoHash));
    assert!(outcome.sent.is_empty());
}

#[test]
fn our_own_peer_id_means_ourselves() {
    let now = Instant::now();
    let wire = HandshakeMessage {
        peer_id: OURS,
        ..their_message()
    }
    .encode();
    for core in both_ends(now) {
        let (outcome, _) = feed(core, now, &wire, vec![]);
        assert!(matches!(outcome.error(), HandshakeError::SelfConnection));
    }
}

#[test]
fn the_expected_peer_must_answer() {
    let now = Instant::now();
    let core = |expected| Handshake::initiate(now, config(), HASH).expect_peer_id(expected);
    let wire = their_message().encode();
    let (outcome, _) = feed(core(THEIRS), now, &wire, vec![]);
    assert!(matches!(outcome.ends.as_slice(), [Ok(_)]));
    let other = PeerId::from_bytes([1; 20]);
    let (outcome, _) = feed(core(other), now, &wire, vec![]);
    assert!(
        matches!(outcome.error(), HandshakeError::PeerIdMismatch { found: THEIRS, expected } if *expected == other)
    );
}

#[test]
fn a_byte_a_second_does_not_stretch_the_deadline() {
    let start = Instant::now();
    let wire = their_message().encode();
    for mut core in both_ends(start) {
        let mut outcome = Outcome::default();
        for (second, byte) in wire.iter().enumerate() {
            let now = start + Duration::from_secs(second as u64);
            outcome.drain(now, &mut core);
            assert_eq!(
                core.poll_timeout(),
                (second <= 10).then(|| start + Duration::from_secs(10))
            );
            let taken = core.handle_input(now, &[*byte]);
            assert_eq!(taken, usize::from(second < 10), "second {second}");
        }
        outcome.drain(start, &mut core);
        assert!(matches!(outcome.error(), HandshakeError::TimedOut));
        assert_eq!(outcome.error().fault(), Fault::Network);
    }
}

#[test]
fn the_deadline_itself_is_too_late() {
    let start = Instant::now();
    let deadline = start + Duration::from_secs(10);
    let just_before = deadline - Duration::from_nanos(1);
    for (now, late) in [(just_before, false), (deadline, true)] {
        let mut core = Handshake::respond(start, config());
        core.handle_timeout(now);
        assert_eq!(
            matches!(
                core.poll_event(),
                Some(Step::Failed(HandshakeError::TimedOut))
            ),
            late
        );
    }
}

#[test]
fn an_end_within_the_handshake_is_told_with_its_length_and_only_once() {
    let now = Instant::now();
    let mut core = Handshake::respond(now, config());
    assert_eq!(core.handle_input(now, b"\x13Bit"), 4);
    core.handle_end(now);
    core.handle_end(now);
    core.handle_timeout(now + Duration::from_secs(99));
    core.refuse(HandshakeError::Closed);
    let mut outcome = Outcome::default();
    outcome.drain(now, &mut core);
    assert!(matches!(
        outcome.error(),
        HandshakeError::Disconnected { received: 4 }
    ));
}

proptest! {
    /// Against the plainest reader: join all segments, decode, compare fields.
    #[test]
    fn segmentation_changes_nothing(
        flips in proptest::collection::vec((0_usize..68, any::<u8>()), 0..3),
        tail in proptest::collection::vec(any::<u8>(), 0..120),
        cuts in proptest::collection::vec(0_usize..68, 0..8),
        length in 0_usize..190,
    ) {
        let now = Instant::now();
        let mut input = their_message().encode().to_vec();
        for (at, byte) in flips {
            input[at] = byte;
        }
        input.extend(tail);
        input.truncate(length);
        let cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= input.len()).collect();
        let decoded = HandshakeMessage::decode(&input).ok().map(|(message, _)| message);
        let expect = decoded.filter(|message| {
            message.protocol == Protocol::default() && message.info_hash == HASH && message.peer_id != OURS
        });
        for core in both_ends(now) {
            let (outcome, left) = feed(core, now, &input, cuts.clone());
            match (&expect, outcome.ends.as_slice()) {
                (Some(message), [Ok(peer)]) => {
                    prop_assert_eq!(peer.peer_id, message.peer_id);
                    prop_assert_eq!(peer.extensions, message.extensions);
                    prop_assert_eq!(&left[..], &input[68..]);
                }
                (None, [] | [Err(_)]) => {}
                (expect, ends) => prop_assert!(false, "{:?} {:?}", expect, ends),
            }
        }
    }
}
