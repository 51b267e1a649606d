//! What a person sees on a terminal: tables that fit it, and what Ctrl-C leaves there.

use std::process::Command;

use tempfile::TempDir;

use crate::{
    reference,
    user::{Ended, behind, dyno, free_port, is_free, leftovers, root, rows, run},
};

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

#[test]
fn a_report_fits_a_terminal_of_sixty_columns_and_uses_no_more_than_eighty_of_a_wide_one() {
    let (_folder, campaign) = reference::copy();
    for (columns, widest) in [("60", 60), ("200", 80)] {
        let ended = on_terminal(columns, "is never shown", dyno(&["report"]).arg(&campaign));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let (tables, conclusion) = ended.stdout.trim_end().rsplit_once("\r\n\r\n").unwrap();
        let too_wide = tables.lines().find(|line| line.trim_end().chars().count() > widest);
        assert_eq!(too_wide, None, "{columns}: {tables}");
        assert_eq!(conclusion.lines().count(), 5, "{conclusion}");
    }
}
