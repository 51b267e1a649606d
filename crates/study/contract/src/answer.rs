//! The responses to `POST /validate`, whichever server sends them.

use serde::Serialize;
use validator::Validate;

use crate::{Address, Fault, Registration, Rule, fault, located, object, tree::Tree};

/// The largest body that is read, in bytes as received.
pub const BODY_LIMIT: usize = 64 << 10;

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a JSON text in UTF-8.
    NotJson,
    /// It is JSON and breaks these rules, at least one.
    Broken(Vec<Fault>),
}

impl Refusal {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotJson => 400,
            Self::Broken(_) => 422,
        }
    }

    /// The body of the response.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Errors<'a> {
            errors: &'a [Fault],
        }
        let not_json = [Fault::new("", Rule::Json)];
        let errors = match self {
            Self::NotJson => &not_json,
            Self::Broken(faults) => faults.as_slice(),
        };
        json(&Errors { errors }, 64 * errors.len())
    }
}

impl Registration<'_> {
    /// The body of the response to a valid registration.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        /// Names, quotes and an age of three digits; a text with escapes makes the buffer grow.
        const AROUND_TEXTS: usize = 128;
        let Address { street, city, postcode } = &self.address;
        let texts = [&self.name, &self.email, &self.country, street, city, postcode];
        let tags = self.tags.iter().map(|tag| tag.text.len() + r#""","#.len());
        let texts = texts.iter().map(|text| text.len());
        json(self, AROUND_TEXTS + texts.chain(tags).sum::<usize>())
    }
}

fn json(value: &impl Serialize, capacity: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(capacity);
    serde_json::to_writer(&mut text, value).expect("strings and integers always have a JSON form");
    text
}

/// Whether the media type of a request is `application/json`; its parameters do not matter.
#[must_use]
pub fn accepts_media_type(content_type: Option<&[u8]>) -> bool {
    content_type
        .and_then(|value| value.split(|&byte| byte == b';').next())
        .is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

/// Reads a registration and checks every rule.
///
/// A valid body takes one pass. One that serde refuses is read a second time to find the field's path.
///
/// # Errors
/// The refusal to answer with, when the body is no JSON or breaks a rule.
pub fn validate(body: &[u8]) -> Result<Registration<'_>, Refusal> {
    // Once for the whole body, many bytes a step, instead of text by text.
    let body = simdutf8::basic::from_utf8(body).map_err(|_| Refusal::NotJson)?;
    let registration = one_pass(body).or_else(|_| {
        let document: Tree = serde_json::from_str(body).map_err(|_| Refusal::NotJson)?;
        // A key that stands twice fails the first pass only: in the tree, the last one counts.
        located::registration(&document).map_err(|fault| Refusal::Broken(vec![fault]))
    })?;
    match Registration::validate(&registration) {
        Ok(()) => Ok(registration),
        Err(errors) => Err(Refusal::Broken(fault::from_validator(&errors))),
    }
}

/// The status and the JSON that a body is answered with.
#[must_use]
pub fn answer(body: &[u8]) -> (u16, Vec<u8>) {
    match validate(body) {
        Ok(registration) => (200, registration.to_json()),
        Err(refusal) => (refusal.status(), refusal.to_json()),
    }
}

fn one_pass(body: &str) -> serde_json::Result<Registration<'_>> {
    let mut json = serde_json::Deserializer::from_str(body);
    let registration = object::deserialize(&mut json)?;
    json.end()?;
    Ok(registration)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const VALID: &str = r#"{"name":"Ada","email":"ada@example.org","age":36,"country":"GB","tags":["a","b"],"address":{"street":"St James's Square 12","city":"London","postcode":"SW1Y 4JH"}}"#;

    /// The valid registration with the field at `pointer` replaced, as bytes.
    fn with(pointer: &str, value: Value) -> Vec<u8> {
        let mut document: Value = serde_json::from_str(VALID).unwrap();
        *document.pointer_mut(pointer).unwrap() = value;
        serde_json::to_vec(&document).unwrap()
    }

    fn faults(body: &[u8]) -> Vec<(String, Rule)> {
        match validate(body) {
            Err(Refusal::Broken(faults)) => {
                faults.into_iter().map(|fault| (fault.field.into_owned(), fault.rule)).collect()
            }
            other => panic!("expected broken rules, got {other:?}"),
        }
    }

    #[test]
    fn a_valid_body_is_answered_with_itself() {
        assert_eq!(validate(VALID.as_bytes()).unwrap().to_json(), VALID.as_bytes());
    }

    #[test]
    fn every_broken_value_rule_is_reported() {
        let mut document: Value = serde_json::from_str(VALID).unwrap();
        document["name"] = json!("");
        document["email"] = json!("nobody");
        document["age"] = json!(17);
        document["country"] = json!("gb");
        document["tags"] = json!(["", "ok", "x".repeat(33)]);
        document["address"]["city"] = json!("");
        let broken = faults(&serde_json::to_vec(&document).unwrap());
        let expected = [
            ("address.city", Rule::Length),
            ("age", Rule::Range),
            ("country", Rule::Format),
            ("email", Rule::Format),
            ("name", Rule::Length),
            ("tags[0]", Rule::Length),
            ("tags[2]", Rule::Length),
        ];
        assert_eq!(broken, expected.map(|(field, rule)| (field.to_owned(), rule)));
    }

    #[test]
    fn too_many_tags_of_which_one_is_wrong_is_no_panic() {
        let mut tags = vec!["tag"; 11];
        tags[3] = "";
        let broken = faults(&with("/tags", json!(tags)));
        assert!(broken.contains(&("tags".to_owned(), Rule::Length)), "{broken:?}");
    }

    #[test]
    fn a_structural_fault_is_named_by_its_path() {
        for (pointer, value, field) in [
            ("/age", json!(36.0), "age"),
            ("/age", json!("36"), "age"),
            ("/age", json!(true), "age"),
            ("/name", Value::Null, "name"),
            ("/tags", json!({}), "tags"),
            ("/tags/1", json!(7), "tags[1]"),
            ("/address", json!("here"), "address"),
            ("/address/city", json!([]), "address.city"),
            ("/address", json!(["street", "city", "12345"]), "address"),
            ("", json!([]), ""),
            (
                "",
                json!(["Ada", "a@b", 36, "GB", [], {"street":"s","city":"c","postcode":"123"}]),
                "",
            ),
            ("", json!("text"), ""),
        ] {
            assert_eq!(
                faults(&with(pointer, value)),
                [(field.to_owned(), Rule::Type)],
                "{pointer}"
            );
        }
    }

    #[test]
    fn missing_and_unknown_fields_are_named_by_their_path() {
        let mut document: Value = serde_json::from_str(VALID).unwrap();
        document["address"].as_object_mut().unwrap().remove("city");
        let body = serde_json::to_vec(&document).unwrap();
        assert_eq!(faults(&body), [("address.city".to_owned(), Rule::Required)]);
        for (name, path) in [("zip", "address.zip"), ("", "address."), ("[0]", "address.[0]")] {
            let address = json!({"street":"s","city":"c","postcode":"123",name:"1"});
            let body = with("/address", address);
            assert_eq!(faults(&body), [(path.to_owned(), Rule::Unknown)]);
        }
    }

    #[test]
    fn an_age_out_of_any_integer_type_is_still_refused() {
        for age in ["121", "-1", "9223372036854775808", "123456789012345678901234567890"] {
            let body = VALID.replace("36", age);
            assert!(matches!(faults(body.as_bytes())[0].1, Rule::Range | Rule::Type), "{age}");
        }
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let body = VALID.replace(r#""age":36"#, r#""age":7,"age":37"#);
        assert_eq!(validate(body.as_bytes()).unwrap().age, 37);
        let body = VALID.replace(r#""age":36"#, r#""age":37,"age":7"#);
        assert_eq!(faults(body.as_bytes()), [("age".to_owned(), Rule::Range)]);
    }

    #[test]
    fn what_is_no_json_is_refused_as_such() {
        let cut = &VALID.as_bytes()[..VALID.len() - 1];
        let latin1 = VALID.replace("Ada", "\u{e9}").into_bytes();
        let latin1: Vec<u8> = latin1.into_iter().filter(|&byte| byte != 0xc3).collect();
        let utf16: Vec<u8> = VALID.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for body in [
            b"".as_slice(),
            b" ",
            cut,
            &latin1,
            &utf16,
            VALID.replace("Ada", "\u{1}").as_bytes(),
            VALID.replace("Ada", r"\ud800").as_bytes(),
            VALID.replace("36", "NaN").as_bytes(),
            format!("\u{feff}{VALID}").as_bytes(),
            format!("{VALID}{VALID}").as_bytes(),
            "[".repeat(10_000).as_bytes(),
        ] {
            assert_eq!(validate(body), Err(Refusal::NotJson), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn lengths_count_characters_and_not_bytes() {
        assert!(validate(&with("/name", json!("\u{1f600}".repeat(100)))).is_ok());
        assert_eq!(
            faults(&with("/name", json!("\u{1f600}".repeat(101)))),
            [("name".to_owned(), Rule::Length)]
        );
    }

    #[test]
    fn a_media_type_may_have_parameters_and_any_case() {
        for accepted in ["application/json", "Application/JSON", "application/json; charset=utf-8"]
        {
            assert!(accepts_media_type(Some(accepted.as_bytes())), "{accepted}");
        }
        for refused in [None, Some("text/plain"), Some("application/jsonp"), Some("")] {
            assert!(!accepts_media_type(refused.map(str::as_bytes)), "{refused:?}");
        }
    }
}
