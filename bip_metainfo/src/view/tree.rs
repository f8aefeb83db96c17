use std::fmt;

use super::shown::Shown;
use super::size::Size;
use crate::file::File;
use crate::info::Info;

impl Info {
    /// The files as a tree of folders, sorted by name, without pad files.
    ///
    /// ```
    /// use bip_metainfo::Info;
    ///
    /// let info = b"d5:filesld6:lengthi5e4:pathl1:b1:ceed6:lengthi2048e4:pathl1:aeed6:lengthi1e4:pathl1:b1:beee\
    ///     4:name3:dir12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae";
    /// let tree = Info::from_bytes(info)?.to_tree().to_string();
    /// assert_eq!(tree, "\
    /// dir
    /// ├── a  2 KiB
    /// └── b
    ///     ├── b  1 byte
    ///     └── c  5 bytes
    /// ");
    /// # Ok::<(), bip_metainfo::MetainfoError>(())
    /// ```
    pub fn to_tree(&self) -> TreeView<'_> {
        TreeView { info: self }
    }
}

/// The files of a torrent as a tree, from [`Info::to_tree`]. Nothing in it acts on a terminal.
#[derive(Debug, Clone, Copy)]
#[must_use = "it is written by `Display`"]
pub struct TreeView<'m> {
    info: &'m Info,
}

impl fmt::Display for TreeView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut files: Vec<&File> = self
            .info
            .files()
            .iter()
            .filter(|file| !file.is_pad())
            .collect();
        files.sort_by(|one, other| one.components().cmp(other.components()));
        let more = siblings_below(&files);
        let mut above: Option<&File> = None;
        for (file, more) in files.into_iter().zip(more) {
            let known = above.map_or(0, |above| shared(above, file));
            for (depth, name) in file.components().enumerate().skip(known) {
                write_branch(f, depth, &more)?;
                write!(f, "{}", Shown::text(name))?;
                if depth + 1 == more.len() {
                    write_properties(f, file)?;
                }
                writeln!(f)?;
            }
            above = Some(file);
        }
        Ok(())
    }
}

fn write_branch(f: &mut fmt::Formatter<'_>, depth: usize, more: &[bool]) -> fmt::Result {
    let Some(last) = depth.checked_sub(1) else {
        return Ok(());
    };
    for has_more in more.iter().skip(1).take(last) {
        f.write_str(if *has_more { "│   " } else { "    " })?;
    }
    let has_more = more.get(depth).copied().unwrap_or_default();
    f.write_str(if has_more { "├── " } else { "└── " })
}

fn write_properties(f: &mut fmt::Formatter<'_>, file: &File) -> fmt::Result {
    match file.symlink_path().and_then(std::path::Path::to_str) {
        Some(target) => write!(f, " -> {}", Shown::text(target)),
        None if file.is_symlink() => f.write_str(" -> ?"),
        None => write!(f, "  {}", Size(file.length())),
    }
}

/// For each component of each path, whether its folder has something below it that comes later. From the end, since
/// whatever two neighbours share has the same to follow.
fn siblings_below(sorted: &[&File]) -> Vec<Vec<bool>> {
    let mut all: Vec<Vec<bool>> = Vec::with_capacity(sorted.len());
    let mut below: Option<&File> = None;
    for file in sorted.iter().rev() {
        let mut more = vec![false; file.components().count()];
        if let (Some(below), Some(of_below)) = (below, all.last()) {
            let shared = shared(below, file);
            for (depth, (more, of_below)) in more.iter_mut().zip(of_below).enumerate() {
                *more = depth == shared || depth < shared && *of_below;
            }
        }
        all.push(more);
        below = Some(file);
    }
    all.reverse();
    all
}

/// Components that two paths begin with.
fn shared(one: &File, other: &File) -> usize {
    let pairs = one.components().zip(other.components());
    pairs.take_while(|(one, other)| one == other).count()
}
