use std::{fs, path::Path};

use http::{HeaderMap, HeaderValue, header};
use tempfile::TempDir;

use super::*;
use crate::Exchange;

/// An exchange with this response.
fn exchange(response: &str) -> Exchange {
    let folder = TempDir::new().unwrap();
    let line = format!("{{\"request\":\"GET /a\",\"response\":{response}}}");
    fs::write(folder.path().join("a.jsonl"), line).unwrap();
    crate::read(folder.path(), Path::new("a.jsonl"), &crate::MadeFiles::new())
        .unwrap()
        .exchanges
        .remove(0)
}

/// What is wrong with a JSON answer.
fn wrong(response: &str, status: u16, body: &str) -> Option<String> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.append(header::ALLOW, HeaderValue::from_static("GET"));
    headers.append(header::ALLOW, HeaderValue::from_static("HEAD"));
    let answer = Answer { status, headers: &headers, body: Some(body.as_bytes()), cut: false };
    exchange(response).mismatch(&answer).map(|mismatch| mismatch.to_string())
}

fn is(told: Option<String>, expected: &str) {
    assert_eq!(told.unwrap(), expected);
}

#[test]
fn the_status_is_one_of_those_that_are_right() {
    assert_eq!(wrong(r#"{"status":[400,422]}"#, 422, "any"), None);
    is(
        wrong(r#"{"status":[400,422]}"#, 200, "a\n"),
        r"status: expected 400 or 422, got 200 with a\n",
    );
    is(wrong(r#"{"status":404}"#, 200, ""), "status: expected 404, got 200");
}

#[test]
fn a_header_is_exact_or_matches_and_a_missing_one_is_empty() {
    let of = |header: &str| wrong(&format!(r#"{{"status":200,"headers":{{{header}}}}}"#), 200, "");
    assert_eq!(of(r#""Content-Type":"application/json","content-encoding":"""#), None);
    assert_eq!(of(r#""allow":"GET, HEAD""#), None);
    assert_eq!(of(r#""allow":{"matches":"(^|,)\\s*HEAD\\s*(,|$)"}"#), None);
    is(
        of(r#""allow":{"matches":"POST"}"#),
        r#"header allow: expected a match of "POST", got "GET, HEAD""#,
    );
    is(of(r#""etag":"1""#), r#"header etag: expected "1", got nothing"#);
    is(of(r#""allow":"""#), r#"header allow: expected nothing, got "GET, HEAD""#);
}

#[test]
fn a_body_is_text_byte_by_byte() {
    assert_eq!(wrong(r#"{"status":200,"text":"tea"}"#, 200, "tea"), None);
    is(wrong(r#"{"status":200,"text":""}"#, 200, "tea"), "body: expected nothing, got tea");
    let long = format!(r#"{{"status":200,"text":"{}a"}}"#, "x".repeat(40));
    is(
        wrong(&long, 200, &format!("{}b", "x".repeat(40))),
        "body, byte 40: expected …xxxxxxxxxxxxxxxxa, got …xxxxxxxxxxxxxxxxb",
    );
}

#[test]
fn a_body_is_equal_as_json() {
    let response = r#"{"status":200,"json":{"a":1,"b":[]},"ignore":["/id"]}"#;
    assert_eq!(wrong(response, 200, r#"{ "b": [], "id": 7, "a": 1.0 }"#), None);
    is(wrong(response, 200, r#"{"a":2,"b":[]}"#), "/a: expected 1, got 2");
    let garbage = wrong(response, 200, "<p>").unwrap();
    assert!(garbage.starts_with("body: expected JSON, got <p> ("), "{garbage}");
    let deep = "[".repeat(20_000);
    assert!(wrong(response, 200, &deep).unwrap().contains("recursion limit"));
}

#[test]
fn entries_of_a_set_are_a_schema() {
    let schema = r#"{"properties":{"errors":{"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["a","b"]}}},"required":["errors"]}"#;
    let response = format!(r#"{{"status":422,"schema":{schema}}}"#);
    for right in [r#"{"errors":["b"]}"#, r#"{"errors":["b","a"]}"#] {
        assert_eq!(wrong(&response, 422, right), None);
    }
    for (body, place) in [
        (r#"{"errors":["a","c"]}"#, "/errors/1: "),
        (r#"{"errors":[]}"#, "/errors: "),
        (r#"{"errors":["a","a"]}"#, "/errors: "),
        ("{}", "body: "),
    ] {
        let told = wrong(&response, 422, body).unwrap();
        assert!(told.starts_with(place), "{told}");
    }
}

#[test]
fn large_bodies_have_a_size_and_a_digest() {
    let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let response = format!(r#"{{"status":200,"bytes":5,"sha256":"{digest}"}}"#);
    assert_eq!(wrong(&response, 200, "hello"), None);
    is(wrong(&response, 200, "hell"), "body: expected 5 bytes, got 4");
    assert!(wrong(&response, 200, "hullo").unwrap().starts_with("body: expected SHA-256 2cf24"));
}

#[test]
fn of_several_responses_the_one_of_the_status_is_told() {
    let response = r#"[{"status":400,"text":"no"},{"status":422,"text":"a"}]"#;
    assert_eq!(wrong(response, 400, "no"), None);
    assert_eq!(wrong(response, 422, "a"), None);
    is(wrong(response, 422, "b"), "body: expected a, got b");
    is(wrong(response, 200, ""), "status: expected 400, got 200");
}

#[test]
fn of_a_cut_body_only_what_its_beginning_tells_is_judged() {
    let headers = HeaderMap::new();
    let of = |response: &str, body: &str| {
        let answer =
            Answer { status: 200, headers: &headers, body: Some(body.as_bytes()), cut: true };
        exchange(response).mismatch(&answer)
    };
    assert_eq!(of(r#"{"status":200,"json":1}"#, "2"), None);
    assert_eq!(of(r#"{"status":200,"bytes":9}"#, "2"), None);
    assert!(of(r#"{"status":200,"bytes":1}"#, "2").is_some());
    assert_eq!(of(r#"{"status":200,"text":"abc"}"#, "ab"), None);
    assert!(of(r#"{"status":200,"text":"a"}"#, "ab").is_some());
}

#[test]
fn of_a_body_that_is_known_to_be_right_the_rest_is_judged() {
    let headers = HeaderMap::new();
    let answer = Answer { status: 200, headers: &headers, body: None, cut: false };
    assert_eq!(exchange(r#"{"status":200,"text":"a"}"#).mismatch(&answer), None);
    assert!(exchange(r#"{"status":200,"headers":{"etag":"1"}}"#).mismatch(&answer).is_some());
}
