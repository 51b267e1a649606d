//! The corpus: what the scenario `validate` sends.
//!
//! Each pair of exchanges holds one valid and one broken registration in random order, so that any stretch of
//! the corpus is half valid and yet no connection is served only one kind.

use contract::{Fault, Registration, Rule};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::{right, validate, written::Line};

/// "corpus" in ASCII.
const SEED: u64 = 0x636f_7270_7573;
const PAIRS: usize = 192;
/// Sizes of a body in bytes.
const SIZES: std::ops::RangeInclusive<usize> = 150..=2048;
const ALPHABETS: [&str; 5] = [
    "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ'-.0123456789",
    "aeiouàéîõüçñßøåžšœæ rstlmn",
    "北京上海東京大阪서울부산海山川田中村",
    "абвгдежзиклмнопрстуфхцчшщэюя АБВГД",
    "😀🚀🌍👩🏽🔬 \"\\/\u{301}abc",
];

/// A JSON object as its fields in order, each value a JSON text.
type Fields = Vec<(String, String)>;

#[derive(Clone)]
struct Document {
    fields: Fields,
    address: Fields,
}

/// A change that breaks rules: the field and the rule, and the JSON text to put there.
/// No text removes the field.
type Break = (&'static str, Rule, Option<String>);

/// The whole corpus.
pub(crate) fn all() -> Vec<Line> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let breaks = breaks(&mut rng);
    let mut lines = Vec::new();
    for pair in 0..PAIRS {
        let accepted = sized(&mut rng, |rng| valid(rng).text());
        let mut faults = Vec::new();
        let refused = sized(&mut rng, |rng| {
            // One fault as a rule, a second one in every fourth body.
            let mut chosen = vec![breaks[pair % breaks.len()].clone()];
            if pair % 4 == 3 {
                chosen.push(breaks[rng.random_range(0..breaks.len())].clone());
            }
            let mut document = valid_unshuffled(rng);
            chosen.dedup_by_key(|(field, ..)| root_of(field));
            faults = chosen.iter().map(|&(field, rule, _)| Fault::new(field, rule)).collect();
            for (field, _, text) in chosen {
                document.put(field, text);
            }
            document.text()
        });
        let normal = contract::validate(accepted.as_bytes()).expect("it is valid").to_json();
        let normal = String::from_utf8(normal).expect("JSON is UTF-8");
        let mut two = [
            validate(accepted, right::registration(&normal)),
            validate(refused, right::broken(&faults)),
        ];
        two.shuffle(&mut rng);
        lines.extend(two);
    }
    lines
}

/// The top field of a path: two faults in one top field could hide each other.
fn root_of(field: &str) -> &str {
    field.split(['.', '[']).next().unwrap_or(field)
}

fn sized(rng: &mut ChaCha8Rng, mut make: impl FnMut(&mut ChaCha8Rng) -> String) -> String {
    loop {
        let body = make(rng);
        if SIZES.contains(&body.len()) {
            return body;
        }
    }
}

fn valid(rng: &mut ChaCha8Rng) -> Document {
    let mut document = valid_unshuffled(rng);
    // A third in another order: the answer's order is the server's work.
    if rng.random_ratio(1, 3) {
        document.fields.shuffle(rng);
        document.address.shuffle(rng);
    }
    document
}

fn valid_unshuffled(rng: &mut ChaCha8Rng) -> Document {
    // In percent: small bodies are common, and every eighth is as long as it may be.
    let fill = if rng.random_ratio(1, 8) { 100 } else { rng.random_range(0..=10_usize).pow(2) };
    let named = |fields: Vec<(&str, String)>| {
        fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    };
    let tags: Vec<_> =
        (0..rng.random_range(fill / 20..=10)).map(|_| string(rng, 1, 32, fill)).collect();
    let country: String = (0..2).map(|_| rng.random_range('A'..='Z')).collect();
    Document {
        fields: named(vec![
            ("name", string(rng, 1, 100, fill)),
            ("email", json(&email(rng))),
            ("age", rng.random_range(18..=120).to_string()),
            ("country", json(&country)),
            ("tags", format!("[{}]", tags.join(","))),
            ("address", String::new()),
        ]),
        address: named(vec![
            ("street", string(rng, 1, 200, fill)),
            ("city", string(rng, 1, 100, fill)),
            ("postcode", string(rng, 3, 12, fill)),
        ]),
    }
}

impl Document {
    fn put(&mut self, path: &str, text: Option<String>) {
        let (fields, name) = match path.strip_prefix("address.") {
            Some(name) => (&mut self.address, name),
            None => (&mut self.fields, path.split('[').next().unwrap_or(path)),
        };
        match (fields.iter().position(|(field, _)| field == name), text) {
            (Some(at), Some(text)) => fields[at].1 = text,
            (Some(at), None) => drop(fields.remove(at)),
            (None, Some(text)) => fields.push((name.to_owned(), text)),
            (None, None) => {}
        }
    }

    fn text(&self) -> String {
        let address = object(&self.address);
        let mut fields = self.fields.clone();
        for (name, text) in &mut fields {
            if name == "address" && text.is_empty() {
                text.clone_from(&address);
            }
        }
        object(&fields)
    }
}

fn object(fields: &Fields) -> String {
    let fields: Vec<_> =
        fields.iter().map(|(name, text)| format!("{}:{text}", json(name))).collect();
    format!("{{{}}}", fields.join(","))
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a string always has a JSON form")
}

/// A JSON string of `min` characters or more, the more the fuller, `max` at most.
fn string(rng: &mut ChaCha8Rng, min: usize, max: usize, fill: usize) -> String {
    let longest = min.max(max * fill / 100);
    let length = rng.random_range(min.max(longest * 3 / 4)..=longest);
    // ASCII half of the time, except in the longest: characters of several bytes fill them to 2 KiB.
    let ascii = fill < 100 && rng.random();
    let alphabet = if ascii { 0 } else { rng.random_range(1..ALPHABETS.len()) };
    json(&characters(rng, ALPHABETS[alphabet], length))
}

fn characters(rng: &mut ChaCha8Rng, alphabet: &str, length: usize) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    (0..length).map(|_| alphabet[rng.random_range(0..alphabet.len())]).collect()
}

fn email(rng: &mut ChaCha8Rng) -> String {
    let mut part = |alphabet, lengths| {
        let length = rng.random_range::<usize, std::ops::RangeInclusive<usize>>(lengths);
        characters(rng, alphabet, length)
    };
    let local = part("abcdefghijklmnopqrstuvwxyz0123456789.+_-", 1..=24);
    let domain = part("abcdefghijklmnopqrstuvwxyz0123456789", 1..=20);
    let top = part("abcdefghijklmnopqrstuvwxyz", 2..=6);
    format!("{local}@{domain}.{top}")
}

/// Every rule broken in several ways.
fn breaks(rng: &mut ChaCha8Rng) -> Vec<Break> {
    let mut all: Vec<Break> = Vec::new();
    for field in Registration::FIELDS {
        all.push((field, Rule::Required, None));
        all.push((field, Rule::Type, Some("null".to_owned())));
    }
    for (field, text) in [
        ("name", "7"),
        ("email", "[\"a@example.org\"]"),
        ("age", "\"36\""),
        ("age", "36.0"),
        ("age", "true"),
        ("country", "{}"),
        ("tags", "\"tag\""),
        ("tags[1]", "[\"ok\",7]"),
        ("tags[0]", "[null]"),
        ("address", "\"St James's Square 12\""),
        ("address", "[]"),
        ("address.city", "false"),
    ] {
        all.push((field, Rule::Type, Some(text.to_owned())));
    }
    for (field, length) in [
        ("name", 0),
        ("name", 101),
        ("name", 150),
        ("address.street", 0),
        ("address.street", 201),
        ("address.city", 0),
        ("address.city", 101),
        ("address.postcode", 2),
        ("address.postcode", 13),
    ] {
        all.push((field, Rule::Length, Some(json(&characters(rng, ALPHABETS[0], length)))));
    }
    let long_email = format!("{}@{}.org", "x".repeat(64), ["y".repeat(60).as_str(); 4].join("."));
    all.push(("email", Rule::Length, Some(json(&long_email))));
    all.push(("tags", Rule::Length, Some(format!("[{}]", ["\"tag\""; 11].join(",")))));
    all.push(("tags[2]", Rule::Length, Some("[\"a\",\"b\",\"\"]".to_owned())));
    all.push((
        "tags[0]",
        Rule::Length,
        Some(format!("[{}]", json(&characters(rng, ALPHABETS[0], 33)))),
    ));
    for age in ["17", "121", "0", "-1", "300", "2147483648"] {
        all.push(("age", Rule::Range, Some(age.to_owned())));
    }
    for email in
        ["", "nobody", "a@", "@example.org", "a b@example.org", "a@-example.org", "a@example..org"]
    {
        all.push(("email", Rule::Format, Some(json(email))));
    }
    for country in ["", "D", "de", "DEU", "D1", "ÄÖ"] {
        all.push(("country", Rule::Format, Some(json(country))));
    }
    for field in ["nickname", "address.zip", "Name", "address.country"] {
        all.push((field, Rule::Unknown, Some("\"x\"".to_owned())));
    }
    all.shuffle(rng);
    all
}
