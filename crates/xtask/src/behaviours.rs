//! The table of what the three guides promise and which tests prove it. A test says by its name
//! what it proves: `b17_b12_…`, `r11_to_r15_…`; a story of the core by the name of its file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::shell::{output, root};

const STATEMENTS: &str = "tests/behaviours/statements.txt";
const PAGE: &str = "docs/behaviours.md";

/// A statement's number: `B17` is `('b', 17)`.
type Number = (char, u32);

/// Where a test stands: its name and its file.
type Test = (String, String);

struct Statements {
    /// The guides in their order, each with its statements.
    guides: Vec<(String, Vec<(Number, String)>)>,
}

/// Writes the page from a run of every test; `--from FILE` reads the output of one that was made.
pub fn behaviours(arguments: &[String]) -> Result<(), String> {
    let told = match arguments {
        [] => crate::setup::setup().and_then(|()| crate::test())?,
        [from, file] if from == "--from" => {
            let told = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
            String::from_utf8_lossy(&told).into_owned()
        }
        _ => return Err("usage: cargo xtask behaviours [--from OUTPUT-OF-THE-TESTS]".into()),
    };
    passed(&told)?;
    std::fs::write(root().join(PAGE), page()?).map_err(|error| format!("{PAGE}: {error}"))?;
    eprintln!("· {PAGE} is written");
    Ok(())
}

/// Every test of the page was run and passed, as the output of the test runner tells.
pub fn passed(told: &str) -> Result<(), String> {
    let (mut good, mut bad) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for line in told.lines().filter_map(|line| line.strip_prefix("test ")) {
        let Some((name, verdict)) = line.split_once(" ... ") else { continue };
        let name = name.rsplit("::").next().unwrap_or(name);
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        if verdict == "ok" {
            *good.entry(name).or_default() += 1;
        } else if numbers(name).next().is_some() {
            bad.push(format!("{name}: {verdict}"));
        }
    }
    let mut wanted = BTreeMap::<String, usize>::new();
    for (name, _) in tests()? {
        *wanted.entry(name).or_default() += 1;
    }
    let missed = wanted.iter().filter(|(name, count)| good.get(name.as_str()) < Some(count));
    bad.extend(missed.map(|(name, _)| format!("{name} was not run to a good end")));
    if bad.is_empty() { Ok(()) } else { Err(format!("not proven:\n  {}", bad.join("\n  "))) }
}

/// The committed page is the one the tree makes, and no statement is without a test.
pub fn check(faults: &mut Vec<String>) -> Result<(), String> {
    let committed = std::fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    if committed != page()? {
        faults.push(format!("{PAGE} is not what the tests make of it; run cargo xtask behaviours"));
    }
    let (statements, proofs) = (statements()?, proofs()?);
    for number in unproven(&statements, &proofs) {
        faults.push(format!("{number} of {STATEMENTS} has no test"));
    }
    let known: BTreeSet<Number> = statements.all().map(|(number, _)| *number).collect();
    for (number, tests) in &proofs {
        if !known.contains(number) {
            let (name, file) = &tests[0];
            faults.push(format!("{file}: {name} names a statement that {STATEMENTS} has not"));
        }
    }
    Ok(())
}

/// Numbers of statements that no test carries yet.
fn unproven(statements: &Statements, proofs: &BTreeMap<Number, Vec<Test>>) -> Vec<String> {
    let without = statements.all().filter(|(number, _)| !proofs.contains_key(number));
    without.map(|(number, _)| shown(*number)).collect()
}

fn page() -> Result<String, String> {
    let (statements, proofs) = (statements()?, proofs()?);
    let unproven = unproven(&statements, &proofs);
    let all = statements.all().count();
    let mut page = format!(
        "# What the guides promise, and what proves it\n\n\
         Stockroom replaces the Kandji integrations of BlueTally, Reftab and Asset Management for Jira. Their guides\n\
         make {all} promises; each stands here in our words, with the tests that prove it. The tests in `tests/behaviours`\n\
         drive the running server over HTTP against a simulated Kandji tenant; the others look closer at one part.\n\n\
         This page is written by `cargo xtask behaviours` after all of these tests have passed, and `cargo xtask check`\n\
         refuses it when it is not what the tests make of it. Proven: {} of {all}.\n",
        all - unproven.len(),
    );
    let row = |(number, words): &(Number, String)| {
        let tests = proofs.get(number).map(|tests| tests.iter().map(link).collect::<Vec<_>>());
        let proof = tests.map_or("**not yet**".to_owned(), |tests| tests.join("<br>"));
        format!("| {} | {words} | {proof} |", shown(*number))
    };
    for (guide, statements) in &statements.guides {
        let rows: Vec<String> = statements.iter().map(row).collect();
        let head = "| | Promise | Proven by |\n|---|---|---|";
        page += &["\n## ", guide.as_str(), "\n\n", head, "\n", &rows.join("\n"), "\n"].concat();
    }
    Ok(page)
}

fn link((name, file): &Test) -> String {
    format!("[{name}](../{file})")
}

fn shown((guide, number): Number) -> String {
    format!("{}{number}", guide.to_ascii_uppercase())
}

impl Statements {
    fn all(&self) -> impl Iterator<Item = &(Number, String)> {
        self.guides.iter().flat_map(|(_, statements)| statements)
    }
}

fn statements() -> Result<Statements, String> {
    let text = std::fs::read_to_string(root().join(STATEMENTS))
        .map_err(|error| format!("{STATEMENTS}: {error}"))?;
    let mut guides: Vec<(String, Vec<(Number, String)>)> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let stated = line.split_once(' ').and_then(|(number, words)| {
            Some((number_of(&number.to_ascii_lowercase())?, words.to_owned()))
        });
        match (stated, guides.last_mut()) {
            (Some(stated), Some((_, statements))) => statements.push(stated),
            (Some(_), None) => return Err(format!("{STATEMENTS}: \"{line}\" belongs to no guide")),
            (None, _) => guides.push((line.to_owned(), Vec::new())),
        }
    }
    Ok(Statements { guides })
}

/// Which tests carry which number.
fn proofs() -> Result<BTreeMap<Number, Vec<Test>>, String> {
    let mut proofs: BTreeMap<Number, Vec<Test>> = BTreeMap::new();
    for test in tests()? {
        for number in numbers(&test.0) {
            proofs.entry(number).or_default().push(test.clone());
        }
    }
    // Those that speak to the running server come first.
    for tests in proofs.values_mut() {
        tests.sort_by_key(|(name, file)| (!file.starts_with("tests/"), file.clone(), name.clone()));
    }
    Ok(proofs)
}

/// Every test that carries a number.
fn tests() -> Result<Vec<Test>, String> {
    let listed = output(
        "git",
        &["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*.txt"],
    )?;
    let mut tests = Vec::new();
    for file in listed.lines().filter(|file| root().join(file).exists()) {
        if let Some(story) = story(file) {
            tests.push((story, file.to_owned()));
        } else if Path::new(file).extension().is_some_and(|kind| kind == "rs") {
            let text = std::fs::read_to_string(root().join(file)).map_err(|e| e.to_string())?;
            tests.extend(names(&text).map(|name| (name.to_owned(), file.to_owned())));
        }
    }
    tests.retain(|(name, _)| numbers(name).next().is_some());
    Ok(tests)
}

/// The test that tells this file, where it is a story of the core.
fn story(file: &str) -> Option<String> {
    let path = Path::new(file);
    let told = path.parent()?.ends_with("reconcile/tests/scenarios");
    (told && path.extension()? == "txt").then(|| path.file_stem()?.to_str().map(str::to_owned))?
}

/// Functions right below a test attribute.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut test = false;
    text.lines().filter_map(move |line| {
        let line = line.trim_start();
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            test = true;
            return None;
        }
        if line.starts_with("#[") || line.starts_with("//") {
            return None;
        }
        let was = std::mem::take(&mut test);
        let line = line.strip_prefix("async ").unwrap_or(line);
        let name = line.strip_prefix("fn ").filter(|_| was)?;
        name.split('(').next()
    })
}

/// The numbers a name begins with: `b17_b12_…`, `r11_to_r15_…`.
fn numbers(name: &str) -> impl Iterator<Item = Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut words = name.split('_').peekable();
    while let Some(word) = words.next() {
        let last = found.last().copied();
        match (number_of(word), last, words.peek().and_then(|next| number_of(next))) {
            (Some(number), ..) => found.push(number),
            (None, Some((guide, from)), Some((_, to))) if word == "to" => {
                found.extend((from + 1..to).map(|between| (guide, between)));
            }
            _ => break,
        }
    }
    found.into_iter()
}

fn number_of(word: &str) -> Option<Number> {
    let (guide, digits) = (word.chars().next()?, word.get(1..)?);
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
    ['b', 'r', 'j'].contains(&guide).then_some((guide, number?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_with_the_numbers_it_proves() {
        let all = |name: &str| numbers(name).collect::<Vec<_>>();
        assert_eq!(all("b17_a_checkout_to_a_place"), [('b', 17)]);
        assert_eq!(all("b08_b9_j10_of_two"), [('b', 8), ('b', 9), ('j', 10)]);
        assert_eq!(all("r11_to_r13_in_order"), [('r', 11), ('r', 12), ('r', 13)]);
        assert_eq!(all("a_plain_name_b17"), []);
        assert_eq!(all("be_kind"), []);
    }

    #[test]
    fn only_functions_below_a_test_attribute_are_tests() {
        let text = "fn b1_no() {}\n#[test]\n#[should_panic]\nfn b2_yes() {}\n    #[tokio::test(flavor = \"x\")]\n    async fn b3_yes() {}\nasync fn b4_no() {}";
        assert_eq!(names(text).collect::<Vec<_>>(), ["b2_yes", "b3_yes"]);
    }
}
