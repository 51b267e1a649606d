//! The contract's own rules, one by one.

use contract::BODY_LIMIT;
use serde_json::json;

use super::{broken, right, validate, written::Line};

pub(crate) const VALID: &str = r#"{"name":"Ada Lovelace","email":"ada@example.org","age":36,"country":"GB","tags":["analyst","poet"],"address":{"street":"St James's Square 12","city":"London","postcode":"SW1Y 4JH"}}"#;

/// Every rule, routes first.
pub(crate) fn all() -> Vec<Line> {
    let lines = [routes(), media_types(), sizes(), not_json(), accepted(), broken::all(), either()];
    // What compresses when it may must not do so here.
    let accepts_all = |line: Line| line.header("accept-encoding", "gzip, deflate, br, zstd");
    lines.into_iter().flatten().map(accepts_all).collect()
}

/// `GET /static`.
pub(crate) fn payload() -> Line {
    Line::new("GET", "/static", right::payload())
}

/// The valid registration with one part of its text replaced.
pub(crate) fn with(part: &str, replacement: &str) -> String {
    VALID.replacen(part, replacement, 1)
}

fn routes() -> Vec<Line> {
    let get = |path, right| Line::new("GET", path, right);
    let wrong = |method, path, allowed| Line::new(method, path, right::allow(allowed));
    vec![
        get("/healthz", right::empty()),
        payload(),
        get("/", right::status(404)),
        get("/static/", right::status(404)),
        get("/no-such-path", right::status(404)),
        Line::new("POST", "/nowhere", right::status(404))
            .content_type("application/json")
            .body(VALID),
        wrong("POST", "/static", "GET"),
        wrong("DELETE", "/static", "GET"),
        wrong("PUT", "/healthz", "GET"),
        wrong("GET", "/validate", "POST"),
        wrong("PUT", "/validate", "POST"),
        wrong("DELETE", "/validate", "POST"),
    ]
}

fn media_types() -> Vec<Line> {
    let of = |right| Line::new("POST", "/validate", right).body(VALID);
    let mut lines: Vec<Line> =
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/xml"]
            .map(|refused| of(right::status(415)).content_type(refused))
            .into();
    lines.push(of(right::status(415)));
    lines.extend(
        ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"]
            .map(|accepted| of(right::registration(VALID)).content_type(accepted)),
    );
    lines
}

fn sizes() -> Vec<Line> {
    let padded = |bytes: usize| format!("{VALID}{}", " ".repeat(bytes - VALID.len()));
    let chunked = |bytes, right| validate(padded(bytes), right).chunked();
    vec![
        validate(padded(BODY_LIMIT), right::registration(VALID)),
        validate(padded(BODY_LIMIT + 1), right::status(413)),
        validate(padded(2 * BODY_LIMIT), right::status(413)),
        chunked(4096, right::registration(VALID)),
        chunked(BODY_LIMIT, right::registration(VALID)),
        chunked(BODY_LIMIT + 1, right::status(413)),
    ]
}

fn not_json() -> Vec<Line> {
    let cut = &VALID[..VALID.len() - 1];
    let texts = [
        String::new(),
        " ".to_owned(),
        "registration".to_owned(),
        cut.to_owned(),
        format!("{VALID}{VALID}"),
        format!("{VALID},"),
        with(r#""GB","#, r#""GB",,"#),
        VALID.replace('"', "'"),
        with("36", "NaN"),
        with("36", "Infinity"),
        with("36", "-Infinity"),
        with("36", "036"),
        with("36", "+36"),
        with("36", "36."),
        with("36", "0x24"),
        with("London", "Lon\u{1}don"),
        with("London", "Lon\ndon"),
        with("London", r"Lon\don"),
        with("London", r"\ud800"),
        with("London", r"\udc00\ud800"),
        format!("\u{feff}{VALID}"),
        format!("/* a comment */{VALID}"),
    ];
    let utf16: Vec<u8> = VALID.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf32: Vec<u8> =
        VALID.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect();
    let latin1: Vec<u8> = with("London", "L\u{7f}ndon")
        .bytes()
        .map(|byte| if byte == 0x7f { 0xf6 } else { byte })
        .collect();
    let overlong = with("London", "\u{7f}").into_bytes();
    let overlong = overlong
        .into_iter()
        .flat_map(|byte| if byte == 0x7f { vec![0xc0, 0xaf] } else { vec![byte] })
        .collect();
    texts
        .into_iter()
        .map(String::into_bytes)
        .chain([utf16, utf32, latin1, overlong])
        .map(|body| validate(body, right::not_json()))
        .collect()
}

fn accepted() -> Vec<Line> {
    let same = |text: String| validate(text.clone(), right::registration(&text));
    let local = "a".repeat(64);
    let domain =
        |last: usize| [63, 63, 59].map(|length| "b".repeat(length)).join(".") + &"c".repeat(last);
    let mut lines = vec![
        same(VALID.to_owned()),
        same(with("Ada Lovelace", &"\u{1f600}".repeat(100))),
        same(with("Ada Lovelace", "A")),
        same(with("36", "18")),
        same(with("36", "120")),
        same(with(r#"["analyst","poet"]"#, "[]")),
        same(with(r#"["analyst","poet"]"#, &json!(vec!["\u{e9}".repeat(32); 10]).to_string())),
        same(with("London", &"\u{6771}".repeat(100))),
        same(with("SW1Y 4JH", "123")),
        same(with("SW1Y 4JH", "123456789012")),
        same(with("London", r#"\"\\\b\f\n\r\t\u0000\u001f"#)),
        same(with("London", "/\u{7f}\u{80}\u{2028}\u{feff}\u{ffff}")),
        // 254 characters: 64, the @, and a domain of 189.
        same(with("ada@example.org", &format!("{local}@{}", domain(2)))),
        validate(
            with("London", r"\u004c\u00f6\ud83d\ude00\/"),
            right::registration(&with("London", "L\u{f6}\u{1f600}/")),
        ),
        validate(format!("\r\n\t {VALID} \n"), right::registration(VALID)),
        validate(with(r#""age":36"#, r#""age":7,"age":36"#), right::registration(VALID)),
        validate(reversed(), right::registration(VALID)),
    ];
    for email in
        ["a@localhost", "a@b", "!#$%&'*+/=?^_`{|}~-@example.org", ".a..b.@example.org", "a@1.2.3"]
    {
        lines.push(same(with("ada@example.org", email)));
    }
    lines
}

/// The valid registration with its fields reversed, and with whitespace between them.
fn reversed() -> &'static str {
    r#"{ "address" : { "postcode" : "SW1Y 4JH", "city" : "London", "street" : "St James's Square 12" },
         "tags" : [ "analyst", "poet" ], "country" : "GB", "age" : 36, "email" : "ada@example.org", "name" : "Ada Lovelace" }"#
}

/// Bodies at the limits of parsers, for which the contract leaves 400 or 422 open.
fn either() -> Vec<Line> {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    [with("36", "1e400"), with("36", &"9".repeat(5000)), with("\"poet\"", &deep), deep]
        .map(|body| validate(body, right::refused()))
        .into()
}
