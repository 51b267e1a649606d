//! What dyno prints. Names, reasons and the like come from others: whatever it is made of, no text
//! steers the terminal. When nobody reads any longer, dyno stops as if asked to.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

use anstyle::Style;
use campaign::text::visible;
use rustix::termios::tcgetwinsize;

use crate::process::interrupt;

/// Prints a line, as `println!` does.
macro_rules! say {
    ($($text:tt)*) => { $crate::output::line(&format!($($text)*)) };
}
pub(crate) use say;

/// Prints a line, or several.
pub(crate) fn line(line: &str) {
    text(&format!("{line}\n"));
}

/// Prints text that ends with its own line break.
pub(crate) fn text(text: &str) {
    written(io::stdout().lock().write_all(visible(text).as_bytes()));
}

/// Prints a line in a style; without it if this is not a terminal, or `NO_COLOR` is set.
pub(crate) fn styled(style: Style, text: &str) {
    written(writeln!(anstream::stdout().lock(), "{style}{}{style:#}", visible(text)));
}

/// Tells of something that a person should know, beside what was asked for.
pub(crate) fn warning(warning: &str) {
    let _nobody_reads = writeln!(io::stderr(), "warning: {}", visible(warning));
}

/// Tells an error, after the program's name.
pub(crate) fn error(error: &dyn Display) {
    let _nobody_reads = writeln!(io::stderr(), "dyno: {}", visible(&error.to_string()));
}

/// How many columns a line has: those of the terminal, if this is one.
pub(crate) fn columns() -> u16 {
    let size = tcgetwinsize(io::stdout()).ok();
    size.map(|size| size.ws_col).filter(|&columns| columns > 0).unwrap_or(u16::MAX)
}

fn written(result: io::Result<()>) {
    let Err(failure) = result.and_then(|()| io::stdout().flush()) else { return };
    interrupt::request();
    if failure.kind() != ErrorKind::BrokenPipe {
        error(&format!("cannot print ({failure})"));
    }
}
