//! Which database: a SQLite file or a PostgreSQL server.

use std::{fmt, path::PathBuf, str::FromStr};

use super::error::StoreError;

/// `sqlite:///absolute/path`, a plain path, or `postgres://user:password@host/name`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// The URL as given; it may hold a password, so it is never shown whole.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            return Err(StoreError::Url(without_password(text)));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// The URL with everything before the host hidden; a password may stand in the query too.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let rest = rest.split_once('?').map_or(rest, |(host, _)| host);
    format!("{scheme}://{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_a_sqlite_url_name_the_same_file() {
        let url: DatabaseUrl = "sqlite:///var/lib/stockroom.db".parse().unwrap();
        assert_eq!(url, "/var/lib/stockroom.db".parse().unwrap());
    }

    #[test]
    fn an_unknown_scheme_is_refused() {
        assert!(
            matches!("mysql://u:secret@h/d".parse::<DatabaseUrl>(), Err(StoreError::Url(url)) if url == "mysql://h/d")
        );
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://me:secret@db/x?password=secret".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), "postgres://db/x DatabaseUrl(postgres://db/x)");
    }
}
