//! Runs the program as a user would.

use std::{
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, TcpListener},
    os::{linux::net::SocketAddrExt, unix::net},
    path::{Path, PathBuf},
    process::{self, Command, Output, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use procfs::process::all_processes;
use tempfile::TempDir;

/// The variable in the environment of what dyno starts.
const MARK: &str = "DYNO_STARTED_BY";

/// The project's root, where `dyno.toml` lies.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

/// The program in the project's root. Tests run side by side, each with a lock of its own, and disturb one another.
pub(crate) fn dyno(arguments: &[&str]) -> Command {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let lock = format!("test-{}-{}", process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    let mut command = Command::new(env!("CARGO_BIN_EXE_dyno"));
    if let ["bench", rest @ ..] = arguments {
        command.args(["bench", "--even-if-busy"]).args(rest);
    } else {
        command.args(arguments);
    }
    command.current_dir(root()).stdin(Stdio::null());
    command.env("DYNO_MATRIX", &*MATRIX).env("DYNO_LOCK", lock);
    command
}

/// The prose of a document without its line breaks.
pub(crate) fn unwrapped(document: &str) -> String {
    document.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same command behind these words, which run it.
pub(crate) fn behind(words: &[&str], command: &Command) -> Command {
    let mut behind = Command::new(words[0]);
    behind.args(&words[1..]).arg(command.get_program()).args(command.get_args());
    behind.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    behind.current_dir(root()).stdin(Stdio::null());
    behind
}

/// The project's matrix with the Rust servers that were built with these tests, beside the program.
/// A release build of each would take longer than all the tests.
pub(crate) static MATRIX: LazyLock<PathBuf> = LazyLock::new(|| {
    for name in ["dyno.toml", "selftest.toml"] {
        let mut text = fs::read_to_string(root().join(name)).unwrap();
        if name == "dyno.toml" {
            text = without_search(&text);
        }
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // Tests in other processes may be reading it.
        let new = file.with_extension(process::id().to_string());
        fs::write(&new, from_anywhere(&text)).unwrap();
        fs::rename(new, file).unwrap();
    }
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("dyno.toml")
});

/// A search takes ten times as long as a short window: `search` has its own matrix.
fn without_search(matrix: &str) -> String {
    let lines = matrix.lines().filter(|line| !line.starts_with("objective = {"));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    text.replace("capacity_per_s", "requests_per_s")
}

/// A matrix that may lie anywhere: its paths lead to the project, and to the servers as they are.
fn from_anywhere(matrix: &str) -> String {
    let root = root().display().to_string();
    let servers = Path::new(env!("CARGO_BIN_EXE_dyno")).parent().unwrap();
    for program in ["server-axum", "server-actix", "server-planted", "payload"] {
        let there = servers.join(program).is_file();
        assert!(there, "{program} is not there: type cargo build --workspace");
    }
    let lines = matrix.lines().filter(|line| !line.starts_with("build = [\"cargo\""));
    let mut text: String = lines.flat_map(|line| [line, "\n"]).collect();
    text = text.replace("target/release/", &format!("{}/", servers.display()));
    text = text.replace("{home}", &root);
    for path in ["contract/", "crates/", "python/", ".venv/", "nginx/"] {
        text = text.replace(&format!("\"{path}"), &format!("\"{root}/{path}"));
    }
    text
}

/// A port that no other test has, below those that connections are given: nobody listens on it,
/// and nobody comes to while this process lives.
pub(crate) fn free_port() -> u16 {
    static HELD: Mutex<Vec<net::UnixListener>> = Mutex::new(Vec::new());
    for port in 20_000..30_000 {
        let name = net::SocketAddr::from_abstract_name(format!("dyno-test-port-{port}")).unwrap();
        let Ok(reserved) = net::UnixListener::bind_addr(&name) else { continue };
        if is_free(port) {
            HELD.lock().unwrap().push(reserved);
            return port;
        }
    }
    panic!("no port is free");
}

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The command lines of live processes that dyno started and that name this port: what a run left behind.
pub(crate) fn leftovers(port: u16) -> Vec<String> {
    let port = port.to_string();
    let names_port = |words: &[String]| {
        let words = words.iter().flat_map(|it| it.split(|it: char| !it.is_ascii_alphanumeric()));
        words.into_iter().any(|word| word == port)
    };
    let all = all_processes().unwrap().flatten();
    let left = all.filter_map(|process| {
        let words = process.cmdline().ok().filter(|words| names_port(words))?;
        let is_guard = words.get(1).is_some_and(|word| word == "guard");
        let marked = || process.environ().is_ok_and(|it| it.contains_key(OsStr::new(MARK)));
        (is_guard || marked()).then(|| words.join(" "))
    });
    left.collect()
}

/// Waits until this holds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(5);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// How many whole rows a campaign has, without the header.
pub(crate) fn rows(folder: &Path) -> usize {
    let text = fs::read_to_string(folder.join("samples.csv")).unwrap_or_default();
    text.matches('\n').count().saturating_sub(1)
}

/// What a run ended with.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs to the end.
pub(crate) fn run(command: &mut Command) -> Ended {
    ended(&command.output().unwrap())
}

pub(crate) fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Ended {
    /// The one error: a single line, after the program's name and after what the machine is warned of.
    pub(crate) fn error(&self) -> &str {
        let mut error = self.stderr.trim_end();
        while let Some(after) = error.strip_prefix("warning: ") {
            error = after.split_once('\n').map_or("", |(_, next)| next);
        }
        error.strip_prefix("dyno: ").unwrap_or_else(|| panic!("no error in {self:?}"))
    }
}

/// A folder with a matrix of its own: the project's scenarios and rule, and these contenders.
pub(crate) fn matrix_with(contenders: &str) -> (TempDir, String) {
    let text = fs::read_to_string(&*MATRIX).unwrap();
    let shared = text.split("\n[[contender]]").next().unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("dyno.toml");
    fs::write(&file, format!("{shared}\n{contenders}")).unwrap();
    let file = file.to_string_lossy().into_owned();
    (folder, file)
}

/// The rows of a campaign's samples, a map from column to field each.
pub(crate) fn samples(folder: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("samples.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}
