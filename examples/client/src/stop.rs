//! Ctrl-C: the first asks for an orderly end, the second leaves at once.

use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// The exit code of a program that an interrupt ended (128 + SIGINT).
pub(crate) const INTERRUPTED: u8 = 130;

/// Tells everyone who holds a copy when the user wants to end.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    asked: watch::Receiver<bool>,
}

/// Asks all copies of its [`Stop`] to end.
#[derive(Debug)]
pub(crate) struct StopSwitch {
    asked: watch::Sender<bool>,
}

impl Stop {
    /// A stop that only its switch brings about.
    pub(crate) fn new() -> (StopSwitch, Stop) {
        let (sender, receiver) = watch::channel(false);
        (StopSwitch { asked: sender }, Stop { asked: receiver })
    }

    /// A stop that the first SIGINT or SIGTERM brings about; the second ends the process on the spot.
    pub(crate) fn on_signals() -> Stop {
        let (switch, stop) = Stop::new();
        tokio::spawn(async move {
            wait_for_signal().await;
            // On a terminal a line that changes in place may stand where this goes.
            let clear = match std::io::stderr().is_terminal() {
                true => "\r\u{1b}[2K",
                false => "",
            };
            eprintln!("{clear}bip: stopping; once more to leave at once");
            switch.ask();
            wait_for_signal().await;
            std::process::exit(INTERRUPTED.into());
        });
        stop
    }

    /// Waits until the end was asked for. Cancel-safe.
    pub(crate) async fn asked(&mut self) {
        // The switch is dropped only with its owner, who then no longer wants to stop anything.
        if self.asked.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl StopSwitch {
    pub(crate) fn ask(&self) {
        self.asked.send_replace(true);
    }
}

/// Tells work that blocks when the user wants to end: it looks now and then.
#[derive(Clone, Debug, Default)]
pub(crate) struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// What to answer whoever asks whether to go on.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        match self.0.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Runs work that blocks, with a flag that the first SIGINT or SIGTERM sets; the second ends the process on the spot.
    pub(crate) async fn watch(
        work: impl FnOnce(&StopFlag) -> ExitCode + Send + 'static,
    ) -> ExitCode {
        let mut stop = Stop::on_signals();
        let flag = StopFlag::default();
        let at_work = flag.clone();
        let mut work = tokio::task::spawn_blocking(move || work(&at_work));
        let done = tokio::select! {
            done = &mut work => done,
            () = stop.asked() => {
                flag.0.store(true, Ordering::Relaxed);
                work.await
            }
        };
        // It is never aborted, so that it can only have panicked, and has told so.
        done.unwrap_or(ExitCode::FAILURE)
    }
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return interrupt().await;
    };
    tokio::select! {
        () = interrupt() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    interrupt().await;
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's default ends the process, which is what is left to do.
        std::future::pending::<()>().await;
    }
}
