//! What every handler is handed: the installation, and how browsers reach it.

use app::App;

#[derive(Clone)]
pub struct Web {
    pub app: App,
    /// `https://stockroom.example.com`, without a slash at its end.
    pub base_url: String,
    /// Browsers come over https: cookies are bound to the host and never travel in the clear.
    pub secure: bool,
    /// Shown on the sign-in page of a demo.
    pub demo: Option<DemoHint>,
}

#[derive(Debug, Clone)]
pub struct DemoHint {
    pub email: String,
    pub password: String,
}
