use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a line is written where nobody watches a bar.
const LINE_INTERVAL: Duration = Duration::from_secs(2);

/// How far the hashing of files is: a bar on a terminal, a line now and then elsewhere.
#[derive(Debug)]
pub(crate) struct Hashing {
    bar: ProgressBar,
    /// When the last line was written, or the work began. Without it, no lines are.
    told: Option<Mutex<Instant>>,
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
        let has_lines = !is_json && bar.is_hidden();
        Hashing {
            bar,
            told: has_lines.then(|| Mutex::new(Instant::now())),
        }
    }

    pub(crate) fn tell(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        let Some(Ok(mut told)) = self.told.as_ref().map(Mutex::lock) else {
            return;
        };
        if told.elapsed() >= LINE_INTERVAL {
            *told = Instant::now();
            eprintln!("hashed {} of {}", BinaryBytes(done), BinaryBytes(total));
        }
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
