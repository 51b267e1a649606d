//! Servers that behave as a test wants them to.

#![expect(clippy::missing_panics_doc, reason = "panics are how tests fail")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// A plain answer.
pub const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server on a port of its own. It lives as long as the test program.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    served: Arc<AtomicU64>,
}

/// A connection, as a server sees it.
#[derive(Debug)]
pub struct Peer {
    reader: BufReader<TcpStream>,
    served: Arc<AtomicU64>,
}

impl Server {
    /// Hands each connection to the function, on a thread of its own.
    pub fn start(handle: impl Fn(Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let (address, served) =
            (listener.local_addr().expect("its port"), Arc::new(AtomicU64::new(0)));
        let (handle, counter) = (Arc::new(handle), Arc::clone(&served));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                stream.set_nodelay(true).expect("a socket");
                let (handle, served) = (Arc::clone(&handle), Arc::clone(&counter));
                thread::spawn(move || handle(Peer { reader: BufReader::new(stream), served }));
            }
        });
        Self { address, served }
    }

    /// Answers every request with these bytes.
    #[must_use]
    pub fn answering(answer: &'static [u8]) -> Self {
        Self::start(move |mut peer| while peer.request().is_some() && peer.send(answer) {})
    }

    /// How many requests were read whole.
    #[must_use]
    pub fn served(&self) -> u64 {
        self.served.load(Ordering::SeqCst)
    }
}

impl Peer {
    /// Reads a request with its body; `None` when the connection ends.
    pub fn request(&mut self) -> Option<Vec<u8>> {
        let mut request = Vec::new();
        let mut length = 0;
        loop {
            let start = request.len();
            if self.reader.read_until(b'\n', &mut request).ok()? == 0 {
                return None;
            }
            let line = String::from_utf8_lossy(&request[start..]).to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        let head = request.len();
        request.resize(head + length, 0);
        self.reader.read_exact(&mut request[head..]).ok()?;
        self.served.fetch_add(1, Ordering::SeqCst);
        Some(request)
    }

    /// Whether the bytes could be sent.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.reader.get_mut().write_all(bytes).is_ok()
    }

    /// Waits until something has come in, and leaves it there.
    pub fn peek(&self) {
        let _ = self.reader.get_ref().peek(&mut [0]);
    }
}
