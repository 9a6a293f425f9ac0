//! Changing the form without saving it: rows come, go and move, and a setting becomes the preset's.
//! Each is a button of the one form, so it works without any script.

use reconcile::Rules;

use super::patch;
use crate::pages::answers::Answers;

/// Lists of rows, each with the parts of one row; a bare list has the one part "".
pub const LISTS: [(&str, &[&str]); 4] = [
    ("match", &[""]),
    ("employees.match", &[""]),
    ("fields", &["from", "to", "authority"]),
    ("ade_rules", &["ade_id", "location", "status", "apply"]),
];

const MOST: usize = 100;

/// The answer's name: `match.0`, `fields.1.from`.
pub fn name(list: &str, n: usize, part: &str) -> String {
    if part.is_empty() { format!("{list}.{n}") } else { format!("{list}.{n}.{part}") }
}

/// How many rows a list has.
pub fn count(answers: &Answers, list: &str) -> usize {
    let prefix = format!("{list}.");
    let numbers = answers.pairs().filter_map(|(name, _)| {
        let rest = name.strip_prefix(&prefix)?;
        rest.split('.').next()?.parse::<usize>().ok()
    });
    numbers.max().map_or(0, |last| last + 1).min(MOST)
}

/// `add:fields`, `remove:fields:1`, `up:match:2`, `down:match:0`, `reset:guard`.
pub fn edited(answers: &Answers, deed: &str, preset: &Rules) -> Answers {
    let mut words = deed.split(':');
    let (what, list) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let at = words.next().and_then(|at| at.parse::<usize>().ok());
    if what == "reset" {
        return reset(answers, list, preset);
    }
    let Some((list, parts)) = LISTS.into_iter().find(|(known, _)| *known == list) else {
        return answers.clone();
    };
    let mut rows = rows(answers, list, parts);
    match (what, at) {
        ("add", _) if rows.len() < MOST => rows.push(vec![String::new(); parts.len()]),
        ("remove", Some(at)) if at < rows.len() => drop(rows.remove(at)),
        ("up", Some(at)) if at > 0 && at < rows.len() => rows.swap(at - 1, at),
        ("down", Some(at)) if at + 1 < rows.len() => rows.swap(at, at + 1),
        _ => {}
    }
    let mut next = cleared(answers, list);
    for (n, row) in rows.into_iter().enumerate() {
        for (part, value) in parts.iter().zip(row) {
            next = next.with(&name(list, n, part), &value);
        }
    }
    next
}

fn rows(answers: &Answers, list: &str, parts: &[&str]) -> Vec<Vec<String>> {
    let row = |n| parts.iter().map(|part| answers.get(&name(list, n, part)).to_owned()).collect();
    (0..count(answers, list)).map(row).collect()
}

fn cleared(answers: &Answers, setting: &str) -> Answers {
    let prefix = format!("{setting}.");
    let names: Vec<String> = answers
        .pairs()
        .filter(|(name, _)| *name == setting || name.starts_with(&prefix))
        .map(|(name, _)| name.to_owned())
        .collect();
    names.iter().fold(answers.clone(), |answers, name| answers.without(name))
}

fn reset(answers: &Answers, setting: &str, preset: &Rules) -> Answers {
    let prefix = format!("{setting}.");
    let held = patch::answers(preset);
    let own = held.pairs().filter(|(name, _)| *name == setting || name.starts_with(&prefix));
    own.fold(cleared(answers, setting), |answers, (name, value)| answers.with(name, value))
}

#[cfg(test)]
mod tests {
    use reconcile::preset::Preset;

    use super::*;

    fn held() -> Answers {
        patch::answers(&Preset::Recommended.rules())
    }

    fn edit(answers: &Answers, deed: &str) -> Answers {
        edited(answers, deed, &Preset::Recommended.rules())
    }

    #[test]
    fn rules_move_up_and_down_and_not_beyond_the_ends() {
        let moved = edit(&held(), "up:match:2");
        assert_eq!(moved.get("match.1"), "serial=serial");
        assert_eq!(moved.get("match.2"), "linked_serial");
        let back = edit(&moved, "down:match:1");
        assert_eq!(back.get("match.2"), "serial=serial");
        assert_eq!(edit(&held(), "up:match:0").get("match.0"), "device_id");
        assert_eq!(edit(&held(), "down:match:4").get("match.4"), "asset_tag=tag");
    }

    #[test]
    fn a_row_comes_blank_and_goes_without_leaving_a_hole() {
        let more = edit(&edit(&held(), "add:fields"), "add:fields");
        assert_eq!(count(&more, "fields"), 2);
        let filled = more.with("fields.1.from", "os_version").with("fields.1.to", "os");
        let fewer = edit(&filled, "remove:fields:0");
        assert_eq!((count(&fewer, "fields"), fewer.get("fields.0.to")), (1, "os"));
    }

    #[test]
    fn a_setting_becomes_the_presets_again_and_others_stay() {
        let changed = held()
            .with("guard.max_checkins", "7")
            .with("interval_minutes", "30")
            .with("assign.on_assign", "on");
        let reset = edit(&changed, "reset:guard");
        assert_eq!(reset.get("guard.max_checkins"), "25");
        assert_eq!(reset.get("interval_minutes"), "30");
        assert!(!edit(&changed, "reset:assign").ticked("assign.on_assign"));
    }

    #[test]
    fn what_is_no_deed_changes_nothing() {
        for deed in ["", "add:nothing", "remove:fields:9", "up:match:x", "steal:match:1"] {
            assert_eq!(rows(&edit(&held(), deed), "match", &[""]), rows(&held(), "match", &[""]));
        }
    }
}
