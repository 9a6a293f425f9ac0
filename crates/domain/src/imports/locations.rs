//! Places that rows name, alone or by the way to them: found, or made where that was asked for.

use super::pool::MAKE_IT;
use crate::catalog::Location;
use crate::id::LocationId;
use crate::locations::{INSIDE, Meant, Places, parts};
use crate::text::listed;
use crate::{Mint, Name, Timestamp};

pub(super) struct Locations {
    may_make: bool,
    known: Places,
    /// What is made, each after the place it stands in.
    pub made: Vec<Location>,
}

impl Locations {
    pub fn new(may_make: bool, known: &[Location]) -> Self {
        Locations { may_make, known: Places::of(known.iter().cloned()), made: Vec::new() }
    }

    /// Which place is called so; why it cannot be told where several are.
    pub fn find(&self, text: &str) -> Result<Option<LocationId>, String> {
        match self.known.meant(text) {
            Meant::One(id) => Ok(Some(id)),
            Meant::Nothing => Ok(None),
            Meant::Several(paths) => {
                let (count, paths) = (paths.len(), listed(paths.into_iter().map(quoted)));
                Err(format!(
                    "{count} locations are called \"{text}\": {paths}; hint: write the way to the \
                     one you mean"
                ))
            }
        }
    }

    /// The id of what is called so, made where it may be, with the places around it.
    pub fn resolve(
        &mut self,
        text: &str,
        mint: &Mint,
        at: Timestamp,
    ) -> Result<LocationId, String> {
        if let Some(id) = self.find(text)? {
            return Ok(id);
        }
        if !self.may_make {
            return Err(format!("no location \"{text}\"; hint: {MAKE_IT}"));
        }
        let names: Result<Vec<Name>, _> = parts(text).into_iter().map(Name::parse).collect();
        let names = names.map_err(|bad| bad.to_string())?;
        let (mut way, mut parent) = (String::new(), None);
        for name in names {
            if !way.is_empty() {
                way.push_str(INSIDE);
            }
            way.push_str(name.as_str());
            parent = Some(match self.find(&way)? {
                Some(id) => id,
                None => self.make(name, parent, (mint, at)),
            });
        }
        parent.ok_or_else(|| format!("\"{text}\" names no location; hint: correct the name"))
    }

    fn make(
        &mut self,
        name: Name,
        parent: Option<LocationId>,
        (mint, at): (&Mint, Timestamp),
    ) -> LocationId {
        let place = Location { id: mint.id(at), name: name.into(), parent };
        let id = place.id;
        self.known.add(place.clone());
        self.made.push(place);
        id
    }

    /// Forgets what was made since there were so many.
    pub fn back_to(&mut self, count: usize) {
        for place in self.made.drain(count..).rev() {
            self.known.remove(place.id);
        }
    }
}

fn quoted(path: String) -> String {
    format!("\"{path}\"")
}
