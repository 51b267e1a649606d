//! What a person sees on a terminal, and what Ctrl-C leaves there.

use std::process::Command;

use tempfile::TempDir;

use crate::user::{Ended, behind, dyno, free_port, is_free, leftovers, root, rows, run};

/// Runs a command on a terminal of so many columns, where Ctrl-C is typed once it shows this text.
fn on_terminal(columns: &str, text: &str, command: &Command) -> Ended {
    let script = root().join("crates/laboratory/dyno/tests/program/scripts/terminal.py");
    let words = ["python3", script.to_str().unwrap(), columns, text];
    run(behind(&words, command).env("TERM", "xterm"))
}

#[test]
fn ctrl_c_clears_the_bar_and_says_what_is_kept_and_how_to_go_on() {
    let (port, folder) = (free_port(), TempDir::new().unwrap());
    let out = folder.path().join("campaign");
    let mut bench = dyno(&["bench", "--contenders", "axum", "--scenarios", "validate"]);
    bench.args(["--driver", "dyno", "--connections", "12", "--threads", "2", "--rounds", "9"]);
    bench.args(["--duration", "1s", "--warmup", "0s", "--port", &port.to_string()]);
    // The bar while the second trial runs.
    let ended = on_terminal("80", "1/9", bench.arg("--out").arg(&out));
    assert_eq!(ended.code, Some(130), "{ended:?}");
    let (with_bar, after) = ended.stdout.rsplit_once("\u{1b}[2K").unwrap();
    assert!(with_bar.contains("1/9") && !after.contains("/9"), "{ended:?}");
    let kept = format!("kept: {} sample", rows(&out));
    let go_on = format!("; to continue: dyno bench --resume {}\r\n", out.display());
    assert!(after.contains(&kept) && after.contains(&go_on), "{ended:?}");
    assert!(after.ends_with("dyno: interrupted: every server has been stopped\r\n"), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    assert!(is_free(port));
}
