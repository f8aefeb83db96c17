use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_bencode::{BencodeMut, ben_bytes, ben_int, ben_list, ben_map};
use bip_metainfo::Metainfo;
use bip_utracker::{TrackerServer, TrackerServerConfig};
use clap::Args;
use indicatif::BinaryBytes;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use sha1::{Digest as _, Sha1};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::event::{Event, Progress};
use crate::output::{Detail, Output, chain};
use crate::stop::{INTERRUPTED, Stop, StopSwitch};
use crate::swarm::{AfterComplete, Missing, Outcome, Source, Swarm, SwarmError, SwarmOptions};

const PIECE_LENGTH: usize = 256 * 1024;
const SEEDERS: usize = 2;
const NAME: &str = "bip demo";
/// Events of a seeder that the demo has not looked at yet; it needs only the last of them.
const EVENT_QUEUE: usize = 1024;

/// Run a whole swarm on this machine: a tracker, two seeders and a downloader, over loopback
///
/// A payload is made on the spot, in a temporary folder that is removed at the end. Nothing leaves this machine.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Length of the payload in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=16_384))]
    size: u32,

    /// Print the downloader's events as JSON, one a line, on stdout
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(crate) async fn run(self) -> ExitCode {
        let mut output = Output::for_terminal(self.json, Detail::Verbose);
        match self.play(&mut output).await {
            Ok(Outcome::Complete) => ExitCode::SUCCESS,
            Ok(Outcome::Stopped) => ExitCode::from(INTERRUPTED),
            Err(error) => {
                output.fail(&*error);
                ExitCode::FAILURE
            }
        }
    }

    async fn play(&self, output: &mut Output) -> Result<Outcome, Box<dyn Error>> {
        let stop = Stop::on_signals();
        let folder = TemporaryFolder::make()?;
        let payload = Payload::make(&folder.0.join("origin"), u64::from(self.size) << 20)?;
        let torrent = payload.torrent()?;
        let metainfo = Metainfo::from_bytes(&torrent)?;

        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        // Whoever asks before the seeders have announced themselves asks again soon.
        let tracker = TrackerServerConfig::default()
            .listen_addr(loopback)
            .interval(Duration::from_secs(1));
        let tracker = TrackerServer::start(tracker)?;
        let url = format!("udp://{}", tracker.local_addr());
        eprintln!(
            "tracker on {url}, {SEEDERS} seeders, {} to move",
            BinaryBytes(payload.length())
        );

        let seeders: Vec<Seeder> = (0..SEEDERS)
            .map(|_| Seeder::start(metainfo.clone(), payload.folder.clone(), loopback, &url))
            .collect();
        let copy = folder.0.join("copy");
        let options = SwarmOptions::new(copy.clone(), loopback).trackers(vec![url]);
        let outcome = Swarm::run(
            Source::Torrent(Box::new(metainfo.clone())),
            options,
            output,
            stop,
        )
        .await?;
        let mut shares = Vec::new();
        for seeder in seeders {
            shares.push(seeder.end().await?);
        }
        if outcome == Outcome::Complete {
            payload.compare(&copy)?;
            summarize(&metainfo, torrent.len(), &shares, tracker.stats().announces);
        }
        tracker.close().await;
        Ok(outcome)
    }
}

fn summarize(metainfo: &Metainfo, torrent_length: usize, shares: &[Progress], announces: u64) {
    let info = metainfo.info();
    let moved: u64 = shares.iter().map(|share| share.uploaded).sum();
    let shares: Vec<String> = shares
        .iter()
        .map(|share| BinaryBytes(share.uploaded).to_string())
        .collect();
    let rows = [
        (
            "bip_bencode",
            format!("wrote the torrent, {torrent_length} bytes, and read it back"),
        ),
        (
            "bip_metainfo",
            format!(
                "{} files, info-hash {}",
                info.files().len(),
                info.info_hash()
            ),
        ),
        (
            "bip_utracker",
            format!("the tracker answered {announces} announces, and its clients found each other"),
        ),
        (
            "bip_handshake",
            format!("shook hands with {} seeders", shares.len()),
        ),
        (
            "bip_peer",
            format!("moved {} in blocks of 16 KiB", BinaryBytes(moved)),
        ),
        (
            "bip_select",
            format!(
                "shared the work: {}",
                shares.join(" from one seeder, ") + " from the other"
            ),
        ),
        (
            "bip_disk",
            format!("hashed and wrote {} pieces", info.piece_count()),
        ),
    ];
    eprintln!("\nThe copy equals the payload, byte for byte. Who did what:\n");
    for (name, deed) in rows {
        eprintln!("  {name:14} {deed}");
    }
}

/// An endpoint that gives; it runs until told to end.
struct Seeder {
    switch: StopSwitch,
    events: mpsc::Receiver<Event>,
    task: JoinHandle<Result<Outcome, SwarmError>>,
}

impl Seeder {
    fn start(metainfo: Metainfo, folder: PathBuf, listen: SocketAddr, tracker: &str) -> Seeder {
        let (switch, stop) = Stop::new();
        let (sender, events) = mpsc::channel(EVENT_QUEUE);
        let options = SwarmOptions::new(folder, listen)
            .trackers(vec![tracker.to_owned()])
            .after_complete(AfterComplete::Seed)
            .missing(Missing::IsAnError);
        let source = Source::Torrent(Box::new(metainfo));
        let task = tokio::spawn(async move {
            Swarm::run(source, options, &mut Output::Channel(sender), stop).await
        });
        Seeder {
            switch,
            events,
            task,
        }
    }

    /// Ends the seeder and tells what it gave.
    async fn end(mut self) -> Result<Progress, Box<dyn Error>> {
        self.switch.ask();
        let result = self.task.await?;
        let mut last = Progress::default();
        while let Some(event) = self.events.recv().await {
            if let Event::Progress(progress) = event {
                last = progress;
            }
        }
        result.map_err(|error| format!("a seeder failed: {}", chain(&error)))?;
        Ok(last)
    }
}

/// What the demo moves: one large file, a few small ones, an empty one.
struct Payload {
    folder: PathBuf,
    files: Vec<(&'static str, u64)>,
}

impl Payload {
    fn make(folder: &Path, length: u64) -> io::Result<Payload> {
        let small = [
            ("readme.txt", 1_234),
            ("notes.txt", 0),
            ("cover.png", 40_000),
        ];
        let mut files = vec![(
            "film.mkv",
            length - small.iter().map(|(_, length)| length).sum::<u64>(),
        )];
        files.extend(small);
        fs::create_dir_all(folder.join(NAME))?;
        let mut source = SmallRng::seed_from_u64(length);
        let mut buffer = vec![0; PIECE_LENGTH];
        for (name, length) in &files {
            let mut file = File::create(folder.join(NAME).join(name))?;
            let mut left = *length;
            while left > 0 {
                let part = left.min(buffer.len() as u64) as usize;
                source.fill_bytes(&mut buffer[..part]);
                file.write_all(&buffer[..part])?;
                left -= part as u64;
            }
        }
        Ok(Payload {
            folder: folder.to_owned(),
            files,
        })
    }

    fn length(&self) -> u64 {
        self.files.iter().map(|(_, length)| length).sum()
    }

    fn torrent(&self) -> io::Result<Vec<u8>> {
        let pieces = self.piece_hashes()?;
        let mut files = Vec::new();
        for (name, length) in &self.files {
            files.push(
                ben_map! { "length" => ben_int!(*length), "path" => ben_list![ben_bytes!(*name)] },
            );
        }
        let torrent = ben_map! {
            "comment" => ben_bytes!("made by `bip demo`"),
            "info" => ben_map! {
                "files" => files.into_iter().collect::<BencodeMut>(),
                "name" => ben_bytes!(NAME),
                "piece length" => ben_int!(PIECE_LENGTH as u64),
                "pieces" => ben_bytes!(pieces),
            },
        };
        Ok(torrent.encode())
    }

    /// The SHA-1 of each piece of all files joined (BEP 3, "pieces").
    fn piece_hashes(&self) -> io::Result<Vec<u8>> {
        let empty: Box<dyn io::Read> = Box::new(io::empty());
        let joined = self.files.iter().try_fold(
            empty,
            |before, (name, _)| -> io::Result<Box<dyn io::Read>> {
                Ok(Box::new(
                    before.chain(File::open(self.folder.join(NAME).join(name))?),
                ))
            },
        )?;
        let mut joined = joined;
        let mut hashes = Vec::new();
        loop {
            let mut piece = Vec::with_capacity(PIECE_LENGTH);
            joined
                .by_ref()
                .take(PIECE_LENGTH as u64)
                .read_to_end(&mut piece)?;
            if piece.is_empty() {
                return Ok(hashes);
            }
            hashes.extend_from_slice(&Sha1::digest(&piece));
        }
    }

    fn compare(&self, copy: &Path) -> Result<(), Box<dyn Error>> {
        for (name, _) in &self.files {
            let path = copy.join(NAME).join(name);
            if !equal(&self.folder.join(NAME).join(name), &path)? {
                return Err(format!("{} differs from the payload", path.display()).into());
            }
        }
        Ok(())
    }
}

fn equal(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (vec![0; PIECE_LENGTH], vec![0; PIECE_LENGTH]);
    loop {
        let length = one.read(&mut left)?;
        if length == 0 {
            return Ok(true);
        }
        other.read_exact(&mut right[..length])?;
        if left[..length] != right[..length] {
            return Ok(false);
        }
    }
}

/// Removed with all that lies in it, however the demo ends.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn make() -> io::Result<TemporaryFolder> {
        let path = std::env::temp_dir().join(format!("bip-demo-{:016x}", rand::random::<u64>()));
        fs::create_dir(&path)?;
        Ok(TemporaryFolder(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
