use std::collections::HashMap;
use std::io;

use super::reuse_error::ReuseError;
use crate::create::{Accessor, Source, SourceFile};
use crate::file::File;
use crate::info::Info;

/// Nothing at hand to read from.
pub(super) struct NoContent;

/// The files of an existing torrent, to be the content of a new one, and where each is to be read.
pub(super) struct Mapped<'a, A> {
    name: Vec<u8>,
    files: Vec<SourceFile>,
    content: &'a A,
    /// For each of `files`, its index in the content.
    at: Vec<usize>,
}

impl<'a> Mapped<'a, NoContent> {
    /// To make use of hashes that are known.
    pub(super) fn unread(info: &Info) -> Result<Self, ReuseError> {
        let files: Result<Vec<_>, _> = described(info)
            .map(|file| source_file(info, file))
            .collect();
        Ok(Self {
            name: name(info),
            at: Vec::new(),
            files: files?,
            content: &NoContent,
        })
    }
}

impl<'a, A: Accessor> Mapped<'a, A> {
    /// Files are looked for under their own paths, then under those that a download would have given them.
    pub(super) fn new(info: &Info, content: &'a A) -> Result<Self, ReuseError> {
        let mut by_path: HashMap<Vec<&[u8]>, usize> = HashMap::new();
        for (index, file) in content.files().iter().enumerate() {
            by_path.insert(file.path().collect(), index);
        }
        let mut mapped = Self {
            name: name(info),
            files: Vec::new(),
            content,
            at: Vec::new(),
        };
        for file in described(info) {
            let own: Vec<&[u8]> = match info.is_single_file() {
                true => Vec::new(),
                false => file.raw_path().collect(),
            };
            let safe = || {
                file.components()
                    .skip(1)
                    .map(str::as_bytes)
                    .collect::<Vec<_>>()
            };
            let path = || file.path.to_string();
            let at = by_path.get(&own).or_else(|| by_path.get(&safe()));
            let at = *at.ok_or_else(|| ReuseError::MissingFile { path: path() })?;
            let found = content.files().get(at).map_or(0, SourceFile::length);
            if found != file.length {
                return Err(ReuseError::Length {
                    path: path(),
                    expected: file.length,
                    found,
                });
            }
            mapped.at.push(at);
            mapped.files.push(source_file(info, file)?);
        }
        Ok(mapped)
    }

    /// A file of the content that the torrent has not.
    pub(super) fn extra(&self) -> Option<&SourceFile> {
        let mut is_known = vec![false; self.content.files().len()];
        self.at.iter().for_each(|at| is_known[*at] = true);
        let extra = is_known.iter().position(|is_known| !is_known)?;
        self.content.files().get(extra)
    }
}

impl Accessor for Mapped<'_, NoContent> {
    fn name(&self) -> &[u8] {
        &self.name
    }

    fn files(&self) -> &[SourceFile] {
        &self.files
    }

    fn open(&self, _: usize) -> io::Result<Box<dyn Source + '_>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl<A: Accessor> Accessor for &Mapped<'_, A> {
    fn name(&self) -> &[u8] {
        &self.name
    }

    fn files(&self) -> &[SourceFile] {
        &self.files
    }

    fn open(&self, file: usize) -> io::Result<Box<dyn Source + '_>> {
        let at = self.at.get(file).ok_or(io::ErrorKind::NotFound)?;
        self.content.open(*at)
    }

    fn is_unchanged(&self, file: usize) -> io::Result<bool> {
        let at = self.at.get(file).ok_or(io::ErrorKind::NotFound)?;
        self.content.is_unchanged(*at)
    }
}

/// All but padding.
fn described(info: &Info) -> impl Iterator<Item = &File> {
    info.files().iter().filter(|file| !file.is_pad())
}

/// Of a single file, what the file is called: the torrent may be called otherwise.
fn name(info: &Info) -> Vec<u8> {
    let file = info.files().first().filter(|_| info.is_single_file());
    let name = file.and_then(|file| file.raw_path().next());
    name.unwrap_or(info.raw_name()).to_vec()
}

fn source_file(info: &Info, file: &File) -> Result<SourceFile, ReuseError> {
    let path = || file.raw_path().map(<[u8]>::to_vec);
    let mut source = if info.is_single_file() {
        SourceFile::only(file.length)
    } else if !file.is_symlink() {
        SourceFile::new(path(), file.length)
    } else {
        let target = file.raw_symlink_path();
        let target = target.ok_or_else(|| ReuseError::Symlink {
            path: file.path.to_string(),
        })?;
        SourceFile::symlink(path(), target)
    };
    if file.is_executable() {
        source = source.executable();
    }
    if file.is_hidden() {
        source = source.hidden();
    }
    Ok(source)
}
