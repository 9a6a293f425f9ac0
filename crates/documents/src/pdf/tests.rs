//! What comes out, read back: pages and their sizes, text that can be searched for, codes that are
//! where they should be, names in every script.

use super::*;

fn example(number: usize) -> Label {
    Label {
        address: format!("https://stockroom.example.com/a/ast_0HZX4K9Q2M{number:03}"),
        tag: format!("MBP-{number:04}"),
        lines: vec![format!("MBP-{number:04}"), "Robin’s MacBook Pro".into(), "SYN0042".into()],
    }
}

fn many(count: usize) -> Vec<Label> {
    (0..count).map(example).collect()
}

/// Of a PDF as we write it: how many pages, and how large each is, in points.
fn pages(pdf: &[u8]) -> Vec<(f32, f32)> {
    let text = String::from_utf8_lossy(pdf);
    let boxes = text.split("/MediaBox").skip(1);
    let sides = |part: &str| {
        let inside = part.split_once('[').unwrap().1.split_once(']').unwrap().0;
        let sides: Vec<f32> = inside.split_whitespace().map(|side| side.parse().unwrap()).collect();
        (sides[2], sides[3])
    };
    boxes.map(sides).collect()
}

fn sheet(key: &str) -> &'static Sheet {
    SHEETS.iter().find(|sheet| sheet.key == key).unwrap()
}

/// What stands on the label, from left, top, right and bottom.
fn extent(fonts: &Fonts, sheet: &Sheet, kind: CodeKind, label: &Label) -> [f32; 4] {
    let place = sheet.place(0);
    let drawing = label::layout(fonts, sheet, place, kind, label).unwrap();
    let boxes = drawing.boxes.iter().map(|b| [b.x, b.y, b.x + b.width, b.y + b.height]);
    let texts = drawing.texts.iter().map(|text| {
        let right = text.x + text.line.width * text.size;
        [text.x, text.baseline - text.size * 0.75, right, text.baseline + text.size * 0.25]
    });
    let all: Vec<_> = boxes.chain(texts).collect();
    let least = |side: usize| all.iter().map(|one| one[side]).fold(f32::INFINITY, f32::min);
    let most = |side: usize| all.iter().map(|one| one[side]).fold(0.0, f32::max);
    [least(0), least(1), most(2), most(3)]
}

#[test]
fn nothing_is_printed_beside_a_label_whatever_its_sheet() {
    let fonts = Fonts::default();
    let mut long = example(1);
    long.lines =
        vec!["MBP-0001".into(), "W".repeat(120), "x".repeat(40), "Acme".into(), "Y".into()];
    for sheet in &SHEETS {
        for label in [&example(1), &long] {
            let [left, top, right, bottom] = extent(&fonts, sheet, CodeKind::Qr, label);
            let place = sheet.place(0);
            assert!(left >= place.x && top >= place.y - 0.01, "{}: {left} {top}", sheet.key);
            assert!(right <= place.x + place.width + 0.01, "{}: {right}", sheet.key);
            assert!(bottom <= place.y + place.height + 0.01, "{}: {bottom}", sheet.key);
        }
    }
}

#[test]
fn pages_have_the_size_of_their_paper_and_labels_fill_them_in_order() {
    let fonts = Fonts::default();
    let letter = labels(&fonts, sheet("avery-5160"), CodeKind::Qr, 1, &many(31)).unwrap();
    assert_eq!(pages(&letter), [(612.0, 792.0); 2]);
    let later = labels(&fonts, sheet("avery-5160"), CodeKind::Qr, 30, &many(32)).unwrap();
    assert_eq!(pages(&later).len(), 3, "one on the used sheet, thirty, one");
    let roll = labels(&fonts, sheet("dymo-30252"), CodeKind::Code128, 1, &many(3)).unwrap();
    assert_eq!(pages(&roll).len(), 3);
    let (width, height) = pages(&roll)[0];
    assert!((width - 252.28).abs() < 0.1 && (height - 79.37).abs() < 0.1);
    assert_eq!(letter, labels(&fonts, sheet("avery-5160"), CodeKind::Qr, 1, &many(31)).unwrap());
}

#[test]
fn names_in_every_script_are_printed_and_what_cannot_be_is_told() {
    let fonts = Fonts::default();
    let names = [
        "Zoë Ångström, Đặng Thị Hà",
        "Юлия Иванова · Ελένη",
        "محمد بن سلمان",
        "דניאל כהן",
        "MacBook של דניאל (14-inch)",
        "💻 Laptop 👩🏽‍💻 ☕️",
        "e\u{301}\u{301}\u{301} a\u{feff}b",
        "\u{202e}evil\u{202c}",
    ];
    let label = |name: &str| {
        assert!(fonts.missing(name).is_empty(), "{name}: {:?}", fonts.missing(name));
        Label { lines: vec![name.into(), name.repeat(9)], ..example(1) }
    };
    let mut all: Vec<Label> = names.into_iter().map(label).collect();
    assert_eq!(fonts.missing("株式会社 A").into_iter().collect::<String>(), "会式株社");
    all.push(Label { lines: vec!["株式会社\u{0}\n\t\u{10ffff}".into()], ..example(1) });
    for key in ["avery-l7160", "avery-l4731", "brother-dk-11221"] {
        labels(&fonts, sheet(key), CodeKind::Qr, 1, &all).unwrap();
    }
    labels(&fonts, sheet("avery-l7160"), CodeKind::Code128, 1, &all).unwrap();
}

#[test]
fn what_cannot_be_a_code_is_named() {
    let fonts = Fonts::default();
    let odd = |tag: &str| Label { tag: tag.into(), ..example(1) };
    let asked = [odd("Büro-1"), example(2), odd(&"X".repeat(60))];
    let refused = labels(&fonts, sheet("avery-5167"), CodeKind::Code128, 1, &asked).unwrap_err();
    assert_eq!(refused, [Cannot::Letters("Büro-1".into()), Cannot::TooLong("X".repeat(60))]);
    let far = Label { address: format!("https://example.com/{}", "x".repeat(300)), ..example(1) };
    let refused = labels(&fonts, sheet("avery-l4731"), CodeKind::Qr, 1, &[far]).unwrap_err();
    assert_eq!(refused, [Cannot::TooSmall("MBP-0001".into())]);
}

#[test]
fn pictures_hold_no_markup_of_anybodys_and_no_style() {
    let fonts = Fonts::default();
    let evil = Label { lines: vec!["<script>\"&".into()], ..example(1) };
    let one = label_picture(&fonts, sheet("avery-5163"), CodeKind::Qr, &evil).unwrap();
    assert!(
        one.contains("&lt;script&gt;&quot;&amp;")
            && !one.contains("<script")
            && !one.contains("style")
    );
    let all = [evil, example(2)];
    let page = sheet_picture(&fonts, sheet("avery-5163"), CodeKind::Qr, 2, &all).unwrap();
    assert_eq!(page.matches("<text").count(), 4);
    assert_eq!(page.matches("#e4e4e7").count(), 1, "the first place was used");
}

#[test]
fn a_handover_of_sixty_things_goes_over_several_pages() {
    let fonts = Fonts::default();
    let asset = |number: usize| HandoverAsset {
        tag: format!("MBP-{number:04}"),
        what: "MacBook Pro (14-inch, 2023) · Robin’s own".into(),
        serial: "SYN00000042".into(),
        since: "3 Mar 2026".into(),
        due: String::new(),
    };
    let sheet = |count: usize| Handover {
        company: "Example Company".into(),
        date: "27 Nov 2026".into(),
        name: "محمد Robin 💻 Sample".into(),
        about: vec![("E-mail".into(), "robin@example.com".into())],
        assets: (0..count).map(asset).collect(),
        terms: "I have received the assets above.\n\nI give them back when asked to.".into(),
        paper: Paper::Letter,
    };
    assert_eq!(pages(&handover(&fonts, &sheet(0))), [(612.0, 792.0)]);
    assert_eq!(pages(&handover(&fonts, &sheet(5))).len(), 1);
    assert!((2..=5).contains(&pages(&handover(&fonts, &sheet(60))).len()));
    let long = Handover { terms: "word ".repeat(4_000), ..sheet(1) };
    assert!(pages(&handover(&fonts, &long)).len() > 2);
}

#[test]
fn a_name_that_is_read_from_the_right_leaves_our_own_words_in_their_order() {
    let fonts = Fonts::default();
    let line = fonts.line(&handover::foot("דניאל כהן", 1, 2), font::Weight::Regular);
    assert!(!line.from_right);
    let runs: Vec<_> = line.runs.iter().map(|run| run.text.as_str()).collect();
    assert!(runs.last().unwrap().ends_with("1 of 2"), "{runs:?}");
}

/// Numbers that look like dice, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(sides)).unwrap()
    }

    fn text(&mut self) -> String {
        let blocks = [
            (0x20, 0x5f),
            (0x0, 0x20),
            (0x590, 0x70),
            (0x600, 0xff),
            (0x300, 0x70),
            (0x1f300, 0x300),
        ];
        let more = [(0x2000, 0x70), (0xfe00, 0x10), (0x4e00, 0x100), (0x0, 0x0011_0000)];
        let all: Vec<(u32, u32)> = blocks.into_iter().chain(more).collect();
        let letter = |dice: &mut Dice| {
            let (first, count) = all[dice.roll(10) as usize];
            char::from_u32(first + dice.roll(count)).unwrap_or('x')
        };
        (0..self.roll(24)).map(|_| letter(self)).collect()
    }
}

#[test]
fn whatever_a_name_is_made_of_it_fits_where_it_should() {
    let (fonts, mut dice, mut all) = (Fonts::default(), Dice(0x5eed), Vec::new());
    for _ in 0..150 {
        let text = dice.text();
        let width = 1.0 + f32::from(u16::try_from(dice.roll(20)).unwrap());
        let line = fonts.cut(&text, font::Weight::SemiBold, width);
        assert!(line.width <= width + 0.001, "{text:?}: {} in {width}", line.width);
        for line in fonts.wrapped(&text, font::Weight::Regular, width.max(4.0)) {
            assert!(line.width <= width.max(4.0) + 0.001, "{text:?}: {}", line.width);
        }
        all.push(Label { lines: vec![text.clone(), text], ..example(1) });
    }
    labels(&fonts, sheet("avery-5167"), CodeKind::Qr, 1, &all).unwrap();
}
