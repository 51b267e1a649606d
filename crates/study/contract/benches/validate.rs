//! Reading and checking a registration, in bytes a second: `cargo bench -p contract`.

use std::{
    path::Path,
    sync::{Arc, LazyLock},
};

use contract::{Refusal, answer, validate};
use divan::{Bencher, black_box, counter::BytesCount};
use exchange::{Exchange, MadeFiles};

static CORPUS: LazyLock<Vec<Exchange>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../contract");
    let read = exchange::read(&folder, "validate.jsonl".as_ref(), &MadeFiles::new());
    read.expect("the corpus is committed").exchanges
});

fn main() {
    divan::main();
}

/// The bodies of the corpus whose answer has the status.
fn bodies(status: u16) -> Vec<Arc<[u8]>> {
    let answered = CORPUS.iter().filter(|exchange| exchange.statuses().eq([status]));
    answered.map(|exchange| Arc::clone(&exchange.request.body)).collect()
}

/// Those bodies that are refused at one of the two looks: by serde or by validator.
fn refused(structural: bool) -> Vec<Arc<[u8]>> {
    let is_structural = |body: &[u8]| {
        use contract::Rule::{Required, Type, Unknown};
        matches!(validate(body), Err(Refusal::Broken(faults))
            if faults.iter().all(|fault| matches!(fault.rule, Required | Type | Unknown)))
    };
    bodies(422).into_iter().filter(|body| is_structural(body) == structural).collect()
}

/// From each request's body to the answer's, as a server does it.
fn measure(bencher: Bencher, bodies: &[Arc<[u8]>]) {
    let bytes: usize = bodies.iter().map(|body| body.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        for body in bodies {
            black_box(answer(black_box(body)));
        }
    });
}

#[divan::bench]
fn valid(bencher: Bencher) {
    measure(bencher, &bodies(200));
}

#[divan::bench]
fn broken_structure(bencher: Bencher) {
    measure(bencher, &refused(true));
}

#[divan::bench]
fn broken_values(bencher: Bencher) {
    measure(bencher, &refused(false));
}

#[divan::bench]
fn whole_corpus(bencher: Bencher) {
    measure(bencher, &[bodies(200), bodies(422)].concat());
}
