//! The contract agrees with an independent statement of its rules on generated documents, and panics on none.
//!
//! The statement is a JSON Schema, written by hand. Two things it cannot say: that an integer has no fraction (to
//! JSON Schema 36.0 is one), and which of two faults in one value counts.
//! `PROPTEST_CASES=1000000 cargo test -p contract --test agreement` goes on for longer.

#![allow(clippy::unwrap_used, reason = "what goes wrong here is what the test is to tell")]

use std::{collections::BTreeSet, fmt::Write, path::Path, sync::LazyLock};

use contract::{Refusal, Rule, validate};
use exchange::{Exchange, MadeFiles};
use jsonschema::{Validator, error::ValidationErrorKind, paths::LocationSegment};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::RngSeed,
};
use serde_json::{Value, json};

static RULES: LazyLock<Validator> = LazyLock::new(|| {
    let schema = serde_json::from_str(include_str!("registration.schema.json")).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
});

static CORPUS: LazyLock<Vec<Exchange>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../contract");
    exchange::read(&folder, "validate.jsonl".as_ref(), &MadeFiles::new()).unwrap().exchanges
});

/// Every rule that the document breaks, as the schema sees it.
fn broken(document: &Value) -> BTreeSet<(String, Rule)> {
    let mut broken = BTreeSet::new();
    for error in RULES.iter_errors(document) {
        let field = path(error.instance_path().iter());
        let inside =
            |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        let rule = match error.kind() {
            ValidationErrorKind::Required { property } => {
                broken.insert((inside(property.as_str().unwrap()), Rule::Required));
                continue;
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                broken.extend(unexpected.iter().map(|name| (inside(name), Rule::Unknown)));
                continue;
            }
            ValidationErrorKind::Type { .. } => Rule::Type,
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
                Rule::Range
            }
            ValidationErrorKind::Pattern { .. } => Rule::Format,
            _ => Rule::Length,
        };
        broken.insert((field, rule));
    }
    // An integer is written as one, and no integer type holds more than 64 bits.
    if document.get("age").is_some_and(|age| age.is_number() && age.as_i64().is_none()) {
        broken.insert(("age".to_owned(), Rule::Type));
    }
    broken
}

/// `address.city`, `tags[3]`.
fn path<'a>(steps: impl Iterator<Item = LocationSegment<'a>>) -> String {
    steps.fold(String::new(), |mut path, step| {
        match step {
            LocationSegment::Index(index) => write!(path, "[{index}]").unwrap(),
            LocationSegment::Property(name) if path.is_empty() => path.push_str(&name),
            LocationSegment::Property(name) => write!(path, ".{name}").unwrap(),
        }
        path
    })
}

/// Whatever the bytes are: no panic, and what the contract says of them is what the schema says.
fn assert_agreement(body: &[u8]) {
    let shown = String::from_utf8_lossy(body);
    let answer = validate(body);
    let Ok(document) = serde_json::from_slice::<Value>(body) else {
        assert_eq!(answer, Err(Refusal::NotJson), "{shown}");
        return;
    };
    let broken = broken(&document);
    match answer {
        Ok(registration) => {
            assert!(broken.is_empty(), "accepted, and yet {broken:?}: {shown}");
            let answered: Value = serde_json::from_slice(&registration.to_json()).unwrap();
            assert_eq!(answered, document, "{shown}");
        }
        Err(Refusal::Broken(faults)) => {
            assert!(!faults.is_empty(), "{shown}");
            for fault in faults {
                let told = (fault.field.to_string(), fault.rule);
                assert!(broken.contains(&told), "{told:?}, and yet only {broken:?}: {shown}");
            }
        }
        Err(Refusal::NotJson) => panic!("it is JSON: {shown}"),
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-200..200_i32).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-200..200_i32).prop_map(|whole| Value::from(f64::from(whole))),
        ".{0,40}".prop_map(Value::from),
        "[a-z.]{0,5}@[a-z.-]{0,9}".prop_map(Value::from),
        "[A-Z]{1,3}".prop_map(Value::from),
        "\\PC{95,260}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 12, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..12).prop_map(Value::from),
            vec((names(), inner), 0..8).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// Names of the contract, near misses and others.
fn names() -> impl Strategy<Value = String> {
    let known = select(vec![
        "name", "email", "age", "country", "tags", "address", "street", "city", "postcode", "Name",
        "text", "",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,8}"]
}

fn valid() -> impl Strategy<Value = Value> {
    let email = "[a-z0-9.+]{1,20}@[a-z0-9]{1,9}(\\.[a-z]{2,6}){0,3}";
    let address = ("\\PC{1,200}", ".{1,100}", ".{3,12}").prop_map(
        |(street, city, postcode)| json!({"street": street, "city": city, "postcode": postcode}),
    );
    (".{1,100}", email, 18..=120_u8, "[A-Z]{2}", vec(".{1,32}", 0..=10), address).prop_map(
        |(name, email, age, country, tags, address)| {
            json!({"name": name, "email": email, "age": age, "country": country, "tags": tags, "address": address})
        },
    )
}

/// A change to a document: what stands at the path is replaced, or removed.
fn changes() -> impl Strategy<Value = (&'static str, Option<Value>)> {
    let paths = select(vec![
        "name",
        "email",
        "age",
        "country",
        "tags",
        "tags/0",
        "tags/3",
        "address",
        "address/street",
        "address/city",
        "address/postcode",
        "address/zip",
        "nickname",
    ]);
    (paths, proptest::option::weighted(0.8, anything()))
}

fn change(document: &mut Value, path: &str, value: Option<Value>) {
    let (parent, name) = path.rsplit_once('/').map_or(("", path), |(parent, name)| (parent, name));
    let parent = if parent.is_empty() { Some(document) } else { document.get_mut(parent) };
    match (parent, value) {
        (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(name.to_owned(), value)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(name)),
        (Some(Value::Array(items)), Some(value)) => items.insert(items.len().min(1), value),
        _ => {}
    }
}

/// An edit of bytes: at a place, so many are cut out and these put in.
type Edit = (Index, usize, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..4),
        select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "null", "1e400", "-", "0",
            " ", "\u{feff}"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    vec(
        (any::<Index>(), prop_oneof![3 => Just(0), 2 => 0..3_usize, 1 => 0..400_usize], bytes),
        0..6,
    )
}

fn config() -> ProptestConfig {
    // The same documents each time, unless PROPTEST_RNG_SEED says otherwise: a test that fails fails again.
    let seed =
        std::env::var_os("PROPTEST_RNG_SEED").is_none().then_some(RngSeed::Fixed(0x6479_6e6f));
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig { rng_seed: seed.unwrap_or(default.rng_seed), ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_valid_document_is_accepted(document in valid()) {
        prop_assert!(broken(&document).is_empty());
        let text = document.to_string();
        prop_assert!(validate(text.as_bytes()).is_ok(), "{text}");
        assert_agreement(text.as_bytes());
    }

    #[test]
    fn a_changed_document_is_judged_as_the_schema_does(
        mut document in valid(),
        changes in vec(changes(), 1..4),
    ) {
        for (path, value) in changes {
            change(&mut document, path, value);
        }
        assert_agreement(document.to_string().as_bytes());
    }

    #[test]
    fn any_document_is_judged_as_the_schema_does(document in anything()) {
        assert_agreement(document.to_string().as_bytes());
    }

    #[test]
    fn an_edited_body_of_the_corpus_is_judged_as_the_schema_does(
        at in any::<Index>(),
        edits in edits(),
    ) {
        let mut body = at.get(&CORPUS).request.body.to_vec();
        for (place, cut, put) in edits {
            let start = place.index(body.len() + 1);
            let end = body.len().min(start + cut);
            body.splice(start..end, put);
        }
        assert_agreement(&body);
    }

    #[test]
    fn any_bytes_are_answered(body in vec(any::<u8>(), 0..300)) {
        assert_agreement(&body);
    }
}
