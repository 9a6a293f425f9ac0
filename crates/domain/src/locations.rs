//! Places in words: the way to each from the top, `Berlin / Storage`, and which place a text means.
//! A name is unique where it stands; elsewhere another place may have it too.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Location;
use crate::id::LocationId;
use crate::text::key;

/// Between a place and what is in it.
pub const INSIDE: &str = " / ";

/// What a text means among the places there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    One(LocationId),
    Nothing,
    /// The way to each that it may mean.
    Several(Vec<String>),
}

/// Every place, found by its id or by what people write.
#[derive(Debug, Clone, Default)]
pub struct Places {
    all: BTreeMap<LocationId, Location>,
    /// By the whole way from the top, and by each end of it.
    whole: BTreeMap<String, BTreeSet<LocationId>>,
    ends: BTreeMap<String, BTreeSet<LocationId>>,
}

impl Places {
    pub fn of(all: impl IntoIterator<Item = Location>) -> Self {
        let all: BTreeMap<LocationId, Location> =
            all.into_iter().map(|place| (place.id, place)).collect();
        let mut places = Places { all, ..Places::default() };
        for id in places.all.keys().copied().collect::<Vec<_>>() {
            places.learn(id);
        }
        places
    }

    /// One more, inside a place that is known.
    pub fn add(&mut self, place: Location) {
        let id = place.id;
        self.all.insert(id, place);
        self.learn(id);
    }

    /// One that nothing stands in is forgotten again.
    pub fn remove(&mut self, id: LocationId) {
        let ends = self.ends_of(id);
        for (place, end) in ends.iter().enumerate() {
            let maps = [Some(&mut self.ends), (place == 0).then_some(&mut self.whole)];
            for map in maps.into_iter().flatten() {
                if let Some(ids) = map.get_mut(end) {
                    ids.remove(&id);
                }
            }
        }
        self.all.remove(&id);
    }

    /// The place itself and all that it is in, up to the top.
    pub fn around(&self, id: LocationId) -> impl Iterator<Item = LocationId> {
        let up = |id: &LocationId| self.all.get(id)?.parent;
        // A ring cannot be written; one that was read all the same has an end here.
        std::iter::successors(Some(id), up).take(self.all.len())
    }

    /// The names from the top to the place, its own the last.
    pub fn names(&self, id: LocationId) -> Vec<&str> {
        let places = self.around(id).filter_map(|id| self.all.get(&id));
        let mut names: Vec<&str> = places.map(|place| place.name.as_str()).collect();
        names.reverse();
        names
    }

    /// `Berlin / Storage`
    pub fn path(&self, id: LocationId) -> String {
        self.names(id).join(INSIDE)
    }

    /// The place whose way from the top this is, else the one whose way ends so.
    pub fn meant(&self, text: &str) -> Meant {
        let told = folded(text);
        let found = |map: &BTreeMap<String, BTreeSet<LocationId>>| {
            map.get(&told).filter(|ids| !ids.is_empty()).cloned()
        };
        let found = found(&self.whole).or_else(|| found(&self.ends)).unwrap_or_default();
        let mut ids = found.iter().copied();
        match (ids.next(), ids.next()) {
            (None, _) => Meant::Nothing,
            (Some(id), None) => Meant::One(id),
            _ => Meant::Several(found.into_iter().map(|id| self.path(id)).collect()),
        }
    }

    fn learn(&mut self, id: LocationId) {
        let ends = self.ends_of(id);
        if let Some(whole) = ends.first() {
            self.whole.entry(whole.clone()).or_default().insert(id);
        }
        for end in ends {
            self.ends.entry(end).or_default().insert(id);
        }
    }

    /// Each end of the way to it, the longest first.
    fn ends_of(&self, id: LocationId) -> Vec<String> {
        let names = self.names(id);
        (0..names.len()).map(|from| folded(&names[from..].join(INSIDE))).collect()
    }
}

/// The parts of a way from the top, as people write it.
pub fn parts(text: &str) -> Vec<&str> {
    let parts =
        text.split(" / ").flat_map(|part| part.split(" > ")).flat_map(|part| part.split('›'));
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// How ways compare: without case, and however their signs are written.
fn folded(text: &str) -> String {
    let parts = text.split(['/', '>', '›']).map(|part| part.split_whitespace().collect::<Vec<_>>());
    let parts: Vec<String> = parts.map(|words| key(&words.join(" "))).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    fn place(id: i64, name: &str, parent: Option<i64>) -> Location {
        Location { id: Id::new(id), name: name.into(), parent: parent.map(Id::new) }
    }

    fn two_storages() -> Places {
        Places::of([
            place(4, "Storage", Some(2)),
            place(1, "Berlin", None),
            place(2, "Oslo", None),
            place(3, "Storage", Some(1)),
            place(5, "Shelf 1", Some(3)),
        ])
    }

    #[test]
    fn a_way_leads_to_one_place_and_a_shared_name_to_none() {
        let places = two_storages();
        assert_eq!(places.path(Id::new(5)), "Berlin / Storage / Shelf 1");
        for (text, id) in [
            ("berlin", 1),
            ("Berlin / Storage", 3),
            ("oslo/STORAGE", 4),
            ("Oslo › Storage", 4),
            ("Storage > Shelf  1", 5),
            ("shelf 1", 5),
        ] {
            assert_eq!(places.meant(text), Meant::One(Id::new(id)), "{text}");
        }
        let both = vec!["Berlin / Storage".to_owned(), "Oslo / Storage".to_owned()];
        assert_eq!(places.meant("Storage"), Meant::Several(both));
        assert_eq!(places.meant("Berlin / Shelf 1"), Meant::Nothing);
    }

    #[test]
    fn a_place_at_the_top_goes_by_its_bare_name() {
        let mut places = two_storages();
        places.add(place(6, "Storage", None));
        assert_eq!(places.meant("Storage"), Meant::One(Id::new(6)));
        places.remove(Id::new(6));
        assert!(matches!(places.meant("Storage"), Meant::Several(_)));
    }

    #[test]
    fn a_sign_within_a_name_parts_nothing() {
        assert_eq!(parts("R/D"), ["R/D"]);
        assert_eq!(parts("Berlin / R/D"), ["Berlin", "R/D"]);
        assert_eq!(parts("Berlin › Attic"), ["Berlin", "Attic"]);
        let places = Places::of([place(1, "R/D", None)]);
        assert_eq!(places.meant("r/d"), Meant::One(Id::new(1)));
    }
}
