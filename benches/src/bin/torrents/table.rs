use std::io;
use std::iter;

use bip_benches::{Package, packages};

use crate::input::{Class, Input};
use crate::reader::{self, Reader};
use crate::{ability, cell, conformance, input};

/// What matters most of the first table.
const TOLD_AGAIN: [&str; 5] = [
    "v2",
    "hybrid",
    "v2, a wrong hash in a layer",
    "hybrid, other length in v2",
    "nested 100,000 deep",
];

pub(crate) fn print() -> io::Result<()> {
    let (readers, inputs) = (reader::all(), input::all());
    let packages = packages("bip_metainfo")?;
    let cells = rows(&readers, inputs.iter().map(|input| input.name), "read")?;
    print_versions(&readers, &packages);
    println!();
    print_head("torrent", &readers);
    for (input, row) in inputs.iter().zip(&cells) {
        print_row(input.name, row.iter().cloned());
    }
    println!();
    print_head("", &readers);
    for (input, row) in inputs.iter().zip(&cells) {
        if TOLD_AGAIN.contains(&input.name) {
            print_row(input.name, row.iter().cloned());
        }
    }
    print_sums(&readers, &inputs, &cells)?;
    let tried = rows(&readers, ability::ALL.into_iter(), "try")?;
    for (what, row) in ability::ALL.into_iter().zip(tried) {
        print_row(what, row.into_iter());
    }
    let weights = readers
        .iter()
        .map(|reader| match package(reader, &packages) {
            Some(package) => package.dependencies.to_string(),
            None => "-".to_owned(),
        });
    print_row("packages it needs", weights);
    Ok(())
}

fn rows<'n>(
    readers: &[Reader],
    names: impl Iterator<Item = &'n str>,
    what: &str,
) -> io::Result<Vec<Vec<String>>> {
    let row = |name| {
        readers
            .iter()
            .map(|reader| cell(reader, what, name))
            .collect()
    };
    names.map(row).collect()
}

fn print_sums(readers: &[Reader], inputs: &[Input], cells: &[Vec<String>]) -> io::Result<()> {
    type Counts = fn(&Input, &str) -> bool;
    let is = |class: Class| move |input: &&Input| input.class == class;
    let sums: [(&str, Class, Counts); 5] = [
        ("good: read, whole", Class::Good, |_, cell| {
            matches!(cell, "ok" | "ok, told")
        }),
        ("irregular: read", Class::Irregular, |_, cell| {
            cell.starts_with("ok")
        }),
        ("irregular: told of", Class::Irregular, |_, cell| {
            cell == "ok, told"
        }),
        ("bad: refused", Class::Bad, |_, cell| cell == "error"),
        (
            "hostile: refused or made safe",
            Class::Hostile,
            |_, cell| cell == "error" || cell.starts_with("ok"),
        ),
    ];
    for (what, class, counts) in sums {
        let total = inputs.iter().filter(is(class)).count();
        let sum = |column: usize| {
            let rows = inputs
                .iter()
                .zip(cells)
                .filter(|(input, _)| input.class == class);
            rows.filter(|(input, row)| counts(input, &row[column]))
                .count()
        };
        print_row(
            what,
            (0..readers.len()).map(|column| format!("{} of {total}", sum(column))),
        );
    }
    let survived = |column: usize| {
        let ended = cells.iter().filter(|row| has_ended(&row[column])).count();
        format!("{} of {}", cells.len() - ended, cells.len())
    };
    print_row("survived", (0..readers.len()).map(survived));
    print_conformance(readers)
}

/// Without an answer.
fn has_ended(cell: &str) -> bool {
    matches!(cell, "**PANIC**" | "**ABORT**" | "**out of time**")
}

fn print_conformance(readers: &[Reader]) -> io::Result<()> {
    let listed = conformance::all();
    if listed.is_empty() {
        eprintln!("not read, since it is not there: shared/vectors beside the checkout");
        return Ok(());
    }
    let mut cells = Vec::new();
    for reader in readers {
        let of_reader: io::Result<Vec<_>> = listed
            .iter()
            .map(|one| cell(reader, "file", &one.name))
            .collect();
        cells.push(of_reader?);
    }
    let count = |is_good: bool, counts: fn(&str) -> bool| {
        let total = listed.iter().filter(|one| one.is_good == is_good).count();
        let sums = cells.iter().map(|of_reader| {
            let rows = listed
                .iter()
                .zip(of_reader)
                .filter(|(one, _)| one.is_good == is_good);
            rows.filter(|(_, cell)| counts(cell)).count()
        });
        sums.map(|sum| format!("{sum} of {total}"))
            .collect::<Vec<_>>()
    };
    print_row(
        "libtorrent's good ones: read",
        count(true, |cell| cell == "ok").into_iter(),
    );
    print_row(
        "libtorrent's bad ones: refused",
        count(false, |cell| cell == "error").into_iter(),
    );
    let ended = cells.iter().map(|of_reader| {
        of_reader
            .iter()
            .filter(|cell| has_ended(cell))
            .count()
            .to_string()
    });
    print_row("libtorrent's: panics and aborts", ended);
    Ok(())
}

fn print_versions(readers: &[Reader], packages: &[Package]) {
    let versions = readers.iter().map(|reader| match reader.package {
        reader::Package::Crate(_) => package(reader, packages)
            .map_or_else(|| reader.name.to_owned(), |package| package.name.clone()),
        reader::Package::Other(version) => version(),
    });
    println!("{}.", versions.collect::<Vec<_>>().join(", "));
}

fn package<'p>(reader: &Reader, packages: &'p [Package]) -> Option<&'p Package> {
    match reader.package {
        reader::Package::Crate(beginning) => packages
            .iter()
            .find(|package| package.name.starts_with(beginning)),
        reader::Package::Other(_) => None,
    }
}

fn print_head(first: &str, readers: &[Reader]) {
    print_row(first, readers.iter().map(|reader| reader.name.to_owned()));
    print_row("---", iter::repeat_n("---".to_owned(), readers.len()));
}

fn print_row(first: &str, cells: impl Iterator<Item = String>) {
    println!("| {first} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between<'t>(text: &'t str, begin: &str) -> &'t str {
        let (_, behind) = text.split_once(begin).unwrap();
        behind.split_once("<!-- end -->").unwrap().0.trim()
    }

    #[test]
    fn the_tables_in_the_documents_are_of_one_run_and_have_all_rows() {
        let benches = include_str!("../../../README.md");
        let whole = between(
            benches,
            "<!-- what `bip_benches_torrents` prints: begin -->",
        );
        let page = include_str!("../../../../bip_metainfo/README.md");
        let part = between(
            page,
            "<!-- the second table that `bip_benches_torrents` prints: begin -->",
        );
        let (versions, second) = part.split_once("\n\n").unwrap();
        assert!(whole.starts_with(versions) && whole.ends_with(second));
        let names = input::all().into_iter().map(|input| input.name);
        for name in names.chain(ability::ALL) {
            assert!(whole.contains(&format!("\n| {name} | ")), "{name}");
        }
    }
}
