//! Which files of a folder are let in, by patterns.

use super::file_options::FileOptions;

/// Patterns in the order in which they were given.
#[derive(Debug, Clone, Default)]
pub(super) struct Globs {
    included: Vec<String>,
    excluded: Vec<String>,
}

impl FileOptions {
    /// Only files that match one of the patterns given so are taken: `*`, `?`, `[a-z]`, `{one,other}` within a name, `**`
    /// across folders. A pattern without a slash is tried on the name alone, others on the path below the folder. Needs
    /// the feature `glob`.
    #[must_use]
    pub fn include(mut self, pattern: impl Into<String>) -> Self {
        self.globs.included.push(pattern.into());
        self
    }

    /// Files that match are not taken, folders not gone into, whatever is included.
    #[must_use]
    pub fn exclude(mut self, pattern: impl Into<String>) -> Self {
        self.globs.excluded.push(pattern.into());
        self
    }
}

impl Globs {
    pub(super) fn is_kept_out(&self, components: &[Vec<u8>], is_folder: bool) -> bool {
        let is_let_in = is_folder || self.included.is_empty() || any(&self.included, components);
        !is_let_in || any(&self.excluded, components)
    }
}

fn any(patterns: &[String], components: &[Vec<u8>]) -> bool {
    let path = components.join(&b'/');
    let name = components.last().map_or(&[][..], Vec::as_slice);
    patterns.iter().any(|pattern| {
        let subject = if pattern.contains('/') { &path } else { name };
        fast_glob::glob_match(pattern, subject)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: FileOptions, path: &str, is_folder: bool, expect: bool) {
        let components: Vec<_> = path
            .split('/')
            .map(|name| name.as_bytes().to_vec())
            .collect();
        let found = options.globs.is_kept_out(&components, is_folder);
        assert_eq!(found, expect, "{path} {:?}", options.globs);
    }

    #[test]
    fn patterns_keep_files_out() {
        let videos = || {
            FileOptions::default()
                .include("*.{mkv,mp4}")
                .exclude("sample*")
        };
        check(videos(), "a.mkv", false, false);
        check(videos(), "a/b/c.mp4", false, false);
        check(videos(), "a/b/c.txt", false, true);
        check(videos(), "a/b", true, false);
        check(videos(), "a/sample.mkv", false, true);
        check(videos(), "a/samples", true, true);
        let paths = || FileOptions::default().exclude("a/**/x").exclude("b/*.txt");
        check(paths(), "a/b/c/x", false, true);
        check(paths(), "c/a/b/x", false, false);
        check(paths(), "b/a.txt", false, true);
        check(paths(), "b/c/a.txt", false, false);
        check(FileOptions::default(), "any/thing", false, false);
    }

    #[test]
    fn names_need_not_be_utf_8() {
        let options = FileOptions::default().exclude("*.tmp");
        assert!(
            options
                .globs
                .is_kept_out(&[b"\xff\xfe.tmp".to_vec()], false)
        );
    }
}
