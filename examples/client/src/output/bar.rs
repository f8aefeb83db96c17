use std::time::Duration;

use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Detail;
use super::lines::Words;
use crate::event::{Event, Progress};

/// One progress bar on a terminal; what is not progress scrolls by above it.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    words: Words,
}

impl Bar {
    pub(crate) fn new(detail: Detail) -> Bar {
        // Nothing is drawn before there is a length to draw.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) =
            ProgressStyle::with_template("{prefix:>9} [{wide_bar}] {percent:>3}%  {msg}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        Bar {
            bar,
            words: Words::new(detail),
        }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        match event {
            Event::Progress(progress) => {
                self.unhide();
                self.show(progress);
            }
            Event::Checking { checked, pieces } => {
                self.unhide();
                self.bar.set_prefix("checking");
                self.bar.set_length((*pieces).into());
                self.bar.set_position((*checked).into());
                self.bar.set_message(format!("{checked}/{pieces} pieces"));
            }
            _ => {
                if matches!(event, Event::Complete { .. } | Event::Stopped { .. }) {
                    self.bar.finish_and_clear();
                }
                if let Some(line) = self.words.line(event) {
                    self.bar.suspend(|| eprintln!("{line}"));
                }
            }
        }
    }

    fn unhide(&self) {
        if self.bar.is_hidden() && !self.bar.is_finished() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, progress: &Progress) {
        let seeding = progress.verified == progress.pieces;
        self.bar
            .set_prefix(if seeding { "seeding" } else { "loading" });
        self.bar.set_length(progress.length);
        self.bar.set_position(progress.verified_bytes);
        let eta = progress.eta_seconds.map_or_else(String::new, |seconds| {
            format!("  {} left", HumanDuration(Duration::from_secs(seconds)))
        });
        self.bar.set_message(format!(
            "{}/{} pieces  ↓{}/s ↑{}/s  {} peers{eta}",
            progress.verified,
            progress.pieces,
            BinaryBytes(progress.down_bytes_per_s),
            BinaryBytes(progress.up_bytes_per_s),
            progress.peers,
        ));
    }
}
