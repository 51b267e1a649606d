//! The page of the committed campaign, in a real browser.

mod accessibility;
mod chromium;
mod decided;
mod media;
mod overlap;
mod page;
mod parts;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use page::Page;
use tempfile::TempDir;

use crate::{large, reference};

/// A telephone, a tablet and a desk.
const WIDTHS: [u32; 3] = [360, 768, 1440];
const OPEN_ALL: &str =
    "document.querySelectorAll('details').forEach((one) => { one.open = true; })";
/// Whatever a contender or its output may say, in every place that shows it.
const HOSTILE: &str = "<img src=x onerror=alert(1)>, \"quoted\" | </script> *stars*\nsecond line";

/// A copy of the committed campaign with its reports made anew by this very program.
fn campaign(change: impl FnOnce(&Path)) -> (TempDir, PathBuf) {
    let (folder, campaign) = reference::copy();
    change(&campaign);
    reported(&campaign);
    (folder, campaign)
}

fn reported(campaign: &Path) {
    let made = Command::new(env!("CARGO_BIN_EXE_dyno")).arg("report").arg(campaign).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn the_page_asks_no_one_for_anything_and_has_no_errors() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    assert!(page.text("h1").contains("is recommended"), "{}", page.text("h1"));
    assert!(page.count("document.querySelectorAll('svg.wide').length") > 4);
    page.run(OPEN_ALL);
    page.has_no_errors_and_asked_no_one();
}

#[test]
fn no_text_overlaps_on_a_telephone_nor_on_a_desk_and_nothing_sticks_out() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, WIDTHS[0]);
    for width in WIDTHS {
        page.resize(width);
        for theme in ["light", "dark"] {
            page.click(&format!(".themes [data-theme={theme}]"));
            assert_eq!(page.string(overlap::FIND), "[]", "at {width} px, {theme}");
        }
        page.run(OPEN_ALL);
        assert_eq!(page.string(overlap::FIND), "[]", "at {width} px, everything open");
        page.run(&OPEN_ALL.replace("true", "false"));
    }
    page.has_no_errors_and_asked_no_one();
}

#[test]
fn the_ranking_the_pairs_and_the_samples_are_whole_at_every_width() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, WIDTHS[0]);
    let hidden = "[...document.querySelectorAll('.ranked .scroll, #pairs > .grids .scroll, #samples .scroll')] \
                  .filter((box) => box.scrollWidth > box.clientWidth).length";
    for width in WIDTHS {
        page.resize(width);
        assert_eq!(page.count(hidden), 0, "at {width} px");
    }
}

#[test]
fn the_check_for_overlap_finds_what_overlaps() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    page.run("document.querySelector('h1').style.marginBottom = '-3rem'");
    assert_ne!(page.string(overlap::FIND), "[]");
}

#[test]
fn the_table_is_sorted_and_filtered() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    let rates = || page.column("requests/s");
    page.click_header("requests/s");
    let rising = rates();
    assert!(rising.is_sorted(), "{rising:?}");
    page.click_header("requests/s");
    let falling = rates();
    assert!(falling.iter().rev().is_sorted(), "{falling:?}");
    assert_eq!(
        page.string("document.querySelector('[aria-sort=descending]').textContent"),
        "requests/s"
    );

    let all = page.shown();
    page.choose("contender", "axum");
    let axum = page.shown();
    assert!(axum > 0 && axum * 5 <= all, "{axum} of {all}");
    page.choose("driver", "search");
    assert!(page.shown() > 0 && page.shown() < axum, "{} of {axum}", page.shown());
    page.search("no such word");
    assert_eq!(page.shown(), 0);
}

#[test]
fn the_search_finds_marks_drivers_and_several_words() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    let all = page.shown();
    let found = |words: &str| {
        page.search(words);
        page.shown()
    };
    for words in ["driver-bound", "search", "axum static", "static AXUM"] {
        let found = found(words);
        assert!(found > 0 && found < all, "{words}: {found} of {all}");
    }
    assert!(found("axum static") < found("axum"));
    let rate =
        page.string("[...document.querySelectorAll('#filters [name=driver] option')].at(-1).text");
    assert!(found(&rate) > 0, "{rate}");
}

#[test]
fn the_address_keeps_filter_and_order_and_opens_the_fold_of_a_figure() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    page.choose("contender", "axum");
    page.search("static");
    page.click_header("p99");
    page.click_header("p99");
    let address = page.string("location.hash");
    assert_eq!(address, "#samples?text=static&contender=axum&sort=-p99");
    let sent = Page::open_at(&campaign, 1440, &address, true);
    assert_eq!(sent.shown(), page.shown());
    assert_eq!(sent.text("[aria-sort=descending]"), "p99");

    let folded = page.string("document.querySelector('details.fold figure').id");
    let link = Page::open_at(&campaign, 1440, &format!("#{folded}"), true);
    assert_eq!(link.count("document.querySelectorAll('details[open]').length"), 1);
    let twice = "document.querySelectorAll('[id]').length \
                 - new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size";
    assert_eq!(page.count(twice), 0);
    assert_eq!(page.count("document.querySelectorAll('figure:not([id])').length"), 0);
}

#[test]
fn the_page_is_short_and_small() {
    let (_folder, campaign) = campaign(|_| ());
    let size = fs::metadata(campaign.join("index.html")).unwrap().len();
    assert!(size <= 400_000, "{size} bytes");
    let page = Page::open(&campaign, WIDTHS[0]);
    for (width, most) in [(360, 16_500), (1440, 12_000)] {
        page.resize(width);
        let height = page.count("document.documentElement.scrollHeight");
        assert!(height <= most, "{height} px at {width} px");
    }
}

#[test]
fn the_theme_is_switched_and_the_page_can_be_worked_by_keyboard() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    page.press("Tab", 9);
    assert_eq!(page.string("document.activeElement.className"), "skip");
    let ground = "getComputedStyle(document.body).backgroundColor";
    page.click(".themes [data-theme=dark]");
    let dark = page.string(ground);
    page.click(".themes [data-theme=light]");
    assert_ne!(page.string(ground), dark);
    // Every plot is named, and a table with its figures stands behind it.
    assert_eq!(
        page.count("document.querySelectorAll('figure svg[role=img]:not([aria-label])').length"),
        0
    );
    assert_eq!(page.count("document.querySelectorAll('figure:not(:has(table))').length"), 0);
}

#[test]
fn whatever_a_contender_says_is_text_everywhere() {
    let (_folder, campaign) = campaign(|campaign| {
        reference::change_samples(campaign, |row, place| {
            if row[place("round")] == "1" && row[place("contender")] == "axum" {
                row[place("status")] = "invalid".to_owned();
                row[place("reason")] = HOSTILE.to_owned();
            }
        });
        let file = campaign.join("plan.json");
        let mut plan: serde_json::Value =
            serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        plan["contenders"][0]["stack"] = HOSTILE.into();
        fs::write(&file, plan.to_string()).unwrap();
    });
    let page = Page::open(&campaign, 1440);
    assert_eq!(page.count("document.images.length"), 0);
    let shown = page.count("document.body.innerText.split('<img src=x onerror=alert(1)>').length");
    assert!(
        shown > 2,
        "in the list of invalid samples, in the table, and beside the contender's name"
    );
    page.has_no_errors_and_asked_no_one();
    let document = fs::read_to_string(campaign.join("decision.md")).unwrap();
    assert!(!document.contains("<img") && document.contains("&lt;img"));
}

#[test]
#[ignore = "tells how long the page of forty contenders takes until it can be used"]
fn the_page_of_forty_contenders_can_be_used_within_seconds() {
    let (_folder, campaign) = large::wide();
    reported(&campaign);
    let size = fs::metadata(campaign.join("index.html")).unwrap().len();
    let page = Page::open(&campaign, 1440);
    // Layout and everything that waited for the script is done when this answers.
    let shown = page.count(
        "(() => { document.body.getBoundingClientRect(); return Math.round(performance.now()); })()",
    );
    let elements = page.count("document.querySelectorAll('*').length");
    println!("{} KiB, {elements} elements, usable after {shown} ms", size >> 10);
    page.has_no_errors_and_asked_no_one();
}
