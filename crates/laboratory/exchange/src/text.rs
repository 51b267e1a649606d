//! Bytes of any kind as text for a person.

/// The bytes as text, cut short, with control characters made visible.
pub(crate) fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 160;
    let cut = &bytes[..bytes.len().min(MOST)];
    let text: String = String::from_utf8_lossy(cut).chars().flat_map(visible).collect();
    if bytes.len() > MOST { format!("{text}… ({} bytes)", bytes.len()) } else { text }
}

fn visible(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
