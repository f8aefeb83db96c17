use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use super::failure::Failure;
use crate::Arguments;
use crate::output::Stdout;

/// Print what makes a shell complete this program's commands and options
///
/// Examples:
///   bip completions bash > ~/.local/share/bash-completion/completions/bip
///   bip completions zsh > ~/.zfunc/_bip
///   bip completions fish > ~/.config/fish/completions/bip.fish
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> ExitCode {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), "bip", &mut script);
        let mut out = Stdout::lock();
        let written = out.bytes(&script).and_then(|()| out.flush());
        match written.map_err(Failure::from) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(false),
        }
    }
}
