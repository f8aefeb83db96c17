use std::env;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::outcome::Outcome;

/// The longest that a decoder gets for one input.
const TIME: Duration = Duration::from_secs(10);

/// How often the end of a cell is looked for.
const PAUSE: Duration = Duration::from_millis(1);

/// What the shell sets before it turns into this program: 8 MiB of stack and 4 GiB of addresses.
const LIMITED: &str = r#"ulimit -c 0; ulimit -s 8192; ulimit -v 4194304; exec "$0" "$@""#;

/// What Rust's runtime exits with after a panic.
const PANIC_CODE: i32 = 101;

/// Has a process of its own read the input.
pub(crate) fn run(decoder: &str, input: &str) -> io::Result<Outcome> {
    let mut child = Command::new("sh")
        .args(["-c", LIMITED])
        .arg(env::current_exe()?)
        .args([decoder, input])
        // A backtrace has numbers of its own.
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LIB_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let Some(status) = wait(&mut child)? else {
        child.kill()?;
        child.wait()?;
        return Ok(Outcome::OutOfTime);
    };
    let mut line = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut line)?;
    }
    let outcome = match status.code() {
        Some(0) => Outcome::from_line(&line),
        Some(PANIC_CODE) => Some(Outcome::Panicked),
        None => Some(Outcome::Aborted),
        Some(_) => None,
    };
    outcome.ok_or_else(|| io::Error::other(format!("{decoder}, {input}: {status}, `{line}`")))
}

/// None when the time is over.
#[expect(clippy::disallowed_methods, reason = "nothing else can end it")]
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < TIME {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(PAUSE);
    }
    Ok(None)
}
