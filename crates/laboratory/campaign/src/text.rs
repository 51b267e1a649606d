//! Text that contenders, tools and strangers wrote, which is not trusted.

/// The text on one line, without characters that would steer a terminal.
#[must_use]
pub fn plain(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text with its line breaks and tabs, without characters that would steer a terminal or turn
/// the direction of a line.
#[must_use]
pub fn visible(text: &str) -> String {
    text.replace(|character| steers(character) && !matches!(character, '\n' | '\t'), " ")
}

fn steers(character: char) -> bool {
    let turns = matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_is_left() {
        let hostile = "a\u{1b}[2Jb\tc\nd\u{9b}e\u{202e}f\u{7f}\rg";
        assert_eq!(visible(hostile), "a [2Jb\tc\nd e f  g");
        assert_eq!(plain(hostile), "a [2Jb c d e f g");
    }
}
