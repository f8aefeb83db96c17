//! Prints what a `.torrent` file holds, with `bip_metainfo` alone:
//! `cargo run -p bip_examples --example show_torrent -- FILE.torrent`

use std::error::Error;

use bip_metainfo::Metainfo;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: show_torrent FILE.torrent")?;
    let metainfo = Metainfo::from_bytes(&std::fs::read(path)?)?;
    let info = metainfo.info();
    println!(
        "{}  {} bytes in {} pieces",
        info.info_hash(),
        info.total_length(),
        info.piece_count()
    );
    for file in info.files() {
        println!("{:>12}  {}", file.length(), file.path().display());
    }
    Ok(())
}
