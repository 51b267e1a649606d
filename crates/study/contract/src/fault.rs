//! What a refusal reports: which field breaks which rule.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use validator::{ValidationErrors, ValidationErrorsKind};

/// A rule of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The body is a JSON text.
    Json,
    /// A required field is present.
    Required,
    /// A value has the JSON type that its field wants.
    Type,
    /// A string or an array is neither too short nor too long.
    Length,
    /// A number is neither too small nor too large.
    Range,
    /// A string has the form that its field wants.
    Format,
    /// There are no unknown fields.
    Unknown,
}

/// One rule that a body breaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The field's path, `address.city` or `tags[3]`; the whole document is the empty string.
    pub field: Cow<'static, str>,
    /// The rule that it breaks.
    pub rule: Rule,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.field, self.rule)
    }
}

impl Fault {
    /// A fault of a field that is known by name.
    #[must_use]
    pub fn new(field: impl Into<Cow<'static, str>>, rule: Rule) -> Self {
        Self { field: field.into(), rule }
    }
}

impl std::error::Error for Fault {}

/// Every fault that `validator` found, in the order of their paths.
pub(crate) fn from_validator(errors: &ValidationErrors) -> Vec<Fault> {
    let mut faults = Vec::new();
    collect(errors, "", &mut faults);
    faults.sort_unstable();
    faults
}

fn collect(errors: &ValidationErrors, parent: &str, faults: &mut Vec<Fault>) {
    for (name, kind) in errors.errors() {
        let field = match (parent, name.as_ref()) {
            ("", _) => name.clone(),
            // A tag is a string in JSON: its one field has no name there.
            (parent, "text") => Cow::Owned(parent.to_owned()),
            (parent, name) => Cow::Owned([parent, ".", name].concat()),
        };
        match kind {
            ValidationErrorsKind::Field(broken) => faults
                .extend(broken.iter().map(|error| Fault::new(field.clone(), rule_of(&error.code)))),
            ValidationErrorsKind::Struct(errors) => collect(errors, &field, faults),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    collect(errors, &[&field, item(*index).as_str()].concat(), faults);
                }
            }
        }
    }
}

/// The step to an array's item: `[3]`.
pub(crate) fn item(index: usize) -> String {
    ["[", itoa::Buffer::new().format(index), "]"].concat()
}

fn rule_of(code: &str) -> Rule {
    match code {
        "length" => Rule::Length,
        "range" => Rule::Range,
        _ => Rule::Format,
    }
}
