//! PostgreSQL: a blocking client per database thread, statements prepared once a connection.

use std::{collections::HashMap, error::Error, time::Duration};

use postgres::{
    Client, Config, NoTls, Statement,
    fallible_iterator::FallibleIterator,
    types::{FromSql, IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{
    error::StoreError,
    row::{Raw, Row},
    sql::Sql,
    value::{Cell, Value},
};

/// Statements kept ready per connection; past that, all are let go at once.
const STATEMENTS: usize = 512;

/// The first slot that no other connection holds.
const SLOT: &str = "SELECT set_config('stockroom.slot', slot::text, FALSE)
    FROM generate_series(0, 9999) slot
    WHERE pg_try_advisory_lock(770015, slot)
    LIMIT 1";

pub(super) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Postgres {
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let mut config = settings(url)?;
        // Generic plans do not look at what LIKE is given and take ten times as long; our joins are
        // written in the order to be done, and looking for a better one takes longer than they do.
        let options = "-c plan_cache_mode=force_custom_plan -c join_collapse_limit=1 \
                       -c random_page_cost=1.1";
        let options =
            config.get_options().map_or(options.to_owned(), |own| format!("{own} {options}"));
        config.options(&options).application_name("stockroom");
        let mut client = config.connect(NoTls).map_err(|error| StoreError::from(&error))?;
        // Rows of `tallies` of its own, as long as it is open, so that it waits for nobody's.
        client.batch_execute(SLOT).map_err(|error| StoreError::from(&error))?;
        Ok(Self { client, statements: HashMap::new() })
    }

    pub fn rows(
        &mut self,
        sql: &Sql,
        each: &mut dyn FnMut(&mut Row<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.statement(sql)?;
        let mut rows = self
            .client
            .query_raw(&statement, sql.values())
            .map_err(|error| StoreError::from(&error))?;
        while let Some(row) = rows.next().map_err(|error| StoreError::from(&error))? {
            if !each(&mut Row::new(Raw::Postgres(&row)))? {
                break;
            }
        }
        Ok(())
    }

    pub fn exec(&mut self, sql: &Sql) -> Result<u64, StoreError> {
        let statement = self.statement(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> =
            sql.values().iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &values).map_err(|error| StoreError::from(&error))
    }

    pub fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.client.batch_execute(text).map_err(|error| StoreError::from(&error))
    }

    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    fn statement(&mut self, sql: &Sql) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql.sqlite()) {
            return Ok(statement.clone());
        }
        let statement =
            self.client.prepare(&sql.postgres()).map_err(|error| StoreError::from(&error))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.sqlite().to_owned(), statement.clone());
        Ok(statement)
    }
}

/// What the address says; where it says nothing, a server that fell silent is given up soon: else
/// a thread waits for hours for what a cut network swallowed.
fn settings(url: &str) -> Result<Config, StoreError> {
    let mut config: Config =
        url.parse().map_err(|error: postgres::Error| StoreError::from(&error))?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    // The one that has a value of its own where it is not named.
    if !url.contains("keepalives_idle") {
        config.keepalives_idle(Duration::from_secs(30));
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(Duration::from_secs(10));
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(3);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_mins(1));
    }
    Ok(config)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        if let Kind::Domain(base) = ty.kind() {
            return self.to_sql(base, out);
        }
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(value) => match *ty {
                Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*value)?.to_sql(ty, out),
                _ => value.to_sql_checked(ty, out),
            },
            Self::Real(value) => value.to_sql_checked(ty, out),
            Self::Bool(value) => value.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'r> FromSql<'r> for Cell<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT8 => Cell::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Cell::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Cell::Integer(i16::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Cell::Real(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Cell::Real(f32::from_sql(ty, raw)?.into()),
            Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
            Type::BYTEA => Cell::Bytes(raw),
            _ => Cell::Text(<&str>::from_sql(&Type::TEXT, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Cell::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::FLOAT8
                | Type::FLOAT4
                | Type::BOOL
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
        )
    }
}

pub(super) fn cell(row: &postgres::Row, position: usize) -> Result<Cell<'_>, StoreError> {
    row.try_get(position).map_err(|error| StoreError::from(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_fell_silent_is_given_up_soon_unless_the_address_says_otherwise() {
        let patience = |url: &str| {
            let config = settings(url).unwrap();
            [
                Some(config.get_keepalives_idle()),
                config.get_keepalives_interval(),
                config.get_keepalives_retries().map(|tries| Duration::from_secs(tries.into())),
                config.get_tcp_user_timeout().copied(),
                config.get_connect_timeout().copied(),
            ]
            .map(|time| time.unwrap().as_secs())
        };
        assert_eq!(patience("postgres://u@db.example.com/x"), [30, 10, 3, 60, 10]);
        let own = "keepalives_idle=7200&keepalives_interval=11&keepalives_retries=4&\
                   tcp_user_timeout=5&connect_timeout=6";
        let own = patience(&format!("postgres://u@db.example.com/x?{own}"));
        assert_eq!(own, [7_200, 11, 4, 5, 6]);
    }
}
