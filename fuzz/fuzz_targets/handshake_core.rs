//! One attempt, from either end, over input that is cut anywhere.
//!
//! Holds: what the attempt takes and what it leaves are the input, in order; it completes exactly where the codec reads a
//! handshake that is welcome, never before its 68 bytes; it ends once; a refused peer hears nothing.
#![no_main]

use std::time::{Duration, Instant};

use bip_handshake::{
    Established, Handshake, HandshakeConfig, HandshakeError, HandshakeMessage, PeerId, Protocol,
    Step,
};
use libfuzzer_sys::fuzz_target;

const HASH: [u8; 20] = [7; 20];
const OURS: PeerId = PeerId::from_bytes(*b"-bp0200-ours........");

fuzz_target!(|data: &[u8]| {
    let [choice, cuts, rest @ ..] = data else {
        return;
    };
    // Random bytes seldom begin with the right 20: one bit lets the fuzzer start behind them, one behind the hash.
    let mut input = Vec::new();
    if choice & 1 != 0 {
        input.extend_from_slice(b"\x13BitTorrent protocol");
    }
    if choice & 2 != 0 {
        input.extend_from_slice(&[0; 8]);
        input.extend_from_slice(&HASH);
    }
    input.extend_from_slice(rest);

    let start = Instant::now();
    let config = HandshakeConfig::new(OURS).timeout(Duration::from_secs(10));
    let initiator = choice & 4 != 0;
    let mut core = match initiator {
        true => Handshake::initiate(start, config, HASH),
        false => Handshake::respond(start, config),
    };

    let (mut sent, mut taken, mut fed, mut end) = (0, 0, 0, None);
    drain(&mut core, start, &mut sent, &mut end);
    let mut step = usize::from(*cuts);
    while fed < input.len() {
        let length = (step % 97 + 1).min(input.len() - fed);
        step = step.wrapping_mul(31).wrapping_add(17);
        let segment = &input[fed..fed + length];
        let this = core.handle_input(start, segment);
        assert!(this <= length);
        assert!(
            this == length || taken + this == 68 || end.is_some(),
            "only a whole handshake or an end stops it"
        );
        taken += this;
        fed += length;
        drain(&mut core, start, &mut sent, &mut end);
    }
    assert!(taken <= 68);

    let decoded = HandshakeMessage::decode(&input)
        .ok()
        .map(|(message, _)| message);
    let welcome = decoded.filter(|message| {
        message.protocol == Protocol::BITTORRENT
            && message.info_hash == HASH
            && message.peer_id != OURS
    });
    match (&welcome, &end) {
        (Some(message), Some(Ok(peer))) => {
            assert_eq!(taken, 68, "what is left begins right after the handshake");
            assert_eq!(
                (peer.peer_id, peer.extensions),
                (message.peer_id, message.extensions)
            );
        }
        (None, Some(Err(_)) | None) => {}
        (welcome, end) => panic!("{welcome:?} {end:?}"),
    }
    assert!(sent <= 1);
    if !initiator
        && matches!(
            end,
            Some(Err(
                HandshakeError::UnknownInfoHash | HandshakeError::ProtocolMismatch
            ))
        )
    {
        assert_eq!(sent, 0);
    }

    // Whatever came, the deadline ends it, once.
    core.handle_timeout(start + Duration::from_secs(10));
    drain(&mut core, start, &mut sent, &mut end);
    assert!(end.is_some() && core.poll_timeout().is_none());
    core.handle_end(start);
    assert_eq!(core.handle_input(start, b"more"), 0);
    assert!(core.poll_event().is_none());
});

fn drain(
    core: &mut Handshake,
    now: Instant,
    sent: &mut usize,
    end: &mut Option<Result<Established, HandshakeError>>,
) {
    loop {
        if core.poll_transmit().is_some() {
            *sent += 1;
            continue;
        }
        let ended = match core.poll_event() {
            Some(Step::Asked(asked)) if asked.info_hash == HASH => {
                core.accept(now);
                continue;
            }
            Some(Step::Asked(_)) => {
                core.refuse(HandshakeError::UnknownInfoHash);
                continue;
            }
            Some(Step::Complete(peer)) => Ok(peer),
            Some(Step::Failed(error)) => Err(error),
            Some(step) => panic!("{step:?}"),
            None => return,
        };
        assert!(end.replace(ended).is_none(), "ended twice");
    }
}
