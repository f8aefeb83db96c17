//! What libtorrent's tests find in magnet links, and what it was measured to find, this crate finds in them too, but for
//! what the crate's page lists.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod vectors;

use std::path::PathBuf;

use bip_metainfo::{FileSelection, Magnet, MagnetError, MagnetWarningKind, Metainfo};
use serde_json::Value;
use vectors::{Deviations, read_json};

fn listed() -> Option<Value> {
    read_json("magnet.json").map(|(_, listed)| listed)
}

fn cases(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> Vec<&str> {
    cases(value).map(|one| one.as_str().unwrap()).collect()
}

fn compare(uri: &str, expect: &Value, measured: &Value, found: &mut Deviations) {
    let is_error = measured["result"] == "error" || !expect["error"].is_null();
    let link = match Magnet::parse(uri) {
        Ok(_) if is_error => return found.compare(uri, "refused", "read"),
        Err(error) if is_error => return assert_reason(uri, &error, expect, measured),
        Err(_) => return found.compare(uri, "read", "refused"),
        Ok(link) => link,
    };
    let written = link.to_string();
    assert_eq!(written.parse().as_ref(), Ok(&link), "{uri}");
    let text = |key: &str| measured[key].as_str().unwrap_or_default().to_owned();
    let joined = |key: &str| strings(&measured[key]).join(" ");
    let hash = |hash: Option<String>| hash.unwrap_or_default();
    let nodes = cases(&measured["dht_nodes"]);
    let nodes = nodes.map(|node| format!("{}:{}", node[0].as_str().unwrap(), node[1]));
    let selected = cases(&measured["selected"]).map(|index| index.as_u64().unwrap());
    // Nodes have no meaning here, but are kept.
    let other = link.other().filter(|(name, _)| *name == "dht");
    let other: Vec<_> = other.map(|(_, node)| node).collect();
    for (what, theirs, ours) in [
        (
            "version 1",
            text("info_hash_v1"),
            hash(link.info_hash_v1().map(|hash| hash.to_string())),
        ),
        (
            "version 2",
            text("info_hash_v2"),
            hash(link.info_hash_v2().map(|hash| hash.to_string())),
        ),
        (
            "name",
            text("name"),
            link.name().unwrap_or_default().to_owned(),
        ),
        (
            "length",
            String::new(),
            link.length()
                .map(|length| length.to_string())
                .unwrap_or_default(),
        ),
        ("trackers", joined("trackers"), link.trackers().join(" ")),
        ("web seeds", joined("url_seeds"), link.web_seeds().join(" ")),
        ("peers", joined("peers"), link.peers().join(" ")),
        (
            "nodes",
            nodes.collect::<Vec<_>>().join(" "),
            other.join(" "),
        ),
        (
            "selection",
            numbers(selected),
            numbers(indices(link.select_only()).into_iter()),
        ),
    ] {
        let side = |value: &str| match value {
            "" => format!("no {what}"),
            value => format!("{what} {value}"),
        };
        found.compare(uri, &side(&theirs), &side(&ours));
    }
}

fn numbers(numbers: impl Iterator<Item = u64>) -> String {
    let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
    numbers.join(" ")
}

fn indices(selection: Option<&FileSelection>) -> Vec<u64> {
    let indices = selection
        .into_iter()
        .flat_map(|some| some.indices(u32::MAX));
    indices.map(u64::from).collect()
}

fn assert_reason(uri: &str, error: &MagnetError, expect: &Value, measured: &Value) {
    let message = measured["message"].as_str().unwrap_or_default();
    let is_reason = match expect["error"].as_str() {
        Some("invalid_escaped_string") => matches!(error, MagnetError::InvalidEscape { .. }),
        Some("missing_info_hash_in_uri") => *error == MagnetError::MissingInfoHash,
        Some("invalid_info_hash") => matches!(error, MagnetError::InvalidInfoHash { .. }),
        Some("any") => true,
        _ if message.starts_with("unsupported URL") => *error == MagnetError::NotMagnet,
        _ if message.starts_with("missing info-hash") => *error == MagnetError::MissingInfoHash,
        _ => false,
    };
    assert!(is_reason, "{uri}: {error:?}");
}

#[test]
fn listed_links_are_read_or_refused_as_listed_but_for_the_deviations() {
    let Some(listed) = listed() else { return };
    let mut found = Deviations::default();
    for case in cases(&listed["parse"]).chain(cases(&listed["extra_measured"])) {
        let uri = match case["uri"].as_str() {
            Some(uri) => uri.to_owned(),
            None => lossy(case["uri_hex"].as_str().unwrap()),
        };
        compare(&uri, &case["test_expect"], &case["measured"], &mut found);
    }
    found.assert_listed("magnet.json");
}

/// A link is text: what is none is replaced before it is read.
fn lossy(digits: &str) -> String {
    String::from_utf8_lossy(&vectors::hex(digits)).into_owned()
}

#[test]
fn listed_links_are_written_alike() {
    let Some(listed) = listed() else { return };
    for case in cases(&listed["make"]) {
        let input = &case["in"];
        let mut link = Magnet::new(input["v1"].as_str().unwrap().parse().unwrap());
        for peer in cases(&input["peers"]) {
            link = link.with_peer(&format!("{}:{}", peer[0].as_str().unwrap(), peer[1]));
        }
        for node in cases(&input["dht_nodes"]) {
            link = link.with_other("dht", &format!("{}:{}", node[0].as_str().unwrap(), node[1]));
        }
        let priorities: Vec<_> = cases(&input["file_priorities"]).collect();
        if priorities.iter().any(|priority| **priority == 0) {
            let selected = (0u32..)
                .zip(&priorities)
                .filter(|(_, priority)| ***priority != 0);
            link = link.with_select_only(selected.map(|(index, _)| index).collect());
        }
        let expect = case["out"].as_str().unwrap();
        assert_eq!(link.to_string(), expect);
        assert_eq!(Magnet::parse(expect), Ok(link));
    }
}

#[test]
fn what_libtorrent_drops_in_silence_is_told() {
    let Some(listed) = listed() else { return };
    let warnings = |end: &str| -> Vec<MagnetWarningKind> {
        let mut uris = cases(&listed["extra_measured"]).map(|case| case["uri"].as_str().unwrap());
        let uri = uris.find(|uri| uri.ends_with(end)).unwrap();
        let link = Magnet::parse(uri).unwrap();
        link.warnings().iter().map(|one| one.kind()).collect()
    };
    assert_eq!(
        warnings("&x.pe=1.2.3.4"),
        [MagnetWarningKind::NotHostAndPort]
    );
    assert_eq!(warnings("&ws=ftp://x/y"), [MagnetWarningKind::NotHttp]);
    assert_eq!(warnings("&dn=%ff%fe"), [MagnetWarningKind::NotUtf8]);
}

#[test]
fn every_listed_torrent_that_loads_gives_a_link_with_its_hashes_that_is_read_again() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/torrents");
    let files = std::fs::read_dir(folder).into_iter().flatten();
    for file in files.map(|file| file.unwrap().path()) {
        let Ok(torrent) = Metainfo::from_bytes(&std::fs::read(&file).unwrap()) else {
            continue;
        };
        let (info, link) = (torrent.info(), torrent.magnet());
        assert_eq!(link.info_hash_v1(), info.info_hash_v1(), "{file:?}");
        assert_eq!(link.info_hash_v2(), info.info_hash_v2(), "{file:?}");
        assert_eq!(link.info_hash(), Some(info.info_hash()));
        assert!(link.length() <= Some(info.total_length()));
        assert_eq!(link.to_string().parse(), Ok(link));
    }
}
