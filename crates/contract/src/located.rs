//! The second look at a refused body, which finds out where the fault is.
//!
//! The first look is serde's own pass, which knows no paths. Only when it fails is the body read again,
//! into a tree whose every step back adds its name to the fault.

use serde::{
    Deserializer,
    de::{IntoDeserializer, Visitor, value},
    forward_to_deserialize_any,
};
use serde_json::Value;

use crate::{Fault, Registration, object};

/// Reads a registration from a document, or tells its first structural fault.
pub(crate) fn registration(document: &Value) -> Result<Registration, Fault> {
    object::deserialize(Node { value: document, step: Step::Root })
}

#[derive(Clone, Copy)]
enum Step<'de> {
    Root,
    Field(&'de str),
    Item(usize),
}

#[derive(Clone, Copy)]
struct Node<'de> {
    value: &'de Value,
    step: Step<'de>,
}

impl<'de> IntoDeserializer<'de, Fault> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_u64(value),
                (_, Some(value), _) => visitor.visit_i64(value),
                (.., value) => visitor.visit_f64(value.unwrap_or(f64::INFINITY)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(value::SeqDeserializer::new(
                items.iter().enumerate().map(|(i, value)| Node { value, step: Step::Item(i) }),
            )),
            Value::Object(fields) => visitor.visit_map(value::MapDeserializer::new(
                fields.iter().map(|(k, value)| (k.as_str(), Node { value, step: Step::Field(k) })),
            )),
        };
        read.map_err(|fault| match self.step {
            Step::Root => fault,
            Step::Field(name) => fault.inside(name),
            Step::Item(index) => fault.inside(&format!("[{index}]")),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
