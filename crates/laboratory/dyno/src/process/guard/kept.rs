//! A program's output. It goes through a pipe, and the guard keeps as much of it as fits: the
//! program never holds the file itself, which lies in the campaign's folder.

use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write},
    sync::atomic::{AtomicU64, Ordering},
    thread::{self, JoinHandle},
};

use anyhow::Context;

use super::NO_THREAD;

/// Limit on a program's output, in MiB.
const MOST_MIB: u64 = 16;

/// What the program has written, in bytes.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// The thread that keeps an output; what went wrong when it was written.
pub(super) type Keeping = JoinHandle<io::Result<()>>;

/// A pipe for one of the program's outputs. What comes out of it goes to the guard's own; the thread
/// ends when nobody holds the pipe any longer.
pub(super) fn pipe(to: impl Write + Send + 'static) -> anyhow::Result<(PipeWriter, Keeping)> {
    let (reader, writer) = io::pipe().context("cannot make a pipe for the program's output")?;
    let keeping = thread::Builder::new().spawn(move || keep(reader, to)).context(NO_THREAD)?;
    Ok((writer, keeping))
}

fn keep(mut from: PipeReader, mut to: impl Write) -> io::Result<()> {
    let mut block = vec![0; 1 << 16];
    let mut kept = Ok(());
    loop {
        let count = match from.read(&mut block) {
            Ok(0) => return kept,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return kept.and(Err(error)),
        };
        WRITTEN.fetch_add(count as u64, Ordering::Relaxed);
        // What is too much, or finds the disk full, is read, so that nobody waits for room, and dropped.
        if kept.is_ok() && too_much().is_none() {
            kept = to.write_all(&block[..count]).and_then(|()| to.flush());
        }
    }
}

/// How many MiB there were, if they are too many.
pub(super) fn too_much() -> Option<u64> {
    let mib = WRITTEN.load(Ordering::Relaxed) >> 20;
    (mib > MOST_MIB).then_some(mib)
}
