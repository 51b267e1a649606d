//! A program's output. It goes through a pipe, and the guard keeps as much of it as fits: the
//! program never holds the file itself, which lies in the campaign's folder.

use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write},
    sync::atomic::{AtomicU64, Ordering},
    thread::{self, JoinHandle},
};

/// Limit on a program's output, in MiB.
const MOST_MIB: u64 = 16;

/// What the program has written, in bytes.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// A pipe for one of the program's outputs. What comes out of it goes to the guard's own; the thread
/// ends when nobody holds the pipe any longer.
pub(super) fn pipe(to: impl Write + Send + 'static) -> io::Result<(PipeWriter, JoinHandle<()>)> {
    let (reader, writer) = io::pipe()?;
    let keeping = thread::Builder::new().spawn(move || keep(reader, to))?;
    Ok((writer, keeping))
}

fn keep(mut from: PipeReader, mut to: impl Write) {
    let mut block = vec![0; 1 << 16];
    loop {
        let count = match from.read(&mut block) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        WRITTEN.fetch_add(count as u64, Ordering::Relaxed);
        // What is too much is read, so that nobody waits for room, and dropped.
        if too_much().is_none() {
            // A full disk must not stop the program.
            let _full = to.write_all(&block[..count]).and_then(|()| to.flush());
        }
    }
}

/// How many MiB there were, if they are too many.
pub(super) fn too_much() -> Option<u64> {
    let mib = WRITTEN.load(Ordering::Relaxed) >> 20;
    (mib > MOST_MIB).then_some(mib)
}
