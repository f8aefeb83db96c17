use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanDuration};

use super::Detail;
use crate::event::{Event, Progress};

/// How often a line about the progress is written where nobody watches a bar.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// Plain lines on stderr.
#[derive(Debug)]
pub(crate) struct Lines {
    words: Words,
    progress_told: Option<Instant>,
}

impl Lines {
    pub(crate) fn new(detail: Detail) -> Lines {
        Lines {
            words: Words::new(detail),
            progress_told: None,
        }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        if matches!(event, Event::Progress(_) | Event::Checking { .. }) {
            let now = Instant::now();
            if self
                .progress_told
                .is_some_and(|told| now < told + PROGRESS_INTERVAL)
            {
                return;
            }
            self.progress_told = Some(now);
        }
        if let Some(line) = self.words.line(event) {
            eprintln!("{line}");
        }
    }
}

/// Puts events into words.
#[derive(Debug)]
pub(crate) struct Words {
    detail: Detail,
    /// The tracker's last answer: the same again is no news.
    announced: Option<(String, u32, u32)>,
}

impl Words {
    pub(crate) fn new(detail: Detail) -> Words {
        Words {
            detail,
            announced: None,
        }
    }

    fn is_news(&mut self, tracker: &str, seeders: u32, leechers: u32) -> bool {
        let answer = Some((tracker.to_owned(), seeders, leechers));
        let news = self.announced != answer;
        self.announced = answer;
        news
    }

    /// The event in words; nothing for what is no news, or what only `--verbose` tells.
    pub(crate) fn line(&mut self, event: &Event) -> Option<String> {
        let verbose = self.detail == Detail::Verbose;
        Some(match event {
            Event::Listening { address } => format!("listening on {address}"),
            Event::Magnet { info_hash, name } => format!(
                "asking peers for the description of {} ({info_hash})",
                name.as_deref().unwrap_or("an unnamed torrent")
            ),
            Event::PublicKey { key } => {
                format!("asking the DHT which torrent is published under {key}")
            }
            Event::Torrent {
                name,
                info_hash,
                length,
                pieces,
                files,
                ..
            } => format!(
                "{name}: {}, {files} {}, {pieces} pieces, info-hash {info_hash}",
                BinaryBytes(*length),
                if *files == 1 { "file" } else { "files" }
            ),
            Event::Warning { text } => format!("warning: {text}"),
            Event::PathChanged { original, path } => {
                format!(
                    "the name {original:?} is unsafe; stored as {}",
                    path.display()
                )
            }
            Event::Checking { checked, pieces } => format!("checking {checked}/{pieces} pieces"),
            Event::Checked { verified: 0, .. } => return None,
            Event::Checked { verified, pieces } => {
                format!("{verified} of {pieces} pieces are there already")
            }
            Event::WrongSize {
                path,
                expected,
                found,
            } => {
                format!(
                    "{} has {found} bytes where the torrent has {expected}",
                    path.display()
                )
            }
            Event::Progress(progress) => progress_line(progress),
            Event::PeerConnected {
                address,
                client,
                direction,
            } if verbose => {
                format!("peer {address} ({client}) connected, {direction}")
            }
            Event::PeerUnknown { peer, reason } => {
                format!("peer {peer} cannot be looked up: {reason}")
            }
            Event::PeerFailed { address, reason } if verbose => format!("peer {address}: {reason}"),
            Event::PeerEnded {
                address,
                client,
                reason,
            } if verbose => {
                format!("peer {address} ({client}) is gone: {reason}")
            }
            Event::PeerConnected { .. } | Event::PeerFailed { .. } | Event::PeerEnded { .. } => {
                return None;
            }
            Event::PeerBanned {
                address,
                client,
                piece,
            } => {
                format!(
                    "peer {address} ({client}) sent wrong data for piece {piece}: not spoken to again"
                )
            }
            Event::PieceFailed { piece, suspects } => {
                format!(
                    "piece {piece} does not match its hash and is fetched again; it came from {suspects:?}"
                )
            }
            Event::WriteFailed { piece, reason } => {
                format!("piece {piece} cannot be written: {reason}")
            }
            Event::Announced {
                tracker,
                peers,
                seeders,
                leechers,
            } if self.is_news(tracker, *seeders, *leechers) => {
                format!("{tracker}: {peers} peers ({seeders} seeders, {leechers} leechers)")
            }
            Event::Announced { .. } => return None,
            Event::TrackerFailed { tracker, reason } => format!("{tracker}: {reason}"),
            Event::DhtPeer { address } if verbose => format!("the DHT knows a peer at {address}"),
            Event::DhtPeer { .. } => return None,
            Event::DhtAnnounced { nodes } => format!("DHT: {nodes} nodes keep our announce"),
            Event::DhtFailed { reason } => format!("DHT: {reason}"),
            Event::Complete {
                length, seconds, ..
            } => {
                format!(
                    "complete: {} verified in {seconds:.1} s",
                    BinaryBytes(*length)
                )
            }
            Event::Stopped { verified, pieces } => {
                format!(
                    "stopped; {verified} of {pieces} pieces are kept and the next start goes on from there"
                )
            }
        })
    }
}

fn progress_line(progress: &Progress) -> String {
    let eta = progress.eta_seconds.map_or_else(String::new, |seconds| {
        format!(", {} left", HumanDuration(Duration::from_secs(seconds)))
    });
    format!(
        "{}/{} pieces, {} of {}, down {}/s, up {}/s, {} peers{eta}",
        progress.verified,
        progress.pieces,
        BinaryBytes(progress.verified_bytes),
        BinaryBytes(progress.length),
        BinaryBytes(progress.down_bytes_per_s),
        BinaryBytes(progress.up_bytes_per_s),
        progress.peers,
    )
}
