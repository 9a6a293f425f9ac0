//! `stockroom doctor`: looks at everything a server needs, and says what to do.

use app::{Refusal, sources};

use crate::Outcome;
use crate::settings::Settings;

pub async fn doctor(settings: &Settings) -> Result<Outcome, Refusal> {
    println!("settings   data in {}", settings.data_dir.display());
    let app = settings.open()?;
    app.ready().await?;
    println!("database   answers, up to date");
    println!("clock      {} (compare it with your own)", app.now());
    let Ok(caller) = super::caller(&app, None).await else {
        println!(
            "set-up     nobody can sign in yet; run: stockroom admin create --email you@example.com"
        );
        return Ok(Outcome::Done);
    };
    let mut failing = 0;
    for source in sources::list(&app, &caller).await? {
        let tested = sources::retest(&app, &caller, source.id).await?;
        failing += usize::from(!tested.ok);
        println!("source     {}: {}", source.name, tested.detail);
    }
    if failing > 0 {
        return Err(Refusal::Failed(format!("{failing} sources cannot be read")));
    }
    Ok(Outcome::Done)
}
