use std::iter;

use bip_benches::Package;

use crate::decoder::{self, Decoder};
use crate::input::Input;
use crate::outcome::Outcome;
use crate::probe::Probes;
use crate::summary::Summary;

pub(crate) fn print_versions(decoders: &[Decoder], packages: &[Package]) {
    let mut versions: Vec<String> = decoders
        .iter()
        .map(|decoder| match decoder.package {
            decoder::Package::Crate(_) => package(decoder, packages)
                .map_or_else(|| decoder.name.to_string(), |package| package.name.clone()),
            decoder::Package::Cpp(version) => version(),
        })
        .collect();
    versions.dedup();
    println!("{}.", versions.join(", "));
}

pub(crate) fn print_outcomes(decoders: &[Decoder], inputs: &[Input], outcomes: &[Vec<Outcome>]) {
    print_row(
        "input",
        decoders.iter().map(|decoder| decoder.name.to_string()),
    );
    print_row("---", decoders.iter().map(|_| "---".to_string()));
    for (row, input) in inputs.iter().enumerate() {
        let cells = outcomes
            .iter()
            .map(|of_decoder| of_decoder[row].to_cell(input));
        print_row(input.name, cells);
    }
}

pub(crate) fn print_summaries(
    decoders: &[Decoder],
    rows: &[(Summary, Probes)],
    packages: &[Package],
) {
    const HEAD: [&str; 10] = [
        "what is not canonical: refused + told of",
        "what is canonical: accepted",
        "other numbers read",
        "deep nesting survived",
        "all else survived",
        "error has offset",
        "error has key path",
        "strings not copied",
        "raw bytes of a value",
        "dependencies",
    ];
    print_row("decoder", HEAD.into_iter().map(str::to_string));
    print_row("---", iter::repeat_n("--:".to_string(), HEAD.len()));
    for (decoder, (summary, probes)) in decoders.iter().zip(rows) {
        let dependencies = package(decoder, packages)
            .map_or("-".to_string(), |package| package.dependencies.to_string());
        let cells = of_summary(summary)
            .into_iter()
            .chain(of_probes(probes))
            .chain([dependencies]);
        print_row(decoder.name, cells);
    }
}

fn of_summary(summary: &Summary) -> [String; 5] {
    let told_of = match summary.remarked {
        0 => String::new(),
        remarked => format!(" + {remarked}"),
    };
    [
        format!("{}{told_of} of {}", summary.refused, summary.not_canonical),
        format!("{} of {}", summary.accepted, summary.canonical),
        summary.other_numbers.to_string(),
        format!("{} of {}", summary.deep_survived, summary.deep),
        format!("{} of {}", summary.rest_survived, summary.rest),
    ]
}

fn of_probes(probes: &Probes) -> [String; 4] {
    let strings = match (probes.lends_in_tree, probes.lends_in_struct) {
        (true, _) => "yes",
        (false, true) => "into structs",
        (false, false) => "no",
    };
    [
        yes_or_no(probes.tells_offset),
        yes_or_no(probes.tells_path),
        strings,
        yes_or_no(probes.gives_raw),
    ]
    .map(str::to_string)
}

fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

fn package<'p>(decoder: &Decoder, packages: &'p [Package]) -> Option<&'p Package> {
    match decoder.package {
        decoder::Package::Crate(beginning) => packages
            .iter()
            .find(|package| package.name.starts_with(beginning)),
        decoder::Package::Cpp(_) => None,
    }
}

fn print_row(first: &str, cells: impl Iterator<Item = String>) {
    println!("| {first} | {} |", cells.collect::<Vec<_>>().join(" | "));
}
