//! Counts in one cell of a table, with spaces between them.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub(super) fn serialize<S: Serializer>(counts: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    let words: Vec<String> = counts.iter().map(u64::to_string).collect();
    serializer.serialize_str(&words.join(" "))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.split_whitespace().map(|word| word.parse().map_err(D::Error::custom)).collect()
}
