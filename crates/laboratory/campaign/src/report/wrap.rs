//! Text in lines of a bounded width.

/// The words of a text in lines of at most so many columns, unless a word is longer. Between lines stands `between`, which
/// begins with a line break and may indent the next one; a word of which `sticks` holds does not begin a line.
pub(super) fn wrapped<'a>(
    words: impl IntoIterator<Item = &'a str>,
    width: usize,
    between: &str,
    sticks: impl Fn(&str) -> bool,
) -> String {
    let mut text = String::new();
    let mut columns = 0;
    for word in words {
        let length = word.chars().count();
        if columns > 0 && columns + 1 + length > width && !sticks(word) {
            text.push_str(between);
            columns = between.len() - 1;
        } else if columns > 0 {
            text.push(' ');
            columns += 1;
        }
        text.push_str(word);
        columns += length;
    }
    text
}
