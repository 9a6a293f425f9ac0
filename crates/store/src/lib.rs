//! What the installation remembers: the only room with SQL, the same on SQLite and PostgreSQL.
//! Functions take a transaction and answer with the domain's types; the ledger alone changes assets.

mod seam;

pub use seam::{DatabaseUrl, Settings, Store, StoreError, SystemTx, Tx};

#[cfg(test)]
mod testing;
