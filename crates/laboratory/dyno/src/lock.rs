//! One campaign at a time on a machine: two at once would disturb each other's figures.

use std::{
    env,
    io::{self, Read, Write},
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixListener, UnixStream},
    },
    path::Path,
    process, thread,
    time::Duration,
};

use anyhow::Context;

use crate::failure::Failure;

/// Names the lock; tests that run side by side name their own.
const VARIABLE: &str = "DYNO_LOCK";

/// Takes the lock until this process ends, however it ends: it is an abstract socket, which leaves
/// nothing behind. The next process learns from it who holds the lock.
pub(crate) fn take(folder: &Path) -> anyhow::Result<()> {
    let name = env::var(VARIABLE).unwrap_or_else(|_| "dyno".to_owned());
    let address = SocketAddr::from_abstract_name(format!("{name}.campaign"))?;
    match UnixListener::bind_addr(&address) {
        Ok(listener) => {
            let folder = std::path::absolute(folder)?;
            let holder = format!("process {}, which writes to {}", process::id(), folder.display());
            let answering = thread::Builder::new().spawn(move || tell(&listener, &holder));
            answering
                .context("cannot start a thread: raise the limit on processes, `ulimit -u`")?;
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(Failure::Busy {
            holder: holder(&address).unwrap_or_else(|_| "a process".to_owned()),
        }
        .into()),
        Err(error) => Err(error).context("cannot take the lock on this machine's campaigns"),
    }
}

fn tell(listener: &UnixListener, holder: &str) {
    for stream in listener.incoming().flatten() {
        // A client that asked and left has lost interest.
        let _told = (&stream).write_all(holder.as_bytes());
    }
}

fn holder(address: &SocketAddr) -> io::Result<String> {
    let stream = UnixStream::connect_addr(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut holder = String::new();
    stream.take(4096).read_to_string(&mut holder)?;
    Ok(holder)
}
