//! The contract's own cases, one by one, among them every line of its table of mismatches.

mod broken;

use contract::BODY_LIMIT;
use serde_json::json;
use ureq::http::Method;

use super::{case::Case, client::Request, expectation::Expectation};

const VALID: &str = r#"{"name":"Ada Lovelace","email":"ada@example.org","age":36,"country":"GB","tags":["analyst","poet"],"address":{"street":"St James's Square 12","city":"London","postcode":"SW1Y 4JH"}}"#;

/// Every case, routes first.
pub(super) fn all() -> impl Iterator<Item = Case> {
    routes()
        .into_iter()
        .chain(media_types())
        .chain(sizes())
        .chain(not_json())
        .chain(accepted())
        .chain(broken::all())
        .chain(either())
}

fn case(request: Request, expectation: Expectation) -> Case {
    Case { request, expectation }
}

fn registration(text: &str) -> Expectation {
    Expectation::Registration(text.as_bytes().to_vec())
}

/// The valid registration with one part of its text replaced.
fn with(part: &str, replacement: &str) -> String {
    VALID.replacen(part, replacement, 1)
}

pub(super) fn routes() -> Vec<Case> {
    let wrong = |method: Method, path, allowed| {
        case(Request::new(method, path), Expectation::Allow(allowed))
    };
    vec![
        case(Request::get("/healthz"), Expectation::Empty),
        case(Request::get("/static"), Expectation::Payload),
        case(Request::get("/"), Expectation::Status(404)),
        case(Request::get("/static/"), Expectation::Status(404)),
        case(Request::get("/no-such-path"), Expectation::Status(404)),
        case(Request { path: "/nowhere", ..Request::validate(VALID) }, Expectation::Status(404)),
        wrong(Method::POST, "/static", "GET"),
        wrong(Method::DELETE, "/static", "GET"),
        wrong(Method::PUT, "/healthz", "GET"),
        wrong(Method::GET, "/validate", "POST"),
        wrong(Method::PUT, "/validate", "POST"),
        wrong(Method::DELETE, "/validate", "POST"),
    ]
}

fn media_types() -> Vec<Case> {
    let of = |content_type, expectation| {
        case(Request { content_type, ..Request::validate(VALID) }, expectation)
    };
    let mut cases: Vec<Case> =
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/xml"]
            .map(|refused| of(Some(refused), Expectation::Status(415)))
            .into();
    cases.push(of(None, Expectation::Status(415)));
    cases.extend(
        ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"]
            .map(|accepted| of(Some(accepted), registration(VALID))),
    );
    cases
}

fn sizes() -> Vec<Case> {
    let padded = |bytes: usize| format!("{VALID}{}", " ".repeat(bytes - VALID.len()));
    let chunked = |body| Request { chunked: true, ..Request::validate(body) };
    vec![
        case(Request::validate(padded(BODY_LIMIT)), registration(VALID)),
        case(Request::validate(padded(BODY_LIMIT + 1)), Expectation::Status(413)),
        case(Request::validate(padded(2 * BODY_LIMIT)), Expectation::Status(413)),
        case(chunked(padded(4096)), registration(VALID)),
        case(chunked(padded(BODY_LIMIT)), registration(VALID)),
        case(chunked(padded(BODY_LIMIT + 1)), Expectation::Status(413)),
    ]
}

fn not_json() -> Vec<Case> {
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
        .map(|body| case(Request::validate(body), Expectation::NotJson))
        .collect()
}

fn accepted() -> Vec<Case> {
    let same = |text: String| case(Request::validate(text.clone()), registration(&text));
    let local = "a".repeat(64);
    let domain =
        |last: usize| [63, 63, 59].map(|length| "b".repeat(length)).join(".") + &"c".repeat(last);
    let mut cases = vec![
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
        case(
            Request::validate(with("London", r"\u004c\u00f6\ud83d\ude00\/")),
            registration(&with("London", "L\u{f6}\u{1f600}/")),
        ),
        case(Request::validate(format!("\r\n\t {VALID} \n")), registration(VALID)),
        case(Request::validate(with(r#""age":36"#, r#""age":7,"age":36"#)), registration(VALID)),
        case(Request::validate(reversed()), registration(VALID)),
    ];
    for email in
        ["a@localhost", "a@b", "!#$%&'*+/=?^_`{|}~-@example.org", ".a..b.@example.org", "a@1.2.3"]
    {
        cases.push(same(with("ada@example.org", email)));
    }
    cases
}

/// The valid registration with its fields reversed, and with whitespace between them.
fn reversed() -> &'static str {
    r#"{ "address" : { "postcode" : "SW1Y 4JH", "city" : "London", "street" : "St James's Square 12" },
         "tags" : [ "analyst", "poet" ], "country" : "GB", "age" : 36, "email" : "ada@example.org", "name" : "Ada Lovelace" }"#
}

/// Bodies at the limits of parsers, for which the contract leaves 400 or 422 open.
fn either() -> Vec<Case> {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    [with("36", "1e400"), with("36", &"9".repeat(5000)), with("\"poet\"", &deep), deep]
        .map(|body| case(Request::validate(body), Expectation::Refused))
        .into()
}

#[cfg(test)]
mod tests {
    use contract::Refusal;

    use super::*;

    /// The contract crate is the reference: what it answers must be what each case expects.
    #[test]
    fn the_contract_crate_agrees_with_every_case() {
        for case in all().filter(|case| case.request.content_type == Some("application/json")) {
            let Case { request, expectation } = case;
            if request.body.len() > BODY_LIMIT || request.path != "/validate" {
                continue;
            }
            let answer = contract::validate(&request.body);
            let agrees = match (&expectation, &answer) {
                (Expectation::Registration(body), Ok(registration)) => {
                    registration.to_json() == *body
                }
                (Expectation::NotJson | Expectation::Refused, Err(Refusal::NotJson))
                | (Expectation::Refused, Err(Refusal::Broken(_))) => true,
                (Expectation::Broken(possible), Err(Refusal::Broken(found))) => {
                    !found.is_empty() && found.iter().all(|fault| possible.contains(fault))
                }
                _ => false,
            };
            assert!(agrees, "{request}: expected {expectation}, got {answer:?}");
        }
    }
}
