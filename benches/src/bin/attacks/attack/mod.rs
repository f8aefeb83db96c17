//! The attacks, in the order of the table.

mod flood;
mod items;
mod malformed;
mod peers;
mod tokens;

use super::attacker::Answer;
use super::outcome::Outcome;
use super::scene::Scene;

/// Something that is done to a node.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Scene) -> Outcome,
}

pub(crate) fn all() -> Vec<Attack> {
    let attack = |name, run: fn(&Scene) -> Outcome| Attack { name, run };
    vec![
        attack("token stolen from another address", tokens::stolen),
        attack("token forged out of three others", tokens::forged),
        attack("token of one key used at another", tokens::replayed),
        attack(
            "98 peers of one address at one key",
            peers::many_of_one_address,
        ),
        attack("peer at port 0", peers::at_port_0),
        attack("20,000 find_node from one address", flood::of_find_node),
        attack("1,000 get of an item, from one address", flood::of_gets),
        attack("malformed datagrams", malformed::malformed),
        attack("item put at the key of another owner", items::foreign),
    ]
}

/// How the node took what it should refuse.
fn told(answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer { error: None, .. }) => "accepted".to_owned(),
        Some(Answer {
            error: Some(code), ..
        }) => format!("error {code}"),
        None => "no answer".to_owned(),
    }
}
