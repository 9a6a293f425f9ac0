//! Last days of people, as time goes by.

#[expect(dead_code, reason = "the tests of runs use the rest")]
mod company;

use app::people::EmployeeQuery;
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

#[tokio::test(flavor = "multi_thread")]
async fn j07_a_user_whose_number_became_a_uuid_makes_no_second_employee() {
    let company = Company::with(4).await;
    let tenant = &company.kandji.tenant;
    let device = tenant.devices().into_iter().find(|device| device.user.is_some()).unwrap();
    let user = tenant.users().into_iter().find(|user| Some(&user.id) == device.user.as_ref());
    let user = user.unwrap();
    // As it was before 2025, and without an address that would tell who it is.
    let number = 1_000 + user.ordinal;
    let says = |id: serde_json::Value| {
        let said = json!({"id": id, "name": "Robin Sample", "email": "", "is_archived": false});
        for other in tenant.devices().iter().filter(|other| other.user == device.user) {
            tenant.set_field(&other.device_id, "user", said.clone()).unwrap();
        }
    };
    says(json!(number));
    company.applied().await;
    let holder = async || {
        let assets = company.assets().await;
        let asset = assets.iter().find(|row| {
            row.asset.serial.as_ref().is_some_and(|serial| serial.as_str() == device.serial)
        });
        asset.unwrap().asset.custodian
    };
    let (before, everyone) = (holder().await, employees(&company).await);
    assert!(before.is_some() && everyone.contains(&"Robin Sample".to_owned()));
    says(json!(user.id));
    tenant.forget_requests();
    company.applied().await;
    assert_eq!(tenant.requests().count("GET /users"), 1, "only the directory knows");
    assert_eq!((holder().await, employees(&company).await.len()), (before, everyone.len()));
}

async fn employees(company: &Company) -> Vec<String> {
    let query = EmployeeQuery { limit: 200, ..Default::default() };
    let all = people::list(&company.app, &company.caller, query).await.unwrap();
    all.items.into_iter().map(|row| row.employee.name).collect()
}
