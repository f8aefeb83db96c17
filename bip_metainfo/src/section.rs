//! One dictionary of a torrent and what it is called, for errors and warnings that name the key.

use std::ops::Range;

use bip_bencode::{BencodeRef, BencodeRefKind, DictRef, IntRef, ListRef};

use crate::error::MetainfoError;
use crate::warning::{Warning, Warnings};

pub(crate) const INTEGER: &str = "an integer";
pub(crate) const BYTES: &str = "a byte string";
pub(crate) const LIST: &str = "a list";
pub(crate) const DICT: &str = "a dictionary";

/// Where a dictionary stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a, 't> {
    Root,
    Info,
    /// An entry of `files`.
    File(usize),
    /// The properties of a file in the tree of version 2, which tell their place themselves.
    Tree(BencodeRef<'a, 't>),
}

impl Place<'_, '_> {
    pub(crate) fn key(self, key: &str) -> String {
        match self {
            Self::Root => key.to_owned(),
            Self::Info => format!("info.{key}"),
            Self::File(index) => format!("info.files[{index}].{key}"),
            Self::Tree(properties) => format!("{}.{key}", key_in_info(properties)),
        }
    }
}

/// The path of a value within an info dictionary, as if that stood in a file where it is bare.
pub(crate) fn key_in_info(value: BencodeRef<'_, '_>) -> String {
    let path = value.path().to_string();
    if path.starts_with("info.") {
        path
    } else {
        format!("info.{path}")
    }
}

/// Look-ups in one dictionary. `required_*` fail, the others take what is of the wrong type for absent and say so.
pub(crate) struct Section<'a, 't, 'w> {
    pub(crate) dict: DictRef<'a, 't>,
    place: Place<'a, 't>,
    pub(crate) warnings: &'w mut Warnings,
}

impl<'a, 't, 'w> Section<'a, 't, 'w> {
    pub(crate) fn new(
        dict: DictRef<'a, 't>,
        place: Place<'a, 't>,
        warnings: &'w mut Warnings,
    ) -> Self {
        Self {
            dict,
            place,
            warnings,
        }
    }

    pub(crate) fn key(&self, key: &str) -> String {
        self.place.key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<BencodeRef<'a, 't>> {
        self.dict.get(key.as_bytes())
    }

    pub(crate) fn missing(&self, key: &str) -> MetainfoError {
        MetainfoError::MissingKey { key: self.key(key) }
    }

    pub(crate) fn wrong_type(&self, key: &str, expected: &'static str) -> MetainfoError {
        MetainfoError::WrongType {
            key: self.key(key),
            expected,
        }
    }

    fn required<T>(
        &self,
        key: &str,
        expected: &'static str,
        pick: impl FnOnce(BencodeRef<'a, 't>) -> Option<T>,
    ) -> Result<T, MetainfoError> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        pick(value).ok_or_else(|| self.wrong_type(key, expected))
    }

    pub(crate) fn required_int(&self, key: &str) -> Result<IntRef<'a>, MetainfoError> {
        self.required(key, INTEGER, |value| value.int())
    }

    pub(crate) fn required_dict(
        &self,
        key: &str,
    ) -> Result<(BencodeRef<'a, 't>, DictRef<'a, 't>), MetainfoError> {
        self.required(key, DICT, |value| Some((value, value.dict()?)))
    }

    pub(crate) fn required_list(&self, key: &str) -> Result<ListRef<'a, 't>, MetainfoError> {
        self.required(key, LIST, |value| value.list())
    }

    /// The byte string, and the value it came from.
    pub(crate) fn required_bytes(
        &self,
        key: &str,
    ) -> Result<(BencodeRef<'a, 't>, &'a [u8]), MetainfoError> {
        self.required(key, BYTES, |value| Some((value, value.bytes()?)))
    }

    fn optional<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        pick: impl FnOnce(BencodeRef<'a, 't>) -> Option<T>,
    ) -> Option<T> {
        let picked = pick(self.get(key)?);
        if picked.is_none() {
            self.ignored(key, expected);
        }
        picked
    }

    pub(crate) fn ignored(&mut self, key: &str, expected: &'static str) {
        let place = self.place;
        self.warnings.push_with(|| Warning::Ignored {
            key: place.key(key),
            expected,
        });
    }

    pub(crate) fn int(&mut self, key: &str) -> Option<IntRef<'a>> {
        self.optional(key, INTEGER, |value| value.int())
    }

    pub(crate) fn bytes(&mut self, key: &str) -> Option<&'a [u8]> {
        self.optional(key, BYTES, |value| value.bytes())
    }

    pub(crate) fn list(&mut self, key: &str) -> Option<ListRef<'a, 't>> {
        self.optional(key, LIST, |value| value.list())
    }

    pub(crate) fn dict_of(&mut self, key: &str) -> Option<DictRef<'a, 't>> {
        self.optional(key, DICT, |value| value.dict())
    }

    /// Where the bytes of a byte string stand in the input.
    pub(crate) fn span(&mut self, key: &str) -> Option<Range<usize>> {
        self.optional(key, BYTES, content_span)
    }

    /// Text to show: `{key}.utf-8` if that is UTF-8, else `key`, made readable.
    pub(crate) fn text(&mut self, key: &str) -> Option<Box<str>> {
        if let Some(text) = self.utf8_text(key) {
            return Some(text.into());
        }
        let bytes = self.bytes(key)?;
        Some(self.readable(key, bytes))
    }

    /// `{key}.utf-8`, where it is what it says.
    pub(crate) fn utf8_text(&mut self, key: &str) -> Option<&'a str> {
        let key = format!("{key}.utf-8");
        self.optional(&key, "text in UTF-8", |value| {
            std::str::from_utf8(value.bytes()?).ok()
        })
    }

    pub(crate) fn readable(&mut self, key: &str, bytes: &[u8]) -> Box<str> {
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            let place = self.place;
            self.warnings.push_with(|| Warning::NotUtf8 {
                key: place.key(key),
            });
        }
        text.into()
    }

    /// A list of byte strings, or one alone, each as `pick` reads it; items it refuses are left out.
    pub(crate) fn items<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        pick: impl Fn(&'a [u8]) -> Option<T>,
    ) -> Vec<T> {
        let mut picked = Vec::new();
        match self.get(key).map(|value| value.kind()) {
            Some(BencodeRefKind::List(list)) => {
                for item in list.iter() {
                    match item.bytes().map(|bytes| (bytes.is_empty(), pick(bytes))) {
                        Some((_, Some(item))) => picked.push(item),
                        Some((true, None)) => {}
                        _ => self.ignored(key, expected),
                    }
                }
            }
            Some(BencodeRefKind::Bytes(b"")) | None => {}
            Some(BencodeRefKind::Bytes(bytes)) => match pick(bytes) {
                Some(item) => picked.push(item),
                None => self.ignored(key, expected),
            },
            Some(_) => self.ignored(key, expected),
        }
        picked
    }
}

/// Where the bytes of a byte string stand in the input.
pub(crate) fn content_span(value: BencodeRef<'_, '_>) -> Option<Range<usize>> {
    let end = value.offset() + value.raw().len();
    Some(end - value.bytes()?.len()..end)
}
