//! What counts as an email address.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// A valid e-mail address as the HTML standard defines it for `input type=email`.
pub(crate) const PATTERN: &str = concat!(
    "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
);

/// Bytes rather than `str`: the pattern is ASCII, and matching needs no Unicode tables then.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!("(?-u){PATTERN}");
    Regex::new(&pattern).expect("a constant pattern; the tests compile it")
});

/// Whether `text` is an email address in the contract's sense; its length is a rule of its own.
pub(crate) fn is_address(text: &str) -> bool {
    ADDRESS.is_match(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_of_the_html_definition_are_accepted() {
        for text in [
            "a@b",
            "a@localhost",
            "first.last+tag@example.org",
            "!#$%&'*+/=?^_`{|}~-@example.org",
            ".dot..dot.@example.org",
            "a@1.2",
        ] {
            assert!(is_address(text), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@example.org",
            "\"a b\"@example.org",
            "a@-b",
            "a@b-",
            "a@b..c",
            "a@b.",
            "a@[127.0.0.1]",
            "a@ex\u{e4}mple.org",
            "\u{fc}@example.org",
            "a@example.org\n",
            " a@example.org",
        ] {
            assert!(!is_address(text), "{text}");
        }
        let label = "x".repeat(64);
        assert!(!is_address(&format!("a@{label}.org")));
    }
}
