//! What a node tells `tracing` of, and what it keeps to itself (BEP 5).
#![cfg(feature = "tracing")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::fmt;
use std::sync::{Arc, Mutex};

use bip_dht::sim::NodePlan;
use bip_dht::{AnnouncePort, DhtConfig, Family, Key, TraceDetail};
use support::{MINUTE, settled};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down all that it is told.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<String>>>);

/// The fields of an event, one behind the other.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {}={value:?}", field.name());
    }
}

impl Subscriber for Book {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("bip_dht")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What a node tells that joins, looks, announces, and gets what it cannot read; with what must not be in it unasked.
fn told(detail: TraceDetail) -> (Vec<String>, Vec<String>) {
    let (mut network, others, _) = settled(5, 30);
    let private = others.iter().map(|node| {
        let address = network.address(*node, Family::V4).unwrap();
        address.ip().to_string()
    });
    let mut private: Vec<String> = private.collect();
    let book = Book::default();
    tracing::subscriber::with_default(book.clone(), || {
        let config = DhtConfig::default().trace_detail(detail);
        let node = network.add_node(NodePlan::default().config(config));
        network.run_for(MINUTE);
        let key = Key::of_name("a room");
        private.push(key.to_string());
        network.perform(node, |core, now| core.get_peers(now, key));
        network.drive(node, |core, now| core.hold(now, key, AnnouncePort::Implied));
        let from = network.address(others[0], Family::V4).unwrap();
        network.drive(node, |core, now| {
            core.handle_datagram(now, from, b"de junk")
        });
        // Its neighbour is gone, and it does not know that yet.
        others
            .iter()
            .take(10)
            .for_each(|other| network.crash(*other));
        network.run_for(20 * MINUTE);
    });
    let lines = std::mem::take(&mut *book.0.lock().unwrap());
    (lines, private)
}

const SENTENCES: [&str; 9] = [
    "stands otherwise status=\"ready\"",
    "what=\"get_peers\"",
    "what=\"announce\"",
    "ended operation=",
    "renewed lease=",
    "TRACE message=asks operation=",
    "TRACE message=is answered",
    "TRACE message=gives up",
    "TRACE message=cannot read",
];

#[test]
fn a_node_tells_what_it_does_and_nothing_that_tells_of_anybody() {
    let (lines, private) = told(TraceDetail::Anonymous);
    for sentence in SENTENCES {
        assert!(
            lines.iter().any(|line| line.contains(sentence)),
            "{sentence}: {lines:#?}"
        );
    }
    for secret in private {
        let leak = lines.iter().find(|line| line.contains(&secret));
        assert_eq!(leak, None, "{secret} must stay private");
    }
}

#[test]
fn who_asks_for_them_gets_addresses_and_keys() {
    let (lines, private) = told(TraceDetail::Full);
    let (key, addresses) = private.split_last().unwrap();
    let has = |secret: &String| lines.iter().any(|line| line.contains(secret));
    assert!(has(key), "{lines:#?}");
    assert!(addresses.iter().any(has), "{lines:#?}");
}
