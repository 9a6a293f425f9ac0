//! Moving by keyboard alone: from stop to stop, each of which must be seen to have the focus.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

use crate::browser::Browser;

/// More stops than any page has before its end.
const STOPS: usize = 200;

/// What has the focus, and whether that can be seen.
const FOCUSED: &str = "
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const name = at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText || at.title || '';
    const ringed = element => {
        const style = getComputedStyle(element);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    return [name.replace(/\\s+/g, ' ').trim(), ringed(at) || ringed(at.parentElement)];";

impl Browser {
    /// Goes on with the tab key until this has the focus.
    pub async fn tab_to(&self, label: &str) {
        self.go_to(label, &[Key::Tab]).await;
    }

    /// The same, the other way.
    pub async fn tab_back_to(&self, label: &str) {
        self.go_to(label, &[Key::Shift, Key::Tab]).await;
    }

    async fn go_to(&self, label: &str, keys: &[Key]) {
        let mut met = Vec::new();
        for _ in 0..STOPS {
            self.chord(keys).await;
            let focused = self.answer(FOCUSED, &[]).await;
            let Value::Array(focused) = focused else { continue };
            let name = focused[0].as_str().unwrap_or_default().to_owned();
            if focused[1] != true {
                let fault =
                    format!("{}: the focus on \"{name}\" cannot be seen", self.address().await);
                self.fault(fault);
            }
            if name.starts_with(label) {
                return;
            }
            met.push(name);
        }
        met.dedup();
        self.fail(&format!("the tab key never comes to \"{label}\", only to {met:?}")).await;
    }

    pub async fn key(&self, key: impl Into<char>) {
        self.chord(&[key.into()]).await;
    }

    /// All of them down in this order, then up again.
    async fn chord<K: Copy + Into<char>>(&self, keys: &[K]) {
        let down = keys.iter().map(|key| KeyAction::Down { value: (*key).into() });
        let up = keys.iter().rev().map(|key| KeyAction::Up { value: (*key).into() });
        self.perform(down.chain(up)).await;
    }

    /// Types into whatever has the focus.
    pub async fn write(&self, text: &str) {
        let pressed = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        self.perform(text.chars().flat_map(pressed)).await;
    }

    async fn perform(&self, actions: impl Iterator<Item = KeyAction>) {
        let keys = actions.fold(KeyActions::new("keyboard".into()), KeyActions::then);
        if let Err(error) = self.client.perform_actions(keys).await {
            self.fail(&format!("keys cannot be pressed: {error}")).await;
        }
    }
}
