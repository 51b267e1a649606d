//! Registrations that break rules.

use contract::{Fault, Registration, Rule};
use serde_json::{Value, json};

use super::{
    right,
    rules::{VALID, with},
    validate,
    written::Line,
};

/// One broken registration and the one fault that must be reported.
fn breaking(body: String, field: &str, rule: Rule) -> Line {
    refused(body, &[(field, rule)])
}

/// A registration for every way to break every rule.
pub(crate) fn all() -> Vec<Line> {
    let lines = [
        missing_or_null(),
        wrong_types(),
        wrong_numbers(),
        wrong_lengths(),
        wrong_formats(),
        unknown_fields(),
        no_objects(),
        broken_twice(),
    ];
    lines.into_iter().flatten().collect()
}

fn missing_or_null() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
    for field in Registration::FIELDS {
        one(edited(field, None), field, Rule::Required);
        one(edited(field, Some(Value::Null)), field, Rule::Type);
    }
    lines
}

fn wrong_types() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
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
    one(with("\"poet\"", "null"), "tags[1]", Rule::Type);
    lines
}

fn wrong_numbers() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
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
    lines
}

fn wrong_lengths() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
    let long = |length: usize| format!("{:?}", "x".repeat(length));
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
    let address = [64, 63, 63, 58].map(|length| "x".repeat(length)).join(".").replacen('.', "@", 1);
    one(with("ada@example.org", &format!("{address}.abc")), "email", Rule::Length);
    lines
}

fn wrong_formats() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
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
    for country in ["", "G", "gb", "GBR", "G1", "\u{c4}\u{d6}", r"GB\n", " GB"] {
        one(with("GB", country), "country", Rule::Format);
    }
    lines
}

fn unknown_fields() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
    one(with(r#""age""#, r#""nickname":"Ada","age""#), "nickname", Rule::Unknown);
    one(with(r#""city""#, r#""zip":"1","city""#), "address.zip", Rule::Unknown);
    one(with(r#""age":36"#, r#""age":36,"age":7"#), "age", Rule::Range);
    lines
}

fn no_objects() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut one = |body, field, rule| lines.push(breaking(body, field, rule));
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
    lines
}

/// Bodies with several faults, any of which may be reported.
fn broken_twice() -> Vec<Line> {
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

fn refused(body: String, faults: &[(&str, Rule)]) -> Line {
    let faults: Vec<Fault> =
        faults.iter().map(|(field, rule)| Fault::new((*field).to_owned(), *rule)).collect();
    validate(body, right::broken(&faults))
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
