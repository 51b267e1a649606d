//! The document that `POST /validate` is about.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{email, object};

/// A registration. Its fields stand in the order in which they are answered.
///
/// Texts are borrowed from the request's body, except those with an escape sequence in them.
/// The length rules of `validator` count Unicode scalar values, as the contract wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Registration<'a> {
    /// 1 to 100 characters.
    #[serde(borrow)]
    #[validate(length(min = 1, max = 100))]
    pub name: Cow<'a, str>,
    /// An address of at most 254 characters.
    #[serde(borrow)]
    #[validate(length(max = 254), custom(function = email_format))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = email::PATTERN)))]
    pub email: Cow<'a, str>,
    /// 18 to 120 years.
    #[validate(range(min = 18, max = 120))]
    pub age: i64,
    /// Two letters `A`–`Z`.
    #[serde(borrow)]
    #[validate(custom(function = country_format))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[A-Z]{2}$")))]
    pub country: Cow<'a, str>,
    /// At most 10 strings of 1 to 32 characters.
    #[serde(borrow)]
    #[validate(length(max = 10), nested)]
    pub tags: Vec<Tag<'a>>,
    /// Where the person lives.
    #[serde(borrow, deserialize_with = "object::deserialize")]
    #[validate(nested)]
    pub address: Address<'a>,
}

impl Registration<'_> {
    /// The paths of the fields that it must have, in their order.
    pub const FIELDS: [&'static str; 9] = [
        "name",
        "email",
        "age",
        "country",
        "tags",
        "address",
        "address.street",
        "address.city",
        "address.postcode",
    ];
}

/// A tag: 1 to 32 characters. A type of its own, so that `validator` names the item that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Tag<'a> {
    /// The tag's text; it stands in the JSON without a name.
    #[serde(borrow)]
    #[validate(length(min = 1, max = 32))]
    pub text: Cow<'a, str>,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Address<'a> {
    /// 1 to 200 characters.
    #[serde(borrow)]
    #[validate(length(min = 1, max = 200))]
    pub street: Cow<'a, str>,
    /// 1 to 100 characters.
    #[serde(borrow)]
    #[validate(length(min = 1, max = 100))]
    pub city: Cow<'a, str>,
    /// 3 to 12 characters.
    #[serde(borrow)]
    #[validate(length(min = 3, max = 12))]
    pub postcode: Cow<'a, str>,
}

fn email_format(text: &str) -> Result<(), ValidationError> {
    format_rule(email::is_address(text))
}

fn country_format(text: &str) -> Result<(), ValidationError> {
    format_rule(text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()))
}

fn format_rule(holds: bool) -> Result<(), ValidationError> {
    if holds { Ok(()) } else { Err(ValidationError::new("format")) }
}
