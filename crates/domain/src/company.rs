//! A tenant, and what it decided for itself.

use serde::{Deserialize, Serialize};

use crate::depreciation::UsefulLife;
use crate::id::TenantId;

/// An organization whose records stand alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// Its part of the address: lower-case letters, digits and hyphens.
    pub slug: String,
}

/// The company details page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    pub name: String,
    /// On checkout the asset's location becomes the employee's.
    pub auto_location: bool,
    /// On checkout the asset's department becomes the employee's.
    pub auto_department: bool,
    pub currency: String,
    pub time_zone: String,
    /// Of whatever has no category, or one that says nothing of it.
    #[serde(default)]
    pub useful_life: UsefulLife,
    /// What people sign to when something is handed to them; blank for the usual sentence.
    #[serde(default)]
    pub handover_terms: String,
}

impl Company {
    pub fn named(name: &str) -> Self {
        Company {
            name: name.to_owned(),
            auto_location: false,
            auto_department: false,
            currency: "USD".into(),
            time_zone: "UTC".into(),
            useful_life: UsefulLife::default(),
            handover_terms: String::new(),
        }
    }
}

/// Turns a name into a slug: `Acme EU GmbH` → `acme-eu-gmbh`. Empty where nothing is left.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_holds_letters_digits_and_single_hyphens() {
        assert_eq!(slug("  Acme EU — GmbH & Co. "), "acme-eu-gmbh-co");
        assert_eq!(slug("東京"), "");
    }
}
