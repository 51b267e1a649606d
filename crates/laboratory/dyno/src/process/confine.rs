//! `dyno confine`: what runs a contender, so that it changes no file but its own.
//!
//! A contender runs as the same user as dyno, and could rewrite its own samples. Landlock needs no
//! privilege: from here on the file system is read-only but for a few folders. Where the kernel has
//! no Landlock the contender runs all the same; the environment and `dyno doctor` say so.

use std::{
    env, io,
    os::unix::process::CommandExt,
    path::Path,
    process::{self, Command},
    thread,
};

use anyhow::{Context, anyhow};
use clap::Parser;
use close_fds::CloseFdsBuilder;
use landlock::{
    ABI, AccessFs, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus,
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
    let _best_effort = env::current_dir().map(|own| confine(&own));
    let failure: io::Error = Command::new(program).args(rest).exec();
    anyhow!(failure).context(format!("`{program}` cannot be started"))
}

/// Whether contenders can be confined on this machine.
pub(crate) fn is_possible() -> bool {
    // It binds the thread that calls it, for good.
    let tried = thread::Builder::new().spawn(|| confine(Path::new("/tmp")));
    let status = tried.context("no thread").and_then(|tried| {
        let status = tried.join().map_err(|_| anyhow!("the thread ended"))?;
        Ok(status?)
    });
    matches!(status, Ok(RulesetStatus::FullyEnforced))
}

fn confine(own: &Path) -> Result<RulesetStatus, RulesetError> {
    let writing = AccessFs::from_write(NEEDED);
    let open = OPEN_TO_ALL.map(Path::new).into_iter().chain([own]);
    let status = Ruleset::default()
        .handle_access(writing)?
        .create()?
        .add_rules(path_beneath_rules(open, writing))?
        .restrict_self()?;
    Ok(status.ruleset)
}
