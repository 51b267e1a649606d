//! What the page of the committed campaign lacks: constant rates, wrk, a load that varies, and samples with every mark.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    OPEN_ALL, Page, WIDTHS,
    accessibility::{AXE, WITHOUT_CONTRAST, judged},
    overlap, reported,
};
use crate::reference;

const POINTS: [&str; 2] = ["connections=60", "connections=120"];

/// Each sample of the campaign before the committed one, once for each point, with marks here and there.
fn vary(campaign: &Path) {
    let file = campaign.join("plan.json");
    let mut plan: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    plan["points"] = json!(POINTS);
    fs::write(&file, plan.to_string()).unwrap();

    let file = campaign.join("samples.csv");
    let mut samples = csv::Reader::from_path(&file).unwrap();
    let header = samples.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut varied = csv::Writer::from_writer(Vec::new());
    varied.write_record(header.iter().chain(["point"])).unwrap();
    for (at, row) in samples.records().enumerate() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        match at % 9 {
            0 => "true".clone_into(&mut row[place("disturbed")]),
            3 => "lost".clone_into(&mut row[place("status")]),
            5 => "invalid".clone_into(&mut row[place("status")]),
            _ => {}
        }
        for point in POINTS {
            varied.write_record(row.iter().map(String::as_str).chain([point])).unwrap();
        }
    }
    fs::write(&file, varied.into_inner().unwrap()).unwrap();
}

#[test]
fn nothing_is_wrong_with_a_page_that_has_rates_points_and_every_mark() {
    let (_folder, campaign) = reference::copy_of("before");
    vary(&campaign);
    reported(&campaign);
    let page = Page::open(&campaign, WIDTHS[0]);
    for part in ["#points figure", "[id^=latency][id*=dyno-]", "#throughput .note"] {
        assert!(page.count(&format!("document.querySelectorAll(`{part}`).length")) > 0, "{part}");
    }
    page.run(OPEN_ALL);
    page.run(&AXE);
    assert_eq!(judged(&page, WITHOUT_CONTRAST), "[]");
    for width in WIDTHS {
        page.resize(width);
        assert_eq!(page.string(overlap::FIND), "[]", "at {width} px");
    }
    page.has_no_errors_and_asked_no_one();
}
