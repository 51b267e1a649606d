//! Makes exchanges of the answers of a server that is trusted.

use http::{HeaderName, header};
use serde_json::{Map, Value, json};

use crate::{Answer, Asked, Error, expectation::differences, files::sha256};

/// A body larger than this is recorded by its SHA-256, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// The header fields that are recorded, where an answer has them.
const FIELDS: [HeaderName; 3] = [header::CONTENT_TYPE, header::ALLOW, header::LOCATION];

/// What a server was asked twice and how it answered, as a line of JSON without its end. Where the
/// answers differ inside JSON, the place is ignored.
///
/// # Errors
/// The answers differ elsewhere, or in all of their body.
pub fn recorded(asked: &Asked, answers: [&Answer; 2]) -> Result<String, Error> {
    let [first, second] = answers;
    let changing = |what: &str| {
        let message = format!(
            "{} is answered differently each time, in {what}: leave it out, or write its response by hand",
            asked.request.endpoint()
        );
        Error { file: asked.origin.file.clone(), line: Some(asked.origin.line), message }
    };
    if first.status != second.status {
        return Err(changing("its status"));
    }
    let mut response = Map::new();
    response.insert("status".to_owned(), json!(first.status));
    let mut headers = Map::new();
    for name in &FIELDS {
        let value = first.header(name);
        if value != second.header(name) {
            return Err(changing(name.as_str()));
        }
        if !value.is_empty() {
            headers.insert(name.to_string(), json!(value));
        }
    }
    if !headers.is_empty() {
        response.insert("headers".to_owned(), Value::Object(headers));
    }
    let bodies = answers.map(|answer| answer.body.unwrap_or_default());
    body(bodies, &mut response).ok_or_else(|| changing("its body"))?;
    let mut line = json!({"request": asked.form, "response": response});
    if (asked.weight - 1.0).abs() > f64::EPSILON {
        line["weight"] = json!(asked.weight);
    }
    Ok(line.to_string())
}

/// Says in the response what the body is; `None` if the two have nothing in common.
fn body([first, second]: [&[u8]; 2], response: &mut Map<String, Value>) -> Option<()> {
    let objects = [first, second].map(|body| serde_json::from_slice(body).ok().filter(is_branch));
    if let [Some(first), Some(second)] = objects {
        let ignore = differences(&first, &second);
        if ignore.iter().any(String::is_empty) {
            return None;
        }
        if !ignore.is_empty() {
            response.insert("ignore".to_owned(), json!(ignore));
        }
        response.insert("json".to_owned(), first);
        return Some(());
    }
    (first == second).then(|| exact(first, response))
}

/// Says in the response that the body is this one, byte by byte.
pub(crate) fn exact(body: &[u8], response: &mut Map<String, Value>) {
    match std::str::from_utf8(body) {
        Ok(text) if text.len() <= LONGEST_TEXT => {
            response.insert("text".to_owned(), json!(text));
        }
        _ => {
            response.insert("bytes".to_owned(), json!(body.len()));
            response.insert("sha256".to_owned(), json!(sha256(body)));
        }
    }
}

/// What is JSON and cannot be anything else.
pub(crate) fn is_branch(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use http::{HeaderMap, HeaderValue};
    use tempfile::TempDir;

    use super::*;
    use crate::MadeFiles;

    /// What is recorded of a request that is answered by these bodies.
    fn line(bodies: [&str; 2]) -> Result<String, String> {
        let folder = TempDir::new().unwrap();
        let text = "[[exchange]]\nrequest = \"GET /a\"\n";
        fs::write(folder.path().join("a.toml"), text).unwrap();
        let asked = crate::read_asked(folder.path(), "a.toml".as_ref(), &MadeFiles::new())
            .unwrap()
            .remove(0);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        headers.insert(header::DATE, HeaderValue::from_static("now"));
        let answers = bodies.map(|body| Answer {
            status: 200,
            headers: &headers,
            body: Some(body.as_bytes()),
            cut: false,
        });
        recorded(&asked, [&answers[0], &answers[1]]).map_err(|error| error.to_string())
    }

    fn response(bodies: [&str; 2]) -> Value {
        let line: Value = serde_json::from_str(&line(bodies).unwrap()).unwrap();
        assert_eq!(line["request"], json!("GET /a"));
        assert_eq!(line["response"]["headers"], json!({"content-type": "text/plain"}));
        line["response"].clone()
    }

    #[test]
    fn what_changes_inside_json_is_ignored() {
        let recorded = response([r#"{"id":1,"at":[5],"a":0}"#, r#"{"id":2,"at":[5,6],"a":0}"#]);
        assert_eq!(recorded["json"], json!({"id": 1, "at": [5], "a": 0}));
        assert_eq!(recorded["ignore"], json!(["/at", "/id"]));
    }

    #[test]
    fn text_is_recorded_as_text_and_large_bodies_by_their_digest() {
        assert_eq!(response(["tea", "tea"])["text"], json!("tea"));
        assert_eq!(response(["7", "7"])["text"], json!("7"));
        let large = "x".repeat(LONGEST_TEXT + 1);
        assert_eq!(response([&large, &large])["bytes"], json!(LONGEST_TEXT + 1));
    }

    #[test]
    fn a_body_that_changes_as_a_whole_is_told() {
        for bodies in [["1", "2"], ["tea", "milk"], [r#"{"a":1}"#, "[1]"]] {
            let error = line(bodies).unwrap_err();
            let told = "a.toml, line 1: GET /a is answered differently each time, in its body";
            assert!(error.starts_with(told), "{error}");
        }
    }
}
