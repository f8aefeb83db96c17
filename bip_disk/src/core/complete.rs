//! What follows from a finished operation.

use std::ops::Range;

use bytes::Bytes;

use super::DiskCore;
use super::check::CheckState;
use super::memory::PieceKey;
use super::operation::{Completion, HashProgress, Outcome, ReplyOutcome, Verdict};
use super::torrent::Phase;
use crate::error::FileError;
use crate::event::{DiskEvent, WrongSize};
use crate::torrent::{Check, TorrentKey};

impl DiskCore {
    /// Takes the end of an operation. Each operation that was polled must come back so, in any order.
    pub fn handle_completion(&mut self, completion: Completion) {
        let torrent = completion.torrent;
        self.schedule.finished(completion.slot);
        if let Some(known) = self.torrents.get_mut(&torrent) {
            known.operations -= 1;
        }
        match completion.outcome {
            Outcome::Prepared { files, found } => self.prepared(torrent, files, found),
            Outcome::Checked {
                pieces,
                good,
                unreadable,
            } => self.checked(torrent, pieces, &good, unreadable),
            Outcome::Spilled { piece, progress } => self.spilled((torrent, piece), progress),
            Outcome::Stored { piece, verdict } => self.stored((torrent, piece), verdict),
            Outcome::Read { request, data } => {
                let data = data.map_err(Into::into);
                self.reply(request, ReplyOutcome::Read(data));
            }
            Outcome::Synced {
                request,
                files,
                result,
            } => {
                if let (Err(_), Some(known)) = (&result, self.torrents.get_mut(&torrent)) {
                    known.unsynced.extend(files);
                }
                let result = result.map_err(Into::into);
                self.reply(request, ReplyOutcome::Synced(result));
            }
            Outcome::Released { request } => {
                self.torrents.remove(&torrent);
                if let Some(request) = request {
                    self.reply(request, ReplyOutcome::Removed(Ok(())));
                }
            }
        }
        self.tell_room();
        self.release_if_left(torrent);
    }

    fn prepared(
        &mut self,
        key: TorrentKey,
        files: Range<usize>,
        lengths: Result<Vec<Option<u64>>, FileError>,
    ) {
        let Some(torrent) = self.torrents.get_mut(&key) else {
            return;
        };
        let Phase::Preparing {
            request,
            check,
            found,
        } = &mut torrent.phase
        else {
            return;
        };
        let request = *request;
        let lengths = match lengths {
            Ok(lengths) => lengths,
            Err(error) => {
                self.torrents.remove(&key);
                self.reply(request, ReplyOutcome::Added(Err(error.into())));
                return;
            }
        };
        let layout = &torrent.files.layout;
        let wrong: Vec<_> = files
            .clone()
            .zip(&lengths)
            .filter_map(|(file, length)| {
                wrong_size(layout.path(file), layout.file_length(file), *length)
            })
            .collect();
        if !wrong.is_empty() {
            let event = DiskEvent::WrongSizes {
                torrent: key,
                files: wrong,
            };
            self.events.push_back(event);
        }
        let counts = |length: Option<u64>| match check {
            Check::Full => length.unwrap_or(0),
            Check::Fresh => 0,
        };
        found.extend(lengths.into_iter().map(counts));
        if files.end < layout.file_count() {
            self.prepare_from(key, files.end);
            return;
        }
        torrent.phase = Phase::Checking(CheckState::new(std::mem::take(found)));
        self.checking.push_back(key);
        self.reply(request, ReplyOutcome::Added(Ok(key)));
    }

    fn checked(
        &mut self,
        key: TorrentKey,
        pieces: Range<u32>,
        good: &[bool],
        unreadable: Vec<(u32, FileError)>,
    ) {
        let Some(torrent) = self.torrents.get_mut(&key) else {
            return;
        };
        let Phase::Checking(state) = &mut torrent.phase else {
            return;
        };
        for (piece, _) in pieces.clone().zip(good).filter(|(_, good)| **good) {
            torrent.have.insert(piece);
        }
        for (piece, error) in unreadable {
            self.events.push_back(DiskEvent::ReadFailed {
                torrent: key,
                piece,
                error,
            });
        }
        let total = torrent.files.layout.piece_count();
        if let Some(checked) = state.finished(&pieces, total) {
            self.events.push_back(DiskEvent::CheckProgress {
                torrent: key,
                checked,
                total,
            });
        }
        self.end_check_if_finished(key);
    }

    pub(super) fn end_check_if_finished(&mut self, key: TorrentKey) {
        let Some(torrent) = self.torrents.get_mut(&key) else {
            return;
        };
        let Phase::Checking(state) = &torrent.phase else {
            return;
        };
        if state.is_finished(&torrent.files.layout) {
            torrent.phase = Phase::Ready;
            self.events.push_back(DiskEvent::Checked {
                torrent: key,
                have: Bytes::copy_from_slice(torrent.have.as_bytes()),
            });
        }
    }

    fn spilled(&mut self, piece: PieceKey, progress: Result<HashProgress, FileError>) {
        let Some(torrent) = self.torrents.get_mut(&piece.0) else {
            return;
        };
        let leaving = torrent.is_leaving();
        let Some(assembly) = torrent.assemblies.get_mut(&piece.1) else {
            return;
        };
        match progress {
            Ok(progress) => {
                self.memory.released(assembly.spilled(progress));
                if leaving && !assembly.is_complete() {
                    self.give_up(piece);
                    return;
                }
                if assembly.charge.total > 0 {
                    assembly.touched = Some(self.memory.touch(piece, None));
                }
                torrent.note_written(piece.1);
                self.store_if_complete(piece);
                self.relieve(0);
            }
            Err(error) => {
                self.give_up(piece);
                self.events.push_back(DiskEvent::WriteFailed {
                    torrent: piece.0,
                    piece: piece.1,
                    error,
                });
            }
        }
    }

    fn stored(&mut self, piece: PieceKey, verdict: Result<Verdict, FileError>) {
        self.give_up(piece);
        let (torrent, piece) = piece;
        let Some(known) = self.torrents.get_mut(&torrent) else {
            return;
        };
        self.events.push_back(match verdict {
            Ok(Verdict::Good) => {
                known.have.insert(piece);
                known.note_written(piece);
                DiskEvent::Verified { torrent, piece }
            }
            Ok(Verdict::Bad) => DiskEvent::Failed { torrent, piece },
            Err(error) => DiskEvent::WriteFailed {
                torrent,
                piece,
                error,
            },
        });
    }
}

fn wrong_size(path: &std::path::Path, expected: u64, found: Option<u64>) -> Option<WrongSize> {
    let found = found.filter(|found| *found != expected)?;
    Some(WrongSize {
        path: path.to_owned(),
        expected,
        found,
    })
}
