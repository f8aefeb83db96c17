//! Sessions over a simulated link, in virtual time: choking, requests, their loss, uploads, silence, faults (BEP 3).
#![allow(
    clippy::disallowed_methods,
    reason = "virtual time has to begin somewhere"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod link;

use std::time::{Duration, Instant};

use bip_peer::limits::{BLOCK_LENGTH, MAX_REQUEST_LENGTH};
use bip_peer::{
    Block, BlockRequest, EndReason, LostReason, Message, PeerCommand, PeerEvent, Session,
    SessionConfig, TorrentSize, Violation,
};
use bytes::{Bytes, BytesMut};
use link::{Link, Transfer};

fn block(piece: u32, begin: u32) -> BlockRequest {
    BlockRequest {
        piece,
        begin,
        length: BLOCK_LENGTH,
    }
}

/// A session fed with messages by hand.
struct Peer {
    now: Instant,
    session: Session,
}

impl Peer {
    fn new(config: SessionConfig) -> Peer {
        let now = Instant::now();
        Peer {
            now,
            session: Session::new(config, now),
        }
    }

    fn hears(&mut self, messages: impl IntoIterator<Item = Message>) -> Vec<PeerEvent> {
        let mut wire = BytesMut::new();
        for message in messages {
            message.encode(&mut wire);
        }
        self.session.handle_input(self.now, &mut wire);
        self.events()
    }

    fn told(&mut self, command: PeerCommand) -> Vec<PeerEvent> {
        self.session.handle_command(self.now, command);
        self.events()
    }

    fn passes(&mut self, time: Duration) -> Vec<PeerEvent> {
        self.now += time;
        self.session.handle_timeout(self.now);
        self.events()
    }

    fn events(&mut self) -> Vec<PeerEvent> {
        std::iter::from_fn(|| self.session.poll_event()).collect()
    }

    fn says(&mut self) -> Vec<Message> {
        link::messages(&mut self.session)
    }
}

fn config() -> SessionConfig {
    SessionConfig::default().torrent_size(TorrentSize::new(1 << 20, 100 << 20).unwrap())
}

fn ended(events: &[PeerEvent]) -> Option<&EndReason> {
    let ends: Vec<_> = events
        .iter()
        .filter(|event| matches!(event, PeerEvent::Ended(_)))
        .collect();
    assert!(ends.len() <= 1);
    match events.last() {
        Some(PeerEvent::Ended(end)) => Some(&end.reason),
        _ => None,
    }
}

/// What one message does to a fresh session that is unchoking its peer.
fn check_violation(message: Message, expect: Option<Violation>) {
    let mut peer = Peer::new(config());
    peer.told(PeerCommand::Unchoke);
    let events = peer.hears([message.clone(), Message::Interested]);
    assert_eq!(
        ended(&events),
        expect.clone().map(EndReason::Violation).as_ref(),
        "{message:?}"
    );
    let heard_on = events.contains(&PeerEvent::Interested);
    assert_eq!(heard_on, expect.is_none(), "{message:?}");
    assert_eq!(peer.session.poll_timeout().is_none(), expect.is_some());
}

fn bits(ones: &[usize], length: usize) -> Bytes {
    let mut bits = vec![0; length];
    ones.iter()
        .for_each(|one| bits[one / 8] |= 0x80 >> (one % 8));
    bits.into()
}

#[test]
fn a_bitfield_of_the_wrong_length_or_with_spare_bits_is_a_violation() {
    check_violation(Message::Bitfield(bits(&[99], 13)), None);
    let spare = Violation::BitfieldSpareBits;
    check_violation(Message::Bitfield(bits(&[100], 13)), Some(spare));
    for length in [0, 12, 14] {
        let wrong = Violation::BitfieldLength {
            length,
            piece_count: 100,
        };
        check_violation(Message::Bitfield(bits(&[], length)), Some(wrong));
    }
}

/// seed fault 20
#[test]
fn a_have_out_of_range_is_a_violation() {
    check_violation(Message::Have(99), None);
    for piece in [100, u32::MAX] {
        check_violation(
            Message::Have(piece),
            Some(Violation::HaveOutOfRange {
                piece,
                piece_count: 100,
            }),
        );
    }
}

#[test]
fn a_request_out_of_bounds_or_too_long_is_a_violation() {
    let request = |piece, begin, length| BlockRequest {
        piece,
        begin,
        length,
    };
    let longest = request(0, 0, MAX_REQUEST_LENGTH);
    check_violation(Message::Request(longest), None);
    check_violation(Message::Request(request(99, (1 << 20) - 1, 1)), None);
    for wrong in [request(0, 0, MAX_REQUEST_LENGTH + 1), request(0, 0, 0)] {
        check_violation(
            Message::Request(wrong),
            Some(Violation::RequestLength(wrong)),
        );
    }
    for wrong in [
        request(100, 0, 1),
        request(0, 1 << 20, 1),
        request(0, u32::MAX, u32::MAX),
    ] {
        check_violation(
            Message::Request(wrong),
            Some(Violation::RequestOutOfBounds(wrong)),
        );
        check_violation(
            Message::Cancel(wrong),
            Some(Violation::RequestOutOfBounds(wrong)),
        );
    }
}

/// seed fault 9, at the greatest number of pieces.
#[test]
fn the_biggest_zero_bitfield_is_taken() {
    let piece_count = bip_peer::limits::MAX_PIECE_COUNT;
    let mut peer = Peer::new(SessionConfig::default().piece_count(piece_count));
    let zeros = Bytes::from(vec![0; piece_count as usize / 8]);
    assert_eq!(
        peer.hears([Message::Bitfield(zeros.clone())]),
        [PeerEvent::Bitfield(zeros)]
    );
}

/// BEP 3 forbids it and aria2 does it: in place of many haves it sends a second bitfield.
#[test]
fn a_bitfield_may_come_behind_haves_and_other_bitfields() {
    let mut peer = Peer::new(config());
    let (some, more) = (bits(&[1], 13), bits(&[1, 2, 3], 13));
    assert_eq!(
        peer.hears([
            Message::Choke,
            Message::Bitfield(some.clone()),
            Message::Have(2),
            Message::Bitfield(more.clone()),
        ]),
        [
            PeerEvent::Bitfield(some),
            PeerEvent::Have(2),
            PeerEvent::Bitfield(more)
        ]
    );
}

#[test]
fn what_a_peer_has_is_told_when_the_number_of_pieces_is_known() {
    let mut peer = Peer::new(SessionConfig::default());
    let has = bits(&[3], 2);
    assert_eq!(
        peer.hears([Message::Bitfield(has.clone()), Message::Have(9)]),
        []
    );
    assert_eq!(
        peer.told(PeerCommand::SetPieceCount(10)),
        [PeerEvent::Bitfield(has), PeerEvent::Have(9)]
    );

    let mut peer = Peer::new(SessionConfig::default());
    peer.hears([Message::Bitfield(bits(&[3], 2))]);
    let events = peer.told(PeerCommand::SetPieceCount(17));
    let wrong = Violation::BitfieldLength {
        length: 2,
        piece_count: 17,
    };
    assert_eq!(ended(&events), Some(&EndReason::Violation(wrong)));
}

#[test]
fn nothing_is_said_twice() {
    let mut peer = Peer::new(config());
    for _ in 0..3 {
        for command in [
            PeerCommand::Choke,
            PeerCommand::NotInterested,
            PeerCommand::Unchoke,
            PeerCommand::Interested,
        ] {
            peer.told(command);
        }
        peer.told(PeerCommand::Have(5));
    }
    let said = peer.says();
    let count = |message: &Message| said.iter().filter(|other| *other == message).count();
    assert_eq!(count(&Message::Have(5)), 1);
    assert_eq!(
        (said[0].clone(), said[1].clone()),
        (Message::Unchoke, Message::Interested)
    );
    assert_eq!((count(&Message::Unchoke), count(&Message::Choke)), (3, 2));

    let events = peer.hears([
        Message::Choke,
        Message::Interested,
        Message::Interested,
        Message::NotInterested,
    ]);
    assert_eq!(events, [PeerEvent::Interested, PeerEvent::NotInterested]);
}

#[test]
fn our_bitfield_is_first_and_only_sent_with_a_bit_set() {
    let mut peer = Peer::new(config().bitfield(bits(&[7], 13)));
    assert_eq!(peer.says(), [Message::Bitfield(bits(&[7], 13))]);
    peer.told(PeerCommand::Have(7));
    assert_eq!(peer.says(), []);

    let mut peer = Peer::new(config());
    peer.told(PeerCommand::Bitfield(bits(&[], 13)));
    peer.told(PeerCommand::Bitfield(bits(&[1], 12)));
    assert_eq!(peer.says(), []);
    peer.told(PeerCommand::Have(3));
    peer.told(PeerCommand::Bitfield(bits(&[3, 4], 13)));
    assert_eq!(
        peer.says(),
        [Message::Have(3), Message::Have(4)],
        "too late for a bitfield"
    );
}

fn unchoked() -> Peer {
    let mut peer = Peer::new(config());
    peer.told(PeerCommand::Interested);
    peer.hears([Message::Unchoke]);
    peer.says();
    peer
}

fn data(request: BlockRequest) -> Message {
    let data = Bytes::from(vec![1; request.length as usize]);
    Message::Piece(Block {
        piece: request.piece,
        begin: request.begin,
        data,
    })
}

#[test]
fn a_choke_loses_what_was_under_way() {
    let mut peer = unchoked();
    peer.told(PeerCommand::Request(vec![
        block(0, 0),
        block(0, BLOCK_LENGTH),
    ]));
    let lost = vec![block(0, 0), block(0, BLOCK_LENGTH)];
    assert_eq!(
        peer.hears([Message::Choke, Message::Choke]),
        [PeerEvent::Choked { lost }]
    );
    let refused = PeerEvent::Lost {
        requests: vec![block(0, 0)],
        reason: LostReason::Choked,
    };
    assert_eq!(
        peer.told(PeerCommand::Request(vec![block(0, 0)])),
        [refused]
    );
}

#[test]
fn requests_that_make_no_sense_or_find_no_room_come_back() {
    let mut peer = unchoked();
    let wrong = vec![
        block(100, 0),
        BlockRequest {
            length: 0,
            ..block(0, 0)
        },
        block(0, 1 << 20),
    ];
    let events = peer.told(PeerCommand::Request(wrong.clone()));
    assert_eq!(
        events,
        [PeerEvent::Lost {
            requests: wrong,
            reason: LostReason::Invalid
        }]
    );
    assert_eq!(peer.told(PeerCommand::Request(vec![block(0, 0)])), []);
    let twice = peer.told(PeerCommand::Request(vec![block(0, 0)]));
    assert_eq!(
        twice,
        [PeerEvent::Lost {
            requests: vec![block(0, 0)],
            reason: LostReason::Invalid
        }]
    );

    let mut peer = unchoked();
    // The peer has not said how many it takes: 250 and not one more.
    let many: Vec<_> = (0..251)
        .map(|index| block(index / 64, index % 64 * BLOCK_LENGTH))
        .collect();
    let events = peer.told(PeerCommand::Request(many.clone()));
    assert_eq!(
        events,
        [PeerEvent::Lost {
            requests: vec![many[250]],
            reason: LostReason::NoRoom
        }]
    );
}

#[test]
fn data_that_was_not_asked_for_is_dropped_and_counted() {
    let mut peer = unchoked();
    peer.told(PeerCommand::Request(vec![block(0, 0), block(1, 0)]));
    peer.told(PeerCommand::Cancel(vec![block(1, 0), block(2, 0)]));
    let events = peer.hears([
        data(block(1, 0)),
        data(block(5, 0)),
        data(block(0, 0)),
        data(block(0, 0)),
    ]);
    let blocks = events
        .iter()
        .filter(|event| matches!(event, PeerEvent::Block(_)))
        .count();
    assert_eq!((blocks, ended(&events)), (1, None));
    let stats = peer.session.stats(peer.now);
    assert_eq!((stats.downloaded, stats.wasted), (16384, 3 * 16384));
    let said = peer.says();
    assert_eq!(
        said,
        [
            Message::Request(block(0, 0)),
            Message::Request(block(1, 0)),
            Message::Cancel(block(1, 0))
        ]
    );
}

#[test]
fn a_snubbing_peer_loses_its_requests_and_a_late_block_still_counts() {
    let mut peer = unchoked();
    peer.told(PeerCommand::Request(vec![block(0, 0), block(1, 0)]));
    assert_eq!(
        peer.session.poll_timeout(),
        Some(peer.now + Duration::from_secs(30))
    );
    let events = peer.passes(Duration::from_secs(30));
    let lost = PeerEvent::Lost {
        requests: vec![block(0, 0), block(1, 0)],
        reason: LostReason::TimedOut,
    };
    assert_eq!(events[0], lost);
    assert!(matches!(events[1..], [PeerEvent::Wants { .. }]));
    let events = peer.hears([data(block(1, 0)), data(block(1, 0))]);
    assert!(matches!(&events[..], [PeerEvent::Block(late)] if late.piece == 1));
}

#[test]
fn wants_comes_once_after_all_that_was_read() {
    let mut peer = Peer::new(config());
    peer.told(PeerCommand::Interested);
    let events = peer.hears([Message::Have(0), Message::Unchoke]);
    assert_eq!(
        events,
        [
            PeerEvent::Have(0),
            PeerEvent::Unchoked,
            PeerEvent::Wants { count: 4 }
        ]
    );
    assert_eq!(peer.hears([Message::KeepAlive]), [], "not answered yet");
    assert_eq!(
        peer.told(PeerCommand::Request(Vec::new())),
        [],
        "there is nothing to ask for"
    );
    assert_eq!(
        peer.hears([Message::Have(1)]),
        [PeerEvent::Have(1), PeerEvent::Wants { count: 4 }]
    );
    peer.told(PeerCommand::Request(
        (0..4).map(|piece| block(piece, 0)).collect(),
    ));
    let events = peer.hears([data(block(0, 0)), data(block(1, 0))]);
    // The window has grown by a block each.
    assert!(
        matches!(
            events[..],
            [
                PeerEvent::Block(_),
                PeerEvent::Block(_),
                PeerEvent::Wants { count: 4 }
            ]
        ),
        "{events:?}"
    );
}

#[test]
fn keep_alives_are_sent_in_silence_only_and_a_silent_peer_is_given_up() {
    let mut peer = Peer::new(config());
    peer.told(PeerCommand::Unchoke);
    peer.says();
    assert_eq!(
        peer.session.poll_timeout(),
        Some(peer.now + Duration::from_secs(100))
    );
    peer.passes(Duration::from_secs(60));
    assert_eq!(peer.says(), []);
    peer.passes(Duration::from_secs(40));
    assert_eq!(peer.says(), [Message::KeepAlive]);
    assert_eq!(
        peer.session.poll_timeout(),
        Some(peer.now + Duration::from_secs(80))
    );
    peer.hears([Message::KeepAlive]);
    let events = peer.passes(Duration::from_secs(179));
    assert_eq!(ended(&events), None);
    assert_eq!(
        ended(&peer.passes(Duration::from_secs(1))),
        Some(&EndReason::TimedOut)
    );
    assert_eq!(peer.session.poll_transmit(), None);
}

#[test]
fn a_pause_of_ours_is_not_the_peers_silence() {
    let mut peer = unchoked();
    peer.told(PeerCommand::Request(vec![block(0, 0)]));
    peer.session.handle_pause();
    let events = peer.passes(Duration::from_secs(600));
    assert_eq!(events, []);
    peer.session.handle_resume(peer.now);
    assert_eq!(peer.passes(Duration::from_secs(29)), []);
    assert!(!peer.passes(Duration::from_secs(1)).is_empty());
}

fn serving() -> Peer {
    let mut peer = Peer::new(config());
    peer.told(PeerCommand::Unchoke);
    peer.says();
    peer
}

fn serve(run: BlockRequest) -> PeerCommand {
    PeerCommand::Serve {
        run,
        data: vec![9; run.length as usize].into(),
    }
}

/// seed fault 19: also far behind the first 32 KiB of a piece; and only whom we have unchoked.
#[test]
fn requests_anywhere_in_a_piece_are_served_to_the_unchoked() {
    let mut peer = Peer::new(config());
    assert_eq!(peer.hears([Message::Request(block(0, 0))]), [], "choked");
    assert_eq!(peer.session.stats(peer.now).dropped_requests, 1);
    peer.told(PeerCommand::Unchoke);
    peer.says();
    let far = (1 << 20) - BLOCK_LENGTH;
    let events = peer.hears([Message::Request(block(0, far))]);
    assert_eq!(events, [PeerEvent::Serve(block(0, far))]);
    peer.told(serve(block(0, far)));
    assert!(
        matches!(&peer.says()[..], [Message::Piece(sent)] if sent.begin == far && sent.data.len() == 16384)
    );
    assert_eq!(peer.session.stats(peer.now).uploaded, 16384);
}

#[test]
fn a_choke_drops_what_the_peer_asked_for() {
    let mut peer = serving();
    let requests = (0..100).map(|index| Message::Request(block(0, index % 64 * BLOCK_LENGTH)));
    let runs = peer.hears(requests.take(64));
    assert_eq!(runs.len(), 4, "runs of 16 blocks, all there may be");
    peer.told(serve(BlockRequest {
        length: 16 * BLOCK_LENGTH,
        ..block(0, 0)
    }));
    peer.told(PeerCommand::Choke);
    for run in runs {
        let PeerEvent::Serve(run) = run else {
            panic!("{run:?}")
        };
        peer.told(serve(run));
    }
    assert_eq!(peer.says(), [Message::Choke]);
    assert_eq!(peer.session.stats(peer.now).upload_queue, 0);
}

#[test]
fn a_cancel_takes_back_what_has_not_gone_out() {
    let mut peer = serving();
    let events = peer.hears((0..3).map(|index| Message::Request(block(0, index * BLOCK_LENGTH))));
    let run = BlockRequest {
        length: 3 * BLOCK_LENGTH,
        ..block(0, 0)
    };
    assert_eq!(events, [PeerEvent::Serve(run)]);
    peer.hears([Message::Cancel(block(0, BLOCK_LENGTH))]);
    peer.told(serve(run));
    peer.hears([Message::Cancel(block(0, 0))]);
    assert!(matches!(&peer.says()[..], [Message::Piece(sent)] if sent.begin == 2 * BLOCK_LENGTH));
}

#[test]
fn more_requests_than_announced_are_dropped_and_a_flood_is_a_violation() {
    let mut peer = Peer::new(config().max_upload_queue(10));
    peer.told(PeerCommand::Unchoke);
    let request = |index: u32| Message::Request(block(index, 0));
    assert_eq!(ended(&peer.hears((0..20).map(request))), None);
    let stats = peer.session.stats(peer.now);
    assert_eq!((stats.upload_queue, stats.dropped_requests), (10, 10));
    let flood = Violation::TooManyRequests { limit: 10 };
    assert_eq!(
        ended(&peer.hears([request(20)])),
        Some(&EndReason::Violation(flood))
    );
}

#[test]
fn after_the_end_there_is_nothing() {
    let mut peer = unchoked();
    peer.session.handle_end(peer.now, EndReason::Closed);
    peer.session.handle_end(peer.now, EndReason::Removed);
    assert_eq!(ended(&peer.events()), Some(&EndReason::Closed));
    assert_eq!(peer.told(PeerCommand::Request(vec![block(0, 0)])), []);
    assert_eq!(peer.hears([Message::Unchoke]), []);
    assert_eq!(peer.passes(Duration::from_secs(1000)), []);
    assert_eq!((peer.says(), peer.session.poll_timeout()), (vec![], None));
}

#[test]
fn a_peer_that_does_not_read_is_given_up() {
    let mut peer = Peer::new(SessionConfig::default().piece_count(1 << 20));
    let limit = bip_peer::limits::MAX_CONTROL_BACKLOG as u32;
    for piece in 0..limit {
        assert_eq!(peer.told(PeerCommand::Have(piece)), []);
    }
    assert_eq!(
        ended(&peer.told(PeerCommand::Have(limit))),
        Some(&EndReason::Stalled)
    );
}

#[test]
fn pieces_move_both_ways_at_once() {
    let mut link = Link::new(Duration::from_millis(20), 10e6, config());
    let got = link.run(
        [Transfer { pieces: 0..40 }, Transfer { pieces: 40..80 }],
        Duration::from_secs(60),
    );
    assert_eq!(got.blocks, [40 * 64, 40 * 64]);
    assert_eq!(got.duplicates, 0);
    // 40 MiB at 10 MB/s are 4.2 s; here requests queue behind the blocks that go the same way.
    assert!(got.took < Duration::from_millis(5200), "{:?}", got.took);
}

#[test]
fn a_long_link_is_filled_and_a_near_one_is_not_overfilled() {
    let long = Link::new(
        Duration::from_millis(50),
        20e6,
        config().max_outstanding(1000),
    )
    .run(
        [Transfer { pieces: 0..100 }, Transfer { pieces: 0..0 }],
        Duration::from_secs(60),
    );
    // The peer takes 250 at a time: 4 MiB per 100 ms are enough for 20 MB/s.
    assert!(long.took < Duration::from_secs(6), "{:?}", long.took);
    assert!(long.most_under_way <= 250);
    let near = Link::new(Duration::from_micros(50), 1e9, config()).run(
        [Transfer { pieces: 0..100 }, Transfer { pieces: 0..0 }],
        Duration::from_secs(60),
    );
    assert!(near.took < Duration::from_millis(130), "{:?}", near.took);
}
