//! Where requests go.

use std::net::{SocketAddr, ToSocketAddrs};

use http::Uri;

use crate::Error;

/// A URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The URL as it was given.
    pub url: String,
    /// The host, without the brackets of an IPv6 address.
    pub host: String,
    /// The port as it was given.
    pub port: Option<String>,
    /// The path with its query.
    pub path: String,
}

impl Target {
    /// Takes a URL apart.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let wrong = |reason: String| Error::Url { url: url.to_owned(), reason };
        let uri: Uri = url.parse().map_err(|error| wrong(format!("{error}")))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some(scheme) => return Err(wrong(format!("{scheme} is not supported, only http is"))),
            None => return Err(wrong("it must begin with http://".to_owned())),
        }
        let host = uri.host().unwrap_or_default();
        if host.is_empty() {
            return Err(wrong("it names no host".to_owned()));
        }
        Ok(Self {
            url: url.to_owned(),
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port().map(|port| port.as_str().to_owned()),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }

    /// The addresses of the host.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>, Error> {
        look_up(&self.host, self.port.as_deref().unwrap_or("http"))
            .map_err(|reason| Error::Url { url: self.url.clone(), reason })
    }
}

/// The addresses of a host and a service, which is a port or `http`.
pub(crate) fn look_up(host: &str, service: &str) -> Result<Vec<SocketAddr>, String> {
    let port = match service {
        "http" => 80,
        number => number.parse().map_err(|_| format!("`{number}` is neither a port nor `http`"))?,
    };
    (host, port)
        .to_socket_addrs()
        .map(Iterator::collect)
        .map_err(|error| format!("cannot find {host}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_falls_into_its_parts() {
        let target = Target::parse("http://[::1]:6000/a/b?c=d").unwrap();
        let parts = (target.host.as_str(), target.port.as_deref(), target.path.as_str());
        assert_eq!(parts, ("::1", Some("6000"), "/a/b?c=d"));
        assert_eq!(target.addresses().unwrap(), ["[::1]:6000".parse().unwrap()]);
        let target = Target::parse("http://127.0.0.1").unwrap();
        assert_eq!((target.path.as_str(), &target.port), ("/", &None));
        assert_eq!(target.addresses().unwrap()[0].port(), 80);
    }

    #[test]
    fn what_cannot_be_driven_is_told() {
        for (url, part) in [("https://a", "https is not"), ("a:1/", "a:1/"), ("/a", "http://")] {
            let error = Target::parse(url).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
