//! The head of a response, and how its body is framed (RFC 9112, section 6.3).

use httparse::{EMPTY_HEADER, Header, Status};

use super::Fault;

/// More header fields than any server of ours sends.
const MOST_FIELDS: usize = 64;

/// The parts of a head that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) keep_alive: bool,
    pub(super) framing: Framing,
}

/// Where the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

impl Head {
    /// Parses a head and returns its length; `None` if it is incomplete.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Fault> {
        let mut fields = [EMPTY_HEADER; MOST_FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        let Status::Complete(length) = response.parse(bytes).map_err(|_| Fault::Garbage)? else {
            return Ok(None);
        };
        let (Some(status), Some(version)) = (response.code, response.version) else {
            return Err(Fault::Garbage);
        };
        // Nobody asked to switch protocols.
        if status == 101 {
            return Err(Fault::Garbage);
        }
        let framing = framing(status, response.headers)?;
        let keep_alive = keep_alive(version, response.headers);
        Ok(Some((Self { status, keep_alive, framing }, length)))
    }
}

fn framing(status: u16, fields: &[Header]) -> Result<Framing, Fault> {
    let mut length = None;
    let mut chunked = false;
    for field in fields {
        if field.name.eq_ignore_ascii_case("transfer-encoding") {
            chunked |= tokens(field).any(|token| token.eq_ignore_ascii_case(b"chunked"));
        } else if field.name.eq_ignore_ascii_case("content-length") {
            let declared = std::str::from_utf8(field.value)
                .ok()
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|text| text.parse().ok())
                .ok_or(Fault::UnclearLength)?;
            if length.is_some_and(|length: u64| length != declared) {
                return Err(Fault::UnclearLength);
            }
            length = Some(declared);
        }
    }
    Ok(match (status, chunked, length) {
        (..200 | 204 | 304, _, _) => Framing::Length(0),
        (_, true, None) => Framing::Chunked,
        // The two together are how request smuggling works.
        (_, true, Some(_)) => return Err(Fault::UnclearLength),
        (_, false, Some(length)) => Framing::Length(length),
        (_, false, None) => Framing::UntilClose,
    })
}

fn keep_alive(version: u8, fields: &[Header]) -> bool {
    let says = |word: &[u8]| {
        fields
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case("connection"))
            .any(|field| tokens(field).any(|token| token.eq_ignore_ascii_case(word)))
    };
    if version == 0 { says(b"keep-alive") } else { !says(b"close") }
}

fn tokens<'a>(field: &Header<'a>) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    field.value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}
