//! Secrets at rest: source tokens are sealed with the installation's key, bound to where they belong.

use argon2::{Algorithm, Argon2, Params};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::clock::{random, random_text};
use crate::refusal::Refusal;

/// First byte of a sealed text; a later key or cipher gets the next number.
const BY_KEY: u8 = 1;
const BY_PASSPHRASE: u8 = 2;
const NONCE: usize = 24;

/// The installation's key, 256 bits.
#[derive(Clone)]
pub struct Keys {
    /// Of a passphrase its bare hash, with which texts were sealed at first.
    key: XChaCha20Poly1305,
    /// What a passphrase is stretched to.
    passphrase: Option<XChaCha20Poly1305>,
}

impl Keys {
    pub fn new(key: [u8; 32]) -> Self {
        Keys { key: XChaCha20Poly1305::new(&Key::from(key)), passphrase: None }
    }

    /// From the setting's text: 64 hexadecimal digits, or any passphrase of 20 characters or more.
    pub fn from_text(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if let Some(key) = hex(text) {
            return Ok(Keys::new(key));
        }
        if text.chars().count() < 20 {
            let detail = "the secret key is too short; hint: 64 hexadecimal digits, or leave \
                          secret_key unset and one is made in the data folder";
            return Err(Refusal::invalid("secret_key", detail));
        }
        let stretched = XChaCha20Poly1305::new(&Key::from(stretched(text)));
        let bare = Keys::new(Sha256::digest(text.as_bytes()).into());
        Ok(Keys { passphrase: Some(stretched), ..bare })
    }

    /// A new key, as the text its file holds.
    pub fn generate() -> String {
        random_text::<32>()
    }

    /// Seals a text; `place` (tenant, kind, id) must be the same when it is opened.
    pub fn seal(&self, text: &str, place: &str) -> Vec<u8> {
        let (version, cipher) = match &self.passphrase {
            Some(cipher) => (BY_PASSPHRASE, cipher),
            None => (BY_KEY, &self.key),
        };
        let nonce = random::<NONCE>();
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("a short text always encrypts");
        [&[version][..], &nonce, &sealed].concat()
    }

    pub fn open(&self, sealed: &[u8], place: &str) -> Result<SecretString, Refusal> {
        let wrong = || {
            Refusal::conflict(
                "a stored token cannot be decrypted; hint: the secret key is not the one it was \
                 stored with, restore that key (secret_key, or the file secret.key) and start \
                 again, or enter the token again",
            )
        };
        let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
        let cipher = match *version {
            BY_KEY => Some(&self.key),
            BY_PASSPHRASE => self.passphrase.as_ref(),
            _ => None,
        };
        let cipher = cipher.ok_or_else(wrong)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or_else(wrong)?;
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let opened = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| wrong())?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| wrong())
    }
}

/// A key that takes long to guess. All processes must come to the same, and the passphrase is all they
/// have in common: the salt is ours.
fn stretched(passphrase: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let params = Params::new(64 << 10, 3, 1, Some(key.len())).expect("these are within bounds");
    let slow = Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params);
    let done = slow.hash_password_into(passphrase.as_bytes(), b"stockroom secret_key", &mut key);
    done.expect("a setting's text is within bounds");
    key
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let pair = |n: usize| u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok();
    let plain = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut key = [0; 32];
    for (n, byte) in key.iter_mut().enumerate().filter(|_| plain) {
        *byte = pair(n)?;
    }
    plain.then_some(key)
}

/// What we store of a token that we hand out: enough to know it again, no more.
pub fn fingerprint(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A new token, 256 bits, in letters that survive a copy: `{prefix}_…`.
pub fn new_token(prefix: &str) -> String {
    format!("{prefix}_{}", random_text::<32>())
}

/// A password for a throw-away installation: 80 bits, easy to type.
pub fn new_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 31)]);
    let text: String = random::<16>().into_iter().map(letter).collect();
    format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..])
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_sealed_token_opens_only_where_it_belongs() {
        let keys = Keys::from_text(&Keys::generate()).unwrap();
        let sealed = keys.seal("synthetic-token", "ten_1/source/src_1");
        assert_eq!(
            keys.open(&sealed, "ten_1/source/src_1").unwrap().expose_secret(),
            "synthetic-token"
        );
        assert!(keys.open(&sealed, "ten_2/source/src_1").is_err());
        let other = Keys::from_text(&Keys::generate()).unwrap();
        assert!(other.open(&sealed, "ten_1/source/src_1").is_err());
        assert!(!sealed.windows(9).any(|part| part == b"synthetic"));
    }

    #[test]
    fn what_a_passphrase_sealed_before_it_was_stretched_still_opens() {
        let passphrase = "correct horse battery staple";
        let keys = Keys::from_text(passphrase).unwrap();
        let bare = Keys::new(Sha256::digest(passphrase.as_bytes()).into());
        let before = bare.seal("synthetic-token", "ten_1/source/src_1");
        let opened = keys.open(&before, "ten_1/source/src_1").unwrap();
        assert_eq!(opened.expose_secret(), "synthetic-token");

        let now = keys.seal("synthetic-token", "ten_1/source/src_1");
        assert_eq!((before[0], now[0]), (BY_KEY, BY_PASSPHRASE));
        let again = Keys::from_text(&format!(" {passphrase}\n")).unwrap();
        let opened = again.open(&now, "ten_1/source/src_1").unwrap();
        assert_eq!(opened.expose_secret(), "synthetic-token");
        assert!(bare.open(&now, "ten_1/source/src_1").is_err());
        let other = Keys::from_text("another horse battery staple").unwrap();
        assert!(other.open(&now, "ten_1/source/src_1").is_err());
    }

    #[test]
    fn a_cut_or_foreign_blob_is_refused_with_a_way_out() {
        let keys = Keys::new([7; 32]);
        for blob in [&b""[..], b"\x01", b"\x02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &[1; 30]] {
            let error = keys.open(blob, "x").unwrap_err().to_string();
            assert!(error.contains("hint:"), "{error}");
        }
    }
}
