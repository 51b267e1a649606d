//! A load of exchanges as a Lua script, for wrk and for dyno's own driver.
//!
//! The script is the same for every load; the requests stand in a file beside it, so that neither a
//! body's bytes nor their number is Lua's concern.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{Exchange, mix::Mix};

/// Writes its figures where dyno looks for them.
const WRITE_RESULT: &str = include_str!("result.lua");
const PLAY: &str = include_str!("play.lua");

/// Writes the script to `script`, whose name ends in `.lua`, and the requests beside it.
pub fn write(exchanges: &[Exchange], mix: &Mix, script: &Path) -> io::Result<()> {
    let text = format!("local write_result = (function()\n{WRITE_RESULT}end)()\n\n{PLAY}");
    std::fs::write(script, text)?;
    let mut file = BufWriter::new(File::create(script.with_extension("requests"))?);
    requests(exchanges, mix, &mut file)?;
    file.flush()
}

/// Each request with the status that is right, 0 for one of several, and what is sent before and
/// after its `Host`; then the order.
fn requests(exchanges: &[Exchange], mix: &Mix, to: &mut impl Write) -> io::Result<()> {
    writeln!(to, "{} {}", exchanges.len(), mix.order.len())?;
    for exchange in exchanges {
        let mut statuses = exchange.statuses();
        let first = statuses.next().unwrap_or_default();
        let status = if statuses.all(|status| status == first) { first } else { 0 };
        let (before, after) = exchange.request.wire();
        writeln!(to, "{status} {} {}", before.len(), after.len())?;
        to.write_all(&before)?;
        to.write_all(&after)?;
    }
    mix.order.iter().try_for_each(|at| writeln!(to, "{}", at + 1))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::MadeFiles;

    #[test]
    fn the_requests_stand_beside_the_script_with_their_statuses_and_order() {
        let folder = TempDir::new().unwrap();
        let lines = r#"{"request":{"method":"POST","path":"/a","text":"\u0000\r\n"},"response":{"status":[400,422]}}
            {"request":"GET /b","response":{"status":200},"weight":2}"#;
        fs::write(folder.path().join("a.jsonl"), lines).unwrap();
        let exchanges =
            crate::read(folder.path(), "a.jsonl".as_ref(), &MadeFiles::new()).unwrap().exchanges;
        let script = folder.path().join("a.lua");
        write(&exchanges, &Mix::new(&exchanges).unwrap(), &script).unwrap();
        let requests = fs::read_to_string(folder.path().join("a.requests")).unwrap();
        assert_eq!(
            requests,
            "2 3\n0 18 24\nPOST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\n\0\r\n200 17 2\nGET /b HTTP/1.1\r\n\r\n2\n1\n2\n"
        );
    }
}
