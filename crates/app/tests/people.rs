//! Last days of people, as time goes by.

#[expect(dead_code, reason = "the tests of runs use the rest")]
mod company;

use app::{Refusal, departures, people};
use company::Company;
use domain::actor::ActorKind;
use domain::event::Subject;
use jiff::SignedDuration;
use jiff::civil::date;
use serde_json::json;
use store::DatabaseUrl;

#[tokio::test(flavor = "multi_thread")]
async fn whose_last_day_is_over_has_left_until_they_are_given_another() {
    let postgres = tokio::task::spawn_blocking(testkit::postgres::database).await.unwrap();
    let postgres = DatabaseUrl::Postgres(postgres);
    for database in [None, Some(postgres)] {
        let company = Company::on(database, 0, &json!({})).await;
        let (app, caller) = (&company.app, &company.caller);
        let ends = |employee: &mut domain::person::Employee| {
            employee.ends_on = Some(date(2026, 9, 1));
        };
        let robin = people::create(app, caller, "Robin Sample", Vec::new(), ends).await.unwrap();
        people::create(app, caller, "Casey Sample", Vec::new(), |_| {}).await.unwrap();
        assert_eq!(departures::look(app).await, Ok(0), "the last day is a day like others");
        company.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(departures::look(app).await, Ok(1));
        assert!(people::employee(app, caller, robin).await.unwrap().leaver);
        assert_eq!(departures::look(app).await, Ok(0));
        let told =
            app::nouns::history(app, caller, Subject::Employee(robin), None, 9).await.unwrap();
        assert_eq!(told.items[0].actor.kind, ActorKind::System);
        assert_eq!(told.items[0].note.as_deref(), Some("Their last day is over."));

        let back =
            people::change(app, caller, robin, None, Vec::new(), |one| one.leaver = false).await;
        let Err(Refusal::Invalid { errors }) = back else { panic!("{back:?}") };
        assert!(errors[0].detail.starts_with("their last day was 2026-09-01; hint: clear it"));
        let back = |one: &mut domain::person::Employee| {
            (one.leaver, one.ends_on) = (false, None);
        };
        people::change(app, caller, robin, None, Vec::new(), back).await.unwrap();
        assert_eq!(departures::look(app).await, Ok(0));
    }
}
