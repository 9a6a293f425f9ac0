//! `stockroom doctor`: looks at everything a server needs, and says what to do.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use app::{App, Caller, Refusal, company, sources, tenants};
use domain::Timestamp;
use domain::company::Tenant;
use jiff::SignedDuration;
use store::DatabaseUrl;

use crate::Outcome;
use crate::arguments::Doctor;
use crate::settings::Settings;

/// Answers tell their time to the second, and take a while.
const CLOSE: SignedDuration = SignedDuration::from_secs(5);
/// A clock that is further off misdates what happens, and keeps other processes' leases too long
/// or not long enough.
const FAR: SignedDuration = SignedDuration::from_secs(30);

/// What was found so far.
#[derive(Default)]
struct Findings {
    faults: Vec<String>,
    /// How far our clock is ahead of the first source that told its time.
    ahead: Option<SignedDuration>,
}

pub async fn doctor(settings: &Settings, doctor: Doctor) -> Result<Outcome, Refusal> {
    say!("settings   data in {}", settings.data_dir.display());
    for path in open_to_others(settings)? {
        let path = path.display();
        say!("files      others on this machine may read {path}; hint: chmod go= {path}");
    }
    let app = settings.open()?;
    app.ready().await?;
    say!("database   answers, up to date");
    let mut findings = Findings::default();
    mail(&app, &mut findings).await;
    let tenants = chosen(&app, doctor.tenant.as_deref()).await?;
    if tenants.is_empty() {
        say!(
            "set-up     nobody can sign in yet; run: stockroom admin create --email you@example.com"
        );
    }
    let many = tenants.len() > 1;
    let mut unread = 0;
    for tenant in &tenants {
        let place = if many { format!("{}: ", tenant.slug) } else { String::new() };
        unread += examine(&app, tenant, &place, &mut findings).await?;
    }
    match unread {
        0 => {}
        1 => findings.faults.push("one source cannot be read".into()),
        many => findings.faults.push(format!("{many} sources cannot be read")),
    }
    clock(&app, &mut findings);
    if findings.faults.is_empty() {
        return Ok(Outcome::Done);
    }
    Err(Refusal::Failed(format!("{}; hint: see above", findings.faults.join("; "))))
}

/// The tenant named, else all of them.
async fn chosen(app: &App, named: Option<&str>) -> Result<Vec<Tenant>, Refusal> {
    if let Some(slug) = named {
        let found = company::tenant(app, slug).await?;
        return Ok(vec![found.ok_or_else(|| Refusal::not_found("tenant", slug))?]);
    }
    match company::first(app).await? {
        Some(first) => tenants::list(app, &Caller::system(first.id)).await,
        None => Ok(Vec::new()),
    }
}

/// Asks each source of a tenant; answers how many cannot be read.
async fn examine(
    app: &App,
    tenant: &Tenant,
    place: &str,
    findings: &mut Findings,
) -> Result<usize, Refusal> {
    let caller = Caller::system(tenant.id);
    let mut unread = 0;
    for source in sources::list(app, &caller).await? {
        let name = &source.name;
        if !source.enabled {
            say!("source     {place}{name}: switched off");
            continue;
        }
        let asked = app.now();
        match sources::retest(app, &caller, source.id).await {
            Ok(tested) => {
                unread += usize::from(!tested.ok);
                say!("source     {place}{name}: {}", tested.detail);
                let told = tested.told_at.map(|told| ahead(asked, told, app.now()));
                findings.ahead = findings.ahead.or(told);
            }
            Err(refusal) => {
                unread += 1;
                say!("source     {place}{name}: {refusal}");
            }
        }
    }
    Ok(unread)
}

/// How far our clock is ahead of one that told its time between two moments of ours; behind is
/// less than nothing.
fn ahead(asked: Timestamp, told: Timestamp, answered: Timestamp) -> SignedDuration {
    let (least, most) = (asked.duration_since(told), answered.duration_since(told));
    if least > CLOSE {
        least
    } else if most < -CLOSE {
        most
    } else {
        SignedDuration::ZERO
    }
}

fn clock(app: &App, findings: &mut Findings) {
    let now = app.now().strftime("%Y-%m-%d %H:%M:%S UTC");
    let Some(ahead) = findings.ahead else {
        say!("clock      {now}; no source told its own, compare it with yours");
        return;
    };
    if ahead == SignedDuration::ZERO {
        say!("clock      {now}, as in Kandji");
        return;
    }
    let seconds = ahead.as_secs();
    let way = if seconds > 0 { "ahead of" } else { "behind" };
    let hint = "hint: let the machine take its time from the network";
    say!("clock      {now}, {} seconds {way} Kandji's; {hint}", seconds.abs());
    if ahead.abs() > FAR {
        findings.faults.push("the clock is wrong".into());
    }
}

/// What holds passwords' hashes and personal data, and is not its owner's alone. Nobody gets to a
/// file in a folder that is closed.
fn open_to_others(settings: &Settings) -> Result<Vec<PathBuf>, Refusal> {
    let mut found = Vec::new();
    let mut look = |path: PathBuf| {
        let open = std::fs::metadata(&path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
        if open {
            found.push(path);
        }
        open
    };
    let database: DatabaseUrl = settings.database_url.parse()?;
    let folder_is_open = look(settings.data_dir.clone());
    if let DatabaseUrl::Sqlite(path) = database
        && (folder_is_open || !path.starts_with(&settings.data_dir))
    {
        for ending in ["", "-wal", "-shm"] {
            let mut path = path.clone().into_os_string();
            path.push(ending);
            look(path.into());
        }
    }
    Ok(found)
}

/// Connects to the mail server, where there is one.
async fn mail(app: &App, findings: &mut Findings) {
    let Some(mail) = app.mail() else {
        say!("mail       not set up, alerts stay in the app; set mail.url and mail.from");
        return;
    };
    match mail.test().await {
        Ok(said) => say!("mail       {said}"),
        Err(refusal) => {
            say!("mail       {refusal}");
            findings.faults.push("mail cannot be sent".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(told: i64, expect: i64) {
        let at = |second| Timestamp::from_second(1_788_264_000 + second).unwrap();
        assert_eq!(ahead(at(0), at(told), at(20)).as_secs(), expect, "told {told}");
    }

    #[test]
    fn a_clock_is_wrong_only_where_no_moment_of_the_answer_explains_it() {
        check(-5, 0);
        check(10, 0);
        check(25, 0);
        check(-6, 6);
        check(26, -6);
        check(-3_600, 3_600);
        check(3_620, -3_600);
    }
}
