//! Products, their category and their manufacturer.

use behaviours::{DeviceSpec, Text, World, mac};
use serde_json::{Value, json};

const PRO: &str = "MacBook Pro (14-inch, 2023)";

async fn products(world: &World) -> Vec<Value> {
    world.get("/products?limit=200").await.expect(200).body["items"].list().to_vec()
}

fn of(platform: &str, serial: &str) -> DeviceSpec {
    DeviceSpec { platform: Some(platform.into()), ..mac(serial) }
}

#[tokio::test]
async fn b24_a_hundred_macs_of_one_model_are_one_product_and_a_hundred_assets() {
    let world = World::new().await;
    for n in 0..100 {
        world.sim().add_device(mac(&format!("SYNMAC{n:03}")));
    }
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    let products = products(&world).await;
    assert_eq!(products.len(), 1);
    assert_eq!((&products[0]["name"], &products[0]["assets"]), (&json!(PRO), &json!(100)));
    for (noun, name) in [("categories", "Kandji"), ("manufacturers", "Apple")] {
        let list = world.get(&format!("/{noun}")).await.expect(200).body;
        assert_eq!(list["total"], 1, "{list}");
        assert_eq!(
            (&list["items"][0]["name"], &list["items"][0]["assets"]),
            (&json!(name), &json!(100))
        );
    }
    assert_eq!(world.get("/assets").await.body["total"], 100);
}

#[tokio::test]
async fn b25_new_products_are_in_the_category_kandji_and_apples_are_made_by_apple() {
    let world = World::new().await;
    for (platform, serial) in
        [("Mac", "SYN1"), ("iPhone", "SYN2"), ("iPad", "SYN3"), ("Windows", "SYN4")]
    {
        world.sim().add_device(of(platform, serial));
    }
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    for serial in ["SYN1", "SYN2", "SYN3"] {
        let asset = world.asset(serial).await;
        assert_eq!(asset["category"]["name"], "Kandji");
        assert_eq!(asset["product"]["manufacturer"]["name"], "Apple");
    }
    let windows = world.asset("SYN4").await;
    assert_eq!(windows["category"]["name"], "Kandji");
    assert_ne!(windows["product"]["manufacturer"]["name"], "Apple", "{windows}");
}

#[tokio::test]
async fn b26_a_products_category_changed_by_hand_stays_and_new_devices_inherit_it() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.recategorize(PRO, "Laptops").await;
    world.sim().add_device(mac("SYNMAC2"));
    world.synced().await;
    for serial in ["SYNMAC1", "SYNMAC2"] {
        assert_eq!(world.asset(serial).await["category"]["name"], "Laptops");
    }
    let products = products(&world).await;
    assert_eq!((products.len(), &products[0]["category"]["name"]), (1, &json!("Laptops")));
}

#[tokio::test]
async fn b27_only_brand_new_products_come_under_kandji() {
    let world = World::new().await;
    world.sim().add_device(mac("SYNMAC1"));
    world.connect("bluetally", Value::Null).await;
    world.synced().await;
    world.recategorize(PRO, "Laptops").await;
    world.sim().add_device(mac("SYNMAC2"));
    world.sim().add_device(of("iPad", "SYNPAD1"));
    world.synced().await;
    assert_eq!(world.asset("SYNMAC2").await["category"]["name"], "Laptops");
    assert_eq!(world.asset("SYNPAD1").await["category"]["name"], "Kandji");
}
