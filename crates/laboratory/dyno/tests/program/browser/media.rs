//! The page on paper, and without scripts.

use super::{Page, campaign};

#[test]
fn paper_shows_all_samples_and_what_is_folded() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open(&campaign, 1440);
    let rows = || page.count("document.querySelectorAll('#table tbody tr').length");
    let folds = || page.count("document.querySelectorAll('details:not([open])').length");
    let (on_screen, folded) = (rows(), folds());
    page.run("window.dispatchEvent(new Event('beforeprint'))");
    assert_eq!(rows(), page.shown() as u64);
    assert_eq!(folds(), 0);
    assert!(page.string("String(document.querySelector('#on-paper').hidden)") == "true");
    page.run("window.dispatchEvent(new Event('afterprint'))");
    assert_eq!((rows(), folds()), (on_screen, folded));

    page.choose("contender", "axum");
    page.run("window.dispatchEvent(new Event('beforeprint'))");
    assert!(page.text("#on-paper").ends_with("samples are printed; samples.csv has all."));
}

#[test]
fn without_scripts_nothing_waits_for_them() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open_at(&campaign, 1440, "", false);
    let dead = "[...document.querySelectorAll('button, input, select')].filter((one) => one.checkVisibility()).length";
    assert_eq!(page.count(dead), 0);
    assert!(page.text("#samples").contains("samples.csv"));
    assert!(page.text("h1").contains("is recommended"));
}
