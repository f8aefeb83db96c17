use std::collections::BTreeMap;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha1::{Digest, Sha1};

use super::*;
use crate::merkle;

fn bytes(length: usize, seed: u8) -> Vec<u8> {
    (0..length)
        .map(|index| (index / 251) as u8 ^ index as u8 ^ seed)
        .collect()
}

/// Files one after the other, as version 1 has them.
fn row(files: &[Vec<u8>], piece_length: u32) -> Row {
    let mut start = 0;
    let stretches = files.iter().enumerate().map(|(index, file)| {
        let (file, length) = (Some(index), file.len() as u64);
        start += length;
        let start = start - length;
        Stretch {
            start,
            length,
            file,
        }
    });
    Row::new(piece_length, stretches.collect())
}

type Outcome = Result<[u8; 20], (usize, u64, ErrorKind)>;

/// Takes all SHA-1 hashes of files that may lie about their length.
fn sha1_of(
    row: &Row,
    open: &(dyn Fn(usize) -> io::Result<Box<dyn Source>> + Sync),
    options: &HashOptions<'_>,
) -> BTreeMap<u32, Outcome> {
    let outcomes = Mutex::new(BTreeMap::new());
    let work = Work {
        row,
        open: &|file| open(file),
        wanted: &|_| Wanted {
            sha1: true,
            sha256: false,
        },
        each: &|hashed| {
            let outcome = match hashed.outcome {
                Ok(hashes) => Ok(hashes.sha1.unwrap()),
                Err(fault) => Err((fault.file, fault.offset, fault.error.kind())),
            };
            let before = outcomes.lock().unwrap().insert(hashed.piece, outcome);
            assert_eq!(before, None, "piece {} came twice", hashed.piece);
            ControlFlow::Continue(())
        },
    };
    assert!(hash(&work, options).is_continue());
    outcomes.into_inner().unwrap()
}

#[test]
fn any_number_of_threads_takes_the_same_hashes() {
    for lengths in [&[100_000][..], &[1; 500], &[0, 5, 0, 70_000, 3, 0]] {
        let files: Vec<_> = lengths.iter().map(|length| bytes(*length, 7)).collect();
        let all = files.concat();
        let expect: Vec<Outcome> = all
            .chunks(1000)
            .map(|piece| Ok(Sha1::digest(piece).into()))
            .collect();
        for threads in 1..5 {
            for at_once in [1, 7] {
                let options = HashOptions::default().threads(threads).max_memory(8000);
                let options = options.sha1(at_once, |pieces, hashes| {
                    for (piece, hash) in pieces.iter().zip(hashes) {
                        *hash = Sha1::digest(piece).into();
                    }
                });
                let open = |file: usize| -> io::Result<Box<dyn Source>> {
                    Ok(Box::new(Cursor::new(files[file].clone())))
                };
                let found = sha1_of(&row(&files, 1000), &open, &options);
                assert!(
                    found.into_values().eq(expect.iter().copied()),
                    "{threads} {at_once}"
                );
            }
        }
    }
}

#[test]
fn what_cannot_be_read_spoils_its_own_pieces_only() {
    let files = [bytes(2500, 1), bytes(3000, 2), bytes(1000, 3)];
    let open = |file: usize| -> io::Result<Box<dyn Source>> {
        match file {
            // Ends 1,200 bytes early, in piece 4.
            1 => Ok(Box::new(Cursor::new(files[1][..1800].to_vec()))),
            2 => Err(ErrorKind::NotFound.into()),
            _ => Ok(Box::new(Cursor::new(files[0].clone()))),
        }
    };
    let found = sha1_of(
        &row(&files, 1000),
        &open,
        &HashOptions::default().threads(2),
    );
    let all = files.concat();
    let good = |piece: usize| Ok(Sha1::digest(&all[piece * 1000..][..1000]).into());
    let short = |offset| Err((1, offset, ErrorKind::UnexpectedEof));
    let missing = Err((2, 500, ErrorKind::NotFound));
    let expect = [
        good(0),
        good(1),
        good(2),
        good(3),
        short(1800),
        short(2500),
        missing,
    ];
    assert_eq!(found.into_values().collect::<Vec<_>>(), expect);
}

#[test]
fn blocks_make_the_node_of_a_piece_without_the_zeros_behind_the_file() {
    let files = [bytes(100_000, 1), bytes(20_000, 2)];
    let length = 65_536;
    let row = Row::new(
        length,
        vec![
            Stretch {
                start: 0,
                length: 100_000,
                file: Some(0),
            },
            Stretch {
                start: 100_000,
                length: 31_072,
                file: None,
            },
            Stretch {
                start: 131_072,
                length: 20_000,
                file: Some(1),
            },
        ],
    );
    let found = Mutex::new(BTreeMap::new());
    let work = Work {
        row: &row,
        open: &|file| Ok(Box::new(Cursor::new(files[file].clone()))),
        wanted: &|piece| Wanted {
            sha1: piece == 1,
            sha256: true,
        },
        each: &|hashed| {
            let hashes = hashed.outcome.unwrap();
            let blocks = hashes.blocks.to_vec();
            found
                .lock()
                .unwrap()
                .insert(hashed.piece, (hashes.sha1, hashes.sha256.unwrap(), blocks));
            ControlFlow::Continue(())
        },
    };
    assert!(hash(&work, &HashOptions::default().threads(2)).is_continue());
    let found = found.into_inner().unwrap();
    let blocks = |file: &[u8]| -> Vec<_> {
        file.chunks(merkle::BLOCK_LENGTH)
            .map(merkle::block_hash)
            .collect()
    };
    let big = blocks(&files[0]);
    let small = blocks(&files[1]);
    let padded = [&files[0][65_536..], &[0; 31_072]].concat();
    assert_eq!(
        found[&0],
        (
            None,
            merkle::subtree_root(&big[..4], 0, 2),
            big[..4].to_vec()
        )
    );
    let expect = Some(Sha1::digest(padded).into());
    assert_eq!(
        found[&1],
        (
            expect,
            merkle::subtree_root(&big[4..], 0, 2),
            big[4..].to_vec()
        )
    );
    // Two blocks, though a piece has four: the root itself.
    assert_eq!(found[&2], (None, merkle::root(&small, 0), small));
}

#[test]
fn progress_never_falls_and_ends_at_the_total_with_what_was_known() {
    let files = [bytes(900_000, 1)];
    let row = row(&files, 1000);
    let told = Mutex::new(Vec::new());
    let options = HashOptions::default().threads(3).on_progress(|progress| {
        told.lock().unwrap().push(progress);
        ControlFlow::Continue(())
    });
    let count = AtomicUsize::new(0);
    let work = Work {
        row: &row,
        open: &|file| Ok(Box::new(Cursor::new(files[file].clone()))),
        wanted: &|piece| Wanted {
            sha1: piece % 3 == 0,
            sha256: false,
        },
        each: &|hashed| {
            assert_eq!(hashed.piece % 3, 0);
            count.fetch_add(1, Ordering::Relaxed);
            ControlFlow::Continue(())
        },
    };
    assert!(hash(&work, &options).is_continue());
    drop(options);
    let told = told.into_inner().unwrap();
    assert_eq!(count.into_inner(), 300);
    assert!(told.is_sorted_by_key(|progress| progress.bytes_done));
    assert!(told.iter().all(|progress| progress.bytes_total == 900_000));
    let ends = [told.first(), told.last()].map(|progress| progress.unwrap().bytes_done);
    assert_eq!(ends, [600_000, 900_000]);
}

#[test]
fn breaking_ends_the_work() {
    let files = [bytes(1_000_000, 1)];
    let row = row(&files, 100);
    let count = AtomicUsize::new(0);
    let enough = |limit| match count.fetch_add(1, Ordering::Relaxed) {
        before if before >= limit => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let work = Work {
        row: &row,
        open: &|file| Ok(Box::new(Cursor::new(files[file].clone()))),
        wanted: &|_| Wanted {
            sha1: true,
            sha256: false,
        },
        each: &|_| enough(5),
    };
    assert!(hash(&work, &HashOptions::default().threads(2)).is_break());
    // Each thread may have had a piece in hand.
    assert!(count.swap(0, Ordering::Relaxed) <= 5 + 3);

    let options = HashOptions::default()
        .threads(2)
        .on_progress(|_| ControlFlow::Break(()));
    assert!(hash(&work, &options).is_break());
    assert_eq!(count.into_inner(), 0);
}

#[test]
#[should_panic(expected = "a scoped thread panicked")]
fn a_panic_in_what_the_caller_gave_ends_the_work_and_is_passed_on() {
    let files = [bytes(1_000_000, 1)];
    let row = row(&files, 100);
    let main = std::thread::current().id();
    let work = Work {
        row: &row,
        open: &|file| Ok(Box::new(Cursor::new(files[file].clone()))),
        wanted: &|_| Wanted {
            sha1: true,
            sha256: false,
        },
        each: &|_| {
            assert_eq!(std::thread::current().id(), main, "not here");
            ControlFlow::Continue(())
        },
    };
    // One thread at least is not the main one, but it may be too late for all the work.
    while hash(&work, &HashOptions::default().threads(2)).is_continue() {}
}

/// Counts the buffers in use: those that were read into and not hashed yet.
#[test]
fn no_more_is_read_ahead_than_memory_allows() {
    struct Counting<'a>(Cursor<Vec<u8>>, &'a AtomicUsize);
    impl Read for Counting<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1.fetch_add(buffer.len(), Ordering::SeqCst);
            self.0.read(buffer)
        }
    }
    impl Seek for Counting<'_> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
    let file = bytes(2_000_000, 1);
    let row = row(std::slice::from_ref(&file), 10_000);
    let in_use = AtomicUsize::new(0);
    let most = AtomicUsize::new(0);
    let work = Work {
        row: &row,
        open: &|_| Ok(Box::new(Counting(Cursor::new(file.clone()), &in_use))),
        wanted: &|_| Wanted {
            sha1: true,
            sha256: false,
        },
        each: &|_| {
            most.fetch_max(in_use.load(Ordering::SeqCst), Ordering::SeqCst);
            in_use.fetch_sub(10_000, Ordering::SeqCst);
            ControlFlow::Continue(())
        },
    };
    assert!(hash(&work, &HashOptions::default().threads(4).max_memory(30_000)).is_continue());
    assert!((10_000..=30_000).contains(&most.into_inner()));
}
