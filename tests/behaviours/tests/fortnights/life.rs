//! A fortnight: how it begins, what its steps are drawn from, how it ends.

use behaviours::{Text, World, unguarded};
use fastrand::Rng;
use jiff::SignedDuration;
use kandji::sim::SimConfig;
use serde_json::{Value, json};

use crate::diary::Diary;
use crate::laws::Ledger;

pub struct Life<'d> {
    pub world: World,
    pub rng: Rng,
    pub diary: &'d Diary,
    /// Devices that left Kandji and may return: id and serial.
    pub gone: Vec<(String, String)>,
    ledger: Ledger,
}

pub async fn live(seed: u64, diary: &Diary) {
    let mut life = Life::begin(seed, diary).await;
    let steps = life.rng.u32(40..=80);
    for _ in 0..steps {
        life.step().await;
        life.check();
    }
    life.settle().await;
}

impl<'d> Life<'d> {
    async fn begin(seed: u64, diary: &'d Diary) -> Life<'d> {
        let mut rng = Rng::with_seed(seed);
        let devices = rng.usize(8..=15);
        let world = World::beside(SimConfig { devices, seed, ..SimConfig::default() }).await;
        let ledger = Ledger::open(&world.database(), world.tenant());
        let mut life = Life { world, rng, diary, gone: Vec::new(), ledger };
        life.hire().await;
        for place in ["Store room", "Front desk"] {
            life.world.location(place).await;
        }
        let preset = ["recommended", "bluetally", "reftab", "amfj"][life.rng.usize(0..4)];
        let settings = life.first_settings();
        life.note(format!("{devices} devices, {preset} with {settings}"));
        life.world.connect_guarded(preset, settings).await;
        life.check();
        life
    }

    /// Some of Kandji's people are employees here from the start.
    async fn hire(&mut self) {
        for user in self.world.sim().users() {
            if self.rng.u8(0..3) > 0 {
                self.world.employee(&user.name, &user.email).await;
            }
        }
    }

    fn first_settings(&mut self) -> Value {
        let mut coin = || self.rng.bool();
        let mut settings = json!({
            "assign": {"on_assign": coin(), "on_change": coin(), "on_removed": coin()},
            "employees": {"create": coin(), "import_directory": coin()},
            "on_match": if coin() { "adopt" } else { "review" },
            "on_no_match": "create",
            "first_run": if coin() { "preview" } else { "apply" },
        });
        if coin() {
            settings["guard"] = unguarded()["guard"].clone();
        }
        settings
    }

    pub fn note(&self, what: String) {
        self.diary.note(what);
    }

    /// One of several, by its place; `None` of nothing.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.rng.usize(0..from.len())].clone())
    }

    pub fn check(&mut self) {
        self.ledger.check();
    }

    async fn step(&mut self) {
        match self.rng.u8(0..100) {
            0..30 => self.something_in_kandji(),
            30..52 => self.somebody_edits().await,
            52..76 => self.a_run().await,
            76..80 => self.a_preview().await,
            80..86 => self.edits_during_a_run().await,
            86..92 => self.the_process_dies().await,
            92..96 => self.a_decision().await,
            _ => self.time_passes(),
        }
    }

    fn time_passes(&mut self) {
        let hours = self.rng.i64(1..=30);
        self.note(format!("{hours} hours pass"));
        self.world.advance(hours);
    }

    /// The faults are over: one clean run, approved where it was held, and nothing is left to do.
    async fn settle(&mut self) {
        self.note("the faults end".into());
        self.world.sim().behave();
        self.world.pass(SignedDuration::from_mins(30));
        let mut run = self.world.sync().await;
        self.note(format!("the clean run: {}", told(&run)));
        if run["state"] == "needs_review" {
            let path = format!("/runs/{}/approval", run["id"].text());
            run = self.world.post(&path, Value::Null).await.expect(200).body;
            self.note(format!("approved: {}", told(&run)));
            self.nothing_was_left_over(&run).await;
        }
        assert_eq!(run["state"], "applied", "{run:#}");
        self.check();
        let preview = self.world.run("preview").await;
        let path = format!("/runs/{}/changes", preview["id"].text());
        let left = self.world.get(&path).await.expect(200).body;
        assert_eq!(left["items"], json!([]), "a clean run leaves nothing to do: {left:#}");
        let nothing =
            json!({"created": 0, "updated": 0, "linked": 0, "checked_out": 0, "checked_in": 0});
        assert_eq!((&preview["state"], &preview["changes"]), (&json!("previewed"), &nothing));
        self.check();
    }
}

impl Life<'_> {
    /// Where all of a held plan still fits, no run follows its approval.
    async fn nothing_was_left_over(&self, approved: &Value) {
        self.all_end_but(&[]).await;
        let list = self.world.get("/sources/kandji/runs?limit=5").await.expect(200).body;
        let newest = &list["items"][0];
        if newest["id"] != approved["id"] {
            let path = format!("/runs/{}/changes", newest["id"].text());
            let left = self.world.get(&path).await.expect(200).body;
            panic!("a run followed the approval: {newest:#}\n{left:#}");
        }
    }
}

/// A run in a line.
pub fn told(run: &Value) -> String {
    let error = run["error"].as_str().unwrap_or_default();
    format!("{} {} {} {error}", run["id"].text(), run["state"].text(), run["changes"])
}
