//! BEP 5, "KRPC Protocol" and "DHT Queries": what is read from an answer.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod reading;

use bip_dht::Response;

use reading::{ID, TARGET, answer, read, response};

#[test]
fn whole_nodes_are_read_and_the_rest_is_told_of() {
    let node = "mnopqrstuvwxyz123456\x7f\x00\x00\x01\x1a\x61";
    for (nodes, count, has_remainder) in [
        (node.repeat(2), 2, false),
        (format!("{node}mno"), 1, true),
        ("mno".to_owned(), 0, true),
        (String::new(), 0, false),
    ] {
        read(
            answer(&format!("5:nodes{}:{nodes}", nodes.len())),
            |message| {
                let nodes = response(message).nodes.unwrap();
                assert_eq!((nodes.len(), nodes.has_remainder()), (count, has_remainder));
                for node in nodes.iter() {
                    assert_eq!(node.id, TARGET);
                    assert_eq!(node.address, "127.0.0.1:6753".parse().unwrap());
                }
            },
        );
    }
}

#[test]
fn peers_of_both_families_are_read_from_one_list() {
    let peers = "6:\x7f\x00\x00\x01\x1a\x613:abc18:\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1a\x610:";
    read(answer(&format!("6:valuesl{peers}e")), |message| {
        let peers = response(message).values.unwrap();
        let peers: Vec<_> = peers.iter().map(|peer| peer.to_string()).collect();
        assert_eq!(peers, ["127.0.0.1:6753", "[::1]:6753"]);
    });
    for other in [
        "6:valuesli1ee",
        "6:values3:abc",
        "6:valuesl6:\x7f\x00\x00\x01\x1a\x61lee",
    ] {
        read(answer(other), |message| {
            assert_eq!(response(message).values, None)
        });
    }
}

#[test]
fn a_field_of_the_wrong_kind_counts_as_missing_from_an_answer() {
    let wrong = "4:BFpe3:abc4:BFsdi1e8:intervali-1e1:k3:abc5:nodesi1e6:nodes6le3:numi-1e\
                 7:samplesi1e3:seq1:x3:sigi1e5:tokeni1e6:valuesde";
    read(answer(wrong), |message| {
        assert_eq!(response(message), Response::new(ID));
    });
}
