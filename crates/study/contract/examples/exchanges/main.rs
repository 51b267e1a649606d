//! Writes the contract as exchanges into a folder:
//! `cargo run -p contract --example exchanges -- contract`.
//!
//! `static.jsonl` and `validate.jsonl`, the corpus, are what the scenarios ask; `rules.jsonl` is
//! everything else, among it every line of the contract's table of
//! mismatches.

mod broken;
mod corpus;
mod right;
mod rules;
mod written;

use std::{env, fs, path::Path};

use written::{Bodies, Line};

fn main() {
    let folder = env::args().nth(1).expect("name the folder to write to");
    let folder = Path::new(&folder);
    let mut bodies = Bodies::default();
    for (name, lines) in [
        ("static.jsonl", vec![rules::payload()]),
        ("validate.jsonl", corpus::all()),
        ("rules.jsonl", rules::all()),
    ] {
        let lines: String = lines.into_iter().map(|line| line.written(&mut bodies)).collect();
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(folder.join(name), lines).expect("the file can be written");
    }
    bodies.write(folder);
}

/// What `POST /validate` gets, and must answer.
fn validate(body: impl Into<Vec<u8>>, right: serde_json::Value) -> Line {
    Line::new("POST", "/validate", right).content_type("application/json").body(body)
}
