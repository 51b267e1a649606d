//! The program against hostile clients.

attacks::suite!(env!("CARGO_BIN_EXE_server-axum"));
