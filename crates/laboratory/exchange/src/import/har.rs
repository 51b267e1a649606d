//! A HAR file (HTTP Archive 1.2), as browsers save what they asked and got.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::Uri;
use serde_json::{Map, Value, json};

use super::object;
use crate::record::{exact, is_branch};

/// The header fields of requests that are kept; those that identify a person are not.
const KEPT: [&str; 2] = ["accept", "content-type"];

/// The requests to the first entry's host, each once, and what was left out. What was asked several
/// times weighs as much.
pub(super) fn exchanges(document: &Value) -> (Vec<Value>, Vec<String>) {
    let entries = document["log"]["entries"].as_array().map_or(&[][..], Vec::as_slice);
    let mut host = None;
    let (mut found, mut left_out): (Vec<(Value, Value, u32)>, Vec<String>) = Default::default();
    for entry in entries {
        let (request, response) = (&entry["request"], &entry["response"]);
        let url = request["url"].as_str().unwrap_or_default();
        let Ok(uri) = url.parse::<Uri>() else {
            left_out.push(format!("{url} is no URL"));
            continue;
        };
        let host = host.get_or_insert_with(|| uri.authority().cloned());
        if *host != uri.authority().cloned() {
            left_out.push(format!("{url} is another host's"));
            continue;
        }
        let status = response["status"].as_u64().unwrap_or_default();
        if !(200..600).contains(&status) || status == 304 {
            left_out.push(format!("{url} got no answer of its own"));
            continue;
        }
        let asked = asked(request, &uri);
        match found.iter_mut().find(|(before, ..)| *before == asked) {
            Some((.., count)) => *count += 1,
            None => found.push((asked, right(status, response), 1)),
        }
    }
    let exchanges = found.into_iter().map(|(request, response, count)| {
        let weight = (count > 1).then(|| json!(count));
        object([("request", Some(request)), ("response", Some(response)), ("weight", weight)])
    });
    (exchanges.collect(), left_out)
}

fn asked(request: &Value, uri: &Uri) -> Value {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let headers = headers(request, &KEPT);
    let body = request["postData"]["text"].as_str().filter(|text| !text.is_empty());
    object([
        ("method", Some(request["method"].clone())),
        ("path", Some(json!(path))),
        ("headers", headers),
        ("text", body.map(|text| json!(text))),
    ])
}

fn right(status: u64, response: &Value) -> Value {
    let mut right = Map::new();
    right.insert("status".to_owned(), json!(status));
    right.extend(headers(response, &["content-type"]).map(|fields| ("headers".to_owned(), fields)));
    let content = &response["content"];
    let body = content["text"].as_str().and_then(|text| match content["encoding"].as_str() {
        Some("base64") => BASE64_STANDARD.decode(text).ok(),
        _ => Some(text.as_bytes().to_vec()),
    });
    // What the browser did not keep may be anything.
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        match serde_json::from_slice(&body).ok().filter(is_branch) {
            Some(json) => drop(right.insert("json".to_owned(), json)),
            None => exact(&body, &mut right),
        }
    }
    Value::Object(right)
}

/// These header fields, as far as there are any.
fn headers(message: &Value, names: &[&str]) -> Option<Value> {
    let fields = message["headers"].as_array()?.iter().filter_map(|field| {
        let name = field["name"].as_str()?.to_ascii_lowercase();
        names.contains(&name.as_str()).then(|| (name, field["value"].clone()))
    });
    let fields: Map<String, Value> = fields.collect();
    (!fields.is_empty()).then_some(Value::Object(fields))
}
