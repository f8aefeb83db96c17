//! Ctrl-C: the first asks for an orderly end, the second leaves at once.

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
            eprintln!("bip: stopping; once more to leave at once");
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
