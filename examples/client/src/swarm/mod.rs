//! One torrent, with all the crates at work: the composition.
//!
//! `Network` meets peers and trackers; `magnet` asks peers for the torrent's description; `storage` brings it to disk
//! and checks what lies there; `Transfer` lets the picker decide, the peers bring and the disk keep.

mod announcer;
mod discovery;
mod error;
mod magnet;
mod network;
mod options;
mod progress;
mod source;
mod storage;
mod transfer;

use std::path::Path;

use bip_metainfo::{Info, InfoHash, Magnet};

pub(crate) use error::SourceError;
pub(crate) use error::SwarmError;
pub(crate) use options::{AfterComplete, DhtOptions, Missing, Routers, SwarmOptions};
pub(crate) use source::Source;

use crate::event::Event;
use crate::output::{Output, to_hex};
use crate::stop::Stop;
use network::Network;
use storage::{Checked, Storage};
use transfer::{Ended, Transfer};

/// How we call ourselves in the extended handshake (BEP 10, "v").
const CLIENT: &str = concat!("bip ", env!("CARGO_PKG_VERSION"));

/// How a swarm ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is there and verified.
    Complete,
    /// The user stopped it before that.
    Stopped,
}

/// One torrent being downloaded and seeded.
#[derive(Debug)]
pub(crate) struct Swarm;

impl Swarm {
    /// Joins the torrent's swarm, and leaves it when all is done, when `stop` is asked, or after an error. Not
    /// cancel-safe: a dropped swarm says no farewell.
    pub(crate) async fn run(
        source: Source,
        mut options: SwarmOptions,
        output: &mut Output,
        stop: Stop,
    ) -> Result<Outcome, SwarmError> {
        options.dht = options.dht.filter(|_| !source.is_private());
        if let Some(dht) = &mut options.dht {
            dht.bootstrap.extend(source.nodes());
        }
        if let (Source::Published(..), None) = (&source, &options.dht) {
            return Err(SwarmError::PublishedWithoutDht);
        }
        let mut network = Network::start(&options, stop, output)?;
        let result = join(source, &options, &mut network, output).await;
        network.close().await;
        result
    }
}

async fn join(
    source: Source,
    options: &SwarmOptions,
    network: &mut Network,
    output: &mut Output,
) -> Result<Outcome, SwarmError> {
    let tiers = tiers(&source, options);
    let info = match source {
        Source::Torrent(metainfo) => Some(metainfo.info().clone()),
        Source::Magnet(magnet, info_hash) => {
            let joined = (info_hash, tiers.clone());
            describe(&magnet, joined, options, network, output).await?
        }
        Source::Published(magnet, public_key) => {
            output.tell(&Event::PublicKey {
                key: to_hex(&public_key),
            });
            let salt = magnet.salt().unwrap_or_default();
            match network.follow(public_key, salt).await? {
                Some(info_hash) => {
                    let joined = (info_hash, tiers.clone());
                    describe(&magnet, joined, options, network, output).await?
                }
                None => {
                    output.tell(&Event::Stopped {
                        verified: 0,
                        pieces: 0,
                    });
                    None
                }
            }
        }
    };
    let Some(info) = info else {
        return Ok(Outcome::Stopped);
    };
    introduce(&info, output);
    // A hybrid is downloaded by its first half.
    let Some(info_hash) = info.info_hash_v1() else {
        return Err(SwarmError::Version2Only);
    };
    let Checked { mut storage, have } = match Storage::open(&info, options, network, output).await?
    {
        Some(checked) => checked,
        None => return Ok(Outcome::Stopped),
    };
    let mut transfer = Transfer::new(&info, &have, network, &mut storage, options.after_complete)?;
    let totals = transfer.totals();
    transfer
        .network
        .open(info_hash, &options.peers, tiers, totals, output)
        .await;
    let ended = transfer.run(output).await;
    storage.close().await;
    Ok(match ended? {
        Ended::Complete => Outcome::Complete,
        Ended::Stopped => Outcome::Stopped,
    })
}

/// Joins the swarm that a link names, and asks it for the description; nothing when the user stopped.
async fn describe(
    magnet: &Magnet,
    (info_hash, tiers): (InfoHash, Vec<Vec<String>>),
    options: &SwarmOptions,
    network: &mut Network,
    output: &mut Output,
) -> Result<Option<Info>, SwarmError> {
    output.tell(&Event::Magnet {
        info_hash: info_hash.to_string(),
        name: magnet.name().map(str::to_owned),
    });
    if let Some(files) = magnet.select_only() {
        output.tell(&Event::Warning {
            text: format!(
                "the link asks for the files {files} alone (BEP 53), which cannot be chosen yet: all are fetched"
            ),
        });
    }
    let peers = [options.peers.as_slice(), magnet.peers()].concat();
    network
        .open(info_hash, &peers, tiers, magnet::UNKNOWN_TOTALS, output)
        .await;
    let info = magnet::fetch(network, info_hash, output).await?;
    if info.as_ref().is_some_and(Info::is_private) {
        network.leave_dht().await;
    }
    Ok(info)
}

/// The user's trackers first, each a tier of its own, then the torrent's.
fn tiers(source: &Source, options: &SwarmOptions) -> Vec<Vec<String>> {
    let own = match source {
        Source::Torrent(metainfo) => metainfo.trackers().to_vec(),
        Source::Magnet(magnet, _) | Source::Published(magnet, _) => magnet
            .trackers()
            .iter()
            .map(|tracker| vec![tracker.clone()])
            .collect(),
    };
    let mut tiers: Vec<Vec<String>> = options
        .trackers
        .iter()
        .map(|tracker| vec![tracker.clone()])
        .collect();
    tiers.extend(own);
    tiers
}

fn introduce(info: &Info, output: &mut Output) {
    output.tell(&Event::Torrent {
        name: info.name().to_owned(),
        info_hash: info.info_hash().to_string(),
        length: info.total_length(),
        piece_length: info.piece_length(),
        pieces: info.piece_count(),
        files: info.files().iter().filter(|file| !file.is_pad()).count(),
    });
    for warning in info.warnings() {
        output.tell(&Event::Warning {
            text: warning.to_string(),
        });
    }
    for file in info
        .files()
        .iter()
        .filter(|file| !file.path_changes().is_empty())
    {
        let parts: Vec<_> = file.raw_path().map(String::from_utf8_lossy).collect();
        output.tell(&Event::PathChanged {
            original: parts.join("/"),
            path: file.path().to_owned(),
        });
    }
}

/// Whether a seeder's file is there in full, without touching it.
fn is_whole(path: &Path, length: u64) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == length)
}
