use kandji::wire::*;
use std::time::Instant;
#[tokio::main]
async fn main() {
    let t = Instant::now();
    let running =
        kandji::sim::start(kandji::sim::SimConfig { devices: 100_000, ..Default::default() })
            .await
            .unwrap();
    println!("draw {:?}", t.elapsed());
    let rows: Vec<String> =
        running.tenant.devices().iter().take(10_000).map(|d| d.row().to_owned()).collect();
    let body = format!("[{}]", rows.join(","));
    for _ in 0..3 {
        let t = Instant::now();
        let page = device_page(&body, "x").unwrap();
        let a = t.elapsed();
        let mut notes = Notes::default();
        let rows = DeviceRow::read_page(page, 0, &mut notes);
        println!("10k: split {a:?} all {:?} {}", t.elapsed(), rows.len());
    }
    let client = running.client();
    let t = Instant::now();
    let walk = kandji::endpoints::devices(&client, &|_| ()).await.unwrap();
    println!("walk {} {:?} requests {}", walk.rows.len(), t.elapsed(), client.requests());
}
