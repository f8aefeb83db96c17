/// What the command line asks for: `decode/d_nested`, `decode`, `d_nested`, or nothing for all.
pub(crate) struct Filter(Vec<String>);

impl Filter {
    /// Nothing where this was not started by `cargo bench`: `cargo test --all-targets` starts benchmarks too.
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = String>) -> Option<Filter> {
        let (flags, wanted): (Vec<_>, Vec<_>) =
            arguments.partition(|argument| argument.starts_with("--"));
        flags
            .iter()
            .any(|flag| flag == "--bench")
            .then_some(Filter(wanted))
    }

    pub(crate) fn wants(&self, group: &str, corpus: &str) -> bool {
        self.0.is_empty()
            || self.0.iter().any(|wanted| match wanted.split_once('/') {
                Some((in_group, in_corpus)) => group == in_group && corpus.contains(in_corpus),
                None => group == wanted || corpus.contains(wanted.as_str()),
            })
    }
}
