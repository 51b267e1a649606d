//! The body of `GET /static`: 5 MiB that no compression can shrink.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// Size of the payload in bytes.
pub const LEN: usize = 5 << 20;

/// SHA-256 of the payload, in lower-case hexadecimal.
pub const SHA256: &str = "2d97df5be098c534325ad47934c5f4ecefaba8a286ce245a361a7edb2d593bda";

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/payload"]
struct Files;

/// The payload, as it lies in the program's own read-only data.
///
/// # Panics
/// Never in a program that was built: the file is embedded at compile time, in debug builds too.
#[must_use]
pub fn bytes() -> &'static [u8] {
    match Files::get("payload.bin").map(|file| file.data) {
        Some(Cow::Borrowed(bytes)) => bytes,
        _ => unreachable!("build.rs writes payload.bin and rust-embed borrows it from the program"),
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_payload_is_the_pinned_one() {
        assert_eq!(bytes().len(), LEN);
        assert_eq!(hex::encode(Sha256::digest(bytes())), SHA256);
    }

    #[test]
    fn the_payload_has_bytes_of_every_value_equally_often() {
        let mut counts = [0_u32; 256];
        for &byte in bytes() {
            counts[usize::from(byte)] += 1;
        }
        // 5 MiB / 256 = 20,480 of each; six standard deviations are about 860.
        assert!(counts.iter().all(|count| count.abs_diff(20_480) < 860));
    }
}
