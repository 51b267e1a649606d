//! Durations in `dyno.toml` and `plan.json`: `10s`, `2m`.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::human::parse_duration;

pub(crate) fn serialize<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{}s", duration.as_secs()))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    parse_duration(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// A duration that may be missing.
pub(crate) mod optional {
    use serde::{Serialize, ser::Error as _};

    use super::{
        Deserialize, Deserializer, Duration, Error, Serializer, SignedDuration, parse_duration,
    };

    #[expect(clippy::ref_option, reason = "serde hands over the field as it is")]
    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let duration = duration.map(SignedDuration::try_from).transpose();
        duration.map_err(S::Error::custom)?.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let duration = Option::<String>::deserialize(deserializer)?;
        duration.map(|text| parse_duration(&text)).transpose().map_err(D::Error::custom)
    }
}
