use std::collections::HashSet;

use bip_bencode::DictRef;

use super::kind::LintKind;
use super::report::Report;
use crate::metainfo::Metainfo;

const SCHEMES: [&str; 5] = ["http", "https", "udp", "ws", "wss"];

pub(super) fn check(torrent: &Metainfo, root: DictRef<'_, '_>, report: &mut Report<'_>) {
    let has_list = root
        .get(b"announce-list")
        .and_then(|list| list.list())
        .is_some_and(|list| !list.is_empty());
    let key = if has_list {
        "announce-list"
    } else {
        "announce"
    };
    let mut seen = HashSet::new();
    for (number, tier) in torrent.trackers().iter().enumerate() {
        let place = match has_list {
            true => format!("{key}[{number}]"),
            false => key.to_owned(),
        };
        for tracker in tier {
            if !seen.insert(tracker.as_str()) {
                let message = || format!("{tracker:?} is there already");
                report.add(LintKind::DuplicateTracker, &place, message);
            }
            if let Err(fault) = check_address(tracker) {
                let message = || format!("{tracker:?} {fault}");
                report.add(LintKind::MalformedTracker, &place, message);
            }
        }
    }
    check_announce(torrent, has_list, &seen, report);
    let is_http = |tracker: &&str| scheme(tracker).is_some_and(|scheme| scheme == "http");
    if !seen.is_empty() && seen.iter().all(is_http) {
        let message = || format!("no tracker of {} has a way but plain http", seen.len());
        report.add(LintKind::HttpOnlyTrackers, key, message);
    }
}

fn check_announce(
    torrent: &Metainfo,
    has_list: bool,
    listed: &HashSet<&str>,
    report: &mut Report<'_>,
) {
    let Some(announce) = torrent.announce().filter(|_| has_list) else {
        return;
    };
    if !listed.contains(announce) {
        let message = || format!("{announce:?} is not in announce-list, and is never asked");
        report.add(LintKind::AnnounceNotInList, "announce", message);
    }
}

fn check_address(address: &str) -> Result<(), &'static str> {
    let scheme = scheme(address).ok_or("has no scheme such as udp://")?;
    if !SCHEMES.contains(&scheme.as_str()) {
        return Err("has a scheme that no client speaks with trackers");
    }
    let rest = &address[scheme.len() + "://".len()..];
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    if name.is_empty() {
        return Err("has no host");
    }
    match port {
        None if scheme == "udp" => Err("has no port, which udp needs"),
        Some(port) if !port.parse::<u16>().is_ok_and(|port| port != 0) => {
            Err("has no port from 1 to 65535")
        }
        _ => Ok(()),
    }
}

/// In lower case.
fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once("://")?;
    Some(scheme.to_ascii_lowercase())
}
