use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{Exchange, MadeFiles};

/// What is imported, as exchanges that were read again.
fn read_again(document: &Value) -> (Vec<Exchange>, Imported) {
    let imported = import("api.json", document.to_string().as_bytes()).unwrap();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("api.json"), document.to_string()).unwrap();
    fs::write(folder.path().join("a.jsonl"), &imported.lines).unwrap();
    let exchanges =
        crate::read(folder.path(), "a.jsonl".as_ref(), &MadeFiles::new()).unwrap().exchanges;
    (exchanges, imported)
}

fn asked(exchanges: &[Exchange]) -> Vec<String> {
    exchanges.iter().map(|one| one.request.to_string()).collect()
}

/// What is wrong with an answer in JSON.
fn wrong(exchange: &Exchange, status: u16, body: &str) -> Option<String> {
    let mut headers = http::HeaderMap::new();
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    let answer =
        crate::Answer { status, headers: &headers, body: Some(body.as_bytes()), cut: false };
    exchange.mismatch(&answer).map(|mismatch| mismatch.to_string())
}

fn entry(method: &str, url: &str, body: &str, status: u16, answer: &str) -> Value {
    let headers = json!([
        {"name": "Content-Type", "value": "application/json"},
        {"name": "Cookie", "value": "secret"},
    ]);
    json!({
        "request": {"method": method, "url": url, "headers": headers, "postData": {"text": body}},
        "response": {"status": status, "headers": headers, "content": {"text": answer}},
    })
}

#[test]
fn a_har_file_becomes_the_requests_to_its_first_host() {
    let entries = json!([
        entry("GET", "http://a.example/list?page=2", "", 200, r#"{"items":[]}"#),
        entry("POST", "http://a.example/orders", r#"{"item":"tea"}"#, 201, r#"{"id":7}"#),
        entry("GET", "http://a.example/list?page=2", "", 200, r#"{"items":[]}"#),
        entry("GET", "http://b.example/pixel", "", 200, ""),
        entry("GET", "http://a.example/cached", "", 304, ""),
    ]);
    let (exchanges, imported) = read_again(&json!({"log": {"entries": entries}}));
    assert_eq!(
        asked(&exchanges),
        ["GET /list?page=2", r#"POST /orders of application/json {"item":"tea"}"#]
    );
    assert!((exchanges[0].weight - 2.0).abs() < 1e-12);
    assert_eq!(imported.left_out.len(), 2, "{imported:?}");
    assert!(!imported.lines.contains("secret"));
    assert_eq!(wrong(&exchanges[1], 201, r#"{"id":7}"#), None);
    assert_eq!(wrong(&exchanges[1], 201, r#"{"id":8}"#).unwrap(), "/id: expected 7, got 8");
}

#[test]
fn an_openapi_document_is_asked_by_its_examples_and_right_by_its_schemas() {
    let document = json!({
        "openapi": "3.1.0",
        "paths": {
            "/orders/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "example": "a/7"}],
                "get": {"responses": {"200": {"$ref": "#/components/responses/Order"}}},
            },
            "/orders": {
                "post": {
                    "requestBody": {"required": true, "content": {"application/json": {"examples": {
                        "tea": {"value": {"item": "tea"}},
                        "milk": {"value": {"item": "milk"}},
                    }}}},
                    "responses": {"201": {"description": "made"}, "default": {}},
                },
                "put": {"responses": {"default": {}}},
            },
        },
        "components": {
            "responses": {"Order": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Order"},
            }}}},
            "schemas": {"Order": {"type": "object", "required": ["item"]}},
        },
    });
    let (exchanges, imported) = read_again(&document);
    assert_eq!(
        asked(&exchanges),
        [
            r#"POST /orders of application/json {"item":"milk"}"#,
            r#"POST /orders of application/json {"item":"tea"}"#,
            "GET /orders/a%2F7",
        ]
    );
    assert_eq!(imported.left_out, ["PUT /orders: it names no status of success"]);
    assert_eq!(wrong(&exchanges[2], 200, r#"{"item":"tea"}"#), None);
    assert!(wrong(&exchanges[2], 200, "{}").unwrap().contains("\"item\" is a required property"));
}

#[test]
fn what_is_neither_or_describes_nothing_is_told() {
    let refused = |text: &str| import("a.json", text.as_bytes()).unwrap_err();
    assert!(refused("openapi: 3.1.0").contains("is not JSON"));
    assert!(refused("{}").contains("neither a HAR file nor an OpenAPI 3.1 document"));
    let document = r#"{"openapi":"3.1.0","paths":{"/a/{b}":{"get":{}}}}"#;
    let reason = "describes no exchange that can be asked: GET /a/{b}: a part of its path";
    assert!(refused(document).starts_with(reason), "{}", refused(document));
}
