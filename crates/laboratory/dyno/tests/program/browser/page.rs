//! A page in headless Chromium, and what is done to it.

use std::{cell::RefCell, path::Path};

use serde_json::{Value, json};
use url::Url;

use super::chromium::Chromium;

/// An open page.
pub(crate) struct Page {
    browser: RefCell<Chromium>,
    address: String,
}

impl Page {
    /// Opens a campaign's page from disk, in a window of so many pixels.
    pub(crate) fn open(campaign: &Path, width: u32) -> Self {
        Self::open_at(campaign, width, "", true)
    }

    /// Likewise, at a place in the page such as `#samples`; without scripts it is what a reader sees who allows none.
    pub(crate) fn open_at(campaign: &Path, width: u32, place: &str, scripts: bool) -> Self {
        let address = Url::from_file_path(campaign.join("index.html")).unwrap().to_string();
        let mut browser = Chromium::start();
        for domain in ["Log", "Network", "Page", "Runtime"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        let disabled = json!({ "value": !scripts });
        browser.call("Emulation.setScriptExecutionDisabled", &disabled);
        browser.call("Emulation.setDeviceMetricsOverride", &window(width));
        // The empty page before it may tell of its own load.
        let before = browser.events.len();
        browser.call("Page.navigate", &json!({ "url": format!("{address}{place}") }));
        browser.wait_for("Page.loadEventFired", before);
        Self { browser: RefCell::new(browser), address }
    }

    /// Makes the window so many pixels wide.
    pub(crate) fn resize(&self, width: u32) {
        self.call("Emulation.setDeviceMetricsOverride", &window(width));
    }

    fn call(&self, method: &str, parameters: &Value) -> Value {
        self.browser.borrow_mut().call(method, parameters)
    }

    fn evaluate(&self, expression: &str) -> Value {
        let parameters =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", &parameters);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    pub(crate) fn run(&self, statement: &str) {
        self.evaluate(statement);
    }

    /// Waits until what was changed is drawn, and what watches sizes has been told.
    pub(crate) fn drawn(&self) {
        self.run("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))");
    }

    pub(crate) fn string(&self, expression: &str) -> String {
        let value = self.evaluate(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}")).to_owned()
    }

    pub(crate) fn count(&self, expression: &str) -> u64 {
        let value = self.evaluate(expression);
        value.as_u64().unwrap_or_else(|| panic!("{expression} is {value}"))
    }

    /// The text of the first element that fits.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.string(&format!("document.querySelector(`{selector}`).innerText"))
    }

    pub(crate) fn click(&self, selector: &str) {
        let one = format!("document.querySelector(`{selector}`)");
        self.run(&format!("{one}.scrollIntoView({{ block: 'center', behavior: 'instant' }})"));
        // The browser finds what is under the pointer by what is drawn.
        self.drawn();
        let place = self.evaluate(&format!(
            "(() => {{ const {{ x, y, width, height }} = {one}.getBoundingClientRect(); \
             return [x + width / 2, y + height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Presses a key by its name and its code in Windows, which Chromium goes by.
    pub(crate) fn press(&self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
            });
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Clicks the header of a column of the samples.
    pub(crate) fn click_header(&self, name: &str) {
        self.run(&format!(
            "[...document.querySelectorAll('#table th button')].find((one) => one.textContent === '{name}').click()"
        ));
    }

    /// The figures of a column of the samples, in the order in which they are shown.
    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let cells = self.string(&format!(
            "(() => {{ const at = [...document.querySelectorAll('#table th')].findIndex((one) => one.textContent === '{name}'); \
             return [...document.querySelectorAll('#table tbody tr')].map((row) => row.cells[at].textContent.replace('≥ ', '')).join(' '); }})()"
        ));
        cells.split(' ').map(|cell| cell.replace(',', "").parse().unwrap()).collect()
    }

    /// Chooses a word in one of the lists above the samples.
    pub(crate) fn choose(&self, list: &str, word: &str) {
        self.run(&format!(
            "(() => {{ const list = document.querySelector('#filters').elements['{list}']; \
             list.value = [...list.options].find((one) => one.text === '{word}').value; \
             list.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ));
    }

    /// Types into the search field, instead of what stands there.
    pub(crate) fn search(&self, words: &str) {
        self.run("document.querySelector('#filters [name=text]').value = ''");
        self.click("#filters [name=text]");
        self.call("Input.insertText", &json!({ "text": words }));
    }

    /// How many samples are said to be shown.
    pub(crate) fn shown(&self) -> usize {
        let count = self.text("#count");
        count.split(' ').next().unwrap().replace(',', "").parse().unwrap()
    }

    pub(crate) fn has_no_errors_and_asked_no_one(&self) {
        // What was said before this answer is known after it.
        self.evaluate("0");
        let browser = self.browser.borrow();
        let faults = browser.events.iter().filter_map(|event| fault(event, &self.address));
        assert_eq!(faults.collect::<Vec<_>>(), [""; 0]);
        let asked = |event: &Value| event["params"]["request"]["url"] == self.address.as_str();
        assert!(browser.events.iter().any(asked), "requests are not seen");
    }
}

/// A telephone, or a desk.
fn window(width: u32) -> Value {
    json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 })
}

/// What must not happen on a page at this address.
fn fault(event: &Value, address: &str) -> Option<String> {
    let details = &event["params"];
    match event["method"].as_str()? {
        "Log.entryAdded" | "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" => {
            Some(event.to_string())
        }
        "Network.requestWillBeSent" if details["request"]["url"] != address => {
            Some(format!("asked for {}", details["request"]["url"]))
        }
        _ => None,
    }
}
