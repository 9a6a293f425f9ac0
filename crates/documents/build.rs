//! Puts the fonts that PDFs carry into `OUT_DIR`. They come from npm at the versions pinned in
//! `package-lock.json`, as the files of the pages do.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Outcome<T = ()> = Result<T, String>;

/// The package, the file in it, and the name it is embedded by.
const FONTS: [(&str, &str, &str); 5] = [
    ("inter", "400Regular/Inter_400Regular.ttf", "inter.ttf"),
    ("inter", "600SemiBold/Inter_600SemiBold.ttf", "inter-semibold.ttf"),
    ("noto-sans-arabic", "400Regular/NotoSansArabic_400Regular.ttf", "arabic.ttf"),
    ("noto-sans-hebrew", "400Regular/NotoSansHebrew_400Regular.ttf", "hebrew.ttf"),
    ("noto-emoji", "400Regular/NotoEmoji_400Regular.ttf", "emoji.ttf"),
];

fn main() {
    for input in ["build.rs", "package.json", "package-lock.json"] {
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
    if !FONTS.iter().all(|(package, ..)| installed_is_pinned(package)) {
        fetch()?;
    }
    for (package, file, name) in FONTS {
        let from = folder(package).join(file);
        fs::copy(&from, out.join(name))
            .map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
    }
    Ok(())
}

fn folder(package: &str) -> PathBuf {
    Path::new("node_modules/@expo-google-fonts").join(package)
}

fn fetch() -> Outcome {
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
    Err(format!("`npm ci` in crates/documents failed; hint: is the npm registry reachable? {why}"))
}

fn installed_is_pinned(package: &str) -> bool {
    let version = |file: &Path, pointer: &[&str]| {
        let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
        let found = pointer.iter().try_fold(&json, |at, key| at.get(key))?;
        found.as_str().map(str::to_owned)
    };
    let installed = version(&folder(package).join("package.json"), &["version"]);
    let name = format!("@expo-google-fonts/{package}");
    installed.is_some() && installed == version(Path::new("package.json"), &["dependencies", &name])
}
