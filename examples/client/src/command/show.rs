use std::path::PathBuf;
use std::process::ExitCode;

use bip_metainfo::Metainfo;
use clap::Args;
use indicatif::BinaryBytes;
use serde_json::{Value, json};

use crate::output::chain;
use crate::swarm::Source;

/// Show what a .torrent file holds
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(crate) fn run(self) -> ExitCode {
        match Source::load(&self.torrent) {
            Ok(metainfo) if self.json => println!("{:#}", as_json(&metainfo)),
            Ok(metainfo) => print!("{}", as_text(&metainfo)),
            Err(error) if self.json => {
                eprintln!("{}", json!({"error": chain(&error)}));
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("bip: {}", chain(&error));
                return ExitCode::FAILURE;
            }
        }
        ExitCode::SUCCESS
    }
}

fn as_json(metainfo: &Metainfo) -> Value {
    let info = metainfo.info();
    let files: Vec<Value> = info
        .files()
        .iter()
        .map(|file| {
            json!({
                "path": file.path(),
                "length": file.length(),
                "pad": file.is_pad(),
                "symlink": file.symlink_path(),
                "root": file.pieces_root().map(|root| hex(root)),
            })
        })
        .collect();
    json!({
        "name": info.name(),
        "info_hash_v1": info.info_hash_v1().map(|hash| hash.to_string()),
        "info_hash_v2": info.info_hash_v2().map(|hash| hash.to_string()),
        "piece_length": info.piece_length(),
        "piece_count": info.piece_count(),
        "total_length": info.total_length(),
        "private": info.is_private(),
        "trackers": metainfo.trackers(),
        "web_seeds": metainfo.url_list(),
        "nodes": metainfo.nodes(),
        "comment": metainfo.comment(),
        "created_by": metainfo.created_by(),
        "creation_date": metainfo.creation_date(),
        "files": files,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_text(metainfo: &Metainfo) -> String {
    let info = metainfo.info();
    let mut text = String::new();
    let mut row = |label: &str, value: String| text.push_str(&format!("{label:>13}  {value}\n"));
    row("name", info.name().to_owned());
    if let Some(hash) = info.info_hash_v1() {
        row("info-hash", hash.to_string());
    }
    if let Some(hash) = info.info_hash_v2() {
        row("version 2", hash.to_string());
    }
    row(
        "size",
        format!(
            "{} ({} bytes)",
            BinaryBytes(info.total_length()),
            info.total_length()
        ),
    );
    row(
        "pieces",
        format!(
            "{} of {}",
            info.piece_count(),
            BinaryBytes(info.piece_length().into())
        ),
    );
    row(
        "private",
        if info.is_private() { "yes" } else { "no" }.to_owned(),
    );
    for (label, value) in [
        ("comment", metainfo.comment()),
        ("created by", metainfo.created_by()),
    ] {
        if let Some(value) = value {
            row(label, value.to_owned());
        }
    }
    for (number, tier) in metainfo.trackers().iter().enumerate() {
        row(&format!("tier {}", number + 1), tier.join("  "));
    }
    for url in metainfo.url_list() {
        row("web seed", url.clone());
    }
    for (number, file) in info
        .files()
        .iter()
        .filter(|file| !file.is_pad())
        .enumerate()
    {
        let label = if number == 0 { "files" } else { "" };
        row(
            label,
            format!(
                "{:>10}  {}",
                BinaryBytes(file.length()).to_string(),
                file.path().display()
            ),
        );
    }
    text
}
