use super::Response;
use crate::family::Family;

/// How much of an answer is written.
pub(super) struct Kept {
    pub(super) nodes: usize,
    pub(super) nodes6: usize,
    pub(super) samples: usize,
    pub(super) filters: bool,
}

impl Kept {
    pub(super) fn all(response: &Response<'_>) -> Kept {
        Kept {
            nodes: response.nodes.map_or(0, |nodes| nodes.len()),
            nodes6: response.nodes6.map_or(0, |nodes| nodes.len()),
            samples: response.samples.map_or(0, |samples| samples.len()),
            filters: response.seeds.is_some() || response.downloaders.is_some(),
        }
    }

    /// Gives up about `excess` bytes, or what there is of the kind that goes first. Whether there was anything.
    pub(super) fn cut(&mut self, excess: usize) -> bool {
        if self.samples > 0 {
            self.samples = self.samples.saturating_sub(excess.div_ceil(20));
        } else if self.filters {
            self.filters = false;
        } else if self.nodes.max(self.nodes6) > 0 {
            let mut cut = 0;
            while cut < excess && self.nodes.max(self.nodes6) > 0 {
                cut += self.cut_node();
            }
        } else {
            return false;
        }
        true
    }

    /// Gives up a node of the family that has more.
    fn cut_node(&mut self) -> usize {
        let (count, family) = if self.nodes6 >= self.nodes {
            (&mut self.nodes6, Family::V6)
        } else {
            (&mut self.nodes, Family::V4)
        };
        *count = count.saturating_sub(1);
        family.node_length()
    }
}
