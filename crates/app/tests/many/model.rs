//! The register as it fits on a page: what a thing is, what each deed does to it, what is refused.
//! A reference is a letter and a number: `e1` a person, `p2` a place, `a3` a thing.

use std::collections::{BTreeMap, BTreeSet};

pub type Values = Vec<(&'static str, Option<String>)>;

/// An event of a thing: what each field was before it, and after.
#[derive(Debug, Clone)]
pub struct Told {
    id: u32,
    before: Values,
    after: Values,
    /// It is not taken back by itself: a creation, a merge.
    pub stays: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Thing {
    pub values: BTreeMap<&'static str, String>,
    origins: BTreeMap<&'static str, u32>,
    pub events: Vec<Told>,
    /// Who had it, the oldest first, each with the event that gave it; the last one has it still where
    /// `holder` says so.
    pub hands: Vec<(u32, String)>,
    /// Tags of things that were merged into it.
    former: BTreeSet<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub things: BTreeMap<usize, Thing>,
    /// People and places that are there.
    pub nouns: BTreeSet<String>,
    /// What those that were deleted were called last.
    gone: BTreeMap<String, String>,
    last: u32,
}

impl Model {
    pub fn create(&mut self, thing: usize, values: Values) -> bool {
        let fits = !self.tagged(thing, &values) && self.points_right(&values);
        if fits {
            self.things.insert(thing, Thing::default());
            self.set(thing, values, true);
        }
        fits
    }

    /// A person's edit; no change is no event.
    pub fn edit(&mut self, thing: usize, values: Values) -> bool {
        let there = self.things.contains_key(&thing);
        let fits = there && !self.tagged(thing, &values) && self.points_right(&values);
        if fits && self.moves(thing, &values) {
            self.set(thing, values, false);
        }
        fits
    }

    pub fn delete(&mut self, thing: usize) -> bool {
        let reference = format!("a{thing}");
        let fits = !self.used(&reference) && self.things.contains_key(&thing);
        if fits {
            self.goes(&reference);
            self.things.remove(&thing);
        }
        fits
    }

    pub fn check_out(&mut self, thing: usize, to: &str) -> bool {
        let away =
            |it: &Thing| ["holder", "archived"].iter().any(|key| it.values.contains_key(key));
        let free = self.things.get(&thing).is_some_and(|it| !away(it));
        let fits = free && self.stands(to) && !self.is_away(to) && !self.inside(to, thing);
        if fits {
            self.set(thing, vec![("holder", Some(to.into()))], false);
        }
        fits
    }

    pub fn check_in(&mut self, thing: usize) -> bool {
        self.turn(thing, "holder", None)
    }

    pub fn archive(&mut self, thing: usize, on: bool) -> bool {
        self.turn(thing, "archived", on.then(|| "yes".into()))
    }

    /// Refused where it is so already.
    fn turn(&mut self, thing: usize, field: &'static str, to: Option<String>) -> bool {
        let fits =
            self.things.get(&thing).is_some_and(|it| it.values.contains_key(field) != to.is_some());
        if fits {
            self.set(thing, vec![(field, to)], false);
        }
        fits
    }

    pub fn delete_noun(&mut self, noun: &str) -> bool {
        let fits = !self.used(noun) && self.nouns.contains(noun);
        if fits {
            self.goes(noun);
            self.nouns.remove(noun);
        }
        fits
    }

    fn goes(&mut self, reference: &str) {
        let name = format!("{} (deleted)", self.name(reference));
        self.gone.insert(reference.to_owned(), name);
    }

    /// Whoever had the one had the other all along.
    pub fn merge(&mut self, from: &str, into: &str) -> bool {
        let fits = from != into && self.stands(from) && self.stands(into);
        if !fits {
            return false;
        }
        let all: Vec<usize> = self.things.keys().copied().collect();
        for thing in all {
            let it = &self.things[&thing];
            let points = |field: &&'static str| it.values.get(field).is_some_and(|to| to == from);
            let values: Values = ["location", "holder"]
                .into_iter()
                .filter(points)
                .map(|field| (field, Some(into.to_owned())))
                .collect();
            let hands = it.hands.clone();
            if !values.is_empty() {
                self.set(thing, values, false);
            }
            let renamed = |hand: String| if hand == from { into.to_owned() } else { hand };
            let it = self.things.get_mut(&thing).unwrap();
            it.hands = hands.into_iter().map(|(event, hand)| (event, renamed(hand))).collect();
        }
        self.nouns.remove(from) || from.starts_with('a')
    }

    /// Two things are one: blanks are filled, and who had either had it.
    pub fn merge_things(&mut self, from: usize, into: usize) -> bool {
        let (gone, stays) = (format!("a{from}"), format!("a{into}"));
        let there = self.stands(&gone) && self.stands(&stays);
        if from == into || !there || self.inside(&gone, into) || self.inside(&stays, from) {
            return false;
        }
        let holder = |thing: usize| self.things[&thing].values.get("holder").cloned();
        let same = match (holder(from), holder(into)) {
            (Some(one), Some(other)) if one != other => return false,
            (one, other) => one.is_some() && one == other,
        };
        self.merge(&gone, &stays);
        let mut gone = self.things.remove(&from).unwrap();
        let it = self.things.get_mut(&into).unwrap();
        if same
            && gone.hands.last().map(|(event, _)| event) > it.hands.last().map(|(event, _)| event)
        {
            gone.hands.pop();
        }
        let mut hands = [gone.hands, it.hands.clone()].concat();
        hands.sort();
        let fills = |(field, _): &(&&str, &String)| {
            **field != "archived" && !it.values.contains_key(**field)
        };
        let values = gone.values.iter().filter(fills);
        let values = values.map(|(field, value)| (*field, Some(value.clone()))).collect();
        let tag = gone.values["tag"].clone();
        self.set(into, values, true);
        for it in self.things.values_mut() {
            it.former.remove(&tag);
        }
        let it = self.things.get_mut(&into).unwrap();
        it.hands = hands;
        it.former.append(&mut gone.former);
        it.former.insert(tag);
        true
    }

    /// Puts back what these events of a thing changed, where nothing newer stands on top.
    pub fn undo(&mut self, thing: usize, events: &[u32]) -> bool {
        let Some(it) = self.things.get(&thing) else { return false };
        let of = || it.events.iter().filter(|told| events.contains(&told.id));
        // What was changed since and set back is as they wrote it.
        let last: BTreeMap<&str, Option<String>> =
            of().flat_map(|told| told.after.clone()).collect();
        let mut back: Values = Vec::new();
        for (field, before) in of().flat_map(|told| told.before.clone()) {
            let ours = it.origins.get(field).is_some_and(|id| events.contains(id));
            let set_back = last.get(field) == Some(&it.values.get(field).cloned());
            if (ours || set_back) && back.iter().all(|(known, _)| *known != field) {
                back.push((field, before));
            }
        }
        let into_itself = back.iter().any(|(field, to)| {
            *field == "holder" && to.as_ref().is_some_and(|to| self.inside(to, thing))
        });
        let fits = self.points_right(&back) && !into_itself && !self.tagged(thing, &back);
        let moves = fits && self.moves(thing, &back);
        if moves {
            self.set(thing, back, false);
        }
        moves
    }

    pub fn last_event(&self, thing: usize) -> Option<u32> {
        Some(self.things.get(&thing)?.events.last()?.id)
    }

    /// Whether the search finds a thing by this word.
    pub fn found(&self, thing: usize, word: &str) -> bool {
        let values = &self.things[&thing].values;
        let mut texts: Vec<String> =
            ["tag", "name", "room"].into_iter().filter_map(|f| values.get(f).cloned()).collect();
        texts.extend(values.get("holder").map(|holder| self.name(holder)));
        texts.extend(self.things[&thing].former.iter().cloned());
        texts.iter().any(|text| text.contains(word))
    }

    /// What people call it, and that it was deleted.
    pub fn name(&self, reference: &str) -> String {
        if let Some(name) = self.gone.get(reference) {
            return name.clone();
        }
        match reference.split_at(1) {
            ("a", number) => {
                let thing = self.things.get(&number.parse().unwrap());
                thing.map(|thing| thing.values["tag"].clone()).unwrap_or_default()
            }
            _ if !self.nouns.contains(reference) => String::new(),
            ("e", number) => format!("person {number}"),
            (_, number) => format!("place {number}"),
        }
    }

    fn set(&mut self, thing: usize, values: Values, stays: bool) {
        self.last += 1;
        let last = self.last;
        let it = self.things.get_mut(&thing).unwrap();
        let (mut before, mut after) = (Values::new(), Values::new());
        for (field, value) in values {
            let was = it.values.get(field).cloned();
            if was == value {
                continue;
            }
            after.push((field, value.clone()));
            if field == "holder" {
                it.hands.extend(value.clone().map(|hand| (last, hand)));
            }
            match value {
                Some(value) => it.values.insert(field, value),
                None => it.values.remove(field),
            };
            it.origins.insert(field, self.last);
            before.push((field, was));
        }
        it.events.push(Told { id: self.last, before, after, stays });
    }

    fn moves(&self, thing: usize, values: &Values) -> bool {
        let it = &self.things[&thing];
        values.iter().any(|(field, value)| it.values.get(field) != value.as_ref())
    }

    /// Whether another thing has the tag these values bring.
    fn tagged(&self, thing: usize, values: &Values) -> bool {
        let tag = values.iter().find(|(field, _)| *field == "tag").and_then(|(_, tag)| tag.clone());
        let mut others = self.things.iter().filter(|(other, _)| **other != thing);
        tag.is_some_and(|tag| others.any(|(_, it)| it.values["tag"] == tag))
    }

    fn points_right(&self, values: &Values) -> bool {
        values.iter().all(|(field, value)| {
            !["holder", "location"].contains(field)
                || value.as_ref().is_none_or(|to| self.stands(to))
        })
    }

    pub fn stands(&self, reference: &str) -> bool {
        let thing = reference.strip_prefix('a').map(|number| number.parse().unwrap());
        thing.map_or(self.nouns.contains(reference), |thing| self.things.contains_key(&thing))
    }

    /// Whether it is an archived thing, into which nothing goes.
    pub fn is_away(&self, reference: &str) -> bool {
        let thing = reference.strip_prefix('a').and_then(|number| number.parse().ok());
        let thing = thing.and_then(|thing: usize| self.things.get(&thing));
        thing.is_some_and(|it| it.values.contains_key("archived"))
    }

    fn used(&self, reference: &str) -> bool {
        self.things.values().any(|it| {
            ["holder", "location"]
                .iter()
                .any(|f| it.values.get(f).is_some_and(|to| to == reference))
        })
    }

    /// Whether `place` is this thing or lies in it, at any depth.
    fn inside(&self, place: &str, thing: usize) -> bool {
        let Some(here) = place.strip_prefix('a') else { return false };
        let here: usize = here.parse().unwrap();
        let around = self.things.get(&here).and_then(|it| it.values.get("holder"));
        here == thing || around.is_some_and(|around| self.inside(around, thing))
    }
}
