//! Files that a magnet link selects (BEP 53).

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use std::collections::BTreeSet;

use bip_metainfo::{FileSelection, Magnet};
use proptest::prelude::*;
use support::{Draft, dict, int, list, load, string};

#[track_caller]
fn check(text: &str, expect: Result<&str, usize>) {
    let found = text.parse::<FileSelection>();
    let written = found.as_ref().map(FileSelection::to_string);
    assert_eq!(
        written.as_deref().map_err(|error| error.offset),
        expect,
        "{text}"
    );
    if let Ok(written) = written {
        assert_eq!(written.parse(), found, "{text}");
    }
}

#[test]
fn selections_are_written_in_order_and_as_short_as_can_be() {
    check("0", Ok("0"));
    check("0,2,4,6-8", Ok("0,2,4,6-8"));
    check("8,6,7,0-0", Ok("0,6-8"));
    check("1-5,2-3,6", Ok("1-6"));
    check("007", Ok("7"));
    check("4294967295,4294967294", Ok("4294967294-4294967295"));
    check("0-4294967295,5", Ok("0-4294967295"));
}

#[test]
fn a_fault_is_told_with_its_place() {
    check("", Err(0));
    check("0,", Err(2));
    check("0,,1", Err(2));
    check("0,7-4", Err(2));
    check("3-", Err(0));
    check("-3", Err(0));
    check("1-2-3", Err(0));
    check("+1", Err(0));
    check("1, 2", Err(2));
    check("0,4294967296", Err(2));
}

#[test]
fn a_link_with_entries_that_cannot_be_read_keeps_the_others() {
    let link = |so: &str| {
        let text = format!("magnet:?xt=urn:btih:{}{so}", "ab".repeat(20));
        Magnet::parse(&text).unwrap()
    };
    let some = link("&so=7-4,2,x&dn=a&so=1,0");
    assert_eq!(some.select_only().unwrap().to_string(), "0-2");
    assert_eq!(some.warnings().len(), 2);
    assert_eq!(some.warnings()[1].value(), "x");
    assert!(some.selects(2) && !some.selects(3));
    // Nothing that can be read selects nothing, which is everything.
    let none = link("&so=\"1,2\"");
    assert_eq!((none.select_only(), none.selects(9)), (None, true));
}

#[test]
fn ranges_cost_nothing_and_are_walked_up_to_a_count() {
    let all: FileSelection = "0-4000000000,4000000002-4294967295".parse().unwrap();
    assert_eq!(all.ranges().len(), 2);
    assert!(all.indices(3).eq(0..3));
    assert_eq!(all.indices(0).count(), 0);
    assert!(all.contains(u32::MAX) && !all.contains(4_000_000_001));
    let some: FileSelection = "1,5-6".parse().unwrap();
    assert!(some.indices(6).eq([1, 5]));
}

#[test]
fn pad_files_have_no_index() {
    let file = |name: &str, attr: &str| {
        dict([
            ("attr", string(attr)),
            ("length", int(85)),
            ("path", list([string(name)])),
        ])
    };
    let files = [
        file("a", ""),
        file("p1", "p"),
        file("b", "x"),
        file("p2", "p"),
        file("c", ""),
    ];
    let torrent = load(
        &Draft::single()
            .without("length")
            .with("files", list(files))
            .file([]),
    );
    let positions = |text: &str| -> Vec<usize> {
        let selection: FileSelection = text.parse().unwrap();
        selection.positions(torrent.info().files()).collect()
    };
    assert_eq!(positions("0"), [0]);
    assert_eq!(positions("1"), [2]);
    assert_eq!(positions("1-2"), [2, 4]);
    assert_eq!(positions("0-4294967295"), [0, 2, 4]);
    assert_eq!(positions("3"), [] as [usize; 0]);
    assert_eq!(torrent.magnet().length(), Some(3 * 85));
}

proptest! {
    #[test]
    fn a_selection_is_the_set_of_its_indices(ranges in prop::collection::vec((0u32..40, 0u32..6), 0..9), count in 0u32..60) {
        let selection: FileSelection = ranges.iter().map(|&(first, more)| first..=first + more).collect();
        let naive: BTreeSet<u32> = ranges.iter().flat_map(|&(first, more)| first..=first + more).collect();
        prop_assert!((0..60).all(|index| selection.contains(index) == naive.contains(&index)));
        prop_assert!(selection.indices(count).eq(naive.iter().copied().filter(|index| *index < count)));
        prop_assert_eq!(selection.is_empty(), naive.is_empty());
        prop_assert_eq!(&naive.iter().copied().collect::<FileSelection>(), &selection);
        let gaps = selection.ranges().zip(selection.ranges().skip(1)).all(|(one, next)| one.end() + 1 < *next.start());
        prop_assert!(gaps);
        if !naive.is_empty() {
            prop_assert_eq!(selection.to_string().parse(), Ok(selection));
        }
    }
}
