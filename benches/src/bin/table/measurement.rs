/// One line that the benchmark printed: what one contender took for one input of a corpus.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) group: String,
    pub(crate) corpus: String,
    pub(crate) maker: String,
    pub(crate) name: String,
    pub(crate) nanoseconds: f64,
    pub(crate) allocations: f64,
}

impl Measurement {
    pub(crate) fn parse(line: &str) -> Option<Measurement> {
        let fields: Vec<&str> = line.split(" | ").collect();
        let &[group, corpus, maker, name, time, _times, _rate, allocations] = &fields[..] else {
            return None;
        };
        Some(Measurement {
            group: group.to_string(),
            corpus: corpus.to_string(),
            maker: maker.to_string(),
            name: name.to_string(),
            nanoseconds: time.strip_suffix(" ns")?.parse().ok()?,
            allocations: allocations.strip_suffix(" allocations")?.parse().ok()?,
        })
    }
}

/// All lines of a run.
#[derive(Debug, Default)]
pub(crate) struct Run(Vec<Measurement>);

impl Run {
    pub(crate) fn parse(log: &str) -> Run {
        Run(log.lines().filter_map(Measurement::parse).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn groups(&self) -> Vec<&str> {
        in_first_order(self.0.iter().map(|cell| cell.group.as_str()))
    }

    pub(crate) fn corpora(&self, group: &str) -> Vec<&str> {
        in_first_order(self.cells(group).map(|cell| cell.corpus.as_str()))
    }

    /// The first is the one to which the others are compared.
    pub(crate) fn contenders(&self, group: &str) -> Vec<&str> {
        in_first_order(self.cells(group).map(|cell| cell.name.as_str()))
    }

    pub(crate) fn cells(&self, group: &str) -> impl Iterator<Item = &Measurement> {
        self.0.iter().filter(move |cell| cell.group == group)
    }

    pub(crate) fn cell(&self, group: &str, corpus: &str, name: &str) -> Option<&Measurement> {
        self.cells(group)
            .find(|cell| cell.corpus == corpus && cell.name == name)
    }
}

fn in_first_order<'r>(names: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}
