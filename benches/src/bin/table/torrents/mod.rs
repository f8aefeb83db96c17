//! The tables of the part about torrents: what everything took, and which goals are met.

mod goal;
mod measurement;

use goal::{Bound, GOALS};

pub(crate) use measurement::Run;

use crate::print_row;

pub(crate) fn print(run: &Run) {
    print_times(run);
    print_goals(run);
}

/// In the order of the run.
fn print_times(run: &Run) {
    let mut last = None;
    for cell in run.cells() {
        let table = (&cell.group, &cell.corpus);
        if last != Some(table) {
            if last.is_some() {
                println!();
            }
            let cells = ["wall", "CPU"].map(str::to_string);
            print_row(
                &format!("{} {}", cell.group, cell.corpus),
                cells.into_iter(),
            );
            print_row("---", ["--:"; 2].map(str::to_string).into_iter());
            last = Some(table);
        }
        print_row(&cell.name, [cell.wall, cell.cpu].map(duration).into_iter());
    }
    println!();
}

fn print_goals(run: &Run) {
    print_row(
        "goal",
        ["bound", "figure", "figure in CPU time", "met?"]
            .map(str::to_string)
            .into_iter(),
    );
    print_row("---", ["--:"; 4].map(str::to_string).into_iter());
    for goal in GOALS {
        let (bound, unit) = match goal.bound {
            Bound::TimesAsFast(least) => (format!("at least {least:.1}x as fast"), "x as fast"),
            Bound::TimesAsLong(most) => (format!("at most {most:.1}x as long"), "x as long"),
            Bound::None => ("reported".to_string(), "x as fast"),
        };
        let times = |times: f64| format!("{times:.2}{unit}");
        let cells = match goal.figure(run) {
            None => ["-".to_string(), "-".to_string(), "not measured".to_string()],
            Some(figure) => {
                let verdict = match figure.is_met {
                    None => "-",
                    Some(true) => "yes",
                    Some(false) => "no",
                };
                [times(figure.wall), times(figure.cpu), verdict.to_string()]
            }
        };
        print_row(goal.what, [bound].into_iter().chain(cells));
    }
}

/// In the unit that leaves few digits.
fn duration(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        1e9.. => (nanoseconds / 1e9, "s"),
        1e6.. => (nanoseconds / 1e6, "ms"),
        1e3.. => (nanoseconds / 1e3, "µs"),
        _ => (nanoseconds, "ns"),
    };
    let decimals = if value < 10.0 { 2 } else { 1 };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_the_unit_that_fits() {
        let cases = [
            (0.0, "0.00 ns"),
            (999.0, "999.0 ns"),
            (1_000.0, "1.00 µs"),
            (12_340.0, "12.3 µs"),
            (5_678_000.0, "5.68 ms"),
            (1_234_000_000.0, "1.23 s"),
        ];
        for (nanoseconds, expected) in cases {
            assert_eq!(duration(nanoseconds), expected);
        }
    }
}
