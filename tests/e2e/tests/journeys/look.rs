//! A close look at a page, wide and narrow, light and dark: nobody is shut out (axe, WCAG 2.2 AA),
//! nothing scrolls sideways, the console is silent, and a picture is kept.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::output;

const WIDTHS: [u32; 2] = [1280, 360];
const THEMES: [&str; 2] = ["light", "dark"];
const HEIGHT: u32 = 900;
/// Pictures are as long as their page, up to this.
const TALLEST: u64 = 3000;

/// What axe found, a sentence each.
const AXE: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false })
        .then(found => done(!found.passes.length ? ['axe looked at nothing'] : found.violations.map(one => {
            const where = one.nodes.slice(0, 3).map(node => `${node.target.join(' ')} (${node.failureSummary.replace(/\\s+/g, ' ')})`);
            return `${one.id}, ${one.nodes.length} times: ${where.join('; ')}`;
        })), error => done([String(error)]));";

const SETTLED: &str = "
    const moving = document.getAnimations().filter(one => one.playState === 'running'
        && one.effect?.getComputedTiming().iterations !== Infinity);
    return document.readyState === 'complete' && moving.length === 0;";

const TALL: &str = "
    const scrollers = [document.documentElement, ...document.querySelectorAll('.scroller')];
    return Math.max(...scrollers.map(one => one.scrollHeight));";

const SIDEWAYS: &str = "
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return null;
    const out = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > page.clientWidth + 1);
    return `${page.scrollWidth} of ${page.clientWidth} pixels: ${out.slice(0, 3).map(one => one.outerHTML.slice(0, 80)).join(' … ')}`;";

impl Browser {
    /// The close look. `name` is the picture's.
    pub async fn see(&self, name: &str) {
        self.console().await;
        let own = self.answer("return document.documentElement.dataset.theme ?? null", &[]).await;
        for width in WIDTHS {
            for theme in THEMES {
                self.resize(width, HEIGHT);
                self.wear(&json!(theme)).await;
                self.settled().await;
                let form = format!("{name}-{width}-{theme}");
                self.sideways(&form).await;
                self.axe(&form).await;
                self.picture(&form, width).await;
            }
        }
        self.resize(WIDTHS[0], HEIGHT);
        self.wear(&own).await;
        self.settled().await;
        self.console().await;
    }

    /// The same look, for a browser whose pages run no script: no axe.
    pub async fn see_still(&self, name: &str) {
        for width in WIDTHS {
            self.resize(width, HEIGHT);
            self.settled().await;
            let form = format!("{name}-{width}-no-script");
            self.sideways(&form).await;
            self.picture(&form, width).await;
        }
        self.resize(WIDTHS[0], HEIGHT);
        self.console().await;
    }

    /// Puts a theme on as the page's own switch does, short of remembering it.
    async fn wear(&self, theme: &Value) {
        let script = "const page = document.documentElement; \
                      if (arguments[0]) page.dataset.theme = arguments[0]; else delete page.dataset.theme;";
        self.answer(script, std::slice::from_ref(theme)).await;
    }

    pub async fn settled(&self) {
        self.until("the page to come to rest", SETTLED, &[]).await;
    }

    async fn sideways(&self, form: &str) {
        if let Value::String(how) = self.answer(SIDEWAYS, &[]).await {
            self.fault(format!("{form}: the page scrolls sideways, {how}"));
        }
    }

    async fn axe(&self, form: &str) {
        let there = self.answer("return typeof axe === 'object'", &[]).await;
        if there != true {
            self.answer(axe_core(), &[]).await;
        }
        let found = self.client.execute_async(AXE, vec![]).await;
        let found = found.unwrap_or_else(|error| json!([error.to_string()]));
        for violation in found.as_array().into_iter().flatten() {
            self.fault(format!("{form}: {}", violation.as_str().unwrap_or_default()));
        }
    }

    async fn picture(&self, form: &str, width: u32) {
        let tall = self.answer(TALL, &[]).await.as_u64().unwrap_or_default();
        let tall = u32::try_from(tall.clamp(u64::from(HEIGHT), TALLEST)).unwrap_or(HEIGHT);
        self.resize(width, tall);
        self.settled().await;
        let picture = self.client.screenshot().await.expect("a page can be pictured");
        std::fs::create_dir_all(output()).expect("the output folder can be made");
        std::fs::write(output().join(format!("{form}.png")), picture)
            .expect("a picture can be kept");
    }

    /// Whatever the browser complained of since the last look, its policy's violations among it.
    pub async fn console(&self) {
        let log = self.drive("se/log", &json!({"type": "browser"}));
        for entry in log.as_array().into_iter().flatten() {
            let message = entry["message"].as_str().unwrap_or_default();
            // A refused form is no fault of the page.
            let refused = entry["source"] == "network" && message.contains("status of 422");
            if matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")) && !refused {
                self.fault(format!("{}: the console says {message}", self.address().await));
            }
        }
    }
}

fn axe_core() -> &'static str {
    static AXE_CORE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    AXE_CORE.get_or_init(|| {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(file)
            .unwrap_or_else(|error| panic!("{file}: {error}; hint: cargo xtask setup"))
    })
}
