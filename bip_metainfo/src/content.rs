//! The files of an info dictionary of any version, each in its place.

use bip_bencode::DictRef;

use crate::entry::Entry;
use crate::error::MetainfoError;
use crate::file::File;
use crate::file_list;
use crate::file_tree::{FileTree, single_file};
use crate::folders::Folders;
use crate::hybrid::{self, Half};
use crate::limits::LoadLimits;
use crate::load_options::LoadOptions;
use crate::meta_version::MetaVersion;
use crate::naming::{Name, name_many, name_single};
use crate::section::Section;
use crate::warning::Warning;

/// What has been read.
pub(crate) struct FileSet {
    pub(crate) files: Vec<File>,
    /// The safe name that they are under.
    pub(crate) name: Box<str>,
    pub(crate) total_length: u64,
}

/// What the files are read with.
pub(crate) struct Content<'a, 'x> {
    pub(crate) version: MetaVersion,
    pub(crate) raw_name: &'a [u8],
    pub(crate) piece_length: u32,
    pub(crate) options: &'x LoadOptions,
    /// Stands for a name of which nothing is left.
    pub(crate) hash: &'x dyn Fn() -> String,
}

impl<'a> Content<'a, '_> {
    /// The files where they belong, and the name they are under.
    pub(crate) fn read<'t>(
        &self,
        section: &mut Section<'a, 't, '_>,
    ) -> Result<FileSet, MetainfoError> {
        if self.version == MetaVersion::V2 {
            return self.read_v2(section);
        }
        let name = Name::new(self.raw_name, self.options.paths, self.hash);
        let mut folders = Folders::new();
        let is_single_file = section.get("files").is_none();
        let mut entries = if is_single_file {
            vec![file_list::read_single(section, self.raw_name)?]
        } else {
            if section.get("length").is_some() {
                section.warnings.push(Warning::LengthBesideFiles);
            }
            let list = section.required_list("files")?;
            file_list::read_many(list, self.options, &mut folders, section.warnings)?
        };
        let mut files = match &mut *entries {
            [entry] if is_single_file => vec![name_single(entry, &name, self.options)?],
            entries => name_many(entries, &folders, &name, self.options)?,
        };
        let total_length = lay_out(&mut files, 1, &self.options.limits)?;
        if self.version == MetaVersion::Hybrid {
            let mut others = Folders::new();
            let (_, tree) = section.required_dict("file tree")?;
            let v2 = self.read_tree(section, tree, &mut others)?;
            let v1 = Half {
                entries: &entries,
                folders: &folders,
            };
            let v2 = Half {
                entries: &v2,
                folders: &others,
            };
            hybrid::join(&mut files, &v1, &v2, self.piece_length)?;
        }
        Ok(FileSet {
            files,
            name: name.safe.into(),
            total_length,
        })
    }

    fn read_v2<'t>(&self, section: &mut Section<'a, 't, '_>) -> Result<FileSet, MetainfoError> {
        let (_, tree) = section.required_dict("file tree")?;
        let single = single_file(tree);
        let raw_name = single.unwrap_or(self.raw_name);
        let name = Name::new(raw_name, self.options.paths, self.hash);
        let mut folders = Folders::new();
        let mut entries = self.read_tree(section, tree, &mut folders)?;
        let mut files = match &mut *entries {
            [entry] if single.is_some() => vec![name_single(entry, &name, self.options)?],
            entries => name_many(entries, &folders, &name, self.options)?,
        };
        let total_length = lay_out(
            &mut files,
            u64::from(self.piece_length),
            &self.options.limits,
        )?;
        Ok(FileSet {
            files,
            name: name.safe.into(),
            total_length,
        })
    }

    fn read_tree<'t>(
        &self,
        section: &mut Section<'a, 't, '_>,
        tree: DictRef<'a, 't>,
        folders: &mut Folders<'a>,
    ) -> Result<Vec<Entry<'a>>, MetainfoError> {
        let reader = FileTree {
            options: self.options,
            folders,
            warnings: section.warnings,
            open: Vec::new(),
        };
        reader.read(tree)
    }
}

/// Sets the files' offsets; those with content begin at multiples of `alignment`. The sum of their lengths.
fn lay_out(files: &mut [File], alignment: u64, limits: &LoadLimits) -> Result<u64, MetainfoError> {
    let too_long = || MetainfoError::TotalTooLong {
        limit: limits.max_total_length,
    };
    let (mut end, mut total) = (0u64, 0);
    for file in files {
        if file.length > 0 && alignment > 1 {
            end = end
                .checked_next_multiple_of(alignment)
                .ok_or_else(too_long)?;
        }
        file.offset = end;
        end = end
            .checked_add(file.length)
            .filter(|end| *end <= limits.max_total_length)
            .ok_or_else(too_long)?;
        // No more than the end of the last one.
        total += file.length;
    }
    if total == 0 {
        return Err(MetainfoError::NoContent);
    }
    Ok(total)
}
