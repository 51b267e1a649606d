//! The second look at a refused body, which finds out where the fault is.
//!
//! The first look is serde's own pass, which knows no paths. Only when it fails is the body read again,
//! into a tree whose every step back adds its name to the fault.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{self, IntoDeserializer, Visitor, value},
    forward_to_deserialize_any,
};

use crate::{Fault, Registration, Rule, fault, object, tree::Tree};

/// Reads a registration from a document, or tells its first structural fault.
pub(crate) fn registration<'a>(document: &Tree<'_>) -> Result<Registration<'a>, Fault> {
    object::deserialize(Node { value: document, step: Step::Root }).map_err(
        |Located { path, rule }| match path {
            Path::Here => Fault::new("", rule),
            Path::Field(path) | Path::Item(path) => Fault::new(path, rule),
        },
    )
}

/// A fault on its way up from where it is. serde's errors become the contract's rules without a detour through prose.
#[derive(Debug)]
struct Located {
    path: Path,
    rule: Rule,
}

/// Where a fault is, seen from a value around it.
#[derive(Debug)]
enum Path {
    /// The value itself.
    Here,
    /// From the name of a field on; a field's name may be empty, and that is not the value itself.
    Field(Cow<'static, str>),
    /// From an array's item on: `[3]`.
    Item(Cow<'static, str>),
}

impl Located {
    fn inside(self, step: Step) -> Self {
        let Self { path, rule } = self;
        let after = |name: &str| match &path {
            Path::Here => name.to_owned(),
            Path::Field(path) => [name, ".", path].concat(),
            Path::Item(path) => [name, path].concat(),
        };
        let path = match step {
            Step::Root => path,
            Step::Field(name) => Path::Field(after(name).into()),
            Step::Item(index) => Path::Item(after(&fault::item(index)).into()),
        };
        Self { path, rule }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Located {}

impl de::Error for Located {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self { path: Path::Here, rule: Rule::Type }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { path: Path::Field(field.into()), rule: Rule::Required }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self { path: Path::Field(field.to_owned().into()), rule: Rule::Unknown }
    }
}

#[derive(Clone, Copy)]
enum Step<'t> {
    Root,
    Field(&'t str),
    Item(usize),
}

#[derive(Clone, Copy)]
struct Node<'t> {
    value: &'t Tree<'t>,
    step: Step<'t>,
}

impl IntoDeserializer<'_, Located> for Node<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The fields of an object without those that come again further on: the last of equal keys counts.
///
/// Reading stops at the first key that the contract does not know, and it knows nine: all the looks ahead
/// together pass over the fields a few times at most.
fn last_of_each<'t>(
    fields: &'t [(Cow<'t, str>, Tree<'t>)],
) -> impl Iterator<Item = (&'t str, Node<'t>)> {
    fields.iter().enumerate().filter_map(|(index, (name, value))| {
        let comes_again = fields[index + 1..].iter().any(|(later, _)| later == name);
        (!comes_again).then_some((name.as_ref(), Node { value, step: Step::Field(name) }))
    })
}

// For any lifetime: what is read this way never borrows from the tree, which ends before the answer does.
impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Located;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Located> {
        let read = match self.value {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Unsigned(value) => visitor.visit_u64(*value),
            Tree::Negative(value) => visitor.visit_i64(*value),
            Tree::Float(value) => visitor.visit_f64(*value),
            Tree::Text(text) => visitor.visit_str(text),
            Tree::Array(items) => visitor.visit_seq(value::SeqDeserializer::new(
                items.iter().enumerate().map(|(i, value)| Node { value, step: Step::Item(i) }),
            )),
            Tree::Object(fields) => {
                visitor.visit_map(value::MapDeserializer::new(last_of_each(fields)))
            }
        };
        read.map_err(|fault| fault.inside(self.step))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Located> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
