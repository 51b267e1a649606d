//! The top of the page, which says who is recommended and what would change it.

use super::{WIDTHS, campaign, page::Page};

const SLIDER: &str = "document.querySelector('.weight input')";

#[test]
fn the_weights_are_moved_by_keyboard_and_tell_whether_another_would_win() {
    let (_folder, campaign) = campaign(|_| ());
    for width in WIDTHS {
        let page = Page::open(&campaign, width);
        let (decision, result) = (page.text("h1"), || page.text("#weights output"));
        let weight = || page.text(".criteria .share");
        let (first, of_rule) = (result(), weight());
        // The first criterion alone: the capacity in validate, in which actix-web is the best by less than the margin.
        page.run(&format!("{SLIDER}.focus()"));
        page.press("End", 35);
        assert_eq!(weight(), "100\u{a0}%");
        let best = "actix-web and axum would tie: ";
        assert!(result().starts_with(best), "{}", result());
        // It takes nothing for good: without it the others have their proportions again.
        page.press("Home", 36);
        let best = "axum would still have the highest score: ";
        assert!(result().starts_with(best), "{}", result());
        assert_eq!(page.text("h1"), decision);

        page.click("#weights button");
        assert_eq!((result(), weight()), (first, of_rule));
        page.has_no_errors_and_asked_no_one();
    }
}

#[test]
fn without_javascript_no_slider_is_there_and_the_reasons_are() {
    let (_folder, campaign) = campaign(|_| ());
    let page = Page::open_at(&campaign, 1440, "", false);
    let seen = "[...document.querySelectorAll('.hero input, .hero button')].filter((one) => one.checkVisibility()).length";
    assert_eq!(page.count(seen), 0);
    assert!(page.text(".answers").contains("not told apart"), "{}", page.text(".answers"));
    assert!(page.count("document.querySelectorAll('.criteria svg').length") > 2);
}
