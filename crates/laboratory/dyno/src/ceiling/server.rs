//! `dyno empty-server`: answers every request with nothing, as fast as it can.

use std::{io, net::SocketAddr, thread};

use anyhow::Context;
use clap::Parser;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Builder,
};

use crate::failure::Lost;

/// The word of the command line that runs the server.
pub(crate) const COMMAND: &str = "empty-server";
/// As short as a right answer may be.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
/// A request without a body ends so.
const END: &[u8] = b"\r\n\r\n";

/// No request is longer than this, in bytes; the connection of a longer one is closed.
const LONGEST_REQUEST: usize = 4096;

/// What the server is told.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// Where it listens
    listen: SocketAddr,
    /// How many threads serve
    threads: usize,
}

/// Serves until it is ended.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let listener = std::net::TcpListener::bind(arguments.listen)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    thread::scope(|scope| {
        for _ in 1..arguments.threads {
            let listener = listener.try_clone().context("cannot share a socket")?;
            thread::Builder::new()
                .spawn_scoped(scope, || serve(listener))
                .map_err(|error| Lost::no_thread(&error))?;
        }
        serve(listener).context("cannot serve")
    })
}

/// Serves the connections that this thread is the first to accept.
fn serve(listener: std::net::TcpListener) -> io::Result<()> {
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(answer(stream));
        }
    })
}

/// Answers the requests of a connection until the client closes it. A client sends one at a time.
async fn answer(stream: TcpStream) -> io::Result<()> {
    let (mut request, mut held) = ([0; LONGEST_REQUEST], 0);
    loop {
        stream.readable().await?;
        match stream.try_read(&mut request[held..]) {
            Ok(0) => return Ok(()),
            Ok(count) => held += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        }
        if !request[..held].ends_with(END) {
            continue;
        }
        held = 0;
        // So few bytes always find room in the buffer of a socket whose client reads.
        if stream.try_write(ANSWER)? < ANSWER.len() {
            return Ok(());
        }
    }
}
