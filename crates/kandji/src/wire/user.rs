//! A person of the tenant's directory, as `/users` lists them.

use super::fields::Fields;
use super::note::Notes;
use super::page::Page;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    pub active: bool,
    pub archived: bool,
    pub department: String,
    pub job_title: String,
    /// The integer id of before 2025, as text; old device rows still point at it.
    pub deprecated_id: String,
    pub directory: Option<Directory>,
}

/// The directory integration a user comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    pub name: String,
    /// `office365`, `gsuite`, `scim`, …
    pub kind: String,
}

impl User {
    pub(crate) fn read_page(page: &Page, first: usize, notes: &mut Notes) -> Vec<User> {
        super::note::read_rows(page, first, notes, "id", |fields, id, notes| User {
            id,
            name: fields.text("name", notes),
            email: fields.text("email", notes),
            active: fields.flag("active", notes).unwrap_or(true),
            archived: fields.flag("archived", notes).unwrap_or(false),
            department: fields.text("department", notes),
            job_title: fields.text("job_title", notes),
            deprecated_id: fields.text("deprecated_user_id", notes),
            directory: fields.object("integration").map(|inner| directory(&inner, notes)),
        })
    }
}

fn directory(fields: &Fields<'_>, notes: &mut Notes) -> Directory {
    Directory { name: fields.text("name", notes), kind: fields.text("type", notes) }
}
