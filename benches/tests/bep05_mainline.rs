//! The crate mainline works with us, with transaction ids of 2 and of 4 bytes (BEP 5, "KRPC Protocol").
//! `cargo test -p bip_benches --features rivals --test bep05_mainline`

#[test]
fn both_versions_of_mainline_announce_put_and_find_in_a_network_of_ours() {
    bip_benches::meet_mainline();
}
