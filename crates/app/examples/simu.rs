//! temporary
#[tokio::main]
async fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let r = kandji::sim::start(kandji::sim::SimConfig { devices: n, ..Default::default() })
        .await
        .unwrap();
    println!("{} {}", r.url(), r.token());
    r.forever().await;
}
