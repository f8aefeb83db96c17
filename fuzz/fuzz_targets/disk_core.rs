//! Blocks, good and bad, in any order and under any budget: a piece is verified only when all of its bytes lie in the
//! file, stays so, and all memory is given back.
#![no_main]

use bip_disk::{
    Block, Check, DiskConfig, DiskCore, DiskEvent, Executor, Layout, MemoryFileSystem,
    ReplyOutcome, TorrentKey, TorrentSpec, WriteBlockError,
};
use libfuzzer_sys::fuzz_target;

const PIECE_LENGTH: u32 = 32;
const TOTAL: u32 = 5 * PIECE_LENGTH + 7;

fuzz_target!(|data: &[u8]| {
    let [budget, orders @ ..] = data else { return };
    let budget = usize::from(*budget) * 16;
    let payload: Vec<u8> = (0..TOTAL).map(|i| (i * 7 + 1) as u8).collect();
    let mut disk = Disk::new(&payload, budget);
    for order in orders.chunks_exact(4) {
        let &[piece, begin, length, what] = order else {
            continue;
        };
        disk.write(
            &payload,
            u32::from(piece % 8),
            u32::from(begin % 40),
            usize::from(length % 40),
            what,
        );
        if what & 2 != 0 {
            disk.step();
        }
        assert!(disk.core.room() <= budget);
    }
    while disk.step() {}
    assert!(disk.core.is_idle());
    disk.complete(&payload);
    assert_eq!(disk.core.room(), budget);
});

struct Disk {
    core: DiskCore,
    executor: Executor<MemoryFileSystem>,
    files: MemoryFileSystem,
    torrent: TorrentKey,
    verified: [bool; 6],
}

impl Disk {
    fn new(payload: &[u8], budget: usize) -> Self {
        let config = DiskConfig::default().memory_budget(budget);
        let files = MemoryFileSystem::new();
        let mut core = DiskCore::new(&config);
        let mut executor = Executor::new(&config, files.clone());
        let laid = vec![
            ("a".into(), 40),
            ("b".into(), 0),
            ("c".into(), u64::from(TOTAL) - 40),
        ];
        core.add_torrent(TorrentSpec {
            layout: Layout::new(PIECE_LENGTH, laid).unwrap(),
            piece_hashes: payload.chunks(PIECE_LENGTH as usize).map(sha1_of).collect(),
            check: Check::Full,
        });
        while let Some(operation) = core.poll_operation() {
            core.handle_completion(executor.execute(operation));
        }
        let Some(ReplyOutcome::Added(Ok(torrent))) = core.poll_reply().map(|r| r.outcome) else {
            panic!("not added");
        };
        while core.poll_event().is_some() {}
        Self {
            core,
            executor,
            files,
            torrent,
            verified: [false; 6],
        }
    }

    fn write(&mut self, payload: &[u8], piece: u32, begin: u32, length: usize, what: u8) {
        let start = (piece * PIECE_LENGTH + begin) as usize;
        let inside = payload.get(start..start + length);
        let mut data = inside.map_or_else(|| vec![0; length], <[u8]>::to_vec);
        if what & 1 != 0 {
            // A liar.
            if let Some(byte) = data.first_mut() {
                *byte ^= 1;
            }
        }
        let block = Block {
            piece,
            begin,
            data: data.into(),
        };
        loop {
            match self.core.write_block(self.torrent, &block) {
                Err(WriteBlockError::NoRoom) => assert!(self.step(), "nothing makes room"),
                Err(WriteBlockError::OutOfRange(_)) => return,
                other => return other.unwrap(),
            }
        }
    }

    fn step(&mut self) -> bool {
        let Some(operation) = self.core.poll_operation() else {
            return false;
        };
        self.core
            .handle_completion(self.executor.execute(operation));
        while let Some(event) = self.core.poll_event() {
            match event {
                DiskEvent::Verified { piece, .. } => {
                    let before = std::mem::replace(&mut self.verified[piece as usize], true);
                    assert!(!before, "verified twice");
                }
                DiskEvent::Failed { piece, .. } => assert!(!self.verified[piece as usize]),
                DiskEvent::Room => {}
                other => panic!("{other:?}"),
            }
        }
        true
    }

    /// Fetches what is missing, twice where bad bytes still wait, and compares the files.
    fn complete(&mut self, payload: &[u8]) {
        for _ in 0..2 {
            for piece in 0..6 {
                let length = PIECE_LENGTH.min(TOTAL - piece * PIECE_LENGTH) as usize;
                self.write(payload, piece, 0, length, 0);
                while self.step() {}
            }
        }
        assert_eq!(self.verified, [true; 6]);
        let lies = [
            self.files.contents("a".as_ref()),
            self.files.contents("c".as_ref()),
        ];
        assert_eq!(lies.map(Option::unwrap).concat(), payload);
        assert_eq!(self.files.contents("b".as_ref()), Some(vec![]));
    }
}

/// SHA-1 (FIPS 180-4), written out so that the oracle is not the crate's own hash.
fn sha1_of(message: &[u8]) -> [u8; 20] {
    let mut bytes = message.to_vec();
    bytes.push(0x80);
    while bytes.len() % 64 != 56 {
        bytes.push(0);
    }
    bytes.extend((message.len() as u64 * 8).to_be_bytes());
    let mut h: [u32; 5] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    for block in bytes.chunks(64) {
        let mut w = [0u32; 80];
        for (word, four) in w.iter_mut().zip(block.chunks(4)) {
            *word = u32::from_be_bytes(four.try_into().unwrap());
        }
        for t in 16..80 {
            w[t] = (w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (t, word) in w.iter().enumerate() {
            let (f, k) = match t / 20 {
                0 => ((b & c) | (!b & d), 0x5a827999),
                1 => (b ^ c ^ d, 0x6ed9eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1bbcdc),
                _ => (b ^ c ^ d, 0xca62c1d6u32),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(f)
                .wrapping_add(e)
                .wrapping_add(k)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, add) in h.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(add);
        }
    }
    let mut digest = [0; 20];
    for (four, word) in digest.chunks_mut(4).zip(h) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    digest
}
