//! What the page is made of: templates, styles and scripts, all in the program.

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::Follow;

#[derive(RustEmbed)]
#[folder = "src/report/page/assets"]
struct Assets;

/// What the page's scripts are, in the order in which they run.
const SCRIPTS: [&str; 5] = ["page.js", "decided.js", "address.js", "boxes.js", "samples.js"];
/// Its style sheets.
const STYLES: [&str; 4] = ["page.css", "decided.css", "figures.css", "print.css"];

/// All templates, each with its name.
pub(super) fn templates() -> anyhow::Result<Vec<(String, String)>> {
    let templates = Assets::iter().filter(|name| name.ends_with(".j2"));
    templates.map(|name| Ok((name.to_string(), asset(&name)?))).collect()
}

/// The page's script.
pub(super) fn script(follow: Follow) -> anyhow::Result<String> {
    let live = (follow == Follow::Live).then_some("live.js");
    SCRIPTS.into_iter().chain(live).map(asset).collect()
}

/// The page's style sheet.
pub(super) fn style() -> anyhow::Result<String> {
    STYLES.into_iter().map(asset).collect()
}

fn asset(name: &str) -> anyhow::Result<String> {
    let file = Assets::get(name).with_context(|| format!("{name} is not in the program"))?;
    Ok(String::from_utf8(file.data.into_owned())?)
}

/// What the browser may do for this page: run its own script, and nothing that someone may have
/// injected. Its icon is in the page itself.
pub(super) fn policy(script: &str, style: &str, follow: Follow) -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    let connect = if follow == Follow::Live { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; connect-src {connect}; \
         base-uri 'none'; form-action 'none'",
        hash(script),
        hash(style),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assets_are_in_the_program() {
        assert!(templates().unwrap().iter().any(|(name, _)| name == "page.html.j2"));
        for text in [script(Follow::No), script(Follow::Live), style()] {
            assert!(!text.unwrap().is_empty());
        }
    }
}
