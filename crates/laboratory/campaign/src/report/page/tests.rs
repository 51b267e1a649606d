use super::*;

#[test]
fn the_assets_are_in_the_program() {
    for name in ["page.html.j2", "page.css", "page.js", "live.js"] {
        assert!(!asset(name).unwrap().is_empty(), "{name}");
    }
}
