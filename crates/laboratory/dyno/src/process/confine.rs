//! `dyno confine`: what runs a contender, so that it changes no file but its own.
//!
//! A contender runs as the same user as dyno, and could rewrite its own samples. Landlock needs no
//! privilege: from here on the file system is read-only but for a few folders. Where the kernel has
//! no Landlock the contender runs all the same; `dyno bench`, `dyno doctor` and the environment say so.

use std::{
    env,
    io::{self, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{self, Command},
    thread,
};

use anyhow::{Context, anyhow};
use clap::Parser;
use close_fds::CloseFdsBuilder;
use landlock::{
    ABI, AccessFs, LandlockStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus,
    path_beneath_rules,
};

/// The word of the command line that confines a program.
pub(crate) const COMMAND: &str = "confine";
/// What a confined program may write besides its own folder: temporary files, `/dev/null` and the
/// shared memory of workers.
const OPEN_TO_ALL: [&str; 2] = ["/tmp", "/dev"];
/// The first version of Landlock that keeps files from being truncated: Linux 6.2.
const NEEDED: ABI = ABI::V3;

/// What is confined.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// The program and its arguments
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// The words before a command that confine it.
pub(crate) fn prefix() -> [String; 3] {
    // dyno's program even if the file has been replaced since.
    [format!("/proc/{}/exe", process::id()), COMMAND.to_owned(), "--".to_owned()]
}

/// Becomes the program, confined; returns only if it cannot be started.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Error {
    let Some((program, rest)) = arguments.command.split_first() else {
        return anyhow!("there is no program");
    };
    // GNU time would leave it the file that it writes to.
    CloseFdsBuilder::new().cloexecfrom(3);
    let confined = env::current_dir().context("its folder is gone").and_then(|own| confine(&own));
    if let Err(error) = confined {
        // Into its own output: where the kernel has no Landlock at all, everybody knows.
        let _full = writeln!(io::stderr(), "dyno: `{program}` is not confined: {error:#}");
    }
    let failure: io::Error = Command::new(program).args(rest).exec();
    anyhow!(failure).context(format!("`{program}` cannot be started"))
}

/// Why contenders cannot be confined on this machine, if so.
pub(crate) fn obstacle() -> Option<String> {
    // It binds the thread that calls it, for good.
    let tried = thread::Builder::new().spawn(|| confine(Path::new("/tmp")));
    let confined = tried.context("cannot start a thread").and_then(|tried| {
        let joined = tried.join().map_err(|_| anyhow!("the thread that tried it ended"))?;
        joined.map(|missing| missing.map(str::to_owned))
    });
    confined.unwrap_or_else(|error| Some(format!("{error:#}")))
}

/// Confines this thread and what it starts; says what the kernel lacks for it.
fn confine(own: &Path) -> anyhow::Result<Option<&'static str>> {
    let writing = AccessFs::from_write(NEEDED);
    let open = OPEN_TO_ALL.map(Path::new).into_iter().chain([own]);
    let status = Ruleset::default()
        .handle_access(writing)?
        .create()?
        .add_rules(path_beneath_rules(open, writing))?
        .restrict_self()?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::FullyEnforced, _) => None,
        (RulesetStatus::PartiallyEnforced, _) => Some("the kernel has only a part of Landlock"),
        (_, LandlockStatus::NotEnabled) => Some("the kernel has Landlock, but not enabled"),
        (RulesetStatus::NotEnforced, _) => Some("the kernel has no Landlock"),
    })
}
