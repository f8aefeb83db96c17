use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{
    AccessError, CreateError, EditError, MetainfoError, ReuseError, SignError, VerifyError,
};
use serde_json::json;

use crate::output::{StdoutError, chain};
use crate::stop::INTERRUPTED;
use crate::swarm::SourceError;

/// Why a command on `.torrent` files could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("{} cannot become a torrent", path.display())]
    Create { path: PathBuf, source: CreateError },
    #[error("{} cannot be edited", path.display())]
    Edit { path: PathBuf, source: EditError },
    #[error("the torrent cannot get a half of version 2")]
    Upgrade(#[source] ReuseError),
    #[error("{} is not what the torrent describes; `bip verify` tells what differs", path.display())]
    OtherContent { path: PathBuf },
    #[error("interrupted")]
    Interrupted,
    #[error("{} cannot be compared with the torrent", path.display())]
    Verify { path: PathBuf, source: VerifyError },
    #[error("{} cannot be used to sign", path.display())]
    Sign { path: PathBuf, source: SignError },
    #[error("{} has no common name to sign under; give one with --name", path.display())]
    NoSignerName { path: PathBuf },
    #[error("--select asks for file {asked}, but the torrent has {count}, counted from 0")]
    NoSuchFile { asked: u32, count: usize },
    #[error("{} exists; --force replaces it", path.display())]
    Exists { path: PathBuf },
    #[error(
        "{} would be in the folder that the torrent is made of, and part of the next one; name another place with -o", path.display()
    )]
    InsideContent { path: PathBuf },
    #[error(
        "a torrent is binary and would garble the terminal; name a file with -o FILE, or send the output elsewhere"
    )]
    Terminal,
    #[error("{} cannot be written", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Stdout(#[from] StdoutError),
}

impl Failure {
    pub(super) fn create(path: &Path, source: impl Into<CreateError>) -> Failure {
        Failure::Create {
            path: path.to_owned(),
            source: source.into(),
        }
    }

    pub(super) fn verify(path: &Path, source: VerifyError) -> Failure {
        Failure::Verify {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn sign(path: &Path, source: SignError) -> Failure {
        Failure::Sign {
            path: path.to_owned(),
            source,
        }
    }

    /// Tells it on stderr, in words or as one JSON object, and how the program ends for it.
    pub(super) fn tell(&self, is_json: bool) -> ExitCode {
        if self.is_interrupt() {
            return ExitCode::from(INTERRUPTED);
        }
        let line = if is_json {
            let told = json!({
                "error": chain(self),
                "kind": self.kind(),
                "place": self.place(),
                "offset": self.offset(),
            });
            told.to_string()
        } else {
            format!("bip: {}", chain(self))
        };
        // Nobody reading it is no reason to fail in another way.
        let _ = writeln!(io::stderr(), "{line}");
        ExitCode::FAILURE
    }

    fn is_interrupt(&self) -> bool {
        use CreateError::{Access, Cancelled};
        matches!(
            self,
            Failure::Interrupted
                | Failure::Create {
                    source: Cancelled | Access(AccessError::Cancelled),
                    ..
                }
                | Failure::Upgrade(
                    ReuseError::Create(Cancelled) | ReuseError::Access(AccessError::Cancelled)
                )
        )
    }

    /// A name that stays, whatever the words are.
    fn kind(&self) -> &'static str {
        match self {
            Failure::Source(source) => source.name(),
            Failure::Create { source, .. } => source.name(),
            Failure::Edit { source, .. } => source.name(),
            Failure::Upgrade(source) => source.name(),
            Failure::OtherContent { .. } => "other_content",
            Failure::Interrupted => "interrupted",
            Failure::Verify { source, .. } => source.name(),
            Failure::Sign { source, .. } => source.name(),
            Failure::NoSignerName { .. } => "no_signer_name",
            Failure::NoSuchFile { .. } => "no_such_file",
            Failure::Exists { .. } => "exists",
            Failure::InsideContent { .. } => "inside_content",
            Failure::Terminal => "terminal",
            Failure::Write { .. } => "write",
            Failure::Stdout(_) => "stdout",
        }
    }

    /// Where it went wrong: a key of the torrent or a byte of it, a file it is made of, or else the file at fault.
    fn place(&self) -> Option<String> {
        let inner = match self {
            Failure::Source(SourceError::Metainfo { source, .. }) => torrent_place(source),
            Failure::Source(SourceError::Magnet { source }) => source.offset().map(byte),
            Failure::Create { source, .. } => create_place(source),
            Failure::Edit { source, .. } => edit_place(source),
            Failure::Upgrade(source) => upgrade_place(source),
            Failure::Verify {
                source: VerifyError::Folder { path, .. },
                ..
            } => Some(shown(path)),
            Failure::NoSuchFile { .. } => Some("--select".to_owned()),
            Failure::Terminal | Failure::Stdout(_) => Some("-".to_owned()),
            _ => None,
        };
        inner.or_else(|| self.path().map(shown))
    }

    /// The byte of the torrent or link at which it was found.
    fn offset(&self) -> Option<usize> {
        match self {
            Failure::Source(SourceError::Metainfo { source, .. }) => source.offset(),
            Failure::Source(SourceError::Magnet { source }) => source.offset(),
            _ => None,
        }
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Failure::Source(
                SourceError::Read { path, .. } | SourceError::Metainfo { path, .. },
            )
            | Failure::Create { path, .. }
            | Failure::Edit { path, .. }
            | Failure::OtherContent { path }
            | Failure::Verify { path, .. }
            | Failure::Sign { path, .. }
            | Failure::NoSignerName { path }
            | Failure::Exists { path }
            | Failure::InsideContent { path }
            | Failure::Write { path, .. } => Some(path),
            Failure::Source(_)
            | Failure::Upgrade(_)
            | Failure::Interrupted
            | Failure::NoSuchFile { .. }
            | Failure::Terminal
            | Failure::Stdout(_) => None,
        }
    }
}

fn torrent_place(error: &MetainfoError) -> Option<String> {
    let key = error.key().map(String::from);
    key.or_else(|| error.offset().map(byte))
}

fn create_place(error: &CreateError) -> Option<String> {
    match error {
        CreateError::Access(error) => access_place(error),
        CreateError::Read { path, .. }
        | CreateError::Changed { path, .. }
        | CreateError::InvalidPath { path, .. } => Some(path.clone()),
        CreateError::ReservedKey { key, .. } => Some(key.clone()),
        CreateError::InvalidText { key, .. } => Some((*key).to_owned()),
        CreateError::Unloadable(error) => torrent_place(error),
        _ => None,
    }
}

fn access_place(error: &AccessError) -> Option<String> {
    match error {
        AccessError::Io { path, .. }
        | AccessError::NotAFile { path, .. }
        | AccessError::NoName { path, .. }
        | AccessError::NotUnicode { path, .. }
        | AccessError::SymlinkEscapes { path, .. }
        | AccessError::SymlinkLoop { path, .. } => Some(shown(path)),
        _ => None,
    }
}

fn edit_place(error: &EditError) -> Option<String> {
    match error {
        EditError::InvalidValue { key, .. } => Some(key.clone()),
        EditError::ContentKey { key, .. } => Some(format!("info.{key}")),
        EditError::NoSuchTier { index, .. } => Some(format!("announce-list[{index}]")),
        EditError::InfoKey => Some("info".to_owned()),
        EditError::Unreadable(error) => torrent_place(error),
        _ => None,
    }
}

fn upgrade_place(error: &ReuseError) -> Option<String> {
    match error {
        ReuseError::MissingFile { path, .. }
        | ReuseError::ExtraFile { path, .. }
        | ReuseError::Length { path, .. }
        | ReuseError::Symlink { path, .. }
        | ReuseError::OtherPieces { path, .. } => Some(path.clone()),
        ReuseError::PieceLengthNotForV2 { .. } => Some("info.piece length".to_owned()),
        ReuseError::AlreadyV2 => Some("info.meta version".to_owned()),
        ReuseError::Access(error) => access_place(error),
        ReuseError::Create(error) => create_place(error),
        ReuseError::Edit(error) => edit_place(error),
        _ => None,
    }
}

fn byte(offset: usize) -> String {
    format!("byte {offset}")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
