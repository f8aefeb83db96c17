/// One line that the benchmark of torrents printed: what one contender took for one run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) group: String,
    pub(crate) corpus: String,
    pub(crate) name: String,
    /// Nanoseconds by the clock.
    pub(crate) wall: f64,
    /// Nanoseconds of all processors together.
    pub(crate) cpu: f64,
}

impl Measurement {
    pub(crate) fn parse(line: &str) -> Option<Measurement> {
        let fields: Vec<&str> = line.split(" | ").collect();
        let &[group, corpus, _maker, name, wall, cpu] = &fields[..] else {
            return None;
        };
        Some(Measurement {
            group: group.to_string(),
            corpus: corpus.to_string(),
            name: name.to_string(),
            wall: wall.strip_suffix(" ns")?.parse().ok()?,
            cpu: cpu.strip_suffix(" ns of CPU")?.parse().ok()?,
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

    pub(crate) fn cells(&self) -> &[Measurement] {
        &self.0
    }

    pub(crate) fn cell(&self, group: &str, corpus: &str, name: &str) -> Option<&Measurement> {
        self.0
            .iter()
            .find(|cell| cell.group == group && cell.corpus == corpus && cell.name == name)
    }
}
