use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_dht::{Key, MainlineDht, SecretKey, TorrentPointer};
use bip_metainfo::{InfoHash, Magnet};
use clap::Args;
use serde_json::json;

use super::arguments::QueryArguments;
use super::failure::{Failure, end};
use super::keep::keep;
use super::key::hex;
use super::key_file;
use super::report::{self, InWords};
use crate::output::to_hex;
use crate::swarm::Source;

/// Say which torrent is the current one of a key (BEP 46), and print the link that always leads to it
///
/// `bip download` takes that link, as do some other clients. Nodes forget what they were told after two hours, unless --keep
/// tells them again each hour.
///
/// Examples:
///   bip dht key me.key && bip dht publish album.torrent --key me.key
///   bip dht publish 'magnet:?xt=urn:btih:…' --key me.key --salt nightly --keep
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Publish {
    /// A .torrent file, a magnet link, or the 40 hex digits of an info-hash
    #[arg(value_name = "FILE.torrent|MAGNET|INFO-HASH")]
    torrent: String,

    /// Sign it with the secret key in this file, as `bip dht key` makes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// Tell this torrent from others of the same key; at most 64 bytes
    #[arg(long, value_name = "TEXT", default_value = "")]
    salt: String,

    /// Stay and say it again each hour, until Ctrl-C; a newer torrent that the key's owner publishes is kept in its place
    #[arg(long)]
    keep: bool,

    #[command(flatten)]
    query: QueryArguments,
}

impl Publish {
    pub(super) async fn run(self) -> ExitCode {
        end(self.publish().await, self.query.tell())
    }

    async fn publish(&self) -> Result<(), Failure> {
        let info_hash = self.info_hash()?;
        let owner = key_file::read(&self.key)?;
        let node = self.query.start()?;
        let done = self.publish_from(&node, &owner, info_hash).await;
        node.close().await;
        done
    }

    async fn publish_from(
        &self,
        node: &MainlineDht,
        owner: &SecretKey,
        info_hash: Key,
    ) -> Result<(), Failure> {
        let salt = self.salt.as_bytes();
        let pointer = TorrentPointer { info_hash };
        let work = async |node: &MainlineDht| Ok(node.publish(owner, salt, pointer).await?);
        let stored = self.query.ask_from(node, work).await?;
        let link = Magnet::new_mutable(*owner.public_key(), salt).to_string();
        let words = format!(
            "{link}\n{} nodes keep it; {}",
            stored.stored,
            InWords(&stored.report)
        );
        let event = json!({
            "event": "published",
            "info_hash": info_hash.to_string(),
            "link": link,
            "key": stored.key.to_string(),
            "public_key": to_hex(owner.public_key()),
            "salt": self.salt,
            "stored": stored.stored,
            "report": report::as_json(&stored.report),
        });
        self.query.tell().found(words, &event)?;
        if self.keep {
            let told = node.get_mutable(*owner.public_key(), salt).await?;
            keep(node.republish_mutable(told)?, self.query.tell()).await?;
        }
        Ok(())
    }

    fn info_hash(&self) -> Result<Key, Failure> {
        let info_hash = if Source::is_magnet(&self.torrent) {
            let link = Source::parse_magnet(&self.torrent)?;
            link.info_hash().ok_or(Failure::NoInfoHash)?
        } else if let Some(bytes) = hex(&self.torrent) {
            InfoHash::from_bytes(bytes)
        } else {
            Source::load(Path::new(&self.torrent))?.info().info_hash()
        };
        Ok(Key::new(info_hash.to_bytes()))
    }
}
