use std::time::Duration;

use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressStyle};

use super::Detail;
use super::lines::line;
use crate::event::{Event, Progress};

/// One progress bar on a terminal; what is not progress scrolls by above it.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    detail: Detail,
}

impl Bar {
    pub(crate) fn new(detail: Detail) -> Bar {
        let bar = ProgressBar::new(0);
        if let Ok(style) =
            ProgressStyle::with_template("{prefix:>9} [{wide_bar}] {percent:>3}%  {msg}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        Bar { bar, detail }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        match event {
            Event::Progress(progress) => self.show(progress),
            Event::Checking { checked, pieces } => {
                self.bar.set_prefix("checking");
                self.bar.set_length((*pieces).into());
                self.bar.set_position((*checked).into());
                self.bar.set_message(format!("{checked}/{pieces} pieces"));
            }
            _ => {
                if matches!(event, Event::Complete { .. } | Event::Stopped { .. }) {
                    self.bar.finish_and_clear();
                }
                if let Some(line) = line(event, self.detail) {
                    self.bar.suspend(|| eprintln!("{line}"));
                }
            }
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
