//! Tries every decoder at hand on the inputs on which decoders differ, and prints the two Markdown tables of the README.
//!
//! A decoder may overflow the stack, panic or never come back. So each cell is a process of its own: this program
//! starts itself again, told which decoder shall read which input.

mod cell;
mod decoder;
mod input;
mod outcome;
mod probe;
mod summary;
mod table;

use std::env;
use std::io;
use std::process::ExitCode;

use decoder::Decoder;
use input::Input;
use outcome::Outcome;
use probe::Probes;
use summary::Summary;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let told = match arguments.as_slice() {
        [] => tables(),
        [decoder, input] => one_cell(decoder, input),
        _ => Err(io::Error::other(
            "usage: bip_benches_matrix [DECODER INPUT]",
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

fn one_cell(decoder: &str, input: &str) -> io::Result<()> {
    let decoder = decoder::all()
        .into_iter()
        .find(|known| known.name == decoder)
        .ok_or_else(|| io::Error::other("no such decoder"))?;
    let input = input::all()
        .into_iter()
        .chain([probe::broken()])
        .find(|known| known.name == input)
        .ok_or_else(|| io::Error::other("no such input"))?;
    println!("{}", Outcome::of((decoder.read)(&input.bytes)).to_line());
    Ok(())
}

fn tables() -> io::Result<()> {
    let (decoders, inputs) = (decoder::all(), input::all());
    let packages = bip_benches::packages("bip_bencode")?;
    let mut outcomes = Vec::new();
    let mut rows = Vec::new();
    for decoder in &decoders {
        let of_decoder = of_decoder(decoder, &inputs)?;
        let summary = Summary::of(&inputs, &of_decoder);
        rows.push((summary, Probes::of(decoder)?));
        outcomes.push(of_decoder);
    }
    table::print_versions(&decoders, &packages);
    println!();
    table::print_outcomes(&decoders, &inputs, &outcomes);
    println!();
    table::print_summaries(&decoders, &rows, &packages);
    Ok(())
}

fn of_decoder(decoder: &Decoder, inputs: &[Input]) -> io::Result<Vec<Outcome>> {
    inputs
        .iter()
        .map(|input| cell::run(decoder.name, input.name))
        .collect()
}
