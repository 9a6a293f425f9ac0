//! What else points at a noun that goes: employees, products, places. Each change is its event.

use domain::catalog::{Location, Product};
use domain::event::Subject;
use domain::id::{EmployeeId, Id, LocationId, Noun, ProductId, noun};
use domain::person::Employee;

use super::Merge;
use crate::seam::{Query, Sql, StoreError, Tx, sql};
use crate::{attachments, employees, former_names, locations, nouns, products};

impl Merge<'_> {
    pub(super) fn others(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        match (self.from, self.into) {
            (Subject::Department(from), Subject::Department(into)) => {
                let those = sql! { "department_id = ", from };
                self.employees(tx, those, |employee| swap(&mut employee.department, from, into))
            }
            (Subject::Location(from), Subject::Location(into)) => {
                let those = sql! { "location_id = ", from };
                self.employees(tx, those, |employee| swap(&mut employee.location, from, into))?;
                self.places(tx, from, into)
            }
            (Subject::Employee(from), Subject::Employee(into)) => self.person(tx, from, into),
            (Subject::Category(from), Subject::Category(into)) => {
                let those = sql! { "category_id = ", from };
                self.products(tx, those, |product| swap(&mut product.category, from, into))
            }
            (Subject::Manufacturer(from), Subject::Manufacturer(into)) => {
                let those = sql! { "manufacturer_id = ", from };
                self.products(tx, those, |product| swap(&mut product.manufacturer, from, into))
            }
            (Subject::Product(from), Subject::Product(into)) => self.models(tx, from, into),
            _ => Ok(()),
        }
    }

    fn employees(
        &self,
        tx: &mut Tx<'_>,
        those: Sql,
        change: impl Fn(&mut Employee),
    ) -> Result<(), StoreError> {
        for id in ids::<noun::Employee>(tx, "employees", those)? {
            nouns::hold(tx, Subject::Employee(id))?;
            // Gone meanwhile, and nothing of theirs with them.
            let Some(mut employee) = employees::find(tx, id)? else { continue };
            change(&mut employee);
            employees::update(tx, self.deed, self.mint, &employee, Some(self.note.clone()))?;
        }
        Ok(())
    }

    fn products(
        &self,
        tx: &mut Tx<'_>,
        those: Sql,
        change: impl Fn(&mut Product),
    ) -> Result<(), StoreError> {
        for id in ids::<noun::Product>(tx, "products", those)? {
            nouns::hold(tx, Subject::Product(id))?;
            let Some(mut product) = products::find(tx, id)? else { continue };
            change(&mut product);
            products::update(tx, self.deed, self.mint, &product, Some(self.note.clone()))?;
        }
        Ok(())
    }

    /// Places inside the one stand inside the other; where that one stood inside the first, it
    /// moves up into its stead.
    fn places(
        &self,
        tx: &mut Tx<'_>,
        from: LocationId,
        into: LocationId,
    ) -> Result<(), StoreError> {
        if locations::inside(tx, Some(into), from)? {
            let parent = locations::find(tx, from)?.and_then(|place| place.parent);
            self.place(tx, into, parent)?;
        }
        let those = sql! { "parent_id = ", from };
        for id in ids::<noun::Location>(tx, "locations", those)? {
            self.place(tx, id, Some(into))?;
        }
        Ok(())
    }

    fn place(
        &self,
        tx: &mut Tx<'_>,
        id: LocationId,
        parent: Option<LocationId>,
    ) -> Result<(), StoreError> {
        let place = locations::find(tx, id)?.ok_or(StoreError::NotFound)?;
        let place = Location { parent, ..place };
        locations::update(tx, self.deed, self.mint, &place, Some(self.note.clone()))
    }

    /// Sources know the one person by what they called the other; blanks are filled.
    fn person(
        &self,
        tx: &mut Tx<'_>,
        from: EmployeeId,
        into: EmployeeId,
    ) -> Result<(), StoreError> {
        let gone = employees::find(tx, from)?.ok_or(StoreError::NotFound)?;
        let above = gone.manager.filter(|manager| *manager != into);
        let stays = employees::find(tx, into)?.ok_or(StoreError::NotFound)?;
        // Who reported to the one who goes, directly or further up, comes to where that one was.
        if stays.manager.is_some() && employees::from_up(tx, into)?.contains(&from) {
            let lifted = Employee { manager: above, ..stays };
            employees::update(tx, self.deed, self.mint, &lifted, Some(self.note.clone()))?;
        }
        let those = sql! { "manager_id = ", from };
        self.employees(tx, those, |employee| swap(&mut employee.manager, from, into))?;
        let tenant = tx.tenant();
        tx.exec(sql! {
            "UPDATE person_links
             SET employee_id = ", into, "
             WHERE tenant_id = ", tenant, " AND employee_id = ", from
        })?;
        attachments::pass_on(tx, Subject::Employee(from), Subject::Employee(into))?;
        // Whoever signs in as the one signs in as the other.
        tx.exec(sql! {
            "UPDATE users
             SET employee_id = ", into, "
             WHERE tenant_id = ", tenant, " AND employee_id = ", from
        })?;
        Ok(())
    }

    /// Sources know the one product by what they called the other; blanks are filled.
    fn models(&self, tx: &mut Tx<'_>, from: ProductId, into: ProductId) -> Result<(), StoreError> {
        let gone = products::find(tx, from)?.ok_or(StoreError::NotFound)?;
        let stays = products::find(tx, into)?.ok_or(StoreError::NotFound)?;
        if gone.manufacturer != stays.manufacturer {
            former_names::keep_maker(tx, into, gone.manufacturer)?;
        }
        attachments::pass_on(tx, Subject::Product(from), Subject::Product(into))?;
        let mut product = stays;
        products::add(&mut product.models, std::slice::from_ref(&gone.name));
        products::add(&mut product.models, &gone.models);
        products::add(&mut product.identifiers, &gone.identifiers);
        product.category = product.category.or(gone.category);
        products::update(tx, self.deed, self.mint, &product, Some(self.note.clone()))
    }
}

/// What somebody else changed meanwhile stays as they changed it.
fn swap<N>(held: &mut Option<Id<N>>, from: Id<N>, into: Id<N>) {
    if *held == Some(from) {
        *held = Some(into);
    }
}

pub(super) fn ids<N: Noun>(
    tx: &mut Tx<'_>,
    table: &'static str,
    those: Sql,
) -> Result<Vec<Id<N>>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT id FROM " };
    sql.text(table);
    sql! { sql => " WHERE tenant_id = ", tenant, " AND ", + those, " ORDER BY id" };
    tx.all::<Id<N>, _>(sql, |row| row.get(0))
}
