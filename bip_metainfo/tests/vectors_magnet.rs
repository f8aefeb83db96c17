//! What libtorrent's tests find in magnet links, and what it was measured to find, this crate finds in them too, but
//! where [`DEVIATIONS`] says otherwise.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::io::Write as _;
use std::path::PathBuf;

use bip_metainfo::{FileSelection, Magnet, MagnetError, MagnetWarningKind, Metainfo};
use serde_json::Value;

/// Links that are read otherwise, what differs, and why.
const DEVIATIONS: [(&str, &str, &str); 9] = [
    (
        "MAGNET:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
        "read",
        "a scheme may have any case (RFC 3986, section 3.1)",
    ),
    (
        "magnet:?xt=urn:btih:0000000000000000000000000000000000000000",
        "refused",
        "no torrent has this hash, and it stands for none in many programs",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&xl=1234",
        "length",
        "libtorrent does not read it",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&ws=ftp://x/y",
        "web seeds",
        "left out and told: no client fetches pieces by FTP",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&dn=%ff%fe",
        "name",
        "shown with U+FFFD and told, not kept as bytes that are no text",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&so=99999,10000",
        "selection",
        "a range costs nothing, so that indices have no limit of 10,000",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&dn=foo&so=100000000&dht=10.0.0.1:1337&so=10",
        "selection",
        "as above",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&dn=foo&so=100000000&so=1",
        "selection",
        "as above",
    ),
    (
        "magnet:?xt=urn:btih:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd&dn=foo&so=7-4,100000000&dht=10.0.0.1:1337&so=10",
        "selection",
        "as above",
    ),
];

/// The list of links, or `None` with a word about what is not read.
fn listed() -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/magnet.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        // Not a printing macro: what those say is kept from view where a test passes.
        let told =
            "\nnot read, since it is not there: shared/vectors/magnet.json beside the checkout\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn cases(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> Vec<&str> {
    cases(value).map(|one| one.as_str().unwrap()).collect()
}

/// What of the link is not as listed; `read` or `refused` where the other was listed.
fn differences(uri: &str, expect: &Value, measured: &Value) -> Vec<&'static str> {
    let is_error = measured["result"] == "error" || !expect["error"].is_null();
    let link = match Magnet::parse(uri) {
        Ok(_) if is_error => return vec!["read"],
        Err(error) if is_error => {
            assert_reason(uri, &error, expect, measured);
            return Vec::new();
        }
        Err(_) => return vec!["refused"],
        Ok(link) => link,
    };
    let written = link.to_string();
    assert_eq!(written.parse().as_ref(), Ok(&link), "{uri}");
    let text = |key: &str| measured[key].as_str().map(str::to_owned);
    let nodes: Vec<String> = cases(&measured["dht_nodes"])
        .map(|node| format!("{}:{}", node[0].as_str().unwrap(), node[1]))
        .collect();
    let selected: Vec<u64> = cases(&measured["selected"])
        .map(|index| index.as_u64().unwrap())
        .collect();
    [
        (
            "version 1",
            link.info_hash_v1().map(|hash| hash.to_string()) == text("info_hash_v1"),
        ),
        (
            "version 2",
            link.info_hash_v2().map(|hash| hash.to_string()) == text("info_hash_v2"),
        ),
        ("name", link.name().unwrap_or_default() == measured["name"]),
        ("length", link.length().is_none()),
        (
            "trackers",
            link.trackers() == strings(&measured["trackers"]),
        ),
        (
            "web seeds",
            link.web_seeds() == strings(&measured["url_seeds"]),
        ),
        ("peers", link.peers() == strings(&measured["peers"])),
        // Nodes have no meaning here, but are kept.
        (
            "nodes",
            link.other()
                .filter(|(name, _)| *name == "dht")
                .map(|(_, node)| node)
                .eq(nodes),
        ),
        ("selection", indices(link.select_only()) == selected),
    ]
    .into_iter()
    .filter_map(|(what, is_same)| (!is_same).then_some(what))
    .collect()
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
    let mut deviations = Vec::new();
    for case in cases(&listed["parse"]).chain(cases(&listed["extra_measured"])) {
        let uri = match case["uri"].as_str() {
            Some(uri) => uri.to_owned(),
            None => lossy(case["uri_hex"].as_str().unwrap()),
        };
        let found = differences(&uri, &case["test_expect"], &case["measured"]);
        deviations.extend(found.into_iter().map(|what| (uri.clone(), what)));
    }
    deviations.sort();
    let mut expect: Vec<_> = DEVIATIONS
        .iter()
        .map(|(uri, what, _)| (uri.to_string(), *what))
        .collect();
    expect.sort();
    assert_eq!(deviations, expect);
}

/// A link is text: what is none is replaced before it is read.
fn lossy(hex: &str) -> String {
    let bytes = (0..hex.len()).step_by(2);
    let bytes: Vec<u8> = bytes
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
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
