//! Writes the payload to standard output.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(contract::payload::bytes())
}
