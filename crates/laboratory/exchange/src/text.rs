//! Bytes of any kind as text for a person, and text as part of a URI.

/// The bytes as text, cut short, with control characters made visible.
pub(crate) fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 160;
    let cut = &bytes[..bytes.len().min(MOST)];
    let text: String = String::from_utf8_lossy(cut).chars().flat_map(visible).collect();
    if bytes.len() > MOST { format!("{text}… ({} bytes)", bytes.len()) } else { text }
}

/// A text as part of a URI; these bytes stay too.
pub(crate) fn percent_encoded(text: &str, also: &[u8]) -> String {
    let stays =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte);
    let one = |byte: u8| {
        if stays(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

fn visible(character: char) -> Vec<char> {
    if character.is_control() { character.escape_default().collect() } else { vec![character] }
}
