//! Decoding and encoding bencode, ours and the rivals' on the same bytes in the same run.

#![allow(missing_docs, reason = "a benchmark has no callers")]
#![allow(
    clippy::unwrap_used,
    reason = "a run in which something does not decode must stop"
)]

mod counting;
mod ours;
#[cfg(feature = "rivals")]
mod rivals;

use std::time::Duration;

use bip_benches::Corpus;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Something to measure: decodes or encodes all inputs of a corpus once.
type Run<'c> = Box<dyn FnMut() + 'c>;

/// A row of the table on one corpus.
struct Contender<'c> {
    name: &'static str,
    run: Run<'c>,
}

fn decode(criterion: &mut Criterion) {
    for corpus in bip_benches::all() {
        let mut contenders = ours::decoders(&corpus);
        #[cfg(feature = "rivals")]
        contenders.extend(rivals::decoders(&corpus));
        measure(criterion, "decode", &corpus, contenders);
    }
}

fn encode(criterion: &mut Criterion) {
    for corpus in bip_benches::all() {
        let mut contenders = ours::encoders(&corpus);
        #[cfg(feature = "rivals")]
        contenders.extend(rivals::encoders(&corpus));
        measure(criterion, "encode", &corpus, contenders);
    }
}

fn measure(criterion: &mut Criterion, what: &str, corpus: &Corpus, contenders: Vec<Contender<'_>>) {
    let mut group = criterion.benchmark_group(format!("{what}/{}", corpus.name));
    group.throughput(Throughput::Bytes(corpus.length() as u64));
    for Contender { name, mut run } in contenders {
        // The second round is the one that counts: memory that is kept has been set aside by then.
        run();
        let allocations = counting::during(&mut run);
        let per_input = allocations as f64 / corpus.inputs.len() as f64;
        println!(
            "allocations {what}/{}/{name}: {per_input:.1} per input",
            corpus.name
        );
        group.bench_function(name, |bencher| bencher.iter(&mut run));
    }
    group.finish();
}

criterion_group! {
    name = bencode;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = decode, encode
}
criterion_main!(bencode);
