//! Every contender of the matrix keeps the whole contract.

use crate::user::{dyno, free_port, leftovers, run};

#[test]
fn all_five_contenders_keep_the_contract() {
    let port = free_port();
    let ended = run(&mut dyno(&["verify", "--port", &port.to_string()]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for contender in ["axum", "actix-web", "fastapi", "aiohttp", "flask"] {
        let line = format!("{contender}: 0 of ");
        assert!(ended.stdout.lines().any(|found| found.starts_with(&line)), "{ended:?}");
    }
    assert_eq!(leftovers(port), [""; 0]);
}
