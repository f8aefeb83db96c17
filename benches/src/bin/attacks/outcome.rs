use std::fmt;

/// What came of an attack, with the figure that says so. What is written into the table.
#[derive(Debug)]
pub(crate) struct Outcome {
    succeeds: bool,
    seen: String,
}

impl Outcome {
    pub(crate) fn new(succeeds: bool, seen: impl Into<String>) -> Outcome {
        let seen = seen.into();
        Outcome { succeeds, seen }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.succeeds {
            true => "**succeeds**",
            false => "withstood",
        };
        write!(f, "{verdict}: {}", self.seen)
    }
}
