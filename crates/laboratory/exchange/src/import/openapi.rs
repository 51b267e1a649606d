//! A document of `OpenAPI` 3.1: its examples are asked, and its schemas say what is right.

use serde_json::{Map, Value, json};

use super::object;
use crate::{expectation::token, text::percent_encoded};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
/// References to references are followed this often.
const MOST_STEPS: usize = 32;

/// An exchange for each example of each operation, and what was left out.
pub(super) fn exchanges(name: &str, document: &Value) -> (Vec<Value>, Vec<String>) {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    let none = Map::new();
    for (path, item) in document["paths"].as_object().unwrap_or(&none) {
        let at = format!("/paths/{}", token(path));
        for method in METHODS.into_iter().filter(|&method| item.get(method).is_some()) {
            let operation = Operation { name, document, path, method, at: &at };
            match operation.exchanges() {
                Ok(exchanges) => found.extend(exchanges),
                Err(reason) => {
                    left_out.push(format!("{} {path}: {reason}", method.to_ascii_uppercase()));
                }
            }
        }
    }
    (found, left_out)
}

struct Operation<'a> {
    /// The document's file.
    name: &'a str,
    document: &'a Value,
    path: &'a str,
    method: &'a str,
    /// The JSON Pointer to the path's item.
    at: &'a str,
}

impl Operation<'_> {
    /// One for each example of its body; or why there is none.
    fn exchanges(&self) -> Result<Vec<Value>, String> {
        let (path, headers) = self.filled_in()?;
        let right = self.right()?;
        let bodies = self.bodies()?;
        let exchange = |body: Option<&Value>| {
            let request = object([
                ("method", Some(json!(self.method.to_ascii_uppercase()))),
                ("path", Some(json!(path))),
                ("headers", (!headers.is_empty()).then(|| Value::Object(headers.clone()))),
                ("json", body.cloned()),
            ]);
            json!({"request": request, "response": right})
        };
        if bodies.is_empty() {
            return Ok(vec![exchange(None)]);
        }
        Ok(bodies.into_iter().map(|body| exchange(Some(body))).collect())
    }

    /// The path and the header fields with the examples of what is required.
    fn filled_in(&self) -> Result<(String, Map<String, Value>), String> {
        let (mut path, mut query, mut headers) = (self.path.to_owned(), Vec::new(), Map::new());
        for at in [self.at.to_owned(), format!("{}/{}", self.at, self.method)] {
            let count = self.look(&format!("{at}/parameters")).and_then(Value::as_array);
            for number in 0..count.map_or(0, Vec::len) {
                let Some((_, it)) = self.follow(format!("{at}/parameters/{number}")) else {
                    continue;
                };
                let name = it["name"].as_str().unwrap_or_default();
                let place = it["in"].as_str().unwrap_or_default();
                if place != "path" && it["required"] != json!(true) {
                    continue;
                }
                let example = examples(it).first().and_then(|value| plain(value));
                let value = example.ok_or_else(|| format!("its `{name}` has no example"))?;
                let (key, text) = (percent_encoded(name, b""), percent_encoded(&value, b""));
                match place {
                    "path" => path = path.replace(&format!("{{{name}}}"), &text),
                    "query" => query.push(format!("{key}={text}")),
                    "header" => drop(headers.insert(name.to_owned(), json!(value))),
                    other => return Err(format!("its `{name}` is sent as a {other}")),
                }
            }
        }
        if path.contains('{') {
            return Err("a part of its path has no example".to_owned());
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        Ok((path, headers))
    }

    /// The examples of its JSON body; none if it needs no body.
    fn bodies(&self) -> Result<Vec<&Value>, String> {
        let at = format!("{}/{}/requestBody", self.at, self.method);
        let Some((_, body)) = self.follow(at) else { return Ok(Vec::new()) };
        let found = examples(&body["content"]["application/json"]);
        if found.is_empty() && body["required"] == json!(true) {
            return Err("its body has no example in JSON".to_owned());
        }
        Ok(found)
    }

    /// The responses that succeed, each with its schema.
    fn right(&self) -> Result<Value, String> {
        let at = format!("{}/{}/responses", self.at, self.method);
        let none = Map::new();
        let responses = self.look(&at).and_then(Value::as_object).unwrap_or(&none);
        let right = responses.keys().filter_map(|status| {
            let number: u16 = status.parse().ok().filter(|status| (200..300).contains(status))?;
            let (at, response) = self.follow(format!("{at}/{status}"))?;
            let has_schema = response["content"]["application/json"].get("schema").is_some();
            let schema = || format!("{}#{at}/content/application~1json/schema", self.name);
            let schema = has_schema.then(|| json!(schema()));
            Some(object([("status", Some(json!(number))), ("schema", schema)]))
        });
        let mut right: Vec<Value> = right.collect();
        match right.len() {
            0 => Err("it names no status of success".to_owned()),
            1 => Ok(right.remove(0)),
            _ => Ok(Value::Array(right)),
        }
    }

    fn look(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(pointer)
    }

    /// What stands at a JSON Pointer, or where a reference there leads to; and its pointer.
    fn follow(&self, mut pointer: String) -> Option<(String, &Value)> {
        for _ in 0..MOST_STEPS {
            let value = self.look(&pointer)?;
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Some((pointer, value));
            };
            reference.strip_prefix('#')?.clone_into(&mut pointer);
        }
        None
    }
}

/// The examples of a parameter, or of a body in one media type.
fn examples(described: &Value) -> Vec<&Value> {
    if let Some(example) = described.get("example") {
        return vec![example];
    }
    if let Some(named) = described.get("examples").and_then(Value::as_object) {
        return named.values().filter_map(|example| example.get("value")).collect();
    }
    let schema = &described["schema"];
    let listed = schema.get("examples").and_then(Value::as_array);
    schema.get("example").or(listed.and_then(|listed| listed.first())).into_iter().collect()
}

/// A value as it stands in a path or a header field.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
