//! What a request's head must say, and the frameworks do not all check.

use std::{net::Ipv6Addr, str};

/// Whether a server may answer a request with these values of `Host` and `Transfer-Encoding`; to any other the
/// answer is 400, and the last on its connection.
///
/// - RFC 9112, 3.2: one valid `Host`, which only HTTP/1.0 may lack.
/// - RFC 9112, 6.1: at most one coding, `chunked`. Any other would leave the body encoded or its end disputed.
pub fn is_well_formed<'a>(
    at_least_http_11: bool,
    mut hosts: impl Iterator<Item = &'a [u8]>,
    mut codings: impl Iterator<Item = &'a [u8]>,
) -> bool {
    let host = hosts.next().map_or(!at_least_http_11, is_host);
    let coding = codings.next().is_none_or(|coding| coding.eq_ignore_ascii_case(b"chunked"));
    host && hosts.next().is_none() && coding && codings.next().is_none()
}

/// `uri-host [ ":" port ]`, or nothing where the target has no authority (RFC 9110, 7.2).
fn is_host(value: &[u8]) -> bool {
    let (host, rest) = if let [b'[', bracketed @ ..] = value {
        let Some(end) = bracketed.iter().position(|&byte| byte == b']') else { return false };
        (is_ipv6(&bracketed[..end]), &bracketed[end + 1..])
    } else {
        let end = value.iter().position(|&byte| byte == b':').unwrap_or(value.len());
        (is_registered_name(&value[..end]), &value[end..])
    };
    let port = match rest {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    host && port
}

fn is_ipv6(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// RFC 3986, 3.2.2; an IPv4 address is one too.
fn is_registered_name(mut name: &[u8]) -> bool {
    loop {
        name = match name {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest
            }
            [byte, rest @ ..] if is_plain(*byte) => rest,
            _ => return false,
        }
    }
}

/// Unreserved, or a delimiter without a meaning in a name.
fn is_plain(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&'
            | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well_formed(at_least_http_11: bool, hosts: &[&str], codings: &[&str]) -> bool {
        is_well_formed(
            at_least_http_11,
            hosts.iter().map(|value| value.as_bytes()),
            codings.iter().map(|value| value.as_bytes()),
        )
    }

    #[test]
    fn a_request_names_one_valid_host() {
        for host in
            ["", "x", "x:80", "x:", "127.0.0.1:5000", "[::1]", "[::1]:80", "a-b.example", "%41,b"]
        {
            assert!(well_formed(true, &[host], &[]), "{host}");
        }
        for host in [
            "a b",
            "http://x/",
            "u@x",
            "x:80:80",
            "x:8x",
            "[::1",
            "[x]",
            "[::1]x",
            "x/y",
            "x?y",
            "x#y",
            "x\\y",
            "\u{e4}",
            "%4",
            "%zz",
            "\"x\"",
        ] {
            assert!(!well_formed(true, &[host], &[]), "{host}");
        }
        assert!(!well_formed(true, &["x", "x"], &[]));
        assert!(!well_formed(false, &["x", "x"], &[]));
    }

    #[test]
    fn only_http_1_0_may_name_no_host() {
        assert!(!well_formed(true, &[], &[]));
        assert!(well_formed(false, &[], &[]));
    }

    #[test]
    fn a_body_is_chunked_once_and_not_encoded_otherwise() {
        assert!(well_formed(true, &["x"], &["chunked"]));
        assert!(well_formed(true, &["x"], &["Chunked"]));
        for codings in [
            ["chunked, chunked"].as_slice(),
            &["gzip, chunked"],
            &["identity"],
            &[""],
            &["chunked", "chunked"],
            &["identity", "chunked"],
        ] {
            assert!(!well_formed(true, &["x"], codings), "{codings:?}");
        }
    }
}
