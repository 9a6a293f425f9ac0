//! Administrators hear of what breaks: by mail and in the app.

use app::Mail;
use behaviours::{Text, World};
use secrecy::SecretString;
use serde_json::Value;
use testkit::smtp::Smtp;

#[tokio::test]
async fn b7_b46_administrators_are_mailed_once_of_a_broken_connection_and_again_when_it_breaks_anew()
 {
    let smtp = Smtp::start();
    let url = SecretString::from(smtp.url());
    let from = "Stockroom <stockroom@example.com>";
    let mail = Mail::new(&url, from, "https://stockroom.example.com").unwrap();
    let mut world = World::with_devices(2).await;
    world.kill().await;
    world.restart_mailing(Some(mail)).await;
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.process().work_in_background();

    world.sim().renew_token("00000000-0000-4000-8000-00000000beef");
    for _ in 0..2 {
        assert_eq!(world.sync().await["state"], "failed");
    }
    let mails = smtp.wait_for(1);
    assert_eq!(mails[0].to, ["robin.sample@example.com"]);
    assert!(mails[0].subject().contains("Kandji cannot be read"), "{}", mails[0].subject());
    let text = mails[0].text();
    let id = world.source().await["id"].text();
    assert!(
        text.contains("401") && text.contains("nothing"),
        "what broke, what still stands: {text}"
    );
    assert!(
        text.contains(&format!("https://stockroom.example.com/t/example-company/sources/{id}"))
    );

    let connect = async |token: &str| {
        let right = serde_json::json!({"api_url": world.kandji.url(), "token": token});
        world.put("/sources/kandji/connection", right).await.expect(200);
    };
    connect("00000000-0000-4000-8000-00000000beef").await;
    assert_eq!(world.alerts().await.len(), 0, "mended by itself");
    world.synced().await;
    assert_eq!(smtp.received().len(), 1, "told once a trouble");
    world.sim().renew_token("00000000-0000-4000-8000-00000000cafe");
    assert_eq!(world.sync().await["state"], "failed");
    assert_eq!(smtp.wait_for(2).len(), 2, "it broke anew");
}
