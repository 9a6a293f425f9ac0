//! Settings: a file, overridden by `STOCKROOM_*` variables, overridden by flags. None is needed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use app::attachments::Limits;
use app::secrets::Keys;
use app::{App, Clock, Mail, Options, Refusal};
use kandji::ExtraHosts;
use secrecy::SecretString;
use serde::Deserialize;
use store::DatabaseUrl;
use web::Proxies;

use crate::arguments::Arguments;

/// The file as people write it. It holds secrets, and so it is not to be printed: no `Debug`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    base_url: Option<String>,
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    secret_key: Option<String>,
    trusted_proxies: Option<Vec<String>>,
    fonts: Option<Vec<String>>,
    mail: MailFile,
    attachments: AttachmentsFile,
    kandji: Kandji,
    webhooks: Webhooks,
    log: Log,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MailFile {
    url: Option<String>,
    from: Option<String>,
}

/// In megabytes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AttachmentsFile {
    file_mb: Option<u32>,
    total_mb: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kandji {
    extra_hosts: Option<Vec<String>>,
    /// 0 lifts the ceiling; for simulated tenants.
    requests_per_second: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Webhooks {
    extra_hosts: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Log {
    format: Option<LogFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// A file is held in memory on its way.
const MOST_OF_ONE: i64 = 200 << 20;

/// Every setting, decided. Some are secrets, and so it is not to be printed: no `Debug`.
#[derive(Clone)]
pub struct Settings {
    pub listen: SocketAddr,
    pub base_url: String,
    pub data_dir: PathBuf,
    pub database_url: String,
    secret_key: Option<String>,
    pub proxies: Proxies,
    /// Where mail is handed in, and as whom; without both, alerts stay in the app.
    pub mail: Option<(SecretString, String)>,
    /// Of files kept with assets.
    pub limits: Limits,
    /// Fonts for scripts that ours lack, on labels and handover sheets.
    pub fonts: Vec<PathBuf>,
    pub extra_hosts: Vec<String>,
    /// Origins that webhooks may lead to besides public addresses over HTTPS.
    pub webhook_hosts: Vec<String>,
    pub requests_per_second: u32,
    pub log_format: Option<LogFormat>,
}

impl Settings {
    pub fn load(arguments: &Arguments) -> Result<Self, Refusal> {
        let file = read_file(arguments.config.as_deref())?;
        let listen = arguments.listen.map_or_else(|| variable("listen"), |flag| Ok(Some(flag)))?;
        let listen = listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let data_dir = arguments.data_dir.clone().or(variable("data_dir")?).or(file.data_dir);
        let data_dir = std::path::absolute(data_dir.unwrap_or_else(|| "data".into()))
            .map_err(|error| Refusal::invalid("data_dir", error))?;
        let database_url =
            arguments.database_url.clone().or(variable("database_url")?).or(file.database_url);
        let base_url = variable("base_url")?.or(file.base_url);
        let hosts = variable::<String>("kandji.extra_hosts")?.map(|list| parts(&list));
        let fonts = variable::<String>("fonts")?.map(|list| parts(&list));
        let proxies = variable::<String>("trusted_proxies")?.map(|list| parts(&list));
        let proxies = proxies.or(file.trusted_proxies).unwrap_or_default();
        Ok(Settings {
            listen,
            base_url: base_url.unwrap_or_else(|| format!("http://{listen}")),
            database_url: database_url
                .unwrap_or_else(|| data_dir.join("stockroom.db").to_string_lossy().into_owned()),
            data_dir,
            secret_key: secret("secret_key")?.or(file.secret_key),
            proxies: Proxies::parse(&proxies)
                .map_err(|error| Refusal::invalid("trusted_proxies", error))?,
            mail: mail(file.mail)?,
            limits: limits(&file.attachments)?,
            fonts: fonts
                .or(file.fonts)
                .unwrap_or_default()
                .into_iter()
                .map(PathBuf::from)
                .collect(),
            extra_hosts: hosts.or(file.kandji.extra_hosts).unwrap_or_default(),
            webhook_hosts: variable::<String>("webhooks.extra_hosts")?
                .map(|list| parts(&list))
                .or(file.webhooks.extra_hosts)
                .unwrap_or_default(),
            requests_per_second: variable("kandji.requests_per_second")?
                .or(file.kandji.requests_per_second)
                .unwrap_or(40),
            log_format: match variable::<String>("log.format")?.as_deref() {
                Some("json") => Some(LogFormat::Json),
                Some("text") => Some(LogFormat::Text),
                Some(other) => {
                    let detail = format!("no log format \"{other}\"; hint: text or json");
                    return Err(Refusal::invalid("log.format", detail));
                }
                None => file.log.format,
            },
        })
    }

    /// Where the database is; the folder that data lies in is made where it is missing.
    pub fn database(&self) -> Result<DatabaseUrl, Refusal> {
        make_folder(&self.data_dir).map_err(|error| {
            let folder = self.data_dir.display();
            Refusal::Failed(format!(
                "the folder {folder} cannot be made: {error}; hint: set data_dir"
            ))
        })?;
        Ok(self.database_url.parse()?)
    }

    /// Opens the installation these settings describe.
    pub fn open(&self) -> Result<App, Refusal> {
        let database = self.database()?;
        let extra_hosts = ExtraHosts::parse(&self.extra_hosts)
            .map_err(|error| Refusal::invalid("kandji.extra_hosts", error))?;
        let webhook_hosts = ExtraHosts::parse(&self.webhook_hosts)
            .map_err(|error| Refusal::invalid("webhooks.extra_hosts", error))?;
        let mail = match &self.mail {
            Some((url, from)) => Some(Mail::new(url, from, &self.base_url)?),
            None => None,
        };
        let app = App::open(Options {
            database,
            keys: self.keys()?,
            clock: Clock::system(),
            extra_hosts,
            requests_per_second: Some(self.requests_per_second).filter(|ceiling| *ceiling > 0),
        });
        let app = app?.mailing(mail).sending_to(webhook_hosts).attaching(self.limits);
        Ok(if self.fonts.is_empty() { app } else { app.printing(self.more_fonts()?) })
    }

    fn more_fonts(&self) -> Result<Vec<Vec<u8>>, Refusal> {
        let read = |path: &PathBuf| {
            std::fs::read(path)
                .map_err(|error| Refusal::invalid("fonts", format!("{}: {error}", path.display())))
        };
        self.fonts.iter().map(read).collect()
    }

    /// The configured key, else the one in the data folder, made on first use.
    fn keys(&self) -> Result<Keys, Refusal> {
        if let Some(text) = &self.secret_key {
            return Keys::from_text(text);
        }
        let path = self.data_dir.join("secret.key");
        let failed = |error: std::io::Error| {
            Refusal::Failed(format!("the key file {}: {error}", path.display()))
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Keys::from_text(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = Keys::generate();
                write_private(&path, &text).map_err(failed)?;
                Keys::from_text(&text)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// Mode 0700 where it is new; one that exists keeps what its operator gave it.
fn make_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Mode 0600, and never over an existing file: a lost key loses every stored token.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let options = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    options?.write_all(text.as_bytes())
}

fn read_file(named: Option<&Path>) -> Result<File, Refusal> {
    let path = named.unwrap_or(Path::new("stockroom.toml"));
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).map_err(|error: toml::de::Error| {
            // Its own words quote the line, which may hold a password.
            let line = error.span().map_or(1, |at| text[..at.start].matches('\n').count() + 1);
            let detail = format!("{}, line {line}: {}", path.display(), error.message());
            Refusal::invalid("config", detail)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            Ok(File::default())
        }
        Err(error) => Err(Refusal::invalid("config", format!("{}: {error}", path.display()))),
    }
}

/// `kandji.extra_hosts` is `STOCKROOM_KANDJI_EXTRA_HOSTS`.
#[expect(clippy::disallowed_methods, reason = "this is where settings come from")]
fn raw(key: &str) -> Option<String> {
    std::env::var(format!("STOCKROOM_{}", key.replace('.', "_").to_uppercase())).ok()
}

fn variable<T: std::str::FromStr>(key: &'static str) -> Result<Option<T>, Refusal>
where
    T::Err: std::fmt::Display,
{
    let parse = |text: String| {
        text.parse()
            .map_err(|error| Refusal::invalid(key, format!("\"{text}\" for {key}: {error}")))
    };
    raw(key).map(parse).transpose()
}

/// The parts of a list with commas.
fn parts(list: &str) -> Vec<String> {
    list.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A variable, or the file that the variable with `_FILE` behind its name names.
fn secret(key: &str) -> Result<Option<String>, Refusal> {
    let by_file = format!("{key}_file");
    if let Some(path) = raw(&by_file) {
        return std::fs::read_to_string(&path)
            .map(|text| Some(text.trim().to_owned()))
            .map_err(|error| Refusal::invalid(&by_file, format!("{path}: {error}")));
    }
    Ok(raw(key))
}

fn limits(file: &AttachmentsFile) -> Result<Limits, Refusal> {
    let usual = Limits::default();
    let bytes = |mb: u32| i64::from(mb) << 20;
    let one = variable("attachments.file_mb")?.or(file.file_mb).map_or(usual.file, bytes);
    let total = variable("attachments.total_mb")?.or(file.total_mb).map_or(usual.total, bytes);
    if !(1 << 20..=MOST_OF_ONE).contains(&one) {
        let detail = "one file may have 1 to 200 MB; hint: set attachments.file_mb within that";
        return Err(Refusal::invalid("attachments.file_mb", detail));
    }
    Ok(Limits { file: one, total })
}

fn mail(file: MailFile) -> Result<Option<(SecretString, String)>, Refusal> {
    let url = secret("mail.url")?.or(file.url).map(SecretString::from);
    let from = variable("mail.from")?.or(file.from);
    match (url, from) {
        (Some(url), Some(from)) => Ok(Some((url, from))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Refusal::invalid(
            "mail.from",
            "mail.url is set and mail.from is not; hint: set mail.from to the address to send from",
        )),
        (None, Some(_)) => Err(Refusal::invalid(
            "mail.url",
            "mail.from is set and mail.url is not; hint: set mail.url, such as \
             smtp://mail.example.com:25",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_data_folder_is_for_its_owner_alone_and_another_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mode = || std::fs::metadata(&data).unwrap().permissions().mode() & 0o777;
        make_folder(&data).unwrap();
        assert_eq!(mode(), 0o700);
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o750)).unwrap();
        make_folder(&data).unwrap();
        assert_eq!(mode(), 0o750);
    }
}
