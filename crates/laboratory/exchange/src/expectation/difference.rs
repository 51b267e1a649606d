//! The first difference between two JSON values, named by its path.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::Mismatch;
use crate::text::shown;

/// JSON Pointers to values that may be anything, or missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ignored(BTreeSet<String>);

impl Ignored {
    pub(crate) fn new(pointers: Vec<String>) -> Result<Self, String> {
        match pointers.iter().find(|pointer| !pointer.starts_with('/')) {
            Some(wrong) => Err(format!("{wrong:?} is no JSON Pointer, such as \"/items/0/id\"")),
            None => Ok(Self(pointers.into_iter().collect())),
        }
    }
}

/// The first place where the answer is not equal as JSON, in the order of the right value.
pub(super) fn difference(right: &Value, got: &Value, ignored: &Ignored) -> Option<Mismatch> {
    below("", right, got, ignored)
}

fn below(path: &str, right: &Value, got: &Value, ignored: &Ignored) -> Option<Mismatch> {
    if ignored.0.contains(path) {
        return None;
    }
    match (right, got) {
        (Value::Object(right), Value::Object(got)) => {
            let names: BTreeSet<&String> = right.keys().chain(got.keys()).collect();
            names.into_iter().find_map(|name| {
                let path = child(path, &token(name));
                either(&path, right.get(name), got.get(name), ignored)
            })
        }
        (Value::Array(right), Value::Array(got)) => {
            (0..right.len().max(got.len())).find_map(|at| {
                either(&child(path, &at.to_string()), right.get(at), got.get(at), ignored)
            })
        }
        (Value::Number(right), Value::Number(got)) if equal(right, got) => None,
        _ if right == got => None,
        _ => Some(mismatch(path, Some(right), Some(got))),
    }
}

/// Every place where two values differ, as JSON Pointers. Of arrays that differ in length, it is the
/// array.
pub(crate) fn differences(a: &Value, b: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect("", Some(a), Some(b), &mut found);
    found
}

fn collect(path: &str, a: Option<&Value>, b: Option<&Value>, found: &mut Vec<String>) {
    match (a, b) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                collect(&child(path, &token(name)), a.get(name), b.get(name), found);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                collect(&child(path, &at.to_string()), Some(a), Some(b), found);
            }
        }
        (a, b) if a == b => {}
        _ => found.push(path.to_owned()),
    }
}

fn either(
    path: &str,
    right: Option<&Value>,
    got: Option<&Value>,
    ignored: &Ignored,
) -> Option<Mismatch> {
    match (right, got) {
        (Some(right), Some(got)) => below(path, right, got, ignored),
        _ if ignored.0.contains(path) => None,
        _ => Some(mismatch(path, right, got)),
    }
}

fn child(path: &str, token: &str) -> String {
    [path, "/", token].concat()
}

/// A name as a step of a JSON Pointer.
pub(crate) fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether two numbers are the same, however they are written.
fn equal(a: &Number, b: &Number) -> bool {
    a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
}

fn mismatch(path: &str, right: Option<&Value>, got: Option<&Value>) -> Mismatch {
    let text = |value: Option<&Value>| match value {
        None => "nothing".to_owned(),
        Some(value) => shown(value.to_string().as_bytes()),
    };
    let place = if path.is_empty() { "body" } else { path };
    Mismatch::new(place, text(right), text(got))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn found(right: &Value, got: &Value, ignore: &[&str]) -> Option<String> {
        let ignored = Ignored::new(ignore.iter().map(|&one| one.to_owned()).collect()).unwrap();
        difference(right, got, &ignored).map(|mismatch| mismatch.to_string())
    }

    #[test]
    fn a_difference_is_named_by_its_path() {
        let right = json!({"a": [1, {"b/c": "tea"}], "d": null});
        for (got, told) in [
            (
                json!({"a": [1, {"b/c": "milk"}], "d": null}),
                r#"/a/1/b~1c: expected "tea", got "milk""#,
            ),
            (json!({"a": [1], "d": null}), r#"/a/1: expected {"b/c":"tea"}, got nothing"#),
            (json!({"a": [1, {"b/c": "tea"}]}), "/d: expected null, got nothing"),
            (json!({"a": [1, {"b/c": "tea"}], "d": null, "e": 1}), "/e: expected nothing, got 1"),
            (json!([]), r#"body: expected {"a":[1,{"b/c":"tea"}],"d":null}, got []"#),
        ] {
            assert_eq!(found(&right, &got, &[]).as_deref(), Some(told));
        }
    }

    #[test]
    fn numbers_are_equal_by_value() {
        assert_eq!(found(&json!(1), &json!(1.0), &[]), None);
        assert!(
            found(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992_i64), &[])
                .is_some()
        );
        assert!(found(&json!(1), &json!("1"), &[]).is_some());
        assert!(found(&json!(1), &json!(true), &[]).is_some());
    }

    #[test]
    fn what_is_ignored_may_be_anything_or_missing() {
        let right = json!({"id": 7, "items": [{"at": 1, "name": "a"}]});
        let ignore = ["/id", "/items/0/at"];
        assert_eq!(found(&right, &json!({"items": [{"at": "x", "name": "a"}]}), &ignore), None);
        let other = json!({"id": 7, "items": [{"at": 1, "name": "b"}]});
        assert!(found(&right, &other, &ignore).unwrap().starts_with("/items/0/name"));
        assert!(Ignored::new(vec!["id".to_owned()]).is_err());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z/~]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z/~]{0,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Every path of a value, leaves and branches.
    fn paths(value: &Value, path: &str, all: &mut Vec<String>) {
        all.push(path.to_owned());
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    paths(item, &child(path, &at.to_string()), all);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    paths(field, &child(path, &token(name)), all);
                }
            }
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn a_value_is_equal_to_itself_and_a_single_change_is_found_where_it_is(
            value in any_json(),
            at in any::<prop::sample::Index>(),
        ) {
            prop_assert_eq!(found(&value, &value, &[]), None);
            let mut all = Vec::new();
            paths(&value, "", &mut all);
            let path = at.get(&all);
            let mut changed = value.clone();
            *changed.pointer_mut(path).unwrap() = json!("CHANGED");
            let told = found(&value, &changed, &[]).unwrap();
            let place = if path.is_empty() { "body" } else { path };
            prop_assert!(told.starts_with(&format!("{place}: expected ")), "{}", told);
            if !path.is_empty() {
                prop_assert_eq!(found(&value, &changed, &[path]), None);
            }
        }
    }
}
