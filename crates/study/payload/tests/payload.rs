//! The program that writes the payload. Cargo builds it for the tests because it has one here.

use std::process::Command;

#[test]
fn it_writes_the_body_that_the_contract_asks_for_and_nothing_else() {
    let output = Command::new(env!("CARGO_BIN_EXE_payload")).output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
    assert!(output.stdout == contract::payload::bytes());
}
