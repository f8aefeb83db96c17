//! The folders of a torrent as it names them, each once, however many files are in it.

use std::collections::BTreeMap;

/// Names a folder in [`Folders`].
pub(crate) type FolderId = u32;

/// The torrent's own folder.
pub(crate) const TOP: FolderId = 0;

/// A tree that grows with the components given: what a hostile tree asks for is only spelled out file by file.
#[derive(Debug)]
pub(crate) struct Folders<'a> {
    nodes: Vec<Node<'a>>,
    ids: BTreeMap<(FolderId, &'a [u8]), FolderId>,
    /// The folders that were entered last, outermost first: files of one folder mostly stand together.
    last: Vec<FolderId>,
}

#[derive(Debug)]
struct Node<'a> {
    parent: FolderId,
    name: &'a [u8],
}

impl<'a> Folders<'a> {
    pub(crate) fn new() -> Self {
        let top = Node {
            parent: TOP,
            name: b"",
        };
        Self {
            nodes: vec![top],
            ids: BTreeMap::new(),
            last: Vec::new(),
        }
    }

    /// The folder of these names, outermost first, wherever it was named before.
    pub(crate) fn enter(&mut self, names: impl Iterator<Item = &'a [u8]>) -> FolderId {
        let mut folder = TOP;
        let mut depth = 0;
        for name in names {
            folder = match self.last.get(depth) {
                Some(last) if self.name(*last) == name => *last,
                _ => {
                    self.last.truncate(depth);
                    let found = self.ids.get(&(folder, name)).copied();
                    let id = found.unwrap_or_else(|| {
                        let id = self.add(folder, name);
                        self.ids.insert((folder, name), id);
                        id
                    });
                    self.last.push(id);
                    id
                }
            };
            depth += 1;
        }
        self.last.truncate(depth);
        folder
    }

    /// A new folder that nobody has named before.
    pub(crate) fn add(&mut self, parent: FolderId, name: &'a [u8]) -> FolderId {
        // Each has cost the input several bytes, of which there are less than 2^32.
        let id = self.nodes.len() as FolderId;
        self.nodes.push(Node { parent, name });
        id
    }

    pub(crate) fn name(&self, folder: FolderId) -> &'a [u8] {
        self.nodes
            .get(folder as usize)
            .map_or(b"", |node| node.name)
    }

    pub(crate) fn parent(&self, folder: FolderId) -> FolderId {
        self.nodes
            .get(folder as usize)
            .map_or(TOP, |node| node.parent)
    }

    /// All but the torrent's own, parents before what is in them, each with its parent and its name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (FolderId, &'a [u8])> {
        self.nodes
            .iter()
            .skip(1)
            .map(|node| (node.parent, node.name))
    }

    /// The folder, its parent and so on, without the torrent's own.
    pub(crate) fn upwards(&self, folder: FolderId) -> impl Iterator<Item = FolderId> {
        let above = move |folder: &FolderId| Some(self.parent(*folder));
        std::iter::successors(Some(folder), above).take_while(|folder| *folder != TOP)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_same_wherever_it_is_named() {
        let mut folders = Folders::new();
        let mut enter = |path: &'static str| {
            folders.enter(
                path.split('/')
                    .filter(|name| !name.is_empty())
                    .map(str::as_bytes),
            )
        };
        let (top, a, ab, b, ba) = (
            enter(""),
            enter("a"),
            enter("a/b"),
            enter("b"),
            enter("b/a"),
        );
        assert_eq!([top, a, ab, b, ba], [0, 1, 2, 3, 4]);
        assert_eq!(
            [
                enter("a/b"),
                enter("b"),
                enter("a"),
                enter(""),
                enter("b/a")
            ],
            [ab, b, a, top, ba]
        );
        let names: Vec<_> = folders
            .upwards(ba)
            .map(|folder| folders.name(folder))
            .collect();
        assert_eq!(names, [b"a", b"b"]);
        assert!(
            folders
                .iter()
                .eq([(0, &b"a"[..]), (1, b"b"), (0, b"b"), (3, b"a")])
        );
    }
}
