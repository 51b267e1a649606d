//! What the contract says of a response.

use std::{collections::BTreeSet, fmt};

use contract::{Fault, Refusal};
use serde::Deserialize;
use ureq::http::header;

use super::{client::Answer, text::shown};

/// What a response must be.
#[derive(Debug, Clone)]
pub(super) enum Expectation {
    /// This status, with any body.
    Status(u16),
    /// 200 with nothing in it.
    Empty,
    /// The payload of `GET /static`.
    Payload,
    /// 405 and an `Allow` header with this method.
    Allow(&'static str),
    /// 200 and this registration.
    Registration(Vec<u8>),
    /// 400: not JSON.
    NotJson,
    /// 422 and some of these faults, and no other.
    Broken(BTreeSet<Fault>),
    /// 400 or 422: parsers differ, and may.
    Refused,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Errors {
    errors: Vec<Fault>,
}

impl Expectation {
    pub(super) fn accepts(&self, answer: &Answer) -> bool {
        match self {
            Self::Status(status) => answer.status == *status,
            Self::Empty => answer.status == 200 && answer.body.is_empty(),
            Self::Payload => is_payload(answer),
            Self::Allow(method) => {
                answer.status == 405
                    && answer
                        .header(header::ALLOW)
                        .split(',')
                        .any(|allowed| allowed.trim() == *method)
            }
            Self::Registration(body) => {
                answer.status == 200 && is_json(answer) && answer.body == *body
            }
            Self::NotJson => {
                answer.status == 400 && is_json(answer) && answer.body == Refusal::NotJson.to_json()
            }
            Self::Broken(possible) => {
                let Some(found) = faults(answer) else { return false };
                let distinct: BTreeSet<_> = found.iter().cloned().collect();
                answer.status == 422
                    && distinct.len() == found.len()
                    && distinct.is_subset(possible)
            }
            Self::Refused => match answer.status {
                400 => Self::NotJson.accepts(answer),
                422 => faults(answer).is_some(),
                _ => false,
            },
        }
    }
}

fn is_json(answer: &Answer) -> bool {
    contract::accepts_media_type(Some(answer.header(header::CONTENT_TYPE).as_bytes()))
}

fn is_payload(answer: &Answer) -> bool {
    is_payload_head(answer) && answer.body == contract::payload::bytes()
}

/// Whether all but the body is what `GET /static` is answered with.
pub(super) fn is_payload_head(answer: &Answer) -> bool {
    answer.status == 200
        && answer.header(header::CONTENT_TYPE) == "application/octet-stream"
        && answer.header(header::CONTENT_LENGTH) == contract::payload::LEN.to_string()
        && answer.header(header::CONTENT_ENCODING).is_empty()
}

/// The faults that an answer lists, at least one.
fn faults(answer: &Answer) -> Option<Vec<Fault>> {
    let Errors { errors } = serde_json::from_slice(&answer.body).ok()?;
    (is_json(answer) && !errors.is_empty()).then_some(errors)
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::Empty => f.write_str("200 with an empty body"),
            Self::Payload => f.write_str(
                "200 application/octet-stream with the uncompressed payload and its Content-Length",
            ),
            Self::Allow(method) => write!(f, "405 Allow: {method}"),
            Self::Registration(body) => write!(f, "200 application/json {}", shown(body)),
            Self::NotJson => {
                write!(f, "400 application/json {}", shown(&Refusal::NotJson.to_json()))
            }
            Self::Broken(faults) => {
                let faults: Vec<_> = faults.iter().cloned().collect();
                write!(
                    f,
                    "422 application/json with one or more of {}",
                    shown(&Refusal::Broken(faults).to_json())
                )
            }
            Self::Refused => f.write_str("400 or 422 with the errors"),
        }
    }
}
