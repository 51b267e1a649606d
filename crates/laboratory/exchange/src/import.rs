//! Makes exchanges of what others describe: a browser's HAR file, or a document of `OpenAPI` 3.1.

mod har;
mod openapi;

use serde_json::{Map, Value};

/// What was made of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The exchanges as JSON Lines.
    pub lines: String,
    /// What was left out, and why: a clause each.
    pub left_out: Vec<String>,
}

/// Makes exchanges of a document in JSON. `name` is its file's, which stands beside the exchanges;
/// they refer to the schemas in it.
///
/// # Errors
/// A clause that says why nothing can be made of it.
pub fn import(name: &str, text: &[u8]) -> Result<Imported, String> {
    let document: Value = serde_json::from_slice(text)
        .map_err(|error| format!("is not JSON ({error}): convert it, if it is YAML"))?;
    let (exchanges, left_out) = if document["log"]["entries"].is_array() {
        har::exchanges(&document)
    } else if document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")) {
        openapi::exchanges(name, &document)
    } else {
        return Err("is neither a HAR file nor an OpenAPI 3.1 document".to_owned());
    };
    if exchanges.is_empty() {
        let reasons = left_out.join("; ");
        return Err(format!("describes no exchange that can be asked: {reasons}"));
    }
    let lines = exchanges.iter().flat_map(|line| [line.to_string(), "\n".to_owned()]).collect();
    Ok(Imported { lines, left_out })
}

/// An object of the fields that there are.
fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let there = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests;
