//! The seam between the store's functions and the two databases: what differs between SQLite and
//! PostgreSQL is in this folder and in the migrations, nowhere else.

mod connection;
mod error;
mod job;
mod memory;
mod migrate;
mod postgres;
mod restore;
mod row;
pub(crate) mod sql;
mod sqlite;
mod store;
mod tx;
mod url;
mod value;
mod worker;

#[cfg(test)]
mod ending_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod turn_tests;

pub(crate) use self::{
    connection::Dialect,
    memory::CHEAP,
    row::Row,
    sql::{Sql, folded, numbered, sql},
    tx::Query,
    value::{Cell, FromCell, Json, Value},
};
pub use self::{
    error::StoreError,
    restore::{NoRestore, Restored, restore},
    store::{Settings, Store, bring_up_to_date},
    tx::{SystemTx, Tx},
    url::DatabaseUrl,
};

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}
