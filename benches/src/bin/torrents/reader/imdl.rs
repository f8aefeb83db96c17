//! The program of intermodal, where it is installed (`cargo install imdl`).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process};

use bip_benches::PANIC_CODE;
use bip_metainfo::MetaVersion;
use serde_json::Value;

use super::{Package, Reader, Reading, joined, text};

/// Nothing where there is no such program.
pub(super) fn reader() -> Option<Reader> {
    Command::new("imdl").arg("--version").output().ok()?;
    Some(Reader {
        name: "imdl",
        package: Package::Other(version),
        read,
        magnet: None,
        create: Some(create),
        comment: None,
    })
}

fn version() -> String {
    let output = Command::new("imdl").arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    version.unwrap_or_default().replace(" v", " ")
}

fn read(input: &[u8]) -> Result<Reading, String> {
    let file = scratch("torrent");
    fs::write(&file, input).map_err(text)?;
    let shown = run(Command::new("imdl")
        .args(["torrent", "show", "--json", "--input"])
        .arg(&file));
    let _ = fs::remove_file(&file);
    let shown: Value = serde_json::from_slice(&shown?.stdout).map_err(text)?;
    let name = shown["name"].as_str().unwrap_or_default();
    let files = shown["files"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    // Of one file it shows the name, of a folder what is in it.
    let paths = files.map(|path| {
        if path == name {
            path.to_owned()
        } else {
            joined([name, path])
        }
    });
    Ok(Reading {
        info_hash_v1: shown["info_hash"].as_str().map(str::to_owned),
        info_hash_v2: None,
        length: shown["content_size"].as_u64().unwrap_or_default(),
        paths: paths.collect(),
        is_warned: false,
    })
}

fn create(folder: &Path, version: MetaVersion) -> Option<Vec<u8>> {
    if version != MetaVersion::V1 {
        return None;
    }
    let file = scratch("created.torrent");
    let mut command = Command::new("imdl");
    command.args([
        "torrent",
        "create",
        "--piece-length",
        "16KiB",
        "--force",
        "--input",
    ]);
    run(command.arg(folder).arg("--output").arg(&file)).ok()?;
    let bytes = fs::read(&file).ok();
    let _ = fs::remove_file(&file);
    bytes
}

fn scratch(name: &str) -> PathBuf {
    env::temp_dir().join(format!("bip-imdl-{}-{name}", process::id()))
}

/// Whatever ends the program ends this one the same way.
fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(text)?;
    match output.status.code() {
        Some(0) => Ok(output),
        Some(PANIC_CODE) => process::exit(PANIC_CODE),
        None => process::abort(),
        Some(_) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}
