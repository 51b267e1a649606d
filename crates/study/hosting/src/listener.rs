//! The socket that connections arrive at.

use std::{io, net::SocketAddr};

use anyhow::Context;
use socket2::{Domain, Protocol, Socket, Type};

/// Connections that wait to be accepted. A burst of clients larger than the usual 128 loses none.
const BACKLOG: i32 = 1024;

/// A listening socket that does not block.
pub type Listener = std::net::TcpListener;

/// Listens on the address. What is set here every accepted connection inherits, without a call for each.
pub fn listen(address: SocketAddr) -> anyhow::Result<Listener> {
    try_listen(address).with_context(|| match address.port() {
        0 => format!("cannot listen on {address}"),
        _ => format!("cannot listen on {address}: free it or choose another address with --listen"),
    })
}

fn try_listen(address: SocketAddr) -> io::Result<Listener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Connections of the server before may linger in TIME_WAIT; a listener is still refused.
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
