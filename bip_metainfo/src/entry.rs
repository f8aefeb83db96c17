//! What a torrent says of one file, in `files` as in `file tree`.

use bip_bencode::{BencodeRef, DictRef, IntRef};

use crate::error::MetainfoError;
use crate::file::{Attributes, Details};
use crate::folders::{FolderId, TOP};
use crate::load_options::LoadOptions;
use crate::section::{BYTES, INTEGER, Section};
use crate::symlink::{self, Target};

/// Digits of a number shown in an error.
const NUMBER_SHOWN: usize = 24;

/// A file that has no path yet.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) folder: FolderId,
    /// Empty for a pad file without a path, which is called by its length.
    pub(crate) name: &'a [u8],
    /// Whether it is such a pad file.
    pub(crate) lacks_path: bool,
    pub(crate) length: u64,
    pub(crate) attributes: Attributes,
    pub(crate) details: Option<Box<Details>>,
    pub(crate) pieces_root: Option<&'a [u8; 32]>,
    /// Where a symbolic link points to.
    pub(crate) target: Option<Box<Target<'a>>>,
}

impl<'a> Entry<'a> {
    /// A file that has this name and length and nothing else.
    #[inline]
    pub(crate) fn plain(folder: FolderId, name: &'a [u8], length: u64) -> Self {
        Self {
            folder,
            name,
            lacks_path: false,
            length,
            attributes: Attributes::default(),
            details: None,
            pieces_root: None,
            target: None,
        }
    }
}

/// The values of a dictionary that has a length and a value under `key` and no more, as nearly every one has. `None` where
/// anything else is there, right or wrong: that is for [`Fields`].
#[inline(always)]
pub(crate) fn plain_fields<'a, 't>(
    dict: DictRef<'a, 't>,
    key: &[u8],
) -> Option<(u64, BencodeRef<'a, 't>)> {
    let mut pairs = dict.iter();
    match (pairs.next(), pairs.next(), pairs.next()) {
        (Some((b"length", length)), Some((second, value)), None) if second == key => {
            Some((length.int()?.to_u64().ok()?, value))
        }
        _ => None,
    }
}

/// The values of an entry, each the first of its key: the dictionary is gone through once.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a, 't> {
    attr: Option<BencodeRef<'a, 't>>,
    length: Option<BencodeRef<'a, 't>>,
    md5sum: Option<BencodeRef<'a, 't>>,
    sha1: Option<BencodeRef<'a, 't>>,
    symlink_path: Option<BencodeRef<'a, 't>>,
    pub(crate) path: Option<BencodeRef<'a, 't>>,
    pub(crate) path_utf8: Option<BencodeRef<'a, 't>>,
    pub(crate) pieces_root: Option<BencodeRef<'a, 't>>,
}

impl<'a, 't> Fields<'a, 't> {
    pub(crate) fn of(dict: DictRef<'a, 't>) -> Self {
        let mut fields = Self::default();
        for (key, value) in dict.iter() {
            let field = match key {
                b"attr" => &mut fields.attr,
                b"length" => &mut fields.length,
                b"md5sum" => &mut fields.md5sum,
                b"path" => &mut fields.path,
                b"path.utf-8" => &mut fields.path_utf8,
                b"pieces root" => &mut fields.pieces_root,
                b"sha1" => &mut fields.sha1,
                b"symlink path" => &mut fields.symlink_path,
                _ => continue,
            };
            if field.is_none() {
                *field = Some(value);
            }
        }
        fields
    }

    /// The entry, but for its place and, where there is a folder for links to point into, its target.
    pub(crate) fn entry(
        &self,
        section: &mut Section<'_, '_, '_>,
    ) -> Result<Entry<'a>, MetainfoError> {
        let attr = self.attr.and_then(|value| {
            let letters = value.bytes();
            if letters.is_none() {
                section.ignored("attr", BYTES);
            }
            letters
        });
        let attributes = attr.map(Attributes::parse).unwrap_or_default();
        Ok(Entry {
            attributes,
            details: self.details(section),
            ..Entry::plain(TOP, b"", self.length(section, attributes)?)
        })
    }

    /// Where it points to, if it is a symbolic link in a folder.
    pub(crate) fn target(
        &self,
        section: &mut Section<'_, '_, '_>,
        attributes: Attributes,
        options: &LoadOptions,
    ) -> Result<Option<Box<Target<'a>>>, MetainfoError> {
        match self.symlink_path.filter(|_| attributes.contains(b'l')) {
            None => Ok(None),
            Some(value) => Ok(symlink::read(section, value, options)?.map(Box::new)),
        }
    }

    fn length(
        &self,
        section: &Section<'_, '_, '_>,
        attributes: Attributes,
    ) -> Result<u64, MetainfoError> {
        let is_symlink = attributes.contains(b'l');
        let value = match self.length {
            None if is_symlink => return Ok(0),
            None => return Err(section.missing("length")),
            Some(value) => value,
        };
        let number = value
            .int()
            .ok_or_else(|| section.wrong_type("length", INTEGER))?;
        match number.to_u64() {
            Ok(length) if !is_symlink || length == 0 => Ok(length),
            _ => Err(MetainfoError::InvalidLength {
                key: section.key("length"),
                found: shown(number),
            }),
        }
    }

    fn details(&self, section: &mut Section<'_, '_, '_>) -> Option<Box<Details>> {
        // Nearly every file is like this.
        if self.md5sum.is_none() && self.sha1.is_none() {
            return None;
        }
        let mut details = Details::default();
        if let Some(value) = self.md5sum {
            details.md5sum = value.bytes().and_then(read_md5sum);
            if details.md5sum.is_none() {
                section.ignored("md5sum", "32 hexadecimal digits");
            }
        }
        if let Some(value) = self.sha1 {
            details.sha1 = value.bytes().and_then(|bytes| bytes.try_into().ok());
            if details.sha1.is_none() {
                section.ignored("sha1", "20 bytes");
            }
        }
        (details != Details::default()).then(|| Box::new(details))
    }
}

fn read_md5sum(bytes: &[u8]) -> Option<Box<str>> {
    let is_md5 = bytes.len() == 32 && bytes.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(bytes).ok()?;
    is_md5.then(|| text.into())
}

pub(crate) fn shown(number: IntRef<'_>) -> String {
    number.digits().chars().take(NUMBER_SHOWN).collect()
}
