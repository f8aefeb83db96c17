use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::pace::Pace;

/// How many files and folders were looked at: a count on a terminal, a line now and then elsewhere.
#[derive(Debug)]
pub(crate) struct Looking {
    bar: ProgressBar,
    lines: Option<Pace>,
}

impl Looking {
    /// Shows nothing when the output is for programs.
    pub(crate) fn new(is_json: bool) -> Looking {
        let target = match is_json {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("  looking at files: {human_pos}") {
            bar.set_style(style);
        }
        let lines = (!is_json && bar.is_hidden()).then(Pace::new);
        Looking { bar, lines }
    }

    /// One more.
    pub(crate) fn tell(&self) {
        self.bar.inc(1);
        if self.lines.as_ref().is_some_and(Pace::is_due) {
            eprintln!("looked at {} files and folders", self.bar.position());
        }
    }

    pub(crate) fn clear(&self) {
        if !self.bar.is_finished() {
            self.bar.finish_and_clear();
        }
    }
}
