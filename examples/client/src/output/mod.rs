//! How events reach the user: a progress bar on a terminal, plain lines otherwise, JSON lines when asked for.

mod bar;
mod hashing;
mod lines;
mod looking;
mod pace;
mod replace;
mod stdout;

use std::io::IsTerminal;

use tokio::sync::mpsc;

use crate::event::Event;
use bar::Bar;
use lines::Lines;

pub(crate) use hashing::Hashing;
pub(crate) use looking::Looking;
pub(crate) use replace::replace;
pub(crate) use stdout::{Stdout, StdoutError};

/// Chosen once per program; a closed set, so an enum and no trait.
#[derive(Debug)]
pub(crate) enum Output {
    Bar(Bar),
    Lines(Lines),
    Json,
    /// Handed on instead of shown: the endpoints of `bip demo` that are not the one looked at.
    Channel(mpsc::Sender<Event>),
}

/// Whether single peers are spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Normal,
    Verbose,
}

impl Output {
    pub(crate) fn for_terminal(json: bool, detail: Detail) -> Output {
        if json {
            Output::Json
        } else if std::io::stderr().is_terminal() {
            Output::Bar(Bar::new(detail))
        } else {
            Output::Lines(Lines::new(detail))
        }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        match self {
            Output::Bar(bar) => bar.tell(event),
            Output::Lines(lines) => lines.tell(event),
            Output::Json => print_json(event),
            // What nobody takes in time is not worth waiting for.
            Output::Channel(events) => drop(events.try_send(event.clone())),
        }
    }

    /// Reports the failure that ends a command: in words on stderr, or as JSON there.
    pub(crate) fn fail(&mut self, error: &dyn std::error::Error) {
        if let Output::Bar(bar) = self {
            bar.clear();
        }
        match self {
            Output::Json => {
                eprintln!("{}", serde_json::json!({"error": chain(error)}));
            }
            Output::Channel(_) => {}
            Output::Bar(_) | Output::Lines(_) => eprintln!("bip: {}", chain(error)),
        }
    }
}

fn print_json(event: &Event) {
    use std::io::Write as _;
    if let Ok(line) = serde_json::to_string(event) {
        // A reader that went away is no reason to stop a transfer.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}

/// Text for a terminal, which no control character in it can steer.
pub(crate) fn visible(text: impl std::fmt::Display) -> String {
    text.to_string().replace(char::is_control, "\u{fffd}")
}

/// Each byte in two hex digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An error and its causes, from what was tried to why it failed.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}
