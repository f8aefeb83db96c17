//! Prints what the last benchmark run measured as Markdown tables: how many times as long each contender took as the
//! first of its group.
//!
//! usage: `bip_benches_table CRITERION_FOLDER FIRST_CONTENDER GROUP...`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

/// Nanoseconds by contender and corpus.
type Times = BTreeMap<String, BTreeMap<String, f64>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, first, groups @ ..] = &arguments[..] else {
        eprintln!("usage: bip_benches_table CRITERION_FOLDER FIRST_CONTENDER GROUP...");
        return ExitCode::from(2);
    };
    for group in groups {
        let times = read(&PathBuf::from(folder), group);
        if times.contains_key(first) {
            print(group, first, &times);
        } else {
            eprintln!("{folder} holds no run of {group} with {first}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Criterion keeps one folder for each group and contender, and in it what it was called and how long it took.
fn read(folder: &Path, group: &str) -> Times {
    let mut times = Times::new();
    for corpus_folder in folders(folder) {
        for run in folders(&corpus_folder) {
            let Ok(names) = fs::read_to_string(run.join("new/benchmark.json")) else {
                continue;
            };
            let Ok(sample) = fs::read_to_string(run.join("new/sample.json")) else {
                continue;
            };
            let names = (
                text_after(&names, "\"group_id\":\""),
                text_after(&names, "\"function_id\":\""),
            );
            let (Some(group_id), Some(contender)) = names else {
                continue;
            };
            let Some(corpus) = group_id
                .strip_prefix(group)
                .and_then(|rest| rest.strip_prefix('/'))
            else {
                continue;
            };
            let Some(least) = least(&sample) else {
                continue;
            };
            times
                .entry(contender.to_string())
                .or_default()
                .insert(corpus.to_string(), least);
        }
    }
    times
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

fn text_after<'j>(json: &'j str, key: &str) -> Option<&'j str> {
    json.split_once(key)?.1.split('"').next()
}

/// The least time of one run over all samples: other work on the machine only ever adds to it.
fn least(json: &str) -> Option<f64> {
    let (runs, times) = (
        numbers_after(json, "\"iters\":[")?,
        numbers_after(json, "\"times\":[")?,
    );
    runs.iter()
        .zip(&times)
        .map(|(runs, time)| time / runs)
        .min_by(f64::total_cmp)
}

fn numbers_after(json: &str, key: &str) -> Option<Vec<f64>> {
    let numbers = json.split_once(key)?.1.split(']').next()?;
    numbers
        .split(',')
        .map(|number| number.trim().parse().ok())
        .collect()
}

fn print(group: &str, first: &str, times: &Times) {
    let corpora: Vec<&String> = times[first].keys().collect();
    println!(
        "\n| {group} | {} |",
        corpora
            .iter()
            .map(|corpus| corpus.as_str())
            .collect::<Vec<_>>()
            .join(" | ")
    );
    println!("|---|{}", "--:|".repeat(corpora.len()));
    let cost = |row: &BTreeMap<String, f64>| row.values().map(|time| time.ln()).sum::<f64>();
    let mut rows: Vec<_> = times.iter().collect();
    rows.sort_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b)));
    for (contender, row) in rows {
        let cells =
            corpora.iter().map(
                |corpus| match (row.get(*corpus), times[first].get(*corpus)) {
                    (Some(time), Some(first)) => format!("{:.2}", time / first),
                    _ => "-".to_string(),
                },
            );
        println!(
            "| {contender} | {} |",
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
}
