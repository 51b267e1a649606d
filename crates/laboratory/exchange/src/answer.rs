//! A server's answer, whoever received it.

use http::HeaderMap;

/// An answer to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: &'a HeaderMap,
    /// The body as received, never decompressed; `None` if it is known to be right.
    pub body: Option<&'a [u8]>,
    /// The body is longer, and only its beginning was kept.
    pub cut: bool,
}

impl Answer<'_> {
    /// The value of a header field, several of them joined by commas; empty if it is missing.
    pub(crate) fn header(&self, name: &http::HeaderName) -> String {
        let values = self.headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        values.join(", ")
    }
}
