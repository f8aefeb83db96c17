use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::pace::Pace;

/// How far the hashing of files is: a bar on a terminal, a line now and then elsewhere.
#[derive(Debug)]
pub(crate) struct Hashing {
    bar: ProgressBar,
    lines: Option<Pace>,
}

impl Hashing {
    /// Shows nothing when the output is for programs.
    pub(crate) fn new(is_json: bool) -> Hashing {
        let target = match is_json {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(
            "  hashing [{wide_bar}] {percent:>3}%  {binary_bytes}/{binary_total_bytes}  \
             {binary_bytes_per_sec}  {eta} left",
        ) {
            bar.set_style(style.progress_chars("=> "));
        }
        let lines = (!is_json && bar.is_hidden()).then(Pace::new);
        Hashing { bar, lines }
    }

    pub(crate) fn tell(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        if self.lines.as_ref().is_some_and(Pace::is_due) {
            eprintln!("hashed {} of {}", BinaryBytes(done), BinaryBytes(total));
        }
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
