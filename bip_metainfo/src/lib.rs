#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod content;
mod create;
mod decode;
mod edit;
mod entry;
mod error;
mod file;
mod file_list;
mod file_tree;
mod folders;
mod hex;
mod host;
mod hybrid;
mod info;
mod info_dict;
mod info_hash;
mod info_hash_v2;
mod limits;
mod lint;
mod load_options;
mod magnet;
pub mod merkle;
mod meta_version;
mod metainfo;
mod names;
mod naming;
mod path;
mod percent;
mod piece_layers;
mod raw_info;
mod section;
mod side_by_side;
#[cfg(feature = "sign")]
mod sign;
mod signature;
mod symlink;
mod tracker;
mod verify;
mod view;
mod warning;

pub use metainfo::Metainfo;

pub use info::Info;
pub use meta_version::MetaVersion;
pub use signature::Signature;

pub use file::File;
pub use path::{PathChange, PathChanges, PathPolicy};

pub use create::{
    AccessError, Accessor, Alignment, CreateError, DirectAccessor, FileAccessor, FileAttributes,
    FileOptions, HashOptions, Hidden, InfoBuilder, IntoAccessor, Junk, KnownPiece, MetainfoBuilder,
    PieceLength, Plan, Progress, SkipReason, Skipped, Source, SourceFile, Symlinks,
};

pub use verify::{
    FileFault, LinkPolicy, PieceState, Verification, VerifiedFile, Verifier, VerifyError,
};

pub use info_hash::{InfoHash, ParseInfoHashError};
pub use info_hash_v2::InfoHashV2;

pub use edit::{EditError, InfoChange, InfoEditor, InfoHashes, MetainfoEditor, ReuseError};
pub use lint::{Lint, LintKind, LintOptions, ParseLintKindError, Severity};
pub use view::{JsonView, TreeView};

#[cfg(feature = "sign")]
pub use sign::{Certificate, SignError, SignatureDigest, Signer, SigningKey, Trust, Verified};

pub use magnet::{FileSelection, Magnet};

pub use error::MetainfoError;
pub use limits::LoadLimits;
pub use load_options::LoadOptions;
pub use magnet::{MagnetError, MagnetWarning, MagnetWarningKind, ParseSelectionError};
pub use warning::Warning;
