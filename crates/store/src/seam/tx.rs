//! A transaction: `Tx` belongs to one tenant, `SystemTx` to the installation.
//! Statements are asked through `Query`; both know nothing of their database.

use std::sync::Arc;

use domain::id::TenantId;

use super::{
    connection::{Connection, Dialect, Mark},
    error::StoreError,
    row::Row,
    sql::Sql,
    value::{FromCell, Value},
};
use crate::texts::Texts;

/// One transaction in one tenant's rows.
pub struct Tx<'c> {
    tenant: TenantId,
    connection: &'c mut Connection,
}

/// One transaction above the tenants: sign-in, sessions, tenants, leases, jobs.
pub struct SystemTx<'c> {
    connection: &'c mut Connection,
}

impl<'c> Tx<'c> {
    pub(super) fn new(tenant: TenantId, connection: &'c mut Connection) -> Self {
        Self { tenant, connection }
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether somebody waits for this transaction to end: a long piece of work stops there and
    /// goes on in another.
    pub fn others_wait(&self) -> bool {
        self.connection.others_wait()
    }

    /// Ends a statement so that what it finds stays as it is until this transaction ends. SQLite has
    /// one writer, so that nothing moves under it anyway; who only reads holds nothing.
    pub(crate) fn held_still(&self) -> &'static str {
        self.connection.held_still()
    }

    /// What assets are found by, where that is held in memory: in a read of a SQLite file. A
    /// transaction that writes sees what nobody else does.
    pub(crate) fn texts(&self) -> Option<Arc<Texts>> {
        self.connection.texts()
    }

    /// The answer to a question over the whole register, asked anew only when something was
    /// committed since. `of` says what the answer depends on besides the database.
    pub fn remembered<T: Clone + Send + 'static, E: From<StoreError>>(
        &mut self,
        question: &'static str,
        of: String,
        ask: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        // A transaction that writes sees what nobody else does.
        let Some(moment) = self.connection.moment()? else { return ask(self) };
        let memory = self.connection.memory();
        memory.answer(moment, (self.tenant, question, of), || ask(self))
    }
}

impl<'c> SystemTx<'c> {
    pub(super) fn new(connection: &'c mut Connection) -> Self {
        Self { connection }
    }

    /// The same transaction inside one tenant, for a caller who has just proved to belong there.
    pub fn inside(&mut self, tenant: TenantId) -> Tx<'_> {
        Tx::new(tenant, self.connection)
    }
}

/// How many rows go into one INSERT. Few sizes, so that each is prepared once.
const ROWS_AT_ONCE: &[usize] = &[128, 16, 4, 1];

/// What both can do.
pub(crate) trait Query {
    fn connection(&mut self) -> &mut Connection;

    /// Panics in tests when a statement of a tenant's transaction does not bind that tenant.
    fn check(&self, sql: &Sql);

    fn dialect(&mut self) -> Dialect {
        self.connection().dialect()
    }

    /// Hands each row to `each`, in order.
    fn each(
        &mut self,
        sql: Sql,
        mut each: impl FnMut(&mut Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.check(&sql);
        self.connection().rows(&sql, &mut |row| each(row).map(|()| true))
    }

    /// Hands each row to `each`, in order, until it has enough.
    fn until(
        &mut self,
        sql: Sql,
        mut each: impl FnMut(&mut Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.check(&sql);
        self.connection().rows(&sql, &mut each)
    }

    fn all<T, C: Default + Extend<T>>(
        &mut self,
        sql: Sql,
        mut read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<C, StoreError> {
        let mut found = C::default();
        self.each(sql, |row| {
            found.extend(std::iter::once(read(row)?));
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row, if there is one.
    fn find<T>(
        &mut self,
        sql: Sql,
        read: impl FnOnce(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.check(&sql);
        let (mut found, mut read) = (None, Some(read));
        self.connection().rows(&sql, &mut |row| {
            if let Some(read) = read.take() {
                found = Some(read(row)?);
            }
            Ok(false)
        })?;
        Ok(found)
    }

    /// The first row; [`StoreError::NotFound`] without one.
    fn one<T>(
        &mut self,
        sql: Sql,
        read: impl FnOnce(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.find(sql, read)?.ok_or(StoreError::NotFound)
    }

    /// Runs a statement; answers how many rows it touched.
    fn exec(&mut self, sql: Sql) -> Result<u64, StoreError> {
        self.check(&sql);
        self.connection().exec(&sql)
    }

    /// `head` + rows + `tail`, many rows a statement:
    /// `exec_many("INSERT INTO t (a, b) VALUES ", rows, " ON CONFLICT DO NOTHING")`.
    fn exec_many<const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<[Value; N]>,
        tail: &'static str,
    ) -> Result<u64, StoreError> {
        self.exec_cut(head, rows, tail, ROWS_AT_ONCE)
    }

    /// The same for a table without triggers, where a row that is there already is left alone or only
    /// gets other values that nothing refers to. Of a statement that might fail half-way SQLite copies
    /// every page before it touches it, far more than it writes at last; such a row written alone
    /// cannot.
    fn exec_each<const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<[Value; N]>,
        tail: &'static str,
    ) -> Result<u64, StoreError> {
        let sizes = match self.dialect() {
            Dialect::Sqlite => &[1],
            Dialect::Postgres => ROWS_AT_ONCE,
        };
        self.exec_cut(head, rows, tail, sizes)
    }

    fn exec_cut<const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<[Value; N]>,
        tail: &'static str,
        sizes: &'static [usize],
    ) -> Result<u64, StoreError> {
        let mut statements = Statements { head, rows: rows.into_iter(), tail, sizes };
        statements.try_fold(0, |touched, sql| Ok(touched + self.exec(sql)?))
    }

    /// Inserts the rows that clash with nothing, and answers which: each by its `id`.
    fn insert_free<I: FromCell, const N: usize>(
        &mut self,
        head: &'static str,
        rows: Vec<(I, [Value; N])>,
    ) -> Result<Vec<I>, StoreError> {
        let mut done = Vec::with_capacity(rows.len());
        if self.dialect() == Dialect::Sqlite {
            // A RETURNING counts as a trigger there.
            for (id, row) in rows {
                if self.exec_each(head, vec![row], " ON CONFLICT DO NOTHING")? == 1 {
                    done.push(id);
                }
            }
            return Ok(done);
        }
        let rows: Vec<[Value; N]> = rows.into_iter().map(|(_, row)| row).collect();
        let (tail, sizes) = (" ON CONFLICT DO NOTHING RETURNING id", ROWS_AT_ONCE);
        for sql in (Statements { head, rows: rows.into_iter(), tail, sizes }) {
            self.each(sql, |row| {
                done.push(row.next()?);
                Ok(())
            })?;
        }
        Ok(done)
    }

    /// Rows by id, many ids a statement; `ask` puts the list between its parentheses.
    fn of_ids<T>(
        &mut self,
        ids: impl IntoIterator<Item = impl Into<Value>>,
        ask: impl Fn(Sql) -> Sql,
        mut read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let ids: Vec<Value> = ids.into_iter().map(Into::into).collect();
        let mut found = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_AT_ONCE) {
            self.each(ask(padded(some)), |row| {
                found.push(read(row)?);
                Ok(())
            })?;
        }
        Ok(found)
    }

    /// A part that may fail alone: on `Err` what it did is undone and the transaction goes on.
    fn attempt<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E>
    where
        Self: Sized,
    {
        self.connection().savepoint(Mark::Attempt)?;
        let done = work(self).and_then(|value| {
            self.connection().refuse_swallowed()?;
            Ok(value)
        });
        match done {
            Ok(_) => self.connection().release(Mark::Attempt)?,
            Err(_) => self.connection().back_to(Mark::Attempt)?,
        }
        done
    }
}

/// The statements that many rows are cut into.
struct Statements<const N: usize> {
    head: &'static str,
    rows: std::vec::IntoIter<[Value; N]>,
    tail: &'static str,
    sizes: &'static [usize],
}

impl<const N: usize> Iterator for Statements<N> {
    type Item = Sql;

    fn next(&mut self) -> Option<Sql> {
        let size = self.sizes.iter().copied().find(|size| *size <= self.rows.len())?;
        let mut sql = Sql::default();
        sql.text(self.head);
        sql.rows(self.rows.by_ref().take(size));
        sql.text(self.tail);
        Some(sql)
    }
}

/// How many ids go into one list.
const IDS_AT_ONCE: usize = 128;

/// A list in one of few lengths, so that its statement is prepared once; the last id is repeated.
fn padded(ids: &[Value]) -> Sql {
    let length = [1, 4, 16, 64, IDS_AT_ONCE].into_iter().find(|length| *length >= ids.len());
    let length = length.expect("lists are cut to the greatest length");
    let mut list = Sql::default();
    let last = ids.last().into_iter().cycle();
    list.list(ids.iter().chain(last).take(length).cloned());
    list
}

impl Query for Tx<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    fn check(&self, sql: &Sql) {
        debug_assert!(
            sql.values().contains(&Value::from(self.tenant)),
            "this statement forgets its tenant: {}",
            sql.sqlite()
        );
    }
}

impl Query for SystemTx<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    fn check(&self, _: &Sql) {}
}
