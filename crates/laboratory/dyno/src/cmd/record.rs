//! `dyno record`: the answers of a server that is trusted become what is right.

use std::{
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    slice,
    time::Duration,
};

use anyhow::Context;
use campaign::matrix::Matrix;
use clap::Args;
use driver::Target;
use exchange::{Asked, MadeFiles};

use super::{contender_process::ContenderProcess, new_file};
use crate::{failure::Failure, output::say, process::interrupt, verify};

/// How long a server may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The server: a URL, such as <http://127.0.0.1:5000>, or a contender of the matrix
    server: String,
    /// The exchanges whose requests are asked; they need no responses
    requests: PathBuf,
    /// The file to write: the same requests with the server's answers, as JSON Lines
    file: PathBuf,
    /// The port that a contender listens on; 0 chooses a free one
    #[arg(long, default_value_t = 5000)]
    port: u16,
}

/// Asks each request twice, so that what changes from answer to answer is not taken for right.
pub(super) fn run(
    matrix: impl FnOnce() -> anyhow::Result<Matrix>,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let Arguments { server, requests, file, port } = arguments;
    new_file::check_json_lines(file)?;
    let read = |made: &MadeFiles| {
        exchange::read_asked(Path::new(""), requests, made).map_err(campaign::Error::from)
    };
    let lines = if server.contains("://") {
        let asked = read(&MadeFiles::new())?;
        recorded(reachable(server)?, &asked)?
    } else {
        let matrix = matrix()?;
        let asked = read(&matrix.made)?;
        let contender = matrix.select_contenders(slice::from_ref(server))?.remove(0);
        let process = ContenderProcess::start(&matrix, &contender, *port)?;
        let lines = recorded(process.listen, &asked);
        process.stop()?;
        lines?
    };
    new_file::write(file, &lines)?;
    say!("wrote {} exchanges to {}", lines.lines().count(), file.display());
    Ok(())
}

/// The first of a server's addresses that accepts a connection.
fn reachable(url: &str) -> anyhow::Result<SocketAddr> {
    let addresses = Target::parse(url)?.addresses()?;
    let accepts = |address: &&SocketAddr| TcpStream::connect_timeout(address, PATIENCE).is_ok();
    let refused = || Failure::NoServer { url: url.to_owned(), attempts: addresses.len() as u64 };
    Ok(addresses.iter().find(accepts).copied().ok_or_else(refused)?)
}

fn recorded(address: SocketAddr, asked: &[Asked]) -> anyhow::Result<String> {
    let mut lines = String::new();
    for one in asked {
        interrupt::check()?;
        let answer = || {
            verify::ask(address, &one.request)
                .with_context(|| format!("{} ({}) got no response", one.request, one.origin))
        };
        let (first, second) = (answer()?, answer()?);
        let line = exchange::recorded(one, [&first.answer(), &second.answer()]);
        lines.push_str(&line.map_err(Failure::NotRecorded)?);
        lines.push('\n');
    }
    Ok(lines)
}
