use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::block_hashes::BlockHashes;
use super::error::VerifyError;
use super::extras;
use super::fault::FileFault;
use super::findings::{Expected, Findings, Wholes};
use super::place::{LinkPolicy, Lookout, Place};
use super::verification::Verification;
use crate::create::HashOptions;
use crate::create::hashing::{Row, Wanted, Work, hash};
use crate::info::Info;
use crate::merkle;

/// Compares files on disk with a torrent: their places and lengths, then their content.
///
/// What can be told of content depends on the hashes there are. Version 1 has one for each piece, and a piece may cross
/// files: where it is wrong, each of them is suspect; where one of them is missing, the others are unproven there. In
/// version 2 every piece belongs to one file. A hybrid is checked by both halves in one reading. Where a file's piece
/// layer is missing, which it is when nothing but the info dictionary is at hand, its root still proves or refutes it as a
/// whole. Which block of 16 KiB is wrong no torrent tells, but a tree of [`block_hashes`](Self::block_hashes) does.
///
/// Pad files are zeros by definition, and not looked at.
///
/// ```
/// use bip_metainfo::{DirectAccessor, HashOptions, InfoBuilder, Verifier};
///
/// let info = InfoBuilder::new().build(DirectAccessor::new("song.ogg", &b"la la la"[..]), &HashOptions::default())?;
/// # let folder = std::env::temp_dir().join(format!("bip-verifier-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("song.ogg"), b"la la lo")?;
///
/// let found = Verifier::in_folder(&info, &folder).verify(&HashOptions::default())?;
/// let song = found.file(0).unwrap();
/// assert!(song.fault().is_none()); // there, and of the right length
/// assert_eq!(song.bad_ranges(), [0..8]);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Verifier<'i> {
    info: &'i Info,
    place: Place,
    blocks: BlockHashes,
    is_quick: bool,
    stops_at_fault: bool,
    lists_extras: bool,
}

impl<'i> Verifier<'i> {
    /// Files lie below this folder where [`File::path`](crate::File::path) says, as a download leaves them.
    #[must_use]
    pub fn in_folder(info: &'i Info, folder: impl AsRef<Path>) -> Self {
        Self::new(info, Place::new(folder.as_ref(), true))
    }

    /// This is the torrent's folder itself, or its only file, whatever it is called.
    #[must_use]
    pub fn at(info: &'i Info, content: impl AsRef<Path>) -> Self {
        Self::new(info, Place::new(content.as_ref(), false))
    }

    fn new(info: &'i Info, place: Place) -> Self {
        Self {
            info,
            place,
            blocks: BlockHashes::default(),
            is_quick: false,
            stops_at_fault: false,
            lists_extras: false,
        }
    }

    /// One file lies elsewhere. Links on the way to it are followed.
    ///
    /// # Errors
    /// [`VerifyError::NoSuchFile`].
    pub fn file_at(mut self, file: usize, path: impl Into<PathBuf>) -> Result<Self, VerifyError> {
        if file >= self.info.files().len() {
            return Err(VerifyError::NoSuchFile { file });
        }
        self.place.moved.insert(file, path.into());
        Ok(self)
    }

    /// The hashes of all blocks of a file of version 2, in order, from wherever they are known (BEP 52, "hash request"):
    /// bad ranges become exact to the block.
    ///
    /// # Errors
    /// [`VerifyError::NoSuchFile`], and [`VerifyError::BlockHashes`] where they do not lead to the file's root.
    pub fn block_hashes(
        mut self,
        file: usize,
        hashes: impl Into<Vec<merkle::Hash>>,
    ) -> Result<Self, VerifyError> {
        self.blocks.insert(self.info, file, hashes.into())?;
        Ok(self)
    }

    /// Which symbolic links are followed. Default [`LinkPolicy::Inside`].
    #[must_use]
    pub fn links(mut self, policy: LinkPolicy) -> Self {
        self.place.links = policy;
        self
    }

    /// Reads no content: only places, kinds and lengths are compared. All pieces stay
    /// [`Unproven`](crate::PieceState::Unproven), and nobody is told of progress.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.is_quick = true;
        self
    }

    /// Ends at whatever is wrong first: reads nothing where a file is missing or has the wrong length, and else judges
    /// nothing after a piece that is wrong. Pieces come in any order, so those before it may be unproven as well.
    #[must_use]
    pub fn stop_at_first_fault(mut self) -> Self {
        self.stops_at_fault = true;
        self
    }

    /// Lists what is in the torrent's folders besides: [`Verification::extras`].
    #[must_use]
    pub fn list_extras(mut self) -> Self {
        self.lists_extras = true;
        self
    }

    /// Looks at every file, and reads all that can be compared with a hash. Whatever is wrong is a finding, no error.
    ///
    /// # Errors
    /// [`VerifyError::Folder`], before anything is read, where extras are asked for.
    pub fn verify(&self, options: &HashOptions<'_>) -> Result<Verification<'i>, VerifyError> {
        let mut lookout = Lookout::new(&self.place);
        let (faults, looked) = self.look(&mut lookout, options);
        let mut is_cancelled = looked.is_cancelled;
        let mut extras = Vec::new();
        if self.lists_extras && !is_cancelled {
            let tell = |path: &Path| options.tell_look(|| path.to_owned());
            let flow = extras::list(self.info, &self.place, &mut lookout, &mut extras, tell)?;
            is_cancelled = flow.is_break();
        }
        drop(lookout);
        let row = Row::of(self.info);
        let expected = Expected {
            info: self.info,
            row: &row,
            blocks: &self.blocks,
        };
        let mut findings = Findings::new(expected, faults);
        let is_over = is_cancelled || self.stops_at_fault && !findings.faults.is_empty();
        if !self.is_quick && !is_over {
            (findings, is_cancelled) = self.read(expected, findings, options);
        }
        let Findings {
            pieces,
            faults,
            bad_blocks,
            ..
        } = findings;
        Ok(Verification {
            info: self.info,
            pieces,
            faults,
            bad_blocks,
            extras,
            looked_at: looked.files,
            is_cancelled,
            row,
        })
    }

    fn look<'p>(
        &'p self,
        lookout: &mut Lookout<'p>,
        options: &HashOptions<'_>,
    ) -> (BTreeMap<usize, FileFault>, Looked) {
        let mut faults = BTreeMap::new();
        let mut looked = Looked::default();
        for (index, file) in self.info.files().iter().enumerate() {
            if !file.is_pad() {
                let path = || self.place.path(index, file);
                if options.tell_look(path).is_break() {
                    looked.is_cancelled = true;
                    break;
                }
                if let Some(fault) = lookout.fault(index, file) {
                    faults.insert(index, fault);
                }
            }
            looked.files = index + 1;
            if self.stops_at_fault && !faults.is_empty() {
                break;
            }
        }
        (faults, looked)
    }

    /// Whether the caller had it cancelled, besides.
    fn read<'e>(
        &self,
        expected: Expected<'e>,
        mut findings: Findings<'e>,
        options: &HashOptions<'_>,
    ) -> (Findings<'e>, bool) {
        let wholes = findings.expect_wholes();
        let unreadable = unreadable_pieces(self.info, &findings.faults);
        let is_stopped = Mutex::new(false);
        let findings = Mutex::new(findings);
        let work = Work {
            row: expected.row,
            open: &|file| {
                let found = self.info.files().get(file);
                let path = found.map(|found| self.place.path(file, found));
                let path = path.ok_or(std::io::ErrorKind::NotFound)?;
                Ok(Box::new(fs::File::open(path)?))
            },
            wanted: &|piece| wanted(expected, piece, &wholes, &unreadable),
            each: &|hashed| {
                let verdict = hashed
                    .outcome
                    .map(|hashes| expected.judge(hashed.piece, &hashes));
                let mut findings = findings.lock().unwrap_or_else(PoisonError::into_inner);
                let mut is_stopped = is_stopped.lock().unwrap_or_else(PoisonError::into_inner);
                if *is_stopped {
                    // Another thread was on its way with this piece.
                    return ControlFlow::Break(());
                }
                let is_wrong = match verdict {
                    Ok(verdict) => findings.set(hashed.piece, verdict),
                    Err(fault) => findings.set_fault(fault),
                };
                if is_wrong && self.stops_at_fault {
                    *is_stopped = true;
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            },
        };
        let flow = hash(&work, options);
        let mut findings = findings
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        findings.finish();
        let is_stopped = is_stopped
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        (findings, flow.is_break() && !is_stopped)
    }
}

/// How far looking at the files has come.
#[derive(Debug, Default)]
struct Looked {
    /// From the first on.
    files: usize,
    is_cancelled: bool,
}

fn wanted(expected: Expected<'_>, piece: u32, wholes: &Wholes, unreadable: &[bool]) -> Wanted {
    match unreadable.get(piece as usize) {
        Some(false) => expected.wanted(piece, wholes),
        _ => Wanted {
            sha1: false,
            sha256: false,
        },
    }
}

/// For each piece, whether some of it is known not to be there.
fn unreadable_pieces(info: &Info, faults: &BTreeMap<usize, FileFault>) -> Vec<bool> {
    let mut pieces = vec![false; info.piece_count() as usize];
    let piece_length = u64::from(info.piece_length());
    for (index, fault) in faults {
        let Some(file) = info.files().get(*index) else {
            continue;
        };
        let readable = fault.readable(file.length);
        if readable == file.length {
            continue;
        }
        let first = (file.offset + readable) / piece_length;
        let end = (file.offset + file.length).div_ceil(piece_length);
        if let Some(pieces) = pieces.get_mut(first as usize..end as usize) {
            pieces.fill(true);
        }
    }
    pieces
}
