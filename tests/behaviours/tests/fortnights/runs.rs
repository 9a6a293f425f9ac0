//! Runs and what people decide about them; edits while one is under way.

use behaviours::{Misbehaviour, Text, Trouble};
use jiff::SignedDuration;
use serde_json::Value;

use crate::life::{Life, told};

impl Life<'_> {
    pub async fn a_run(&mut self) {
        let run = self.world.sync().await;
        self.note(format!("a run: {}", told(&run)));
        let ends = ["applied", "partial", "failed", "needs_review"];
        assert!(ends.contains(&run["state"].text().as_str()), "{run:#}");
    }

    pub async fn a_preview(&mut self) {
        let before = self.world.get("/assets?archived=any&limit=200").await.expect(200).body;
        let run = self.world.run("preview").await;
        self.note(format!("a preview: {}", told(&run)));
        let after = self.world.get("/assets?archived=any&limit=200").await.expect(200).body;
        assert_eq!(before, after, "a preview changes nothing");
    }

    /// Kandji is slow to answer, and people do not wait; then it answers, or the process dies.
    pub async fn edits_during_a_run(&mut self) {
        self.world.sim().behave();
        self.world.pass(SignedDuration::from_mins(1));
        let pages = self.rng.u32(0..2);
        self.note(format!("a run begins; Kandji hangs after {pages} pages"));
        let hang = Trouble::on("/devices", Misbehaviour::Hang).after(pages).times(1);
        self.world.sim().misbehave(hang);
        let asked = self.world.sim().requests().count("GET /devices");
        let run = self.world.start("apply").await;
        let hangs = async || {
            let now = self.world.sim().requests().count("GET /devices");
            (now > asked + u64::from(pages)).then_some(())
        };
        self.world.until("Kandji hangs", hangs).await;
        for _ in 0..self.rng.u8(1..4) {
            self.somebody_edits().await;
            self.check();
        }
        if self.rng.u8(0..3) == 0 {
            self.note("the process dies while it waits".into());
            self.dies_and_returns().await;
            return;
        }
        self.world.sim().behave();
        let run = self.world.ended(&run).await;
        self.note(format!("Kandji answers: {}", told(&run)));
    }

    /// A held plan is approved or rejected; else an applied run is taken back.
    pub async fn a_decision(&mut self) {
        let list = self.world.get("/sources/kandji/runs").await.expect(200).body;
        let state = |wanted: &str| {
            list["items"].list().iter().filter(|run| run["state"] == wanted).cloned().collect()
        };
        let (held, applied): (Vec<Value>, Vec<Value>) = (state("needs_review"), state("applied"));
        let (run, deed) = match (self.pick(&held), self.pick(&applied)) {
            (Some(run), _) if self.rng.u8(0..4) > 0 => (run, "approve"),
            (Some(run), _) => (run, "reject"),
            (None, Some(run)) => (run, "undo"),
            (None, None) => return,
        };
        let path = format!("/runs/{}", run["id"].text());
        let abandoned = open(&list);
        let answer = match deed {
            "approve" => self.world.post(&format!("{path}/approval"), Value::Null).await,
            "reject" => self.world.delete(&format!("{path}/approval")).await,
            _ => self.world.post(&format!("{path}/undo"), Value::Null).await,
        };
        assert!(answer.status < 500, "{deed} {path}: {}", answer.text);
        self.note(format!("{deed} {path}: {} {}", answer.status, answer.text));
        self.all_end_but(&abandoned).await;
    }

    /// An outdated approval starts a run of its own.
    pub async fn all_end_but(&self, abandoned: &[Value]) {
        let ended = async || {
            let list = self.world.get("/sources/kandji/runs?limit=5").await.expect(200).body;
            open(&list).iter().all(|run| abandoned.contains(run)).then_some(())
        };
        self.world.until("every run ends", ended).await;
    }
}

/// The ids of runs that are open; those of dead processes stay so until another begins.
fn open(list: &Value) -> Vec<Value> {
    let open = |run: &&Value| run["state"] == "queued" || run["state"] == "running";
    list["items"].list().iter().filter(open).map(|run| run["id"].clone()).collect()
}
