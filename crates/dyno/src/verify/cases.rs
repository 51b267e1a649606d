//! The contract's own cases, one by one, among them every line of its table of differences.

use std::collections::BTreeSet;

use contract::{BODY_LIMIT, Fault, Rule};
use serde_json::{Value, json};
use ureq::http::Method;

use super::{Case, client::Request, expectation::Expectation};

const VALID: &str = r#"{"name":"Ada Lovelace","email":"ada@example.org","age":36,"country":"GB","tags":["analyst","poet"],"address":{"street":"St James's Square 12","city":"London","postcode":"SW1Y 4JH"}}"#;

/// Every case, routes first.
pub(super) fn all() -> impl Iterator<Item = Case> {
    routes()
        .into_iter()
        .chain(media_types())
        .chain(sizes())
        .chain(not_json())
        .chain(accepted())
        .chain(broken())
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

fn routes() -> Vec<Case> {
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

/// The valid registration with its fields the other way round, and with room between them.
fn reversed() -> &'static str {
    r#"{ "address" : { "postcode" : "SW1Y 4JH", "city" : "London", "street" : "St James's Square 12" },
         "tags" : [ "analyst", "poet" ], "country" : "GB", "age" : 36, "email" : "ada@example.org", "name" : "Ada Lovelace" }"#
}

fn broken() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut one = |body: String, field: &str, rule| cases.push(refused(body, &[(field, rule)]));
    let long = |length: usize| format!("{:?}", "x".repeat(length));
    for field in [
        "name",
        "email",
        "age",
        "country",
        "tags",
        "address",
        "address.street",
        "address.city",
        "address.postcode",
    ] {
        one(edited(field, None), field, Rule::Required);
        one(edited(field, Some(Value::Null)), field, Rule::Type);
    }
    for (field, value) in [
        ("name", json!(7)),
        ("name", json!(["Ada"])),
        ("email", json!({})),
        ("age", json!("36")),
        ("age", json!(true)),
        ("age", json!([36])),
        ("country", json!(44)),
        ("tags", json!("analyst")),
        ("tags", json!({"0": "analyst"})),
        ("address", json!("London")),
        ("address", json!(["St James's Square 12", "London", "SW1Y 4JH"])),
        ("address.city", json!(false)),
        ("address.postcode", json!(12345)),
    ] {
        one(edited(field, Some(value)), field, Rule::Type);
    }
    for number in ["36.0", "36.5", "3.6e1", "36E0"] {
        one(with("36", number), "age", Rule::Type);
    }
    for number in [
        "17",
        "121",
        "0",
        "-1",
        "-36",
        "256",
        "4294967332",
        "-9223372036854775808",
        "9223372036854775807",
    ] {
        one(with("36", number), "age", Rule::Range);
    }
    for (part, field, lengths) in [
        ("\"Ada Lovelace\"", "name", [0, 101]),
        ("\"St James's Square 12\"", "address.street", [0, 201]),
        ("\"London\"", "address.city", [0, 101]),
        ("\"SW1Y 4JH\"", "address.postcode", [2, 13]),
        ("\"analyst\"", "tags[0]", [0, 33]),
        ("\"poet\"", "tags[1]", [0, 33]),
    ] {
        for length in lengths {
            one(with(part, &long(length)), field, Rule::Length);
        }
    }
    one(with("Ada Lovelace", &"\u{1f600}".repeat(101)), "name", Rule::Length);
    one(with("poet", &"\u{e9}".repeat(33)), "tags[1]", Rule::Length);
    one(edited("tags", Some(json!(vec!["tag"; 11]))), "tags", Rule::Length);
    one(with("\"poet\"", "null"), "tags[1]", Rule::Type);
    for email in [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a@b@c",
        "a b@example.org",
        "a@-b",
        "a@b-",
        "a@b..c",
        "a@b.",
        "a@[127.0.0.1]",
        "a@ex\u{e4}mple.org",
        "\u{fc}@example.org",
        r#"\"a b\"@example.org"#,
        r"a@example.org\n",
        " a@example.org",
        "Ada <a@b>",
    ] {
        one(with("ada@example.org", email), "email", Rule::Format);
    }
    let address = [64, 63, 63, 58].map(|length| "x".repeat(length)).join(".").replacen('.', "@", 1);
    one(with("ada@example.org", &format!("{address}.abc")), "email", Rule::Length);
    for country in ["", "G", "gb", "GBR", "G1", "\u{c4}\u{d6}", r"GB\n", " GB"] {
        one(with("GB", country), "country", Rule::Format);
    }
    one(with(r#""age""#, r#""nickname":"Ada","age""#), "nickname", Rule::Unknown);
    one(with(r#""city""#, r#""zip":"1","city""#), "address.zip", Rule::Unknown);
    one(with(r#""age":36"#, r#""age":36,"age":7"#), "age", Rule::Range);
    for document in [
        "[]",
        "7",
        "null",
        "true",
        "\"registration\"",
        r#"["Ada","a@b",36,"GB",[],{"street":"s","city":"c","postcode":"123"}]"#,
    ] {
        one(document.to_owned(), "", Rule::Type);
    }
    cases.extend(broken_twice());
    cases
}

/// Bodies with several faults, of which any may be told.
fn broken_twice() -> Vec<Case> {
    let mut tags = vec!["tag"; 11];
    tags[4] = "";
    let nothing =
        ["name", "email", "age", "country", "tags", "address"].map(|field| (field, Rule::Required));
    let all = r#"{"name":"","email":"x","age":17,"country":"gb","tags":[""],"address":{"street":"","city":"","postcode":""}}"#;
    let long_and_wrong = "x".repeat(255);
    vec![
        refused("{}".to_owned(), &nothing),
        refused(
            edited("tags", Some(json!(tags))),
            &[("tags", Rule::Length), ("tags[4]", Rule::Length)],
        ),
        refused(
            with("ada@example.org", &long_and_wrong),
            &[("email", Rule::Length), ("email", Rule::Format)],
        ),
        refused(
            with(r#""name""#, r#""Name""#),
            &[("name", Rule::Required), ("Name", Rule::Unknown)],
        ),
        refused(
            all.to_owned(),
            &[
                ("name", Rule::Length),
                ("email", Rule::Format),
                ("age", Rule::Range),
                ("country", Rule::Format),
                ("tags[0]", Rule::Length),
                ("address.street", Rule::Length),
                ("address.city", Rule::Length),
                ("address.postcode", Rule::Length),
            ],
        ),
        // An integer that no 64 bits hold: parsers differ in what they keep of it.
        refused(with("36", "18446744073709551616"), &[("age", Rule::Range), ("age", Rule::Type)]),
        refused(with("36", &"9".repeat(40)), &[("age", Rule::Range), ("age", Rule::Type)]),
    ]
}

/// Bodies at the limits of parsers, for which the contract leaves 400 or 422 open.
fn either() -> Vec<Case> {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    [with("36", "1e400"), with("36", &"9".repeat(5000)), with("\"poet\"", &deep), deep]
        .map(|body| case(Request::validate(body), Expectation::Refused))
        .into()
}

fn refused(body: String, faults: &[(&str, Rule)]) -> Case {
    let faults: BTreeSet<Fault> =
        faults.iter().map(|(field, rule)| Fault::new((*field).to_owned(), *rule)).collect();
    case(Request::validate(body), Expectation::Broken(faults))
}

/// The valid registration with a field replaced, or removed.
fn edited(field: &str, value: Option<Value>) -> String {
    let mut document: Value = serde_json::from_str(VALID).unwrap_or_default();
    let (object, name) = match field.split_once('.') {
        Some((parent, name)) => (&mut document[parent], name),
        None => (&mut document, field),
    };
    if let (Some(object), value) = (object.as_object_mut(), value) {
        match value {
            Some(value) => object.insert(name.to_owned(), value),
            None => object.remove(name),
        };
    }
    document.to_string()
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
