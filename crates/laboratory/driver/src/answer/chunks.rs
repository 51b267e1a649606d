//! A chunked body (RFC 9112, section 7.1).

use httparse::Status;

use super::{Fault, kept::Kept};

/// A line between chunks, or a trailer field, longer than this is nonsense.
const LONGEST_LINE: usize = 4 << 10;
/// So many trailer fields are nonsense too.
const MOST_TRAILERS: u8 = 64;

/// Where in the chunks the next byte belongs.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    at: At,
    /// A line that has not come in whole.
    line: Vec<u8>,
    trailers: u8,
}

#[derive(Debug, Default, Clone, Copy)]
enum At {
    #[default]
    Size,
    Data(u64),
    /// The line feed behind the data.
    DataEnd,
    Trailer,
}

impl Chunks {
    pub(super) fn discardable(&self) -> usize {
        match self.at {
            At::Data(left) => usize::try_from(left).unwrap_or(usize::MAX),
            _ => 0,
        }
    }

    pub(super) fn discarded(&mut self, count: usize) {
        if let At::Data(left) = self.at {
            self.at = after_data(left.saturating_sub(count as u64));
        }
    }

    /// How many bytes belong to the body, and whether they end it.
    pub(super) fn feed(&mut self, input: &[u8], kept: &mut Kept) -> Result<(usize, bool), Fault> {
        let mut taken = 0;
        while taken < input.len() {
            let input = &input[taken..];
            if let At::Data(left) = self.at {
                let used = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
                kept.push(&input[..used]);
                taken += used;
                self.at = after_data(left - used as u64);
                continue;
            }
            let (used, whole) = self.line(input)?;
            taken += used;
            if whole && self.end_of_line()? {
                return Ok((taken, true));
            }
        }
        Ok((taken, false))
    }

    /// Takes bytes up to the end of the line; whether that was among them.
    fn line(&mut self, input: &[u8]) -> Result<(usize, bool), Fault> {
        let end = input.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(input.len(), |end| end + 1);
        if self.line.len() + used > LONGEST_LINE {
            return Err(Fault::BadChunk);
        }
        self.line.extend_from_slice(&input[..used]);
        Ok((used, end.is_some()))
    }

    /// Understands a whole line; whether it is the body's last.
    fn end_of_line(&mut self) -> Result<bool, Fault> {
        let empty = self.line == b"\r\n";
        match self.at {
            At::Size => match httparse::parse_chunk_size(&self.line) {
                Ok(Status::Complete((_, 0))) => self.at = At::Trailer,
                Ok(Status::Complete((_, size))) => self.at = At::Data(size),
                _ => return Err(Fault::BadChunk),
            },
            At::DataEnd if empty => self.at = At::Size,
            At::Trailer if empty => return Ok(true),
            At::Trailer if self.trailers < MOST_TRAILERS => self.trailers += 1,
            _ => return Err(Fault::BadChunk),
        }
        self.line.clear();
        Ok(false)
    }
}

fn after_data(left: u64) -> At {
    if left == 0 { At::DataEnd } else { At::Data(left) }
}
