//! What a body must be.

use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Mismatch,
    difference::{Ignored, difference},
};
use crate::text::shown;

/// One thing that is said of a body.
#[derive(Debug, Clone)]
pub(crate) enum BodyRule {
    Bytes(u64),
    Text(Vec<u8>),
    Json { value: Value, ignored: Ignored },
    Schema(Arc<Validator>),
    Sha256([u8; 32]),
}

impl BodyRule {
    /// Where a body differs. Of a body that was cut, only what its beginning tells.
    pub(super) fn mismatch(&self, body: &[u8], cut: bool) -> Option<Mismatch> {
        match self {
            Self::Text(right) => {
                let same = if cut { right.starts_with(body) } else { body == right };
                (!same).then(|| text_mismatch(right, body))
            }
            Self::Bytes(right) => {
                let size = body.len() as u64;
                let wrong = if cut { size >= *right } else { size != *right };
                let more = if cut { "more than " } else { "" };
                wrong.then(|| {
                    Mismatch::new("body", format!("{right} bytes"), format!("{more}{size}"))
                })
            }
            _ if cut => None,
            Self::Json { value, ignored } => match parsed(body) {
                Ok(got) => difference(value, &got, ignored),
                Err(mismatch) => Some(mismatch),
            },
            Self::Schema(schema) => match parsed(body) {
                Ok(got) => schema_mismatch(schema, &got),
                Err(mismatch) => Some(mismatch),
            },
            Self::Sha256(right) => {
                let digest: [u8; 32] = Sha256::digest(body).into();
                (digest != *right).then(|| {
                    let got = format!("{} of {} bytes", hex::encode(digest), body.len());
                    Mismatch::new("body", format!("SHA-256 {}", hex::encode(right)), got)
                })
            }
        }
    }

    /// The size of the right body, if this tells it.
    pub(super) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Bytes(size) => Some(*size),
            Self::Text(text) => Some(text.len() as u64),
            Self::Json { .. } | Self::Schema(_) | Self::Sha256(_) => None,
        }
    }

    /// How much of a body this looks at: one byte more than is right shows that it is too long.
    pub(super) fn telling_bytes(&self) -> Option<u64> {
        self.bytes().map(|size| size + 1)
    }
}

fn parsed(body: &[u8]) -> Result<Value, Mismatch> {
    serde_json::from_slice(body).map_err(|error| {
        let got = if body.is_empty() { "nothing".to_owned() } else { shown(body) };
        Mismatch::new("body", "JSON", format!("{got} ({error})"))
    })
}

/// The text from a little before the first difference on.
fn text_mismatch(right: &[u8], got: &[u8]) -> Mismatch {
    const BEFORE: usize = 16;
    let same = right.iter().zip(got).take_while(|(a, b)| a == b).count();
    let from = if same > 2 * BEFORE { same - BEFORE } else { 0 };
    let part = |bytes: &[u8]| match &bytes[from.min(bytes.len())..] {
        [] => "nothing".to_owned(),
        part => format!("{}{}", if from > 0 { "…" } else { "" }, shown(part)),
    };
    let place = if from > 0 { format!("body, byte {same}") } else { "body".to_owned() };
    Mismatch::new(place, part(right), part(got))
}

fn schema_mismatch(schema: &Validator, got: &Value) -> Option<Mismatch> {
    let error = schema.iter_errors(got).next()?;
    let place = match error.instance_path().as_str() {
        "" => "body".to_owned(),
        pointer => pointer.to_owned(),
    };
    Some(Mismatch { place, problem: shown(error.to_string().as_bytes()) })
}
