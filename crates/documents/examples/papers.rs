//! Writes a few PDFs into a folder, to be looked at and held against real labels:
//! `cargo run -p documents --example papers -- /tmp/papers`.

use std::fs;
use std::path::PathBuf;

use documents::pdf::{CodeKind, Fonts, Handover, HandoverAsset, Label, SHEETS, handover, labels};

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "papers".into()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    let fonts = Fonts::default();
    let names = [
        "Robin’s MacBook Pro",
        "דניאל כהן",
        "محمد بن سلمان",
        "💻 Юлия",
        "A very long name of a thing that goes on",
    ];
    let label = |number: usize| Label {
        address: format!("https://stockroom.example.com/a/ast_0HZX4K9Q2M{number:03}"),
        tag: format!("MBP-{number:04}"),
        lines: vec![
            format!("MBP-{number:04}"),
            names[number % names.len()].into(),
            "SYN00000042".into(),
            "Example Company".into(),
        ],
    };
    for sheet in &SHEETS {
        for (kind, word) in [(CodeKind::Qr, "qr"), (CodeKind::Code128, "code128")] {
            let all: Vec<_> = (0..sheet.labels()).map(label).collect();
            if let Ok(pdf) = labels(&fonts, sheet, kind, 2, &all) {
                let file = folder.join(format!("{}-{word}.pdf", sheet.key));
                fs::write(file, pdf).expect("the folder can be written to");
            }
        }
    }
    let asset = |number: usize| HandoverAsset {
        tag: format!("MBP-{number:04}"),
        what: "MacBook Pro (14-inch, 2023) · Robin’s own".into(),
        serial: "SYN00000042".into(),
        since: "3 Mar 2026".into(),
        due: if number.is_multiple_of(3) { "1 Feb 2027".into() } else { String::new() },
    };
    let sheet = Handover {
        company: "Example Company".into(),
        date: "27 Nov 2026".into(),
        name: "Robin Sample".into(),
        about: vec![
            ("E-mail".into(), "robin@example.com".into()),
            ("Location".into(), "משרד תל אביב".into()),
        ],
        assets: (0..60).map(asset).collect(),
        terms: "I have received the assets above and will give them back when asked to.".into(),
        ..Handover::default()
    };
    fs::write(folder.join("handover.pdf"), handover(&fonts, &sheet)).expect("it can be written");
}
