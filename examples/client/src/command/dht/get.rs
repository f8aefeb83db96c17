use std::fmt;
use std::process::ExitCode;

use bip_bencode::{BRefAccess as _, decode};
use bip_dht::{Key, MainlineDht};
use clap::Args;
use serde_json::{Value, json};

use super::arguments::QueryArguments;
use super::failure::{Failure, end};
use super::key::hex;
use crate::output::{Stdout, to_hex};

/// Get a value (BEP 44)
///
/// A value that is text is printed as it is, any other as JSON, as `bip bencode json` writes it.
///
/// Examples:
///   bip dht get e5f96f6f38320f0f33959cb4d3d656452117aadb
///   bip dht get 77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548 --salt news
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(super) struct Get {
    /// The hash of the value, 40 hex digits; or the public key of who put it, 64 hex digits
    #[arg(value_name = "KEY|PUBLIC-KEY", value_parser = target)]
    target: Target,

    /// Which of the values of this public key
    #[arg(long, value_name = "TEXT", default_value = "")]
    salt: String,

    /// Print the value's bencode and nothing else
    #[arg(long, conflicts_with = "json")]
    raw: bool,

    #[command(flatten)]
    query: QueryArguments,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Immutable(Key),
    Mutable([u8; 32]),
}

/// A value as it was found.
struct Found {
    value: Vec<u8>,
    seq: Option<i64>,
}

fn target(text: &str) -> Result<Target, String> {
    let immutable = || Some(Target::Immutable(Key::new(hex(text)?)));
    let mutable = || Some(Target::Mutable(hex(text)?));
    immutable()
        .or_else(mutable)
        .ok_or_else(|| "neither 40 nor 64 hex digits".to_owned())
}

impl Get {
    pub(super) async fn run(self) -> ExitCode {
        end(self.get().await, self.query.tell())
    }

    async fn get(&self) -> Result<(), Failure> {
        let found = self.query.ask(async |node| self.find(node).await).await?;
        if self.raw {
            let mut out = Stdout::lock();
            out.bytes(&found.value)?;
            return Ok(out.flush()?);
        }
        let (key, public_key) = match self.target {
            Target::Immutable(key) => (key, None),
            Target::Mutable(public_key) => {
                let key = Key::of_mutable(&public_key, self.salt.as_bytes());
                (key, Some(to_hex(&public_key)))
            }
        };
        let event = json!({
            "event": "value",
            "key": key.to_string(),
            "public_key": public_key,
            "seq": found.seq,
            "value": as_json(&found.value),
            "bencode": to_hex(&found.value),
        });
        self.query.tell().found(InWords(&found.value), &event)
    }

    async fn find(&self, node: &MainlineDht) -> Result<Found, Failure> {
        Ok(match self.target {
            Target::Immutable(key) => Found {
                value: node.get(key).await?,
                seq: None,
            },
            Target::Mutable(public_key) => {
                let item = node.get_mutable(public_key, self.salt.as_bytes()).await?;
                Found {
                    value: item.value().to_vec(),
                    seq: Some(item.seq()),
                }
            }
        })
    }
}

fn as_json(value: &[u8]) -> Value {
    let json = decode(value).map(|document| document.root().to_json().to_string());
    json.ok()
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

/// A value comes from strangers: it shall not steer the terminal.
struct InWords<'a>(&'a [u8]);

impl fmt::Display for InWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(document) = decode(self.0) else {
            return write!(f, "{}", self.0.escape_ascii());
        };
        match document.root().str() {
            Some(text) => {
                let is_steering = |one: char| one.is_control() && !matches!(one, '\n' | '\t');
                f.write_str(&text.replace(is_steering, "\u{fffd}"))
            }
            None => write!(f, "{}", document.root().to_json()),
        }
    }
}
