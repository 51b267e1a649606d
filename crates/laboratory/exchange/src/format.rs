//! The format of files of exchanges, as serde reads it and its JSON Schema publishes it.

mod forms;

use std::{collections::BTreeMap, path::PathBuf};

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use toml::Spanned;

pub(crate) use forms::{OneOrMany, TextOr};

/// A file of exchanges in TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) exchange: Vec<Spanned<Entry>>,
}

/// Exchanges: requests with the right responses.
#[derive(JsonSchema)]
#[schemars(title = "Exchanges of dyno", deny_unknown_fields)]
struct Document {
    /// The exchanges, in the order in which they are checked and mixed. As JSON Lines, each line is
    /// one of them.
    #[expect(dead_code, reason = "it stands for the file in the schema")]
    exchange: Vec<Entry>,
}

/// What is asked, and what is right.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// `"GET /hello"`, or a table for more.
    pub(crate) request: TextOr<RequestForm>,
    /// What is right. Of several, the answer must meet one. Requests for `dyno record` need none.
    pub(crate) response: Option<OneOrMany<ResponseForm>>,
    /// How often it is asked, beside the weights of the others; above 0.
    #[serde(default = "one")]
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub(crate) weight: f64,
}

fn one() -> f64 {
    1.0
}

/// A request; at most one of `json`, `text`, `base64` and `file` is its body.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestForm {
    /// The method.
    #[serde(default = "get")]
    pub(crate) method: String,
    /// The path, with its query: `/orders?page=2`.
    pub(crate) path: String,
    /// Header fields. `Host` and the length of the body are added.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    /// A body of JSON, sent compactly and as `application/json` unless `headers` says otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) json: Option<Value>,
    /// A body of text, sent as it stands in UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// A body of any bytes, in Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base64: Option<String>,
    /// A file with the body, at or below the folder of this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<PathBuf>,
    /// Send the body as a chunk, without `Content-Length`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) chunked: bool,
}

fn get() -> String {
    "GET".to_owned()
}

/// A response: all that is said of it must hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseForm {
    /// The status; of several, one.
    pub(crate) status: OneOrMany<u16>,
    /// Header fields: the exact value, or a pattern. A missing field counts as empty, and several of
    /// one name as their values with commas between them.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, TextOr<PatternForm>>,
    /// The body is equal to this as JSON: order and whitespace do not matter, and 1.0 is 1.
    #[serde(default, deserialize_with = "present")]
    pub(crate) json: Option<Value>,
    /// JSON Pointers to what `json` does not decide, such as `/id`.
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
    /// The body is JSON that this JSON Schema allows. A string names a file with the schema, at or
    /// below the folder of this file; `file.json#/a/b` is the schema at that JSON Pointer in it.
    #[serde(default, deserialize_with = "present")]
    pub(crate) schema: Option<Value>,
    /// The body is this text in UTF-8, byte by byte.
    pub(crate) text: Option<String>,
    /// The size of the body in bytes.
    pub(crate) bytes: Option<u64>,
    /// The SHA-256 of the body, in hexadecimal.
    pub(crate) sha256: Option<String>,
}

/// What a value looks like.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatternForm {
    /// A regular expression that matches anywhere in the value.
    pub(crate) matches: String,
}

/// A value that is there, `null` among them.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The published schema of the format.
#[must_use]
pub fn schema() -> Schema {
    schemars::schema_for!(Document)
}
