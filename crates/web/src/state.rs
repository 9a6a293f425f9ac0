//! What every handler is handed: the installation, and how browsers reach it.

use app::App;

use crate::proxies::Proxies;

#[derive(Clone)]
pub struct Web {
    pub app: App,
    /// `https://stockroom.example.com`, without a slash at its end.
    pub base_url: String,
    /// Browsers come over https: cookies are bound to the host and never travel in the clear.
    pub secure: bool,
    /// Whose word counts for where a request comes from.
    pub proxies: Proxies,
    /// What the pages of a demo say beside the usual.
    pub demo: Option<DemoHint>,
}

#[derive(Debug, Clone)]
pub struct DemoHint {
    pub email: String,
    pub password: String,
    /// Its sources are read this often, whatever their settings say.
    pub seconds: i64,
}
