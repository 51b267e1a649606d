//! Headless Chromium, told what to do by the `DevTools` protocol over a pipe. Crates that speak it
//! bring the whole protocol as code, which takes longer to compile than the rest of the tests.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser with one page, which ends with this.
pub(super) struct Chromium {
    process: Child,
    requests: ChildStdin,
    messages: BufReader<ChildStdout>,
    calls: u64,
    /// The page's session, once there is a page.
    session: Option<String>,
    /// All events so far.
    pub(super) events: Vec<Value>,
    _profile: TempDir,
}

impl Chromium {
    pub(super) fn start() -> Self {
        let program = ["chromium", "google-chrome", "google-chrome-stable"]
            .iter()
            .find_map(|name| which::which(name).ok());
        let profile = TempDir::new().unwrap();
        // Chromium reads requests from descriptor 3 and writes messages to 4.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#])
            .arg(program.expect("install chromium: ./dyno test does"))
            .args(["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu"])
            // As root it has no sandbox; it is shown nothing but a file of ours.
            .arg("--no-sandbox")
            // The browser's own wishes lead nowhere.
            .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server"])
            .args(["--disable-background-networking", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut browser = Self {
            requests: process.stdin.take().unwrap(),
            messages: BufReader::new(process.stdout.take().unwrap()),
            process,
            calls: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        };
        let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let page = json!({ "targetId": page["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", &page);
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        browser
    }

    /// Calls a method of the protocol; what happens meanwhile is added to the events.
    pub(super) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.calls += 1;
        let mut request = json!({ "id": self.calls, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            request["sessionId"] = session.as_str().into();
        }
        self.requests.write_all(format!("{request}\0").as_bytes()).unwrap();
        loop {
            let message = self.message();
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Waits for an event after the first so many.
    pub(super) fn wait_for(&mut self, event: &str, after: usize) {
        while self.events[after..].iter().all(|seen| seen["method"] != event) {
            let message = self.message();
            self.events.push(message);
        }
    }

    fn message(&mut self) -> Value {
        let mut message = Vec::new();
        self.messages.read_until(0, &mut message).unwrap();
        assert_eq!(message.pop(), Some(0), "chromium has ended");
        serde_json::from_slice(&message).unwrap()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
