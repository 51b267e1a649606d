//! An exchange as a line of JSON.

use std::{collections::BTreeMap, fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

/// Bodies longer than this stand in files of their own, in bytes.
const LONGEST: usize = 8 << 10;

/// A request with the right response.
pub(crate) struct Line {
    method: &'static str,
    path: &'static str,
    headers: BTreeMap<&'static str, &'static str>,
    body: Vec<u8>,
    chunked: bool,
    right: Value,
}

/// The bodies that stand in files, by their names.
#[derive(Default)]
pub(crate) struct Bodies(BTreeMap<String, Vec<u8>>);

impl Line {
    pub(crate) fn new(method: &'static str, path: &'static str, right: Value) -> Self {
        let headers = BTreeMap::new();
        Self { method, path, headers, body: Vec::new(), chunked: false, right }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn content_type(self, value: &'static str) -> Self {
        self.header("content-type", value)
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn chunked(self) -> Self {
        Self { chunked: true, ..self }
    }

    /// The line, with its end.
    pub(crate) fn written(self, bodies: &mut Bodies) -> String {
        let mut request = Map::new();
        request.insert("method".to_owned(), json!(self.method));
        request.insert("path".to_owned(), json!(self.path));
        if !self.headers.is_empty() {
            request.insert("headers".to_owned(), json!(self.headers));
        }
        if !self.body.is_empty() {
            let (key, value) = bodies.form(self.body);
            request.insert(key.to_owned(), json!(value));
        }
        if self.chunked {
            request.insert("chunked".to_owned(), json!(true));
        }
        format!("{}\n", json!({"request": request, "response": self.right}))
    }
}

impl Bodies {
    /// A body as a key of a request and its value.
    fn form(&mut self, body: Vec<u8>) -> (&'static str, String) {
        if body.len() > LONGEST {
            let name = format!("bodies/{}.json", body.len());
            let other = self.0.insert(name.clone(), body);
            assert!(other.is_none_or(|other| other == self.0[&name]), "{name} is two bodies");
            return ("file", name);
        }
        match String::from_utf8(body) {
            Ok(text) => ("text", text),
            Err(bytes) => ("base64", BASE64_STANDARD.encode(bytes.as_bytes())),
        }
    }

    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("bodies")).expect("the folder can be made");
        for (name, body) in &self.0 {
            fs::write(folder.join(name), body).expect("the file can be written");
        }
    }
}
