//! Keys under which a request may be sent again without being done again.

use domain::Timestamp;
use domain::id::TokenId;

use crate::seam::{Query, StoreError, Tx, sql};

/// One key of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub token: TokenId,
    pub key: String,
    /// Of the request itself: method, address and body.
    pub fingerprint: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing until now; it is ours.
    New,
    /// The same request was answered so.
    Answered(Vec<u8>),
    /// The same request was begun, and nobody wrote down how it ended.
    Begun,
    /// Another request had this key.
    Taken,
}

/// Takes a key, or says what became of it. Two requests at once cannot both get [`Claim::New`].
pub fn claim(tx: &mut Tx<'_>, key: &Key, now: Timestamp) -> Result<Claim, StoreError> {
    let tenant = tx.tenant();
    let made = tx.exec(sql! {
        "INSERT INTO idempotency_keys (tenant_id, token_id, key, fingerprint, began_at)
         VALUES (", tenant, ", ", key.token, ", ", &key.key, ", ", key.fingerprint.as_slice(), ", ", now, ")
         ON CONFLICT (tenant_id, token_id, key) DO NOTHING"
    })?;
    if made > 0 {
        return Ok(Claim::New);
    }
    let held: Option<(Vec<u8>, Option<Vec<u8>>)> = tx.find(
        sql! {
            "SELECT fingerprint, answer FROM idempotency_keys
             WHERE tenant_id = ", tenant, " AND token_id = ", key.token, " AND key = ", &key.key
        },
        |row| Ok((row.next()?, row.next()?)),
    )?;
    Ok(match held {
        Some((fingerprint, _)) if fingerprint != key.fingerprint => Claim::Taken,
        Some((_, Some(answer))) => Claim::Answered(answer),
        Some((_, None)) | None => Claim::Begun,
    })
}

pub fn answer(tx: &mut Tx<'_>, key: &Key, answer: &[u8]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "UPDATE idempotency_keys SET answer = ", answer,
        " WHERE tenant_id = ", tenant, " AND token_id = ", key.token, " AND key = ", &key.key
    })
    .map(drop)
}

/// A request that changed nothing leaves its key free.
pub fn release(tx: &mut Tx<'_>, key: &Key) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM idempotency_keys
         WHERE tenant_id = ", tenant, " AND token_id = ", key.token, " AND key = ", &key.key
    })
    .map(drop)
}

/// Forgets the tenant's keys from before that moment.
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.exec(sql! {
        "DELETE FROM idempotency_keys WHERE tenant_id = ", tenant, " AND began_at < ", before
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{MINT, at, tenant};
    use crate::testing::on_both;

    #[test]
    fn a_key_is_claimed_once_and_then_tells_what_was_answered() {
        on_both(|store| {
            let acme = tenant(&store, "acme");
            let key = |text: &str, print: u8| Key {
                token: MINT.id(at(0)),
                key: text.into(),
                fingerprint: vec![print],
            };
            let (first, other) = (key("k", 1), key("k", 1));
            let again = Key { fingerprint: vec![2], ..first.clone() };
            let told = store.write_blocking(acme, move |tx| {
                assert_eq!(claim(tx, &first, at(1))?, Claim::New);
                assert_eq!(claim(tx, &first, at(2))?, Claim::Begun);
                assert_eq!(claim(tx, &again, at(2))?, Claim::Taken);
                assert_eq!(claim(tx, &other, at(2))?, Claim::New, "another token's");
                answer(tx, &first, b"done")?;
                assert_eq!(claim(tx, &first, at(3))?, Claim::Answered(b"done".to_vec()));
                release(tx, &other)?;
                assert_eq!(claim(tx, &other, at(4))?, Claim::New);
                assert_eq!(sweep(tx, at(2))?, 1);
                assert_eq!(claim(tx, &first, at(5))?, Claim::New);
                Ok::<_, StoreError>(())
            });
            told.unwrap();
        });
    }
}
