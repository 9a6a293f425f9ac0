//! Secrets at rest: source tokens are sealed with the installation's key, bound to where they belong.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::clock::{random, random_text};
use crate::refusal::Refusal;

/// First byte of a sealed text; a later key or cipher gets the next number.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The installation's key, 256 bits.
#[derive(Clone)]
pub struct Keys {
    cipher: XChaCha20Poly1305,
}

impl Keys {
    pub fn new(key: [u8; 32]) -> Self {
        Keys { cipher: XChaCha20Poly1305::new(&Key::from(key)) }
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
        Ok(Keys::new(Sha256::digest(text.as_bytes()).into()))
    }

    /// A new key, as the text its file holds.
    pub fn generate() -> String {
        random_text::<32>()
    }

    /// Seals a text; `place` (tenant, kind, id) must be the same when it is opened.
    pub fn seal(&self, text: &str, place: &str) -> Vec<u8> {
        let nonce = random::<NONCE>();
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("a short text always encrypts");
        [&[VERSION][..], &nonce, &sealed].concat()
    }

    pub fn open(&self, sealed: &[u8], place: &str) -> Result<SecretString, Refusal> {
        let wrong = || {
            Refusal::Failed(
                "a stored token cannot be decrypted; hint: the secret key is not the one it was \
                 stored with, restore that key or enter the token again"
                    .into(),
            )
        };
        let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
        if *version != VERSION || rest.len() < NONCE {
            return Err(wrong());
        }
        let (nonce, text) = rest.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().expect("split at its length");
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let opened = self.cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| wrong())?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| wrong())
    }
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
    fn a_cut_or_foreign_blob_is_refused_with_a_way_out() {
        let keys = Keys::new([7; 32]);
        for blob in [&b""[..], b"\x01", b"\x02aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &[1; 30]] {
            let error = keys.open(blob, "x").unwrap_err().to_string();
            assert!(error.contains("hint:"), "{error}");
        }
    }
}
