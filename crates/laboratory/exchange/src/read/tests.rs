use std::fs;

use tempfile::TempDir;

use super::*;

/// Reads a file of this text and name.
fn read_as(name: &str, text: &str) -> Result<ExchangeFile, String> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    fs::write(folder.path().join("body.bin"), [0, 255]).unwrap();
    fs::write(folder.path().join("number.json"), r#"{"type": "integer"}"#).unwrap();
    let document = r##"{"paths": {"/a/{b}": {"$ref": "#/b"}}, "b": {"type": "string"}}"##;
    fs::write(folder.path().join("document.json"), document).unwrap();
    read(folder.path(), name.as_ref(), &MadeFiles::new()).map_err(|error| error.to_string())
}

fn refused(name: &str, text: &str) -> String {
    read_as(name, text).unwrap_err()
}

const HELLO: &str = r#"
[[exchange]]
request = "GET /hello"
response = { status = 200, headers = { content-type = "application/json" }, json = { hello = "world" } }

[[exchange]]
request = { method = "POST", path = "/orders", json = { item = "tea", count = 0 } }
response = { status = [400, 422], schema = "number.json" }
weight = 0.2
"#;

#[test]
fn a_file_in_toml_is_read_with_its_lines() {
    let file = read_as("hello.toml", HELLO).unwrap();
    let shown: Vec<String> = file.exchanges.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "GET /hello (hello.toml, line 2)",
            r#"POST /orders of application/json {"count":0,"item":"tea"} (hello.toml, line 6)"#,
        ]
    );
    assert!((file.exchanges[1].weight - 0.2).abs() < 1e-12);
    let names: Vec<_> = file.sha256.iter().map(|(name, _)| name.to_str().unwrap()).collect();
    assert_eq!(names, ["hello.toml", "number.json"]);
}

#[test]
fn the_same_exchange_may_be_a_line_of_json() {
    let line = r#"{"request":{"path":"/a","base64":"AP8="},"response":{"status":200,"json":null}}"#;
    let file = read_as("a.jsonl", &format!("\n{line}\n\n{line}\n")).unwrap();
    assert_eq!(file.exchanges.len(), 2);
    assert_eq!(file.exchanges[1].origin.line, 4);
    assert_eq!(*file.exchanges[0].request.body, [0, 255]);
    let from_file = line.replace(r#""base64":"AP8=""#, r#""file":"body.bin""#);
    let from_file = read_as("a.jsonl", &from_file).unwrap();
    assert_eq!(from_file.exchanges[0].request, file.exchanges[0].request);
}

#[test]
fn a_schema_may_stand_inside_a_document() {
    let of = |pointer: &str| {
        let text = format!(
            r#"{{"request":"GET /a","response":{{"status":200,"schema":"document.json#{pointer}"}}}}"#
        );
        read_as("a.jsonl", &text)
    };
    assert_eq!(of("/paths/~1a~1{b}").map(|file| file.exchanges.len()), Ok(1));
    let missing = of("/paths/b").unwrap_err();
    assert!(missing.starts_with("a.jsonl, line 1: `schema` is no JSON Schema: "), "{missing}");
}

#[test]
fn a_response_may_be_one_of_several() {
    let text = r#"{"request":"GET /a","response":[{"status":404},{"status":200,"text":"a"}]}"#;
    let file = read_as("a.jsonl", text).unwrap();
    assert_eq!(file.exchanges[0].statuses().collect::<Vec<_>>(), [404, 200]);
}

#[test]
fn what_is_wrong_is_told_in_a_sentence_with_file_and_line() {
    for (text, told) in [
        (
            "[[exchange]]\nrequest = \"GET /a\"\nresponse = { status = 200 }\ncolour = 1\n",
            "a.toml, line 4: unknown field `colour`",
        ),
        (
            "[[exchange]]\nrequest = \"GET /a\"\nresponse = { stauts = 200 }\n",
            "a.toml, line 3: unknown field `stauts`",
        ),
        ("[[exchange]]\nrequest = \"GET /a\"\n", "a.toml, line 1: it has no `response`"),
        ("[[exchange]]\nrequest = GET\n", "a.toml, line 2: "),
        (
            "[[exchange]]\nrequest = 7\nresponse = { status = 200 }\n",
            "a.toml, line 2: invalid type: integer `7`, expected a string or a table",
        ),
        (
            "[[exchange]]\nrequest = \"GET a\"\nresponse = { status = 200 }\n",
            "a.toml, line 1: the path \"a\" does not begin with a slash",
        ),
        (
            "[[exchange]]\nrequest = \"GET /a\"\nresponse = { status = 99 }\n",
            "a.toml, line 1: 99 is no status",
        ),
        (
            "[[exchange]]\nrequest = \"GET /a\"\nresponse = []\n",
            "a.toml, line 1: no response is right",
        ),
        (
            "[[exchange]]\nrequest = \"GET /a\"\nresponse = { status = 200, json = { at = 2026-01-01 } }\n",
            "a.toml, line 1: JSON has no dates",
        ),
        ("", "a.toml: has no exchange"),
    ] {
        let error = refused("a.toml", text);
        assert!(error.starts_with(told) && !error.contains('\n'), "{text}\n{error}");
    }
}

#[test]
fn so_is_a_line_of_json() {
    let exchange = |request: &str, response: &str| {
        refused("a.jsonl", &format!("\n{{\"request\":{request},\"response\":{response}}}"))
    };
    let of_response = |response: &str| exchange("\"GET /a\"", response);
    for (error, told) in [
        (of_response(r#"{"status":200,"colour":1}"#), "unknown field `colour`"),
        (of_response(r#"{"status":70000}"#), "invalid value: integer `70000`"),
        (of_response(r#"{"status":200,"schema":{"type":"text"}}"#), "`schema` is no JSON Schema"),
        (of_response(r#"{"status":200,"schema":"../a.json"}"#), "the file ../a.json is outside"),
        (
            of_response(r#"{"status":200,"schema":"none.json"}"#),
            "the file none.json cannot be read",
        ),
        (of_response(r#"{"status":200,"schema":"body.bin"}"#), "the schema body.bin is not JSON"),
        (of_response(r#"{"status":200,"ignore":["/a"]}"#), "`ignore` says what `json`"),
        (of_response(r#"{"status":200,"json":1,"ignore":["a"]}"#), "\"a\" is no JSON Pointer"),
        (of_response(r#"{"status":200,"sha256":"12"}"#), "`sha256` is no SHA-256"),
        (of_response(r#"{"status":200,"headers":{"a":{"matches":"("}}}"#), "\"(\" is no regular"),
        (of_response(r#"{"status":200,"headers":{"a b":""}}"#), "\"a b\" is no name"),
        (
            exchange(r#"{"path":"/a","json":1,"text":""}"#, r#"{"status":200}"#),
            "a request has one body",
        ),
        (
            exchange(r#"{"path":"/a","file":"/etc/passwd"}"#, r#"{"status":200}"#),
            "the file /etc/passwd is outside",
        ),
        (refused("a.jsonl", "\n{\"request\":"), "EOF while parsing"),
    ] {
        assert!(error.starts_with(&format!("a.jsonl, line 2: {told}")), "{told}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn a_file_that_is_missing_or_of_another_kind_is_told() {
    assert!(refused("a.yaml", "").contains("neither .toml nor .jsonl"));
    let missing = read("/nonexistent".as_ref(), "a.toml".as_ref(), &MadeFiles::new())
        .unwrap_err()
        .to_string();
    assert!(missing.starts_with("a.toml: cannot be read"), "{missing}");
}
