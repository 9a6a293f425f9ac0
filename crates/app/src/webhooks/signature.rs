//! Signatures of what webhooks carry, as Standard Webhooks has them: HMAC-SHA256 over
//! `id.timestamp.body`, in base 64, behind `v1,`. Secrets are `whsec_` and the key in base 64.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::clock::random;

const PREFIX: &str = "whsec_";

/// A new secret, 256 bits.
pub fn new_secret() -> SecretString {
    SecretString::from(format!("{PREFIX}{}", base64(&random::<32>())))
}

/// The key of a secret; `None` where it is none, or is shorter or longer than is sensible.
pub fn key(secret: &SecretString) -> Option<Vec<u8>> {
    let text = secret.expose_secret().strip_prefix(PREFIX)?;
    unbase64(text).filter(|key| (24..=64).contains(&key.len()))
}

/// What stands in `webhook-signature`.
pub fn sign(key: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", base64(&mac.finalize().into_bytes()))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit > three.len() { '=' } else { char::from(DIGITS[value]) });
        }
    }
    text
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let (fours, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(fours.len() * 3);
    for (position, four) in fours.iter().enumerate() {
        let last = position + 1 == fours.len();
        let filled = four.iter().take_while(|byte| **byte != b'=').count();
        let padded = four[filled..].iter().all(|byte| *byte == b'=');
        if !padded || filled < 2 || (filled < 4 && !last) {
            return None;
        }
        let mut bits: u32 = 0;
        for byte in four {
            let value = DIGITS.iter().position(|digit| digit == byte);
            let value = if *byte == b'=' { 0 } else { u32::try_from(value?).ok()? };
            bits = bits << 6 | value;
        }
        bytes.extend(&bits.to_be_bytes()[1..filled]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_published_example() {
        let key = key(&"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()).unwrap();
        let signed =
            sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn base_64_reads_back_and_nonsense_is_none() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(unbase64(&base64(&bytes)), Some(bytes));
        }
        assert_eq!(base64(b"light w"), "bGlnaHQgdw==");
        for odd in ["a", "abc", "====", "a===", "ab=c", "ab==abcd", "ab c", "ábcd"] {
            assert_eq!(unbase64(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_secret_is_long_enough_or_none() {
        assert_eq!(key(&new_secret()).map(|key| key.len()), Some(32));
        assert_ne!(new_secret().expose_secret(), new_secret().expose_secret());
        for short in ["", "whsec_", "whsec_MfKQ9r8GKYqrTw==", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert_eq!(key(&short.into()), None, "{short}");
        }
    }
}
