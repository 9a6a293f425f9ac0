//! Puts what browsers load into `OUT_DIR`: one stylesheet, the scripts, the icons used,
//! and the Rust tables that name them. htmx and lucide come from npm at the versions pinned
//! in `package-lock.json`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

type Outcome<T = ()> = Result<T, String>;

const PACKAGES: [&str; 2] = ["htmx.org", "lucide-static"];
const STYLE_ORDER: [&str; 5] = ["layers", "reset", "tokens", "base", "layout"];
/// Properties that have a shorter name where lines run from left to right.
const PHYSICAL: [(&str, &str); 18] = [
    ("inline-size", "width"),
    ("block-size", "height"),
    ("margin-block-start", "margin-top"),
    ("margin-block-end", "margin-bottom"),
    ("margin-inline-start", "margin-left"),
    ("margin-inline-end", "margin-right"),
    ("padding-block-start", "padding-top"),
    ("padding-block-end", "padding-bottom"),
    ("padding-inline-start", "padding-left"),
    ("padding-inline-end", "padding-right"),
    ("border-block-start", "border-top"),
    ("border-block-end", "border-bottom"),
    ("border-inline-start", "border-left"),
    ("border-inline-end", "border-right"),
    ("inset-block-start", "top"),
    ("inset-block-end", "bottom"),
    ("inset-inline-start", "left"),
    ("inset-inline-end", "right"),
];
const STYLES_LAST: [&str; 2] = ["utilities", "print"];

fn main() {
    for input in ["assets", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={input}");
    }
    if let Err(message) = build() {
        println!("cargo::error={message}");
        std::process::exit(1);
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its place this way")]
fn build() -> Outcome {
    let out =
        PathBuf::from(env::var("OUT_DIR").map_err(|_| "OUT_DIR is not set; hint: run cargo")?);
    ensure_packages()?;
    let files = [
        ("STYLESHEET", "stockroom.css", "text/css; charset=utf-8", stylesheet()?),
        (
            "SCRIPT",
            "stockroom.js",
            "text/javascript; charset=utf-8",
            script(&read("assets/stockroom.js")?),
        ),
        ("HTMX", "htmx.js", "text/javascript; charset=utf-8", htmx()?),
        ("MARK", "mark.svg", "image/svg+xml", read("assets/mark.svg")?),
    ];
    let mut table = String::new();
    let mut names = Vec::new();
    for (constant, name, content_type, body) in files {
        table += &file_entry(&out, constant, name, content_type, &body)?;
        names.push(constant);
    }
    let _ =
        writeln!(table, "pub const FILES: [&File; {}] = [&{}];", names.len(), names.join(", &"));
    write(&out.join("files.rs"), &table)?;
    write(&out.join("icons.rs"), &icons()?)
}

/// Runs `npm ci` unless the pinned versions already stand in `node_modules`.
fn ensure_packages() -> Outcome {
    if PACKAGES.iter().all(|package| installed_is_pinned(package)) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"])
        .output()
        .map_err(|error| {
            format!("cannot run npm ({error}); hint: install Node.js 20 or newer, which brings npm")
        })?;
    if run.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&run.stderr).trim().replace('\n', " · ");
    Err(format!("`npm ci` in crates/web failed; hint: is the npm registry reachable? {why}"))
}

fn installed_is_pinned(package: &str) -> bool {
    let version = |file: &str, pointer: &[&str]| {
        let json: serde_json::Value = serde_json::from_str(&read(file).ok()?).ok()?;
        let found = pointer.iter().try_fold(&json, |at, key| at.get(key))?;
        found.as_str().map(str::to_owned)
    };
    let installed = version(&format!("node_modules/{package}/package.json"), &["version"]);
    installed.is_some() && installed == version("package.json", &["dependencies", package])
}

/// Without indentation, the lines that only comment and the space around signs. No text of ours
/// runs over several lines or holds such a sign.
fn script(code: &str) -> String {
    let lines =
        code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let bare = lines.fold(String::with_capacity(code.len()), |all, line| all + line + "\n");
    [" => ", " = ", " === ", " && ", " ?? "]
        .iter()
        .fold(bare, |code, sign| code.replace(sign, sign.trim()))
}

/// htmx as published; its source map is not served, so the comment that asks for it goes.
fn htmx() -> Outcome<String> {
    let code = read("node_modules/htmx.org/dist/htmx.min.js")?;
    Ok(code.split("//# sourceMappingURL").next().unwrap_or_default().to_owned())
}

fn stylesheet() -> Outcome<String> {
    let mut components: Vec<PathBuf> = fs::read_dir("assets/css/components")
        .map_err(|error| format!("cannot list assets/css/components: {error}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    components.sort();
    let named = |name: &&str| PathBuf::from(format!("assets/css/{name}.css"));
    let files =
        STYLE_ORDER.iter().map(named).chain(components).chain(STYLES_LAST.iter().map(named));
    let css: String =
        files.map(|file| read(file).map(|css| squeeze(&css))).collect::<Outcome<_>>()?;
    // The components are one layer, and our pages are written from left to right.
    let css = css.replace("}@layer components{", "");
    let css = PHYSICAL.iter().fold(css, |css, (logical, short)| css.replace(logical, short));
    Ok(shortened(&css))
}

/// Custom properties under names of two letters: they are told hundreds of times.
fn shortened(css: &str) -> String {
    let letter = |place: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[place % 26]);
    let mut known: Vec<&str> = Vec::new();
    let mut short = String::new();
    let mut rest = css;
    while let Some(at) = rest.find("--") {
        let (before, name) = rest.split_at(at);
        let end = name.find(|c: char| c != '-' && !c.is_ascii_alphanumeric());
        let (name, after) = name.split_at(end.unwrap_or(name.len()));
        let place = known.iter().position(|one| *one == name).unwrap_or_else(|| {
            known.push(name);
            known.len() - 1
        });
        short += before;
        short += "--";
        short.extend([letter(place / 26), letter(place)]);
        rest = after;
    }
    short + rest
}

/// Drops comments and needless space. Our own files hold no `/*` or double space inside a string.
fn squeeze(css: &str) -> String {
    let mut bare = String::new();
    for (number, part) in css.split("/*").enumerate() {
        bare += if number == 0 { part } else { part.split_once("*/").map_or("", |(_, code)| code) };
    }
    let words = bare.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    ["{", "}", ";", ",", ">"]
        .iter()
        .fold(words, |css, mark| {
            css.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark)
        })
        .replace(": ", ":")
        .replace(":0.", ":.")
        .replace(" 0.", " .")
        .replace(";}", "}")
}

fn file_entry(out: &Path, constant: &str, name: &str, kind: &str, body: &str) -> Outcome<String> {
    let digest = Sha256::digest(body.as_bytes());
    let mut hash = String::new();
    for byte in digest.iter().take(6) {
        let _ = write!(hash, "{byte:02x}");
    }
    let (stem, ending) = name.split_once('.').ok_or("an asset's name needs an ending")?;
    let hashed = format!("{stem}-{hash}.{ending}");
    write(&out.join(name), body)?;
    Ok(format!(
        "pub const {constant}: File = File {{ name: {hashed:?}, path: {path:?}, etag: {etag:?}, \
         content_type: {kind:?}, body: include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}\")) }};\n",
        path = format!("/assets/{hashed}"),
        etag = format!("\"{hash}\""),
    ))
}

/// The names in icons.txt as an enum, and what lucide draws for each.
fn icons() -> Outcome<String> {
    let list = read("assets/icons.txt")?;
    let mut variants = String::new();
    let mut shapes = String::new();
    for name in list.split_ascii_whitespace() {
        let svg = read(format!("node_modules/lucide-static/icons/{name}.svg"))
            .map_err(|_| format!("lucide has no icon {name:?}; hint: see assets/icons.txt"))?;
        let inner = svg.split_once("<svg").and_then(|(_, tag)| tag.split_once('>'));
        let inner = inner.map_or("", |(_, rest)| rest.trim_end().trim_end_matches("</svg>"));
        let inner: String = inner.lines().map(str::trim).collect();
        let variant = pascal(name);
        let _ = writeln!(variants, "    {variant},");
        let _ =
            writeln!(shapes, "            Self::{variant} => {:?},", inner.replace(" />", "/>"));
    }
    Ok(format!(
        "/// An icon of the lucide set; assets/icons.txt lists those we use.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub enum Icon {{\n{variants}}}\n\n\
         impl Icon {{\n    const fn shapes(self) -> &'static str {{\n        match self {{\n{shapes}        }}\n    }}\n}}\n"
    ))
}

fn pascal(name: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}

fn read(file: impl AsRef<Path>) -> Outcome<String> {
    let file = file.as_ref();
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn write(file: &Path, text: &str) -> Outcome {
    fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}
