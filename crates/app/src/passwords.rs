//! Passwords: Argon2id, at least twelve characters, and the same time for a wrong name.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::installation::App;
use crate::refusal::Refusal;

pub const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// Verifying against this takes as long as against a real one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RvY2tyb29tLW5vYm9keQ$\
                      WgLzSkbTnbDqRAVxFPLmyqkLCzGwyvQWJtPx4EtSTRc";

/// Slow on purpose; call it off the async threads.
pub fn hash(password: &str) -> Result<String, Refusal> {
    check(password)?;
    let hashed = Argon2::default().hash_password(password.as_bytes());
    let hashed = hashed.map_err(|error| Refusal::Failed(error.to_string()))?;
    Ok(hashed.to_string())
}

/// The same, in its turn and off the threads that serve.
pub(crate) async fn hashed(app: &App, password: &str) -> Result<String, Refusal> {
    let _slot = app.hashing.acquire().await.expect("the semaphore is never closed");
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
    hashed.map_err(|bug| Refusal::Failed(bug.to_string()))?
}

pub fn check(password: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    if length < SHORTEST {
        let counted = if length == 1 { "1 character" } else { &format!("{length} characters") };
        let detail = format!(
            "the password has {counted}; hint: use {SHORTEST} or more, a few words do well"
        );
        return Err(Refusal::invalid("password", detail));
    }
    if length > LONGEST {
        let detail = format!("the password has {length} characters; hint: {LONGEST} is the most");
        return Err(Refusal::invalid("password", detail));
    }
    Ok(())
}

/// Whether the password is the one that was hashed; `None` stands for an unknown user.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
    let matches = parsed.is_ok_and(|parsed| {
        Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
    });
    matches && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_alone() {
        let hashed = hash("correct horse battery").unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(verify("correct horse battery", Some(&hashed)));
        assert!(!verify("correct horse batterz", Some(&hashed)));
    }

    #[test]
    fn an_unknown_user_costs_as_much_as_a_wrong_password() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("anything at all", None));
    }

    #[test]
    fn a_short_password_is_refused_with_its_length() {
        assert!(hash("short").unwrap_err().to_string().contains("5 characters"));
        assert!(hash("x").unwrap_err().to_string().contains("has 1 character;"));
    }
}
