use std::env;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a cell gets.
const TIME: Duration = Duration::from_secs(10);

/// How often the end of a cell is looked for.
const PAUSE: Duration = Duration::from_millis(1);

/// What the shell sets before it turns into this program: 8 MiB of stack and 4 GiB of addresses.
const LIMITED: &str = r#"ulimit -c 0; ulimit -s 8192; ulimit -v 4194304; exec "$0" "$@""#;

/// What Rust's runtime exits with after a panic.
pub const PANIC_CODE: i32 = 101;

/// How a cell of a table ended, which is a process of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "nothing else can come of it")]
pub enum Ended {
    /// As it should, with what it printed.
    Told(String),
    /// By a panic.
    Panicked,
    /// By a signal, as an overflow of the stack and a failed allocation end a program.
    Aborted,
    /// By this program, when the time was over.
    OutOfTime,
}

/// Starts this program again with these arguments, with limits, and waits for its end.
///
/// # Errors
/// The process cannot be started, or ended with a code that means nothing.
pub fn run_cell(arguments: &[&str]) -> io::Result<Ended> {
    let mut child = Command::new("sh")
        .args(["-c", LIMITED])
        .arg(env::current_exe()?)
        .args(arguments)
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
        return Ok(Ended::OutOfTime);
    };
    let mut told = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut told)?;
    }
    match status.code() {
        Some(0) => Ok(Ended::Told(told)),
        Some(PANIC_CODE) => Ok(Ended::Panicked),
        None => Ok(Ended::Aborted),
        Some(_) => Err(io::Error::other(format!(
            "{arguments:?}: {status}, `{told}`"
        ))),
    }
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
