//! A whole node, whatever datagrams come from wherever, in whatever order with time and commands: nothing is sent where
//! nobody can be, nothing longer than a link carries, at most one answer to a query and none to an answer, to strangers no
//! more than three times what they sent beside what cannot be cut; each operation ends at most once, and in the end all
//! have ended; queues and stores stay within their limits; time goes on; what is saved can be restored.

#![no_main]

mod dht_world;

use std::time::Duration;

use bip_dht::{AnnouncePort, Key, MutableItem, NodeId, SecretKey};
use libfuzzer_sys::fuzz_target;

use dht_world::{Input, World, address, key};

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut world = World::new(input.byte());
    while !input.0.is_empty() {
        step(&mut world, &mut input);
    }
    world.finish();
});

fn step(world: &mut World, input: &mut Input<'_>) {
    match input.byte() % 16 {
        0 => {
            let from = address(input.byte());
            let bytes = input.take_some();
            world.receive(from, bytes);
        }
        1..=3 => world.be_asked(input),
        4..=7 => world.be_answered(input),
        8 => world.be_refused(input),
        9 => {
            let unit = [1, 50, 1000, 60_000][usize::from(input.byte() % 4)];
            world.pass(Duration::from_millis(u64::from(input.byte()) * unit));
        }
        10 | 11 => world.wake(),
        12 => begin(world, input),
        13 => world.cancel(input.byte()),
        14 => match input.byte() % 3 {
            0 => world.release(),
            _ => lease(world, input),
        },
        _ => match input.byte() % 8 {
            0 => world.restart(),
            1 => world.restore(input.take_some()),
            2 => world.is_drained = !world.is_drained,
            _ => world.add_node(address(input.byte())),
        },
    }
}

fn lease(world: &mut World, input: &mut Input<'_>) {
    let (choice, argument) = (input.byte(), input.byte());
    let value = dht_world::value(argument);
    let owner = SecretKey::from_seed(&[argument % 4; 32]);
    world.lease(|core, now| match choice % 6 {
        0 => core.republish_immutable(now, &value),
        1 => {
            let item = MutableItem::sign(&owner, b"salt", i64::from(choice / 6), &value);
            core.republish_mutable(now, item.expect("a short value"))
        }
        2 => {
            let every = Duration::from_secs(u64::from(choice) * 100);
            core.follow(now, *owner.public_key(), b"salt", every)
        }
        _ => core.hold(now, key(argument), AnnouncePort::from(u16::from(choice))),
    });
}

fn begin(world: &mut World, input: &mut Input<'_>) {
    let (choice, argument) = (input.byte(), input.byte());
    let key = key(argument);
    let value = dht_world::value(argument);
    let owner = SecretKey::from_seed(&[argument % 4; 32]);
    world.begin(|core, now| match choice % 10 {
        0 => core.get_peers(now, key),
        1 => core.announce(now, key, AnnouncePort::from(u16::from(argument))),
        2 => core.scrape(now, key),
        3 => core.find_node(now, NodeId::from(key)),
        4 => core.put_immutable(now, &value),
        5 => core.get_immutable(now, Key::of_immutable(&value)),
        6 => core.ping(now, address(argument)),
        7 => core.sample(now, address(argument), key),
        8 => core.get_mutable(now, *owner.public_key(), b"salt"),
        _ => {
            let item = MutableItem::sign(&owner, b"salt", i64::from(choice / 10), &value);
            core.put_mutable(now, item.expect("a short value"), Some(i64::from(argument)))
        }
    });
}
