//! What everything has by itself: a custom field called the same would stand twice in lists, events
//! and imports.

use super::{AppliesTo, BadDefinition, CustomField, bad};
use crate::company::slug;

/// Of assets: the key, and what lists and imports call it.
const OF_ASSETS: [(&str, &[&str]); 25] = [
    ("tag", &["Asset", "Asset tag"]),
    ("name", &["Name"]),
    ("serial", &["Serial"]),
    ("product", &["Product"]),
    ("model_number", &["Model number"]),
    ("manufacturer", &["Manufacturer"]),
    ("category", &["Category"]),
    ("status", &["Status"]),
    ("location", &["Location"]),
    ("department", &["Department"]),
    ("custodian", &["Custodian"]),
    ("custodian_kind", &["Checked out to"]),
    ("custodian_email", &[]),
    ("due_on", &["Due back"]),
    ("purchased_on", &["Bought", "Bought on"]),
    ("cost", &["Cost"]),
    ("currency", &["Currency"]),
    ("order_number", &["Order"]),
    ("supplier", &["Supplier"]),
    ("warranty_until", &["Warranty until"]),
    ("warranty_months", &["Warranty in months"]),
    ("notes", &["Notes"]),
    ("archived_at", &["Archived"]),
    ("created_at", &["Added"]),
    ("updated_at", &["Changed"]),
];

/// The same of employees.
const OF_EMPLOYEES: [(&str, &[&str]); 12] = [
    ("name", &["Name"]),
    ("email", &["E-mail"]),
    ("title", &["Title"]),
    ("department", &["Department"]),
    ("location", &["Location"]),
    ("manager", &["Manager", "Reports to"]),
    ("starts_on", &["Starts on", "First day"]),
    ("ends_on", &["Last day"]),
    ("holds", &["Holds"]),
    ("leaver", &["Has left"]),
    ("created_at", &["Added"]),
    ("updated_at", &["Changed"]),
];

const fn all(of: AppliesTo) -> &'static [(&'static str, &'static [&'static str])] {
    match of {
        AppliesTo::Assets => &OF_ASSETS,
        AppliesTo::Employees => &OF_EMPLOYEES,
    }
}

/// Whether each asset, or employee, has something of this key or label by itself.
pub fn is_taken(of: AppliesTo, text: &str) -> bool {
    let text = slug(text);
    let says = |word: &str| slug(word) == text;
    all(of).iter().any(|(key, labels)| says(key) || labels.iter().any(|label| says(label)))
}

impl CustomField {
    /// Refuses what everything is called by already. A field that was made before this was asked
    /// keeps its key, and its label until it gets another: `held` is the field as it stands.
    pub fn apart(&self, held: Option<&CustomField>) -> Result<(), BadDefinition> {
        let parts = [
            ("key", self.key.as_str(), held.map(|held| held.key.as_str())),
            ("label", self.label.as_str(), held.map(|held| held.label.as_str())),
        ];
        let every = match self.applies_to {
            AppliesTo::Assets => "asset",
            AppliesTo::Employees => "employee",
        };
        for (part, text, before) in parts {
            if before != Some(text) && is_taken(self.applies_to, text) {
                let detail = format!("every {every} has \"{text}\" already; hint: take another");
                return Err(bad(part, detail));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::FieldKey;
    use super::*;
    use crate::id::FieldId;
    use crate::imports::target;

    fn field(of: AppliesTo, key: &str, label: &str) -> CustomField {
        let key = FieldKey::parse(key).unwrap();
        CustomField { applies_to: of, ..CustomField::text(FieldId::new(1), key, label) }
    }

    #[test]
    fn nothing_is_called_what_everything_has() {
        use AppliesTo::{Assets, Employees};
        for (of, key, label, part) in [
            (Assets, "status", "State of it", "key"),
            (Assets, "asset_tag", "Sticker", "key"),
            (Assets, "state", "STATUS", "label"),
            (Assets, "held_by", "Checked  out to", "label"),
            (Employees, "email", "Address", "key"),
            (Employees, "address", "E-mail", "label"),
        ] {
            let refused = field(of, key, label).apart(None).unwrap_err();
            assert_eq!(refused.part, part, "{key} {label}");
            assert!(refused.detail.contains("already; hint: take another"), "{}", refused.detail);
        }
        assert_eq!(field(Assets, "leaver", "Has left").apart(None), Ok(()));
        assert_eq!(field(Assets, "city", "東京").apart(None), Ok(()));
    }

    #[test]
    fn a_field_that_was_called_so_before_stays_until_it_is_called_otherwise() {
        let old = field(AppliesTo::Assets, "status", "Status");
        assert_eq!(old.apart(Some(&old)), Ok(()));
        let named = |label: &str| CustomField { label: label.into(), ..old.clone() };
        assert_eq!(named("Condition").apart(Some(&old)), Ok(()));
        assert_eq!(named("Serial").apart(Some(&old)).unwrap_err().part, "label");
    }

    #[test]
    fn every_column_an_import_knows_is_taken() {
        for (of, target, word, _) in
            [AppliesTo::Assets, AppliesTo::Employees].into_iter().flat_map(|of| {
                target::all(of).iter().map(move |(t, word, label)| (of, t, *word, label))
            })
        {
            assert!(is_taken(of, word), "{target}");
        }
    }
}
