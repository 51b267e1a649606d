//! Reading and checking a registration, in bytes a second: `cargo bench -p contract`.

use contract::{Refusal, answer, validate};
use divan::{Bencher, black_box, counter::BytesCount};

const CORPUS: &str = include_str!("../../../../lua/corpus.tsv");

fn main() {
    divan::main();
}

/// The bodies of the corpus whose answer has the status.
fn bodies(status: &str) -> Vec<&'static [u8]> {
    CORPUS
        .lines()
        .filter_map(|line| line.strip_prefix(status)?.split('\t').nth(2))
        .map(str::as_bytes)
        .collect()
}

/// Those bodies that are refused at one of the two looks: by serde or by validator.
fn refused(structural: bool) -> Vec<&'static [u8]> {
    let is_structural = |body: &[u8]| {
        use contract::Rule::{Required, Type, Unknown};
        matches!(validate(body), Err(Refusal::Broken(faults))
            if faults.iter().all(|fault| matches!(fault.rule, Required | Type | Unknown)))
    };
    bodies("422").into_iter().filter(|body| is_structural(body) == structural).collect()
}

/// From each request's body to the answer's, as a server does it.
fn measure(bencher: Bencher, bodies: &[&[u8]]) {
    let bytes: usize = bodies.iter().map(|body| body.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        for body in bodies {
            black_box(answer(black_box(body)));
        }
    });
}

#[divan::bench]
fn valid(bencher: Bencher) {
    measure(bencher, &bodies("200"));
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
    measure(bencher, &[bodies("200"), bodies("422")].concat());
}
