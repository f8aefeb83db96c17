use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_bencode::Encoder;
use bip_dht::{MainlineDht, SecretKey};
use clap::Args;
use serde_json::{Value, json};

use super::arguments::QueryArguments;
use super::failure::{Failure, end};
use super::keep::keep;
use super::key_file;
use super::report::{self, InWords};
use crate::output::to_hex;

/// Store a value of at most 1000 bytes (BEP 44)
///
/// Without --key it is kept under its own hash and never changes. With --key it replaces the value that the key's owner
/// put before under the same salt. Nodes forget both after two hours, unless --keep stores them again each hour.
///
/// Examples:
///   bip dht put 'hello'
///   bip dht key me.key && bip dht put 'the news of today' --key me.key --salt news
///   echo '{"answer": 42}' | bip bencode from-json - > v && bip dht put --bencode v
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Put {
    /// A text, stored as a string of bencode
    #[arg(value_name = "TEXT", required_unless_present = "bencode")]
    text: Option<String>,

    /// Store this file's bencoded value instead
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    bencode: Option<PathBuf>,

    /// Sign it with the secret key in this file, as `bip dht key` makes it
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// Tell this value from others of the same key; at most 64 bytes
    #[arg(long, value_name = "TEXT", requires = "key", default_value = "")]
    salt: String,

    /// Stay and store it again each hour, until Ctrl-C; a newer value that the key's owner puts is kept in its place
    #[arg(long)]
    keep: bool,

    #[command(flatten)]
    query: QueryArguments,
}

impl Put {
    pub(super) async fn run(self) -> ExitCode {
        end(self.put().await, self.query.tell())
    }

    async fn put(&self) -> Result<(), Failure> {
        let value = self.value()?;
        let owner = self.key.as_deref().map(key_file::read).transpose()?;
        let node = self.query.start()?;
        let done = self.put_from(&node, owner, &value).await;
        node.close().await;
        done
    }

    async fn put_from(
        &self,
        node: &MainlineDht,
        owner: Option<SecretKey>,
        value: &[u8],
    ) -> Result<(), Failure> {
        let work = async |node: &MainlineDht| {
            let salt = self.salt.as_bytes();
            Ok(match &owner {
                Some(owner) => node.put_mutable(owner, salt, |_| value.to_vec()).await?,
                None => node.put(value).await?,
            })
        };
        let stored = self.query.ask_from(node, work).await?;
        let public_key = owner.as_ref().map(|owner| to_hex(owner.public_key()));
        // What `get` is asked for.
        let name = public_key.clone().unwrap_or(stored.key.to_string());
        let words = format!(
            "{name}\n{} nodes keep it; {}",
            stored.stored,
            InWords(&stored.report)
        );
        let event = json!({
            "event": "stored",
            "key": stored.key.to_string(),
            "public_key": public_key,
            "salt": public_key.as_ref().map_or(Value::Null, |_| json!(self.salt)),
            "stored": stored.stored,
            "report": report::as_json(&stored.report),
        });
        self.query.tell().found(words, &event)?;
        match self.keep {
            true => self.stay(node, owner.as_ref(), value).await,
            false => Ok(()),
        }
    }

    /// Keeps the value alive until the user wants to end.
    async fn stay(
        &self,
        node: &MainlineDht,
        owner: Option<&SecretKey>,
        value: &[u8],
    ) -> Result<(), Failure> {
        let kept = match owner {
            Some(owner) => {
                let get = node.get_mutable(*owner.public_key(), self.salt.as_bytes());
                node.republish_mutable(get.await?)?
            }
            None => node.republish(value)?,
        };
        keep(kept, self.query.tell()).await
    }

    fn value(&self) -> Result<Vec<u8>, Failure> {
        if let Some(path) = &self.bencode {
            return read(path);
        }
        let mut value = Vec::new();
        let text = self.text.as_deref().unwrap_or_default();
        Encoder::new(&mut value).bytes(text);
        Ok(value)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure::Read {
        path: path.to_owned(),
        source,
    })
}
