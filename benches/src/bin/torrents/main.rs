//! Tries everything at hand that reads and makes torrents on the torrents on which they differ, and prints the Markdown
//! tables of the README.
//!
//! A reader may overflow the stack, panic or never come back. So each cell is a process of its own: this program starts
//! itself again, told who shall do what.

mod ability;
mod conformance;
mod input;
mod judge;
mod reader;
mod table;

use std::env;
use std::io;
use std::process::ExitCode;

use bip_benches::{Ended, run_cell};
use reader::Reader;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = match *arguments {
        [] => table::print(),
        [reader, what, name] => one_cell(reader, what, name),
        _ => Err(io::Error::other(
            "usage: bip_benches_torrents [READER read|try|file NAME]",
        )),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn one_cell(reader: &str, what: &str, name: &str) -> io::Result<()> {
    let known = reader::all().into_iter().find(|one| one.name == reader);
    let reader = known.ok_or_else(|| io::Error::other("no such reader"))?;
    let cell = match what {
        "read" => {
            let input = input::all().into_iter().find(|one| one.name == name);
            let input = input.ok_or_else(|| io::Error::other("no such input"))?;
            judge::judge(&input, (reader.read)(&input.bytes)).to_owned()
        }
        "try" => ability::attempt(&reader, name)?,
        "file" => conformance::read(&reader, name)?,
        _ => return Err(io::Error::other("read, try or file")),
    };
    println!("{cell}");
    Ok(())
}

/// What a process of its own says.
fn cell(reader: &Reader, what: &str, name: &str) -> io::Result<String> {
    Ok(match run_cell(&[reader.name, what, name])? {
        Ended::Told(line) => line.trim_end().to_owned(),
        Ended::Panicked => "**PANIC**".to_owned(),
        Ended::Aborted => "**ABORT**".to_owned(),
        Ended::OutOfTime => "**out of time**".to_owned(),
    })
}
