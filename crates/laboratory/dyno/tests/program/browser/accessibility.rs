//! What axe-core finds on the page, and who can do without a mouse.

use std::{fs, process::Command, sync::LazyLock};

use super::{OPEN_ALL, Page, WIDTHS, campaign};
use crate::user::{root, run};

/// axe-core itself.
pub(super) static AXE: LazyLock<String> = LazyLock::new(|| {
    let found = run(&mut Command::new(root().join(".ci/axe")));
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    fs::read_to_string(found.stdout.trim()).unwrap()
});

/// Evaluates to a JSON list: each fault with the first element that has it. `%` is what to run.
const JUDGE: &str = r#"axe.run(document, { preload: false, resultTypes: ["violations"], % }).then(({ violations }) =>
  JSON.stringify(violations.map(({ id, nodes }) => `${id}: ${nodes.length} times, first ${nodes[0].html.slice(0, 200)}: ${nodes[0].failureSummary}`)))"#;

/// Contrast takes most of the time, and depends on the theme alone.
pub(super) const WITHOUT_CONTRAST: &str = r#"rules: { "color-contrast": { enabled: false } }"#;

pub(super) fn judged(page: &Page, what: &str) -> String {
    page.drawn();
    page.string(&JUDGE.replace('%', what))
}

#[test]
fn axe_finds_nothing_at_any_width_in_either_theme() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, WIDTHS[0]);
    page.run(&AXE);
    page.run(OPEN_ALL);
    for width in WIDTHS {
        page.resize(width);
        assert_eq!(judged(&page, WITHOUT_CONTRAST), "[]", "at {width} px");
    }
    for theme in ["light", "dark"] {
        page.click(&format!(".themes [data-theme={theme}]"));
        assert_eq!(judged(&page, r#"runOnly: ["color-contrast"]"#), "[]", "{theme}");
    }
    page.has_no_errors_and_asked_no_one();
}

#[test]
fn axe_finds_what_is_wrong() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    page.run(&AXE);
    page.run(
        "document.querySelector('#filters label').replaceWith(document.createElement('input'))",
    );
    assert!(judged(&page, r#"runOnly: ["label"]"#).contains("label: 1 times"));
}

#[test]
fn the_filter_is_a_few_tab_stops_away_and_no_box_takes_one_that_hides_nothing() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    let mut stops = 0;
    while page.string("document.activeElement.name ?? ''") != "text" {
        page.press("Tab", 9);
        stops += 1;
        assert!(stops < 45, "{}", page.string("document.activeElement.outerHTML.slice(0, 200)"));
    }
    page.drawn();
    let idle = "[...document.querySelectorAll('.scroll[tabindex], pre[tabindex]')] \
                .filter((box) => box.scrollWidth <= box.clientWidth).length";
    assert_eq!(page.count(idle), 0);
    // The skip link to the samples is the second.
    let page = Page::open(&campaign, 1440);
    page.press("Tab", 9);
    page.press("Tab", 9);
    assert_eq!(page.string("document.activeElement.hash"), "#samples");
}
