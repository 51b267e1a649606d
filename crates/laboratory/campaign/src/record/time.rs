//! Timestamps in the record: UTC, RFC 3339, with the same number of digits everywhere.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(deserializer)
}

/// To the second.
pub(super) mod seconds {
    use super::{Deserializer, Serializer, Timestamp};

    pub(in crate::record) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }

    pub(in crate::record) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        super::read(deserializer)
    }
}

/// To the millisecond.
pub(super) mod milliseconds {
    use super::{Deserializer, Serializer, Timestamp};

    pub(in crate::record) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }

    pub(in crate::record) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        super::read(deserializer)
    }
}
