//! Makes exchanges of what a file says.

use std::{collections::HashMap, path::Path, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use jsonschema::Validator;
use serde_json::Value;

use crate::{
    Exchange, Expectation, Origin, Request,
    expectation::{BodyRule, HeaderRule, Ignored},
    files::Files,
    format::{Entry, RequestForm, ResponseForm, TextOr},
    text::percent_encoded,
};

/// What the exchanges of a file share.
pub(super) struct Builder {
    pub(super) files: Files,
    /// Compiled schemas by their text: many exchanges have the same.
    schemas: HashMap<String, Arc<Validator>>,
    /// Compiled patterns by their text, likewise.
    patterns: HashMap<String, HeaderRule>,
}

impl Builder {
    pub(super) fn new(files: Files) -> Self {
        Self { files, schemas: HashMap::new(), patterns: HashMap::new() }
    }

    /// The exchange; or what is wrong with it, as a clause.
    pub(super) fn exchange(&mut self, entry: Entry, origin: Origin) -> Result<Exchange, String> {
        let weight = entry.weight;
        if !(weight > 0.0 && weight.is_finite()) {
            return Err(format!("the weight {weight} is not above 0"));
        }
        let request = self.request(entry.request)?;
        let response = entry.response.ok_or("it has no `response`: say what is right")?;
        let responses = response.into_vec().into_iter();
        let expectations: Vec<_> =
            responses.map(|response| self.expectation(response)).collect::<Result<_, _>>()?;
        if expectations.is_empty() {
            return Err("no response is right: name one".to_owned());
        }
        Ok(Exchange { request, expectations, weight, origin })
    }

    pub(super) fn request(&mut self, form: TextOr<RequestForm>) -> Result<Request, String> {
        let form = match form {
            TextOr::Text(line) => return Request::from_line(&line),
            TextOr::Table(form) => form,
        };
        let RequestForm { method, path, headers, json, text, base64, file, chunked } = form;
        let mut headers: Vec<(String, String)> = headers.into_iter().collect();
        let mut bodies: Vec<Arc<[u8]>> = Vec::new();
        if let Some(json) = json {
            without_dates(&json)?;
            bodies.push(json.to_string().into_bytes().into());
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
            }
        }
        bodies.extend(text.map(|text| text.into_bytes().into()));
        if let Some(base64) = base64 {
            let bytes = BASE64_STANDARD.decode(base64);
            let bytes = bytes.map_err(|error| format!("`base64` cannot be decoded: {error}"))?;
            bodies.push(bytes.into());
        }
        if let Some(file) = file {
            bodies.push(self.files.content(&file)?);
        }
        if bodies.len() > 1 {
            return Err(
                "a request has one body: keep one of json, text, base64 and file".to_owned()
            );
        }
        Request::new(&method, path, headers, bodies.pop().unwrap_or_default(), chunked)
    }

    fn expectation(&mut self, form: ResponseForm) -> Result<Expectation, String> {
        let ResponseForm { status, headers, json, ignore, schema, text, bytes, sha256 } = form;
        let statuses = status.into_vec();
        let headers = headers.into_iter().map(|(name, form)| {
            let rule = match form {
                TextOr::Text(value) => Ok(HeaderRule::Is(value)),
                TextOr::Table(pattern) => self.pattern(pattern.matches),
            };
            rule.map(|rule| (name, rule))
        });
        let headers = headers.collect::<Result<_, _>>()?;
        if json.is_none() && !ignore.is_empty() {
            return Err("`ignore` says what `json` does not decide, and there is none".to_owned());
        }
        let mut rules = Vec::new();
        rules.extend(bytes.map(BodyRule::Bytes));
        rules.extend(text.map(|text| BodyRule::Text(text.into_bytes())));
        if let Some(value) = json {
            without_dates(&value)?;
            rules.push(BodyRule::Json { value, ignored: Ignored::new(ignore)? });
        }
        if let Some(schema) = schema {
            rules.push(BodyRule::Schema(self.schema(schema)?));
        }
        if let Some(digest) = sha256 {
            let mut bytes = [0; 32];
            hex::decode_to_slice(&digest, &mut bytes)
                .map_err(|error| format!("`sha256` is no SHA-256 in hexadecimal: {error}"))?;
            rules.push(BodyRule::Sha256(bytes));
        }
        Expectation::new(statuses, headers, rules)
    }

    fn pattern(&mut self, pattern: String) -> Result<HeaderRule, String> {
        if let Some(compiled) = self.patterns.get(&pattern) {
            return Ok(compiled.clone());
        }
        let compiled = HeaderRule::matches(&pattern)?;
        self.patterns.insert(pattern, compiled.clone());
        Ok(compiled)
    }

    fn schema(&mut self, schema: Value) -> Result<Arc<Validator>, String> {
        let (key, schema) = match schema {
            Value::String(named) => {
                let (file, pointer) = match named.split_once('#') {
                    Some((file, pointer)) => (file, Some(pointer)),
                    None => (named.as_str(), None),
                };
                let content = self.files.content(Path::new(file))?;
                let mut parsed: Value = serde_json::from_slice(&content)
                    .map_err(|error| format!("the schema {file} is not JSON: {error}"))?;
                // A schema inside the document, which may refer to others there.
                if let (Some(pointer), Some(document)) = (pointer, parsed.as_object_mut()) {
                    document.insert(
                        "$ref".to_owned(),
                        format!("#{}", percent_encoded(pointer, b"/")).into(),
                    );
                }
                (named, parsed)
            }
            inline => (inline.to_string(), inline),
        };
        if let Some(compiled) = self.schemas.get(&key) {
            return Ok(Arc::clone(compiled));
        }
        let compiled = jsonschema::validator_for(&schema)
            .map_err(|error| format!("`schema` is no JSON Schema: {error}"))?;
        let compiled = Arc::new(compiled);
        self.schemas.insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }
}

/// The key by which the reader of TOML marks a date among other values.
const DATE: &str = "$__toml_private_datetime";

fn without_dates(value: &Value) -> Result<(), String> {
    match value {
        Value::Object(fields) if fields.contains_key(DATE) => {
            Err("JSON has no dates: put quotes around this one".to_owned())
        }
        Value::Object(fields) => fields.values().try_for_each(without_dates),
        Value::Array(items) => items.iter().try_for_each(without_dates),
        _ => Ok(()),
    }
}
