use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;

/// A running `bip … --json`, killed when dropped.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    events: BufReader<ChildStdout>,
    errors: Option<JoinHandle<String>>,
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Program {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bip"))
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let events = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Program {
            child,
            events,
            errors: Some(errors),
        }
    }

    /// Reads events until one is of this kind and `accept`ed.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, kind: &str, accept: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = self.wait_for_one_of(&[kind]);
            if accept(&event) {
                return event;
            }
        }
    }

    /// Reads events until one is of one of these kinds.
    #[track_caller]
    pub(crate) fn wait_for_one_of(&mut self, kinds: &[&str]) -> Value {
        loop {
            let mut line = String::new();
            let read = self.events.read_line(&mut line).unwrap();
            if read == 0 {
                panic!(
                    "the program ended without {kinds:?}; it said: {}",
                    self.errors()
                );
            }
            let event: Value = serde_json::from_str(&line).unwrap();
            if kinds.iter().any(|kind| event["event"] == *kind) {
                return event;
            }
        }
    }

    #[track_caller]
    pub(crate) fn address(&mut self) -> SocketAddr {
        self.wait_for("listening", |_| true)["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// SIGKILL: nothing of what the program would like to do at its end is done.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by name, as a user's terminal would.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Reads the rest of the output and returns the exit code.
    #[track_caller]
    pub(crate) fn exit_code(mut self) -> i32 {
        let mut rest = String::new();
        self.events.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap().code().unwrap()
    }

    pub(crate) fn errors(&mut self) -> String {
        self.errors
            .take()
            .map(|errors| errors.join().unwrap())
            .unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
