//! Edits of trackers, seeds and nodes, which the info-hash does not cover.

use bip_metainfo::MetainfoEditor;
use clap::Args;

use super::super::values::{self, Tier};

#[derive(Args, Debug)]
#[command(next_help_heading = "Trackers")]
pub(super) struct TrackerEdits {
    /// Remove all trackers
    #[arg(long)]
    no_trackers: bool,

    /// Remove this tracker from every tier; may be given several times
    #[arg(long = "remove-tracker", value_name = "URL")]
    removed: Vec<String>,

    /// Put the second tracker in the place of the first, in every tier
    #[arg(long = "replace-tracker", num_args = 2, value_names = ["OLD", "NEW"])]
    replaced: Vec<String>,

    /// Add a tier behind the others; commas part its trackers; may be given several times
    #[arg(short, long = "announce", value_name = "URL[,URL…]", value_parser = values::tier)]
    added: Vec<Tier>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Seeds and nodes")]
pub(super) struct SeedEdits {
    /// Remove all web seeds (BEP 19)
    #[arg(long)]
    no_web_seeds: bool,

    /// Remove this web seed; may be given several times
    #[arg(long, value_name = "URL")]
    remove_web_seed: Vec<String>,

    /// Add a web seed; may be given several times
    #[arg(short, long, value_name = "URL")]
    web_seed: Vec<String>,

    /// Remove all HTTP seeds (BEP 17)
    #[arg(long)]
    no_http_seeds: bool,

    /// Remove this HTTP seed; may be given several times
    #[arg(long, value_name = "URL")]
    remove_http_seed: Vec<String>,

    /// Add an HTTP seed; may be given several times
    #[arg(long, value_name = "URL")]
    http_seed: Vec<String>,

    /// Remove all DHT nodes
    #[arg(long)]
    no_nodes: bool,

    /// Add a DHT node; may be given several times
    #[arg(long, value_name = "HOST:PORT", value_parser = values::node)]
    node: Vec<(String, u16)>,
}

impl TrackerEdits {
    pub(super) fn apply<'m>(&self, mut editor: MetainfoEditor<'m>) -> MetainfoEditor<'m> {
        if self.no_trackers {
            editor = editor.trackers([[""; 0]; 0]);
        }
        for url in &self.removed {
            editor = editor.remove_tracker(url);
        }
        for pair in self.replaced.chunks_exact(2) {
            editor = editor.replace_tracker(&pair[0], &pair[1]);
        }
        let added = self.added.iter();
        added.fold(editor, |editor, tier| editor.append_tier(&tier.0))
    }
}

impl SeedEdits {
    pub(super) fn apply<'m>(&self, mut editor: MetainfoEditor<'m>) -> MetainfoEditor<'m> {
        if self.no_web_seeds {
            editor = editor.web_seeds([""; 0]);
        }
        for url in &self.remove_web_seed {
            editor = editor.remove_web_seed(url);
        }
        for url in &self.web_seed {
            editor = editor.add_web_seed(url);
        }
        if self.no_http_seeds {
            editor = editor.http_seeds([""; 0]);
        }
        for url in &self.remove_http_seed {
            editor = editor.remove_http_seed(url);
        }
        for url in &self.http_seed {
            editor = editor.add_http_seed(url);
        }
        if self.no_nodes {
            editor = editor.nodes([("", 0); 0]);
        }
        for (host, port) in &self.node {
            editor = editor.add_node(host, *port);
        }
        editor
    }
}
