//! A browser and its driver: going places, pressing, filling in, and waiting for what comes.

use std::cell::RefCell;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::house::output;
use crate::http;
use crate::program::{GLANCE, Program};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
    "--hide-scrollbars",
];

/// Whether pages may run theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

pub struct Browser {
    pub client: Client,
    /// What was seen to be wrong on the way, told by `close`.
    pub faults: RefCell<Vec<String>>,
    session: String,
    driver_url: String,
    driver: Program,
}

impl Browser {
    pub async fn open(profile: &Path, script: Script) -> Self {
        let mut driver =
            Program::start("chromedriver", Command::new("chromedriver").arg("--port=0"));
        let port = driver.line(|line| {
            line.split_once("successfully on port ")
                .map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        let driver_url = format!("http://127.0.0.1:{port}");
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let allowed = if script == Script::On { 1 } else { 2 };
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": flags,
                "prefs": {"profile.managed_default_content_settings.javascript": allowed},
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is written above") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver_url).await;
        let client = client.unwrap_or_else(|error| {
            panic!("no browser: {error}; hint: cargo xtask setup installs Chromium and its driver")
        });
        let session = client.session_id().await.ok().flatten().expect("a session has an id");
        let faults = RefCell::default();
        let browser = Browser { client, faults, session, driver_url, driver };
        let calm = json!([{"name": "prefers-reduced-motion", "value": "reduce"}]);
        browser.devtools("Emulation.setEmulatedMedia", &json!({"features": calm}));
        browser.resize(1280, 900);
        browser
    }

    /// The end of a journey: everything seen on the way was as it should be.
    pub async fn close(self) {
        self.console().await;
        let faults = self.faults.take();
        assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
    }

    pub async fn open_page(&self, url: &str) {
        if let Err(error) = self.client.goto(url).await {
            self.fail(&format!("{url} does not open: {error}")).await;
        }
    }

    pub async fn address(&self) -> String {
        self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default()
    }

    /// Presses what carries this label: a button, a link, a menu's face.
    pub async fn press(&self, label: &str) {
        let path = format!(
            "//*[self::a or self::button or self::summary][normalize-space(.)={}]",
            quoted(label)
        );
        self.press_at(Locator::XPath(&path), label).await;
    }

    pub async fn press_at(&self, place: Locator<'_>, label: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for element in self.client.find_all(place).await.unwrap_or_default() {
                // A page that is just being replaced loses its elements; the next look finds others.
                if element.is_displayed().await.unwrap_or(false) && element.click().await.is_ok() {
                    return;
                }
            }
            if Instant::now() > deadline {
                self.fail(&format!("there is no \"{label}\" to press")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Writes into the field of this label, over what was there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("a field can be emptied");
        field.send_keys(text).await.expect("a field takes keys");
    }

    /// Picks a radio button or box by its label.
    pub async fn pick(&self, label: &str) {
        let path = format!("//label[normalize-space(.)={}]", quoted(label));
        self.press_at(Locator::XPath(&path), label).await;
    }

    pub async fn field(&self, label: &str) -> Element {
        let path = format!("//*[@id=//label[normalize-space(.)={}]/@for]", quoted(label));
        self.find(Locator::XPath(&path), label).await
    }

    async fn find(&self, place: Locator<'_>, label: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(place).await {
            Ok(element) => element,
            Err(_) => self.fail(&format!("there is no \"{label}\"")).await,
        }
    }

    /// Waits for a page whose heading begins so.
    pub async fn heading(&self, start: &str) {
        let script = "const h = document.querySelector('h1'); \
                      return document.readyState === 'complete' && h && h.innerText.trim().startsWith(arguments[0])";
        self.until(&format!("a page called \"{start}\""), script, &[json!(start)]).await;
    }

    /// Waits until the page shows these words.
    pub async fn reads(&self, words: &str) {
        let script = "return document.body.innerText.replace(/\\s+/g, ' ').includes(arguments[0])";
        self.until(&format!("the words \"{words}\""), script, &[json!(words)]).await;
    }

    /// The same for a page that does not refresh itself: somebody reloads it.
    pub async fn reloaded_until(&self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.text("body").await.contains(words) {
            if Instant::now() > deadline {
                self.fail(&format!("waited in vain for \"{words}\"")).await;
            }
            tokio::time::sleep(GLANCE).await;
            self.client.refresh().await.expect("a page can be loaded again");
        }
    }

    /// The value of a fact by its name, `Held by`, as it is read out.
    pub async fn fact(&self, name: &str) -> String {
        let script = "
            const name = [...document.querySelectorAll('dt')].find(one => one.innerText.trim() === arguments[0]);
            const value = name?.nextElementSibling.cloneNode(true);
            value?.querySelectorAll('[aria-hidden], details').forEach(one => one.remove());
            return value?.textContent.trim() ?? ''";
        self.answer(script, &[json!(name)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// What the page shows now, in one line.
    pub async fn text(&self, selector: &str) -> String {
        let script = "return (document.querySelector(arguments[0])?.innerText ?? '').replace(/\\s+/g, ' ').trim()";
        self.answer(script, &[json!(selector)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the script's answer is a true one, and returns it.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Between two pages there is nothing to ask; the next look finds one.
            let answer = self.client.execute(script, arguments.to_vec()).await.unwrap_or_default();
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return answer;
            }
            if Instant::now() > deadline {
                self.fail(&format!("waited in vain for {what}")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    pub async fn answer(&self, script: &str, arguments: &[Value]) -> Value {
        match self.client.execute(script, arguments.to_vec()).await {
            Ok(answer) => answer,
            Err(error) => self.fail(&format!("{script}: {error}")).await,
        }
    }

    pub fn fault(&self, sentence: String) {
        eprintln!("{sentence}");
        self.faults.borrow_mut().push(sentence);
    }

    /// Gives up, with the page as it stands kept as a picture.
    pub async fn fail(&self, sentence: &str) -> ! {
        let mut told = format!("{sentence}\non {}", self.address().await);
        if let Ok(picture) = self.client.screenshot().await {
            let file = output().join(format!("failed-{}.png", self.session));
            let kept =
                std::fs::create_dir_all(output()).and_then(|()| std::fs::write(&file, picture));
            if kept.is_ok() {
                let _ = write!(told, ", seen in {}", file.display());
            }
        }
        let text = self.client.execute("return document.body.innerText", vec![]).await;
        panic!("{told}\n{}", text.unwrap_or_default().as_str().unwrap_or_default());
    }

    pub fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A command of the browser's own protocol, which the driver passes on.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.drive("goog/cdp/execute", &body)
    }

    pub fn drive(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}/session/{}/{command}", self.driver_url, self.session);
        http::ask("POST", &url, None, Some(body))["value"].take()
    }
}

impl Drop for Browser {
    /// The driver takes its browser with it only when it is asked to go.
    fn drop(&mut self) {
        if http::send("GET", &format!("{}/shutdown", self.driver_url), None, None).is_ok() {
            self.driver.let_end();
        }
    }
}

/// Text inside a path expression.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "labels hold no quotation marks: {text}");
    format!("\"{text}\"")
}
