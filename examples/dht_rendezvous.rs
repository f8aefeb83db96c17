//! Finds everybody who knows the same name: `cargo run --example dht_rendezvous -- "my room" 4000`.

use bip_dht::{DhtBuilder, Key};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let name = args.next().ok_or("which room?")?;
    let port: u16 = args.next().ok_or("at which port are we?")?.parse()?;
    // Further arguments are nodes to begin with, beside the public routers.
    let dht = DhtBuilder::new().bootstrap(args).start()?;
    let mut room = dht.rendezvous(Key::of_name(&name), port)?;
    while let Some(peer) = room.next().await {
        println!("{peer} is in {name:?}");
    }
    Ok(())
}
