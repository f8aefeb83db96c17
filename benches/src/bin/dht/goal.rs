/// A figure that is to be at most, or at least, so much.
pub(crate) struct Goal {
    pub(crate) name: &'static str,
    pub(crate) bound: Bound,
    pub(crate) unit: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    pub(crate) const fn at_most(name: &'static str, limit: f64, unit: &'static str) -> Goal {
        let bound = Bound::AtMost(limit);
        Goal { name, bound, unit }
    }

    pub(crate) const fn at_least(name: &'static str, limit: f64, unit: &'static str) -> Goal {
        let bound = Bound::AtLeast(limit);
        Goal { name, bound, unit }
    }

    /// Prints a row of the table: name, figure, goal, and whether it is met.
    pub(crate) fn print(&self, figure: f64) {
        let (met, sign, limit) = match self.bound {
            Bound::AtMost(limit) => (figure <= limit, "<=", limit),
            Bound::AtLeast(limit) => (figure >= limit, ">=", limit),
        };
        let (name, unit) = (self.name, self.unit);
        let verdict = if met { "met" } else { "**missed**" };
        println!("| {name} | {figure:.3} {unit} | {sign} {limit} {unit} | {verdict} |");
    }
}

pub(crate) fn print_head(title: &str) {
    println!("\n| {title} | figure | goal | |\n|---|--:|--:|---|");
}
