use std::collections::VecDeque;

use bytes::Bytes;

use crate::limits::{MAX_RUN_LENGTH, MAX_RUNS, UPLOAD_BACKLOG};
use crate::{Block, BlockRequest};

/// The peer's requests.
///
/// ```text
///  request ─▶ queue ─ next_run ─▶ runs (given out, at most MAX_RUNS) ─ serve ─▶ blocks to send
///               │ cancel, choke      │ cancel, choke: taken out of the run     └ refuse: dropped
///               ▼                    ▼
///             dropped              dropped
/// ```
#[derive(Debug)]
pub(super) struct Uploads {
    queue: VecDeque<BlockRequest>,
    runs: Vec<Run>,
    limit: usize,
    /// Requests dropped since the queue last had room.
    overflow: usize,
}

/// Requests given out as one, and which of them are still wanted.
#[derive(Debug)]
struct Run {
    run: BlockRequest,
    wanted: Vec<BlockRequest>,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Queued {
    Yes,
    /// It is there already, or there are as many as we announced to take.
    Dropped,
    /// The peer goes on although it must know that there are too many.
    Flood,
}

impl Uploads {
    pub(super) fn new(limit: u32) -> Uploads {
        Uploads {
            queue: VecDeque::new(),
            runs: Vec::new(),
            limit: limit as usize,
            overflow: 0,
        }
    }

    /// Requests that wait, those given out included.
    pub(super) fn len(&self) -> usize {
        self.queue.len() + self.runs.iter().map(|run| run.wanted.len()).sum::<usize>()
    }

    pub(super) fn push(&mut self, request: BlockRequest) -> Queued {
        if self.len() >= self.limit {
            self.overflow += 1;
            return if self.overflow > self.limit {
                Queued::Flood
            } else {
                Queued::Dropped
            };
        }
        self.overflow = 0;
        let given_out = self.runs.iter().any(|run| run.wanted.contains(&request));
        if given_out || self.queue.contains(&request) {
            return Queued::Dropped;
        }
        self.queue.push_back(request);
        Queued::Yes
    }

    pub(super) fn cancel(&mut self, request: BlockRequest) {
        self.queue.retain(|queued| *queued != request);
        for run in &mut self.runs {
            run.wanted.retain(|wanted| *wanted != request);
        }
    }

    /// We choke the peer: nothing of what it asked for will be sent. Runs given out stay known until they are answered.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.overflow = 0;
        for run in &mut self.runs {
            run.wanted.clear();
        }
    }

    /// The next run to be read, while `backlog` bytes wait to be sent.
    pub(super) fn next_run(&mut self, backlog: usize) -> Option<BlockRequest> {
        if self.runs.len() >= MAX_RUNS || backlog >= UPLOAD_BACKLOG {
            return None;
        }
        let first = self.queue.pop_front()?;
        let mut run = Run {
            run: first,
            wanted: vec![first],
        };
        while let Some(next) = self.queue.front().copied() {
            let length = run.run.length + next.length;
            if next.piece != first.piece
                || u64::from(next.begin) != run.run.end()
                || length > MAX_RUN_LENGTH
            {
                break;
            }
            run.run.length = length;
            run.wanted.push(next);
            self.queue.pop_front();
        }
        let given_out = run.run;
        self.runs.push(run);
        Some(given_out)
    }

    /// The blocks of an answered run that are still wanted, cut out of its bytes.
    pub(super) fn serve(&mut self, run: BlockRequest, data: &Bytes) -> Vec<Block> {
        let Some(answered) = self.take(run) else {
            return Vec::new();
        };
        if data.len() != run.length as usize {
            return Vec::new();
        }
        let blocks = answered.wanted.into_iter().map(|request| {
            let from = (request.begin - run.begin) as usize;
            let data = data.slice(from..from + request.length as usize);
            Block {
                piece: request.piece,
                begin: request.begin,
                data,
            }
        });
        blocks.collect()
    }

    pub(super) fn refuse(&mut self, run: BlockRequest) {
        self.take(run);
    }

    /// Of two runs alike the one that is still wanted goes first: the other was choked away.
    fn take(&mut self, run: BlockRequest) -> Option<Run> {
        let alike = |other: &Run| other.run == run;
        let wanted = self
            .runs
            .iter()
            .position(|other| alike(other) && !other.wanted.is_empty());
        let index = wanted.or_else(|| self.runs.iter().position(alike))?;
        Some(self.runs.remove(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_REQUEST_LENGTH;

    fn request(piece: u32, begin: u32, length: u32) -> BlockRequest {
        BlockRequest {
            piece,
            begin,
            length,
        }
    }

    fn queue(requests: &[BlockRequest]) -> Uploads {
        let mut uploads = Uploads::new(100);
        for request in requests {
            assert_eq!(uploads.push(*request), Queued::Yes);
        }
        uploads
    }

    #[test]
    fn consecutive_requests_of_a_piece_become_one_run() {
        let mut uploads = queue(&[
            request(1, 0, 16),
            request(1, 16, 16),
            request(2, 32, 16),
            request(2, 0, 16),
        ]);
        assert_eq!(uploads.next_run(0), Some(request(1, 0, 32)));
        assert_eq!(uploads.next_run(0), Some(request(2, 32, 16)));
        assert_eq!(uploads.next_run(0), Some(request(2, 0, 16)));
        assert_eq!(uploads.next_run(0), None);
    }

    #[test]
    fn a_run_is_as_long_as_the_limit_and_no_longer() {
        let half = MAX_REQUEST_LENGTH;
        let mut uploads = queue(&[
            request(0, 0, half),
            request(0, half, half),
            request(0, 2 * half, 1),
        ]);
        assert_eq!(uploads.next_run(0), Some(request(0, 0, MAX_RUN_LENGTH)));
        assert_eq!(uploads.next_run(0), Some(request(0, 2 * half, 1)));
    }

    #[test]
    fn runs_are_given_out_up_to_the_limit_and_while_the_backlog_is_small() {
        let requests: Vec<_> = (0..6).map(|piece| request(piece, 0, 1)).collect();
        let mut uploads = queue(&requests);
        assert_eq!(uploads.next_run(UPLOAD_BACKLOG), None);
        for _ in 0..MAX_RUNS {
            assert!(uploads.next_run(UPLOAD_BACKLOG - 1).is_some());
        }
        assert_eq!(uploads.next_run(0), None);
        uploads.refuse(request(0, 0, 1));
        assert!(uploads.next_run(0).is_some());
    }

    #[test]
    fn a_cancelled_request_inside_a_run_is_not_sent() {
        let mut uploads = queue(&[request(0, 0, 2), request(0, 2, 2), request(0, 4, 2)]);
        let run = uploads.next_run(0).unwrap();
        uploads.cancel(request(0, 2, 2));
        let blocks = uploads.serve(run, &Bytes::from_static(b"aabbcc"));
        let sent: Vec<_> = blocks
            .iter()
            .map(|block| (block.begin, block.data.as_ref()))
            .collect();
        assert_eq!(sent, [(0, b"aa".as_slice()), (4, b"cc".as_slice())]);
        assert_eq!(uploads.len(), 0);
    }

    #[test]
    fn an_answer_of_the_wrong_length_counts_as_a_refusal() {
        let mut uploads = queue(&[request(0, 0, 2)]);
        let run = uploads.next_run(0).unwrap();
        assert!(uploads.serve(run, &Bytes::from_static(b"a")).is_empty());
        assert!(uploads.serve(run, &Bytes::from_static(b"aa")).is_empty());
    }

    #[test]
    fn a_choked_run_does_not_answer_for_its_successor() {
        let mut uploads = queue(&[request(0, 0, 2)]);
        let run = uploads.next_run(0).unwrap();
        uploads.clear();
        assert_eq!(uploads.push(run), Queued::Yes);
        assert_eq!(uploads.next_run(0), Some(run));
        assert_eq!(uploads.serve(run, &Bytes::from_static(b"aa")).len(), 1);
        assert_eq!(uploads.serve(run, &Bytes::from_static(b"aa")).len(), 0);
    }

    #[test]
    fn the_queue_takes_what_was_announced_and_a_flood_is_told() {
        let mut uploads = Uploads::new(2);
        assert_eq!(uploads.push(request(0, 0, 1)), Queued::Yes);
        assert_eq!(uploads.push(request(0, 0, 1)), Queued::Dropped);
        assert_eq!(uploads.push(request(0, 1, 1)), Queued::Yes);
        assert_eq!(uploads.push(request(0, 2, 1)), Queued::Dropped);
        assert_eq!(uploads.push(request(0, 3, 1)), Queued::Dropped);
        assert_eq!(uploads.push(request(0, 4, 1)), Queued::Flood);
    }
}
