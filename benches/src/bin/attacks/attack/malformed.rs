use crate::ground::ONLOOKERS;
use crate::outcome::Outcome;
use crate::scene::Scene;

/// The longest datagram that both versions of mainline read whole.
const LONGEST: usize = 2048;

/// None of them may keep the node from answering others.
pub(super) fn malformed(scene: &Scene) -> Outcome {
    let attacker = scene.attacker(0, 1);
    let datagrams = datagrams(&scene.transaction());
    for (onlooker, (name, bytes)) in (0..ONLOOKERS).zip(&datagrams) {
        attacker.send_bytes(bytes);
        if scene.onlooker(onlooker).ping().is_none() {
            return Outcome::new(true, format!("no answer any more after {name}"));
        }
    }
    Outcome::new(false, format!("alive after {}", datagrams.len()))
}

/// What a node could stumble over, with a transaction id that it reads.
fn datagrams(t: &str) -> Vec<(&'static str, Vec<u8>)> {
    let id = format!("2:id20:{}", "a".repeat(20));
    let target = format!("6:target20:{}", "b".repeat(20));
    let (k, sig) = ("k".repeat(32), "s".repeat(64));
    let message = |arguments: &str, call: &str| {
        let length = call.len();
        format!("d1:ad{arguments}e1:q{length}:{call}1:t{t}1:y1:qe").into_bytes()
    };
    let put = |extra: &str| message(&format!("{id}{extra}{target}5:token4:abcd1:v4:text"), "put");
    let nested = |open: &str, close: &str| {
        let depth = (LONGEST - 64) / (open.len() + close.len());
        let deep = [open.repeat(depth), close.repeat(depth)].concat();
        format!("d1:ad{id}e1:q4:ping1:t{t}1:x{deep}1:y1:qe").into_bytes()
    };
    let text = |bytes: String| bytes.into_bytes();
    vec![
        ("nothing", Vec::new()),
        ("a dictionary without an end", b"d".to_vec()),
        ("an empty dictionary", b"de".to_vec()),
        ("a number", b"i5e".to_vec()),
        ("an empty list", b"le".to_vec()),
        ("a query without an end", {
            let mut bytes = message(&id, "ping");
            bytes.pop();
            bytes
        }),
        ("a query without an id", message("", "ping")),
        (
            "an id of 19 bytes",
            message("2:id19:aaaaaaaaaaaaaaaaaaa", "ping"),
        ),
        (
            "an id of 99999999999999999999 bytes",
            message("2:id99999999999999999999:aa", "ping"),
        ),
        (
            "an id of 18446744073709551615 bytes",
            message("2:id18446744073709551615:aa", "ping"),
        ),
        (
            "an id of 4294967296 bytes",
            message("2:id4294967296:aa", "ping"),
        ),
        ("an id that is a number", message("2:idi1e", "ping")),
        (
            "an empty transaction id",
            text(format!("d1:ad{id}e1:q4:ping1:t0:1:y1:qe")),
        ),
        (
            "a transaction id of 33 bytes",
            text(format!(
                "d1:ad{id}e1:q4:ping1:t33:{}1:y1:qe",
                "a".repeat(33)
            )),
        ),
        (
            "a target of 3 bytes",
            message(&format!("{id}6:target3:bbb"), "find_node"),
        ),
        (
            "an announce at port -1",
            message(
                &format!(
                    "{id}9:info_hash20:{}4:porti-1e5:token4:abcd",
                    "b".repeat(20)
                ),
                "announce_peer",
            ),
        ),
        (
            "an announce at port 65536",
            message(
                &format!(
                    "{id}9:info_hash20:{}4:porti65536e5:token4:abcd",
                    "b".repeat(20)
                ),
                "announce_peer",
            ),
        ),
        (
            "an answer to no query, with half a node",
            text(format!("d1:rd{id}5:nodes3:abce1:t{t}1:y1:re")),
        ),
        (
            "an answer to no query, with half a peer",
            text(format!(
                "d1:rd{id}5:token4:abcd6:valuesl3:abcee1:t{t}1:y1:re"
            )),
        ),
        (
            "an error that is a number",
            text(format!("d1:ei201e1:t{t}1:y1:ee")),
        ),
        (
            "an error of one element",
            text(format!("d1:eli201ee1:t{t}1:y1:ee")),
        ),
        (
            "an error without an end",
            text(format!("d1:eli201e5:errore1:t{t}1:y1:e")),
        ),
        ("no text at all", b"\x00\xff\x80d1:y1:qe".to_vec()),
        ("lists in lists", nested("l", "e")),
        ("lists in lists without an end", nested("l", "")),
        ("dictionaries in dictionaries", nested("d1:a", "e")),
        (
            "dictionaries in dictionaries without an end",
            nested("d1:a", ""),
        ),
        ("a put with nothing but a key", put(&format!("1:k32:{k}"))),
        (
            "a put without a signature",
            put(&format!("1:k32:{k}3:seqi1e")),
        ),
        (
            "a put without a sequence number",
            put(&format!("1:k32:{k}3:sig64:{sig}")),
        ),
    ]
}
