//! Reads what the benchmarks printed and prints it as the Markdown tables of the README: for bencode, how many times as
//! long each contender took as the first of its group, and how often it allocated; for torrents, what each took; and
//! which goals are met.

mod goal;
mod measurement;
mod torrents;

use std::io::{self, Read};
use std::process::ExitCode;

use goal::{Figure, GOALS};
use measurement::Run;

fn main() -> ExitCode {
    let mut log = String::new();
    if let Err(error) = io::stdin().read_to_string(&mut log) {
        eprintln!("usage: bip_benches_table < LOG ({error})");
        return ExitCode::from(2);
    }
    let run = Run::parse(&log);
    let torrents = torrents::Run::parse(&log);
    if run.is_empty() && torrents.is_empty() {
        eprintln!("there is no measurement in what was given");
        return ExitCode::FAILURE;
    }
    if !run.is_empty() {
        print_bencode(&run);
    }
    if !run.is_empty() && !torrents.is_empty() {
        println!();
    }
    if !torrents.is_empty() {
        torrents::print(&torrents);
    }
    ExitCode::SUCCESS
}

fn print_bencode(run: &Run) {
    for group in run.groups() {
        print_times(run, group);
    }
    for group in run.groups() {
        print_allocations(run, group);
    }
    print_goals(run);
}

/// From the quickest to the slowest.
fn print_times(run: &Run, group: &str) {
    let corpora = run.corpora(group);
    let contenders = run.contenders(group);
    let times = |corpus: &str, name: &str| {
        let first = run.cell(group, corpus, contenders[0])?;
        Some(run.cell(group, corpus, name)?.nanoseconds / first.nanoseconds)
    };
    // The mean over those corpora that it takes at all.
    let cost = |name: &str| {
        let times: Vec<f64> = corpora
            .iter()
            .filter_map(|corpus| times(corpus, name))
            .collect();
        times.iter().map(|times| times.ln()).sum::<f64>() / times.len() as f64
    };
    let mut sorted = contenders.clone();
    sorted.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    print_row(group, corpora.iter().map(|corpus| corpus.to_string()));
    print_row("---", corpora.iter().map(|_| "--:".to_string()));
    for name in sorted {
        let bold = if name == contenders[0] { "**" } else { "" };
        let cells = corpora.iter().map(|corpus| {
            times(corpus, name).map_or("-".to_string(), |times| format!("{times:.2}"))
        });
        print_row(&format!("{bold}{name}{bold}"), cells);
    }
    println!();
}

fn print_allocations(run: &Run, group: &str) {
    let corpora = run.corpora(group);
    print_row(
        &format!("{group}: allocations for each input"),
        corpora.iter().map(|corpus| corpus.to_string()),
    );
    print_row("---", corpora.iter().map(|_| "--:".to_string()));
    for name in run.contenders(group) {
        let cells = corpora.iter().map(|corpus| {
            run.cell(group, corpus, name)
                .map_or("-".to_string(), |cell| count(cell.allocations))
        });
        print_row(name, cells);
    }
    println!();
}

fn print_goals(run: &Run) {
    let corpora = run.corpora("decode");
    let head = ["at least", "least"].into_iter().map(str::to_string);
    let head = head.chain(corpora.iter().map(|corpus| corpus.to_string()));
    print_row("goal", head.chain(["met?".to_string()]));
    print_row("---", (0..corpora.len() + 3).map(|_| "--:".to_string()));
    for goal in &GOALS {
        let figures: Vec<Option<Figure>> = corpora
            .iter()
            .map(|corpus| goal.figure(run, corpus))
            .collect();
        let known = || figures.iter().flatten();
        let least = known().map(|figure| figure.times).min_by(f64::total_cmp);
        let verdict = match (least, known().all(|figure| figure.is_met)) {
            (None, _) => "not measured",
            (Some(_), true) => "yes",
            (Some(_), false) => "no",
        };
        let times =
            |times: Option<f64>| times.map_or("-".to_string(), |times| format!("{times:.2}x"));
        let cells = [format!("{:.1}x", goal.times), times(least)].into_iter();
        let cells = cells.chain(
            figures
                .iter()
                .map(|figure| times(figure.as_ref().map(|figure| figure.times))),
        );
        print_row(goal.what, cells.chain([verdict.to_string()]));
    }
}

fn print_row(first: &str, cells: impl Iterator<Item = String>) {
    println!("| {first} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

/// With commas; a fraction only where the number is small.
fn count(allocations: f64) -> String {
    if allocations.fract() != 0.0 && allocations < 1_000.0 {
        return format!("{allocations:.1}");
    }
    let digits = format!("{allocations:.0}");
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_people_read_them() {
        let cases = [
            (0.0, "0"),
            (2.7, "2.7"),
            (999.0, "999"),
            (1_000.0, "1,000"),
            (700_037.0, "700,037"),
            (2_095_303.4, "2,095,303"),
        ];
        for (allocations, expected) in cases {
            assert_eq!(count(allocations), expected);
        }
    }
}
