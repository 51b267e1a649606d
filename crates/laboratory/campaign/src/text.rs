//! Text that contenders and tools wrote, which is not trusted.

/// The text on one line, without characters that would steer a terminal.
#[must_use]
pub fn plain(text: &str) -> String {
    let visible = text.replace(|character: char| character.is_control(), " ");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
