//! A story file: a title, then sections. A section's head stands at the margin, its lines are
//! indented, `#` opens a remark; only the lines under `plan` are ever rewritten.

use std::fmt::Write;

use super::line::Line;

pub struct Story<'a> {
    pub title: &'a str,
    pub sections: Vec<Section<'a>>,
}

pub struct Section<'a> {
    pub head: Line,
    body: Vec<(usize, &'a str)>,
}

impl<'a> Story<'a> {
    pub fn read(text: &'a str) -> Self {
        let mut rows = text.lines().enumerate().map(|(at, row)| (at + 1, row.trim_end()));
        let title = rows.next().map_or("", |(_, title)| title);
        assert!(!title.is_empty() && !title.starts_with(' '), "a story opens with its title");
        let mut sections: Vec<Section> = Vec::new();
        for (number, row) in rows {
            if row.starts_with("    ") || row.is_empty() || row.starts_with('#') {
                if let Some(section) = sections.last_mut() {
                    section.body.push((number, row));
                } else {
                    assert!(!row.starts_with(' '), "line {number} belongs to no section");
                }
            } else {
                sections.push(Section { head: Line::read(number, row), body: Vec::new() });
            }
        }
        Story { title, sections }
    }

    /// The file's text with each `plan` saying what was answered.
    pub fn retold(text: &str, answers: &[(usize, Vec<String>)]) -> String {
        let mut told = String::new();
        let mut keep = true;
        for (at, row) in text.lines().enumerate() {
            keep |= !row.is_empty() && !row.starts_with("    ");
            if keep {
                told.push_str(row.trim_end());
                told.push('\n');
            }
            if let Some((_, answer)) = answers.iter().find(|(head, _)| *head == at + 1) {
                keep = false;
                for line in answer {
                    writeln!(told, "    {line}").unwrap();
                }
                told.push('\n');
            }
        }
        format!("{}\n", told.trim_end())
    }
}

impl Section<'_> {
    /// The lines that say something.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.told().map(|(number, row)| Line::read(number, row))
    }

    /// What a `plan` promises, as it stands.
    pub fn promised(&self) -> Vec<String> {
        self.told().map(|(_, row)| row.strip_prefix("    ").unwrap_or(row).to_owned()).collect()
    }

    fn told(&self) -> impl Iterator<Item = (usize, &str)> {
        self.body.iter().copied().filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
    }
}
