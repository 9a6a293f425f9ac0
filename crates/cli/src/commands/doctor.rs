//! `stockroom doctor`: looks at everything a server needs, and says what to do.

use app::{App, Refusal, sources};

use crate::Outcome;
use crate::settings::Settings;

pub async fn doctor(settings: &Settings) -> Result<Outcome, Refusal> {
    println!("settings   data in {}", settings.data_dir.display());
    let app = settings.open()?;
    app.ready().await?;
    println!("database   answers, up to date");
    println!("clock      {} (compare it with your own)", app.now());
    let mail = mail(&app).await;
    let Ok(caller) = super::caller(&app, None).await else {
        println!(
            "set-up     nobody can sign in yet; run: stockroom admin create --email you@example.com"
        );
        return mail.map(|()| Outcome::Done);
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
    mail.map(|()| Outcome::Done)
}

/// Connects to the mail server, where there is one.
async fn mail(app: &App) -> Result<(), Refusal> {
    let Some(mail) = app.mail() else {
        println!("mail       not set up, alerts stay in the app; set mail.url and mail.from");
        return Ok(());
    };
    match mail.test().await {
        Ok(said) => println!("mail       {said}"),
        Err(refusal) => {
            println!("mail       {refusal}");
            return Err(Refusal::Failed("mail cannot be sent".into()));
        }
    }
    Ok(())
}
