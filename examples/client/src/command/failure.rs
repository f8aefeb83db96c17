use std::fmt::Debug;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{AccessError, CreateError, EditError, MetainfoError, SignError, VerifyError};
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
    #[error("{} cannot be compared with the torrent", path.display())]
    Verify { path: PathBuf, source: VerifyError },
    #[error("{} cannot be used to sign", path.display())]
    Sign { path: PathBuf, source: SignError },
    #[error("the certificate has no common name to sign under; give one with --name")]
    NoSignerName,
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
            json!({"error": chain(self), "kind": self.kind(), "place": self.place()}).to_string()
        } else {
            format!("bip: {}", chain(self))
        };
        // Nobody reading it is no reason to fail in another way.
        let _ = writeln!(io::stderr(), "{line}");
        ExitCode::FAILURE
    }

    fn is_interrupt(&self) -> bool {
        matches!(
            self,
            Failure::Create {
                source: CreateError::Cancelled,
                ..
            }
        )
    }

    fn kind(&self) -> String {
        match self {
            Failure::Source(SourceError::Read { .. }) => "unreadable".to_owned(),
            Failure::Source(SourceError::Metainfo { source, .. }) => variant(source),
            Failure::Create { source, .. } => match source {
                CreateError::Access(source) => variant(source),
                CreateError::Unloadable(source) => variant(source),
                source => variant(source),
            },
            Failure::Edit { source, .. } => match source {
                EditError::Unreadable(source) => variant(source),
                source => variant(source),
            },
            Failure::Verify { source, .. } => variant(source),
            Failure::Sign { source, .. } => variant(source),
            other => variant(other),
        }
    }

    /// Where it went wrong: a path, a key of the torrent, or a byte of it.
    fn place(&self) -> Option<String> {
        let shown = |path: &Path| Some(path.display().to_string());
        match self {
            Failure::Source(SourceError::Read { path, .. }) => shown(path),
            Failure::Source(SourceError::Metainfo { source, .. }) => key(source),
            Failure::Create { path, source } => created_place(source).or_else(|| shown(path)),
            Failure::Edit { source, .. } => match source {
                EditError::InvalidValue { key, .. } => Some(key.clone()),
                EditError::ContentKey { key, .. } => Some(format!("info.{key}")),
                EditError::Unreadable(source) => key(source),
                _ => None,
            },
            Failure::Verify {
                source: VerifyError::Folder { path, .. },
                ..
            }
            | Failure::Verify { path, .. }
            | Failure::Sign { path, .. }
            | Failure::Exists { path }
            | Failure::InsideContent { path }
            | Failure::Write { path, .. } => shown(path),
            Failure::Source(_) | Failure::NoSignerName | Failure::Terminal | Failure::Stdout(_) => {
                None
            }
        }
    }
}

fn created_place(error: &CreateError) -> Option<String> {
    match error {
        CreateError::Access(
            AccessError::Io { path, .. }
            | AccessError::NotAFile { path, .. }
            | AccessError::NoName { path, .. }
            | AccessError::NotUnicode { path, .. }
            | AccessError::SymlinkEscapes { path, .. }
            | AccessError::SymlinkLoop { path, .. },
        ) => Some(path.display().to_string()),
        CreateError::Read { path, .. }
        | CreateError::Changed { path, .. }
        | CreateError::InvalidPath { path, .. } => Some(path.clone()),
        CreateError::InvalidText { key, .. } => Some((*key).to_owned()),
        CreateError::Unloadable(source) => key(source),
        _ => None,
    }
}

fn key(error: &MetainfoError) -> Option<String> {
    match error {
        MetainfoError::MissingKey { key, .. }
        | MetainfoError::WrongType { key, .. }
        | MetainfoError::InvalidLength { key, .. }
        | MetainfoError::EmptyPath { key, .. }
        | MetainfoError::PathTooDeep { key, .. }
        | MetainfoError::FileTree { key, .. }
        | MetainfoError::PiecesRoot { key, .. }
        | MetainfoError::SymlinkEscapes { key, .. } => Some(key.clone()),
        MetainfoError::Bencode { offset, .. } | MetainfoError::TrailingBytes { offset, .. } => {
            Some(format!("byte {offset}"))
        }
        MetainfoError::PieceLayer { root, .. } => Some(format!("piece layers.{root}")),
        _ => None,
    }
}

/// The name of an enum's variant, as machines like it: `MissingKey` is `missing_key`.
pub(super) fn variant(value: &impl Debug) -> String {
    let shown = format!("{value:?}");
    let mut name = String::new();
    for letter in shown.chars().take_while(|one| one.is_alphanumeric()) {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
