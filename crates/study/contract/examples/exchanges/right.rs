//! What the contract says of a response.

use contract::{Fault, Refusal, payload};
use serde_json::{Value, json};

/// The media type of JSON, in any case and with any parameters.
const JSON: &str = r"(?i)^\s*application/json\s*(;|$)";

/// This status, with any body.
pub(crate) fn status(status: u16) -> Value {
    json!({"status": status})
}

/// 200 with nothing in it.
pub(crate) fn empty() -> Value {
    json!({"status": 200, "text": ""})
}

/// 200 and the payload, uncompressed.
pub(crate) fn payload() -> Value {
    json!({
        "status": 200,
        "headers": {
            "content-type": "application/octet-stream",
            "content-length": payload::LEN.to_string(),
            "content-encoding": "",
        },
        "bytes": payload::LEN,
        "sha256": payload::SHA256,
    })
}

/// 405 and an `Allow` header with this method.
pub(crate) fn allow(method: &str) -> Value {
    let matches = format!(r"(^|,)\s*{method}\s*(,|$)");
    json!({"status": 405, "headers": {"allow": {"matches": matches}}})
}

/// 200 and this registration.
pub(crate) fn registration(text: &str) -> Value {
    json!({"status": 200, "headers": {"content-type": {"matches": JSON}}, "text": text})
}

/// 400: not JSON.
pub(crate) fn not_json() -> Value {
    let text = String::from_utf8(Refusal::NotJson.to_json()).expect("JSON is UTF-8");
    json!({"status": 400, "headers": {"content-type": {"matches": JSON}}, "text": text})
}

/// 422 and some of these faults, each once, and no other.
pub(crate) fn broken(faults: &[Fault]) -> Value {
    errors(&json!({"enum": faults}), true)
}

/// 400 or 422: parsers differ, and may.
pub(crate) fn refused() -> Value {
    let rules = ["json", "required", "type", "length", "range", "format", "unknown"];
    let fault = json!({
        "type": "object",
        "properties": {"field": {"type": "string"}, "rule": {"enum": rules}},
        "required": ["field", "rule"],
        "additionalProperties": false,
    });
    json!([not_json(), errors(&fault, false)])
}

/// 422 and at least one fault of this kind.
fn errors(fault: &Value, each_once: bool) -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "errors": {"type": "array", "items": fault, "minItems": 1, "uniqueItems": each_once},
        },
        "required": ["errors"],
        "additionalProperties": false,
    });
    json!({"status": 422, "headers": {"content-type": {"matches": JSON}}, "schema": schema})
}
