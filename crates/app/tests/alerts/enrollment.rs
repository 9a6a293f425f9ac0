//! Enrollment tokens that will expire.

use app::alerts::Severity;
use app::sources::{self, HealthState};
use jiff::SignedDuration;
use kandji::sim::{DeviceSpec, Misbehaviour, Trouble};
use serde_json::json;
use testkit::smtp::Smtp;

use crate::company::Company;
use crate::{mailing, open, work_off};

#[tokio::test(flavor = "multi_thread")]
async fn b28_an_enrollment_token_that_expires_within_thirty_days_alerts_once_until_renewed() {
    let smtp = Smtp::start();
    let company = mailing(&smtp, None).await;
    let tenant = &company.kandji.tenant;
    let soon = company.clock.now() + SignedDuration::from_hours(29 * 24);
    let later = company.clock.now() + SignedDuration::from_hours(400 * 24);
    tenant.set_ade_expiry(0, soon);
    tenant.set_ade_expiry(1, later);
    let asked = || tenant.requests().count("GET /integrations/apple/ade");
    let before = asked();
    assert_eq!(work_off(&company, 0).await, 2, "the look that the run asked for, and the mail");
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "once a day");
    let [told] = &open(&company).await[..] else { panic!("one token ends soon") };
    assert_eq!(told.alert.severity, Severity::Warning);
    assert!(told.alert.title.ends_with("will expire"), "{}", told.alert.title);
    let mails = smtp.received();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].text().contains("30 September 2026"), "{}", mails[0].text());
    assert_eq!(asked() - before, 1);

    tenant.set_ade_expiry(0, later);
    work_off(&company, 25 * 60).await;
    company.applied().await;
    work_off(&company, 0).await;
    assert_eq!(open(&company).await, []);
    assert_eq!(asked() - before, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn b28_a_run_whose_rules_read_the_enrollment_tokens_tells_when_they_end() {
    let company = Company::with(2).await;
    let tenant = &company.kandji.tenant;
    let day = SignedDuration::from_hours(24);
    tenant.set_ade_expiry(0, company.clock.now() - day);
    tenant.set_ade_expiry(1, company.clock.now() + day * 31);
    let rules = json!({"ade_rules": [{"ade_id": "x", "location": null, "status": null, "apply": "always"}]});
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    sources::save_settings(app, caller, id, None, &rules).await.unwrap();
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "no look apart from the run");
    let [told] = &open(&company).await[..] else { panic!("one token has ended") };
    assert!(told.alert.title.ends_with("has expired"), "{}", told.alert.title);
    tenant.set_ade_expiry(0, company.clock.now() + day * 365);
    company.applied().await;
    assert_eq!(open(&company).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn enrollment_tokens_that_may_not_be_read_cost_nothing_and_say_nothing() {
    let company = Company::with(2).await;
    company.kandji.tenant.add_device(DeviceSpec::default());
    let trouble = Trouble::on("/integrations/apple/ade", Misbehaviour::Forbidden);
    company.kandji.tenant.misbehave(trouble);
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 1);
    assert_eq!(open(&company).await, []);
    assert_eq!(company.source().await.health.state, HealthState::Ok);
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "tomorrow");
    let (app, caller, id) = (&company.app, &company.caller, company.source.id);
    sources::retest(app, caller, id).await.unwrap();
    company.clock.advance(SignedDuration::from_hours(25));
    company.applied().await;
    assert_eq!(work_off(&company, 0).await, 0, "the test has found that it may not");
}
