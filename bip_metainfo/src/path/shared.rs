//! Paths of many files in few blocks of memory: to allocate each by itself took longer than to spell it out.

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::limits::PATH_BYTES_TOGETHER;

/// A path in a block with others, which lives as long as one of them.
#[derive(Clone)]
pub(crate) struct SharedPath {
    block: Arc<OnceLock<String>>,
    start: u32,
    length: u32,
}

impl Deref for SharedPath {
    type Target = str;

    fn deref(&self) -> &str {
        let (start, length) = (self.start as usize, self.length as usize);
        let block = self.block.get().map_or("", String::as_str);
        block.get(start..start + length).unwrap_or_default()
    }
}

impl PartialEq for SharedPath {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedPath {}

impl fmt::Debug for SharedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Gives out paths, which are empty until their block is full or the writer is [finished](Self::finish).
#[derive(Debug, Default)]
pub(crate) struct SharedPathWriter {
    /// Text, which is taken for it when the block is closed: all at once, that costs far less than name by name.
    open: Vec<u8>,
    block: Arc<OnceLock<String>>,
}

impl SharedPathWriter {
    /// A path by itself. `None` where it is of 4 GiB or more.
    pub(crate) fn alone(path: &str) -> Option<SharedPath> {
        let mut writer = Self::default();
        let shared = writer.write(path, "");
        writer.finish();
        shared
    }

    /// What leads to a name, and the name. `None` where they are of 4 GiB or more.
    pub(crate) fn write(&mut self, folder: &str, name: &str) -> Option<SharedPath> {
        self.write_text(folder, name.as_bytes())
    }

    /// The same of a [plain](super::is_plain) name, which is text without having been looked at as such.
    #[inline]
    pub(crate) fn write_plain(&mut self, folder: &str, name: &[u8]) -> Option<SharedPath> {
        debug_assert!(name.is_ascii());
        self.write_text(folder, name)
    }

    #[inline]
    fn write_text(&mut self, folder: &str, name: &[u8]) -> Option<SharedPath> {
        let length = folder.len() + name.len();
        let mut start = self.open.len();
        if start + length > PATH_BYTES_TOGETHER && start > 0 {
            self.close();
            // The first one grew by and by.
            self.open.reserve_exact(PATH_BYTES_TOGETHER);
            start = 0;
        }
        self.open.extend_from_slice(folder.as_bytes());
        self.open.extend_from_slice(name);
        Some(SharedPath {
            block: Arc::clone(&self.block),
            start: u32::try_from(start).ok()?,
            length: u32::try_from(length).ok()?,
        })
    }

    pub(crate) fn finish(mut self) {
        self.close();
    }

    fn close(&mut self) {
        self.open.shrink_to_fit();
        // It is text, as all that came in was.
        let text = String::from_utf8(mem::take(&mut self.open)).unwrap_or_default();
        let block = mem::take(&mut self.block);
        block.get_or_init(|| text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths of these lengths, each in the folder `f/`, and in which block each is.
    fn write(lengths: &[usize]) -> (Vec<SharedPath>, Vec<usize>) {
        let mut writer = SharedPathWriter::default();
        let name =
            |length: usize, index: usize| index.to_string().repeat(length)[..length - 2].to_owned();
        let names: Vec<_> = lengths
            .iter()
            .enumerate()
            .map(|(index, length)| name(*length, index))
            .collect();
        let paths: Vec<_> = names
            .iter()
            .map(|name| writer.write("f/", name).unwrap())
            .collect();
        writer.finish();
        for (path, name) in paths.iter().zip(&names) {
            assert_eq!(**path, format!("f/{name}"));
        }
        let mut block = 0;
        let blocks = paths.iter().enumerate().map(|(index, path)| {
            let before = paths[index.saturating_sub(1)].block.clone();
            block += usize::from(!Arc::ptr_eq(&before, &path.block));
            block
        });
        let blocks = blocks.collect();
        (paths, blocks)
    }

    #[test]
    fn a_block_has_paths_up_to_its_limit_and_not_one_byte_more() {
        let half = PATH_BYTES_TOGETHER / 2;
        assert_eq!(write(&[half, half]).1, [0, 0]);
        assert_eq!(write(&[half, half + 1]).1, [0, 1]);
        assert_eq!(write(&[half, half, 3, 4]).1, [0, 0, 1, 1]);
    }

    #[test]
    fn a_path_longer_than_a_block_has_one_of_its_own() {
        let long = PATH_BYTES_TOGETHER + 1;
        assert_eq!(write(&[long]).1, [0]);
        assert_eq!(write(&[9, long, 9, 9]).1, [0, 1, 2, 2]);
    }

    #[test]
    fn no_block_keeps_more_memory_than_its_limit() {
        let (paths, _) = write(&[100; 2000]);
        for path in &paths {
            assert!(path.block.get().unwrap().capacity() <= PATH_BYTES_TOGETHER);
        }
    }

    #[test]
    fn a_path_outlives_the_others_and_equals_one_of_another_block() {
        let (mut paths, _) = write(&[5, 5]);
        let last = paths.pop().unwrap();
        drop(paths);
        assert_eq!(&*last, "f/111");
        assert_eq!(last, SharedPathWriter::alone("f/111").unwrap());
        assert_ne!(last, SharedPathWriter::alone("f/112").unwrap());
        assert_eq!(format!("{last:?}"), "\"f/111\"");
    }
}
