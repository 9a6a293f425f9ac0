//! What only a bare socket can do to a client: break off, stay silent, compress.

use kandji::endpoints::devices;
use kandji::{ApiUrl, Client, ExtraHosts, Fault, Limits};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// `[{"device_id": "d1"}]`, compressed.
const GZIPPED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 139, 174, 86, 74, 73, 45, 203, 76, 78, 141, 207, 76, 81, 178,
    82, 80, 74, 49, 84, 170, 141, 5, 0, 114, 9, 144, 47, 21, 0, 0, 0,
];

/// Answers the connections that come with these bytes, one each, the last for ever, then closes.
async fn answering(answers: Vec<Vec<u8>>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for at in 0.. {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4_096];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(&answers[at.min(answers.len() - 1)]).await;
            let _ = socket.shutdown().await;
        }
    });
    let api = ApiUrl::parse(&url, &ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap()).unwrap();
    Client::new(api, &SecretString::from("token"), Limits::unpaced()).unwrap()
}

fn answer(headers: &str, body: &[u8], length: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_of_a_body_is_tried_again() {
    let client = answering(vec![answer("", b"[{\"device_id\":", 1_000)]).await;
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert!(matches!(fault, Fault::Truncated { .. }), "{fault}");
    assert_eq!(client.requests(), 5);
}

#[tokio::test]
async fn a_connection_closed_without_a_word_is_tried_again() {
    let client = answering(vec![Vec::new(), answer("", b"[]", 2)]).await;
    assert!(devices(&client, &|_| ()).await.unwrap().rows.is_empty());
    assert_eq!(client.requests(), 2);
}

#[tokio::test]
async fn a_compressed_answer_is_unpacked() {
    let packed = answer("content-encoding: gzip\r\n", GZIPPED, GZIPPED.len());
    let client = answering(vec![packed, answer("", b"[]", 2)]).await;
    assert_eq!(devices(&client, &|_| ()).await.unwrap().rows[0].device_id, "d1");
}

#[tokio::test]
async fn bytes_that_are_no_text_cost_a_character_and_not_the_page() {
    let body = b"[{\"device_id\": \"d1\", \"device_name\": \"caf\xe9\"}]";
    let client = answering(vec![answer("", body, body.len()), answer("", b"[]", 2)]).await;
    assert_eq!(devices(&client, &|_| ()).await.unwrap().rows[0].name, "caf\u{fffd}");
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_a_network_fault() {
    let client = answering(vec![b"220 mail.example.com ready\r\n".to_vec()]).await;
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert!(matches!(fault, Fault::Network { .. }), "{fault}");
}
