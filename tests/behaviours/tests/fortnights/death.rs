//! The death of the process between two transactions of a run. Every transaction of a run touches
//! its lease; a trigger lets so many of them through and none after, so that the database stands
//! as it does when the process dies there. Then the process is killed, and another one begins.

use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::life::{Life, told};

const ARRIVES: &str = "
    CREATE TABLE death (moments INTEGER NOT NULL);
    CREATE TRIGGER death BEFORE UPDATE OF lease_until ON runs
    BEGIN
        UPDATE death SET moments = moments - 1;
        SELECT RAISE(ABORT, 'the process died') FROM death WHERE moments < 0;
    END;";

const LEAVES: &str = "
    DROP TRIGGER death;
    DROP TABLE death;";

impl Life<'_> {
    pub async fn the_process_dies(&mut self) {
        let moments = self.rng.i64(0..9);
        self.world.pass(SignedDuration::from_mins(1));
        let database = open(&self.world.database());
        database.execute_batch(ARRIVES).unwrap();
        database.execute("INSERT INTO death VALUES (?1)", [moments]).unwrap();
        let started = self.world.post("/sources/kandji/runs", json!({"mode": "apply"})).await;
        let begun = match started.header("location").strip_prefix("/api/v1") {
            Some(run) => told(&self.ended_or_dead(&database, run).await),
            // It takes a moment to clear a dead run out of the way, and there was none left.
            None => "a run that could not begin".into(),
        };
        self.world.kill().await;
        database.execute_batch(LEAVES).unwrap();
        self.note(format!("the process dies after {moments} transactions of {begun}"));
        self.begins_again().await;
    }

    async fn ended_or_dead(&self, database: &Connection, run: &str) -> Value {
        let done = async || {
            let found = self.world.get(run).await.expect(200).body;
            let open = found["state"] == "queued" || found["state"] == "running";
            (left(database) == 0 || !open).then_some(found)
        };
        self.world.until("the run ends or the process dies", done).await
    }

    pub async fn dies_and_returns(&mut self) {
        self.world.kill().await;
        self.world.sim().behave();
        self.begins_again().await;
    }

    /// Another process, once the lease of the dead one has run out.
    async fn begins_again(&mut self) {
        self.world.pass(SignedDuration::from_secs(31));
        self.world.restart().await;
    }
}

fn left(database: &Connection) -> i64 {
    database.query_row("SELECT moments FROM death", [], |row| row.get(0)).unwrap()
}

fn open(path: &std::path::Path) -> Connection {
    let database = Connection::open(path).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    database
}
