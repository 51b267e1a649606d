//! A page in headless Chromium, and what is done to it.

use std::{
    ffi::OsStr,
    path::Path,
    sync::{Arc, Mutex},
};

use headless_chrome::{
    Browser, LaunchOptions, Tab,
    protocol::cdp::{Emulation, Network, types::Event},
};
use url::Url;

/// An open page.
pub(crate) struct Page {
    tab: Arc<Tab>,
    /// Errors of the console, and addresses that were asked for.
    faults: Arc<Mutex<Vec<String>>>,
    /// Its end closes the browser.
    _browser: Browser,
}

impl Page {
    /// Opens a campaign's page from disk, in a window of so many pixels.
    pub(crate) fn open(campaign: &Path, width: u32) -> Self {
        let address = Url::from_file_path(campaign.join("index.html")).unwrap();
        let browser = which::which("chromium").or_else(|_| which::which("google-chrome"));
        let options = LaunchOptions {
            // As root it has no sandbox; it is shown nothing but a file of ours.
            sandbox: false,
            path: Some(browser.expect("install chromium: ./dyno test does")),
            // The browser's own wishes lead nowhere either.
            args: vec![
                OsStr::new("--host-resolver-rules=MAP * ~NOTFOUND"),
                OsStr::new("--no-proxy-server"),
            ],
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).unwrap();
        let tab = browser.new_tab().unwrap();
        let faults = Arc::new(Mutex::new(Vec::new()));
        let (seen, own) = (Arc::clone(&faults), address.to_string());
        let listener = move |event: &Event| {
            if let Some(fault) = fault(event, &own) {
                seen.lock().unwrap().push(fault);
            }
        };
        tab.add_event_listener(Arc::new(listener)).unwrap();
        tab.enable_log().unwrap().enable_runtime().unwrap();
        tab.call_method(Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })
        .unwrap();
        tab.call_method(window(width)).unwrap();
        tab.navigate_to(address.as_str()).unwrap().wait_until_navigated().unwrap();
        Self { tab, faults, _browser: browser }
    }

    fn evaluate(&self, expression: &str) -> serde_json::Value {
        self.tab.evaluate(expression, true).unwrap().value.unwrap_or_default()
    }

    pub(crate) fn run(&self, statement: &str) {
        self.evaluate(statement);
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
        self.tab.find_element(selector).unwrap().click().unwrap();
    }

    pub(crate) fn press(&self, key: &str) {
        self.tab.press_key(key).unwrap();
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
             return [...document.querySelectorAll('#table tbody tr')].map((row) => row.cells[at].textContent).join(' '); }})()"
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

    /// Types into the search field.
    pub(crate) fn search(&self, words: &str) {
        self.click("#filters [name=text]");
        self.tab.type_str(words).unwrap();
    }

    /// How many samples are said to be shown.
    pub(crate) fn shown(&self) -> usize {
        let count = self.text("#count");
        count.split(' ').next().unwrap().replace(',', "").parse().unwrap()
    }

    pub(crate) fn has_no_errors_and_asked_no_one(&self) {
        assert_eq!(*self.faults.lock().unwrap(), [""; 0]);
    }
}

/// What must not happen on a page at this address.
fn fault(event: &Event, own: &str) -> Option<String> {
    match event {
        Event::LogEntryAdded(entry) => Some(format!("log: {}", entry.params.entry.text)),
        Event::RuntimeExceptionThrown(thrown) => {
            Some(format!("exception: {}", thrown.params.exception_details.text))
        }
        Event::RuntimeConsoleAPICalled(called) => {
            Some(format!("console: {:?}", called.params.args))
        }
        Event::NetworkRequestWillBeSent(sent) if sent.params.request.url != own => {
            Some(format!("asked for {}", sent.params.request.url))
        }
        _ => None,
    }
}

fn window(width: u32) -> Emulation::SetDeviceMetricsOverride {
    Emulation::SetDeviceMetricsOverride {
        width,
        height: 900,
        device_scale_factor: 1.0,
        mobile: width < 600,
        scale: None,
        screen_width: None,
        screen_height: None,
        position_x: None,
        position_y: None,
        dont_set_visible_size: None,
        screen_orientation: None,
        viewport: None,
        display_feature: None,
        device_posture: None,
    }
}
