//! Whatever a peer sends and whatever we command in between: one end at most and last, blocks only when asked for,
//! bounded output, times that move on.
#![no_main]

use std::time::{Duration, Instant};

use bip_peer::limits::MAX_RUN_LENGTH;
use bip_peer::{BlockRequest, PeerCommand, PeerEvent, Session, SessionConfig, TorrentSize};
use bytes::{Bytes, BytesMut};

const BEP_10: [u8; 8] = [0, 0, 0, 0, 0, 0x10, 0, 0];
const PIECES: u32 = 20;

fn command(kind: u8, value: u32) -> PeerCommand {
    let block = BlockRequest {
        piece: value % (PIECES + 1),
        begin: (value / 32) % 4 * 8,
        length: 8,
    };
    match kind % 12 {
        0 => PeerCommand::Choke,
        1 => PeerCommand::Unchoke,
        2 => PeerCommand::Interested,
        3 => PeerCommand::NotInterested,
        4 => PeerCommand::Have(value),
        5 => PeerCommand::Bitfield(Bytes::from_static(&[0xff, 0, 0xf0])),
        6 => PeerCommand::Request(vec![block]),
        7 => PeerCommand::Cancel(vec![block]),
        8 => PeerCommand::ServeMetadata(Bytes::from_static(b"d4:name1:ae")),
        9 => PeerCommand::RequestMetadata { piece: value },
        10 => PeerCommand::Refuse(block),
        _ => TorrentSize::new(32, 32 * u64::from(PIECES))
            .map_or(PeerCommand::Choke, PeerCommand::SetTorrentSize),
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let start = Instant::now();
    let mut now = start;
    let mut session = Session::new(
        SessionConfig::default()
            .peer_reserved(BEP_10)
            .max_upload_queue(8),
        now,
    );
    let (mut input, mut ended, mut asked, mut out) = (BytesMut::new(), false, 0usize, 0usize);
    for step in data.chunks(24) {
        match step[0] % 4 {
            0 => {
                let value = u32::from(step.get(2).copied().unwrap_or(0)) * 7;
                let command = command(step.get(1).copied().unwrap_or(0), value);
                asked += usize::from(matches!(command, PeerCommand::Request(_)));
                session.handle_command(now, command);
            }
            1 => {
                now += Duration::from_secs(u64::from(step.get(1).copied().unwrap_or(0)));
                session.handle_timeout(now);
            }
            _ => {
                input.extend_from_slice(&step[1..]);
                session.handle_input(now, &mut input);
            }
        }
        while let Some(event) = session.poll_event() {
            assert!(!ended, "an event after the end");
            match event {
                PeerEvent::Block(_) => {
                    assert!(asked > 0);
                    asked -= 1;
                }
                PeerEvent::Serve(run) => {
                    assert!(run.piece < PIECES && run.end() <= 32 && run.length <= MAX_RUN_LENGTH);
                    session.handle_command(
                        now,
                        PeerCommand::Serve {
                            run,
                            data: vec![0; run.length as usize].into(),
                        },
                    );
                }
                PeerEvent::Have(piece) => assert!(piece < PIECES),
                PeerEvent::Bitfield(bits) => assert!(bits.len() == 3 && bits[2] & 0x0f == 0),
                PeerEvent::Ended(_) => ended = true,
                _ => {}
            }
        }
        while let Some(bytes) = session.poll_transmit() {
            assert!(!ended && !bytes.is_empty());
            out += bytes.len();
        }
        assert!(ended == session.poll_timeout().is_none());
    }
    assert!(
        out <= 4096 + 256 * data.len(),
        "{out} bytes out for {} in",
        data.len()
    );
});
