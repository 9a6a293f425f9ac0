//! What a story begins with where the API has no address to arrange it: written through the store,
//! beside the running server, never what a test is about.

use domain::id::noun;
use domain::{Email, Mint, catalog::Location};
use store::{DatabaseUrl, Store, StoreError, Tx, catalog, employees, locations, products};

use crate::world::World;

impl World {
    /// An employee belongs to a place and a department, both made for it.
    pub fn at_home(&self, email: &str, place: &str, department: &str) {
        let (mint, now) = (Mint::new(900), self.clock.now());
        let email = Email::parse(email).expect("it is an address");
        let place = Location { id: mint.id(now), name: place.to_owned(), parent: None };
        let (department, named) = (mint.id::<noun::Department>(now), department.to_owned());
        let deed = self.caller.deed(now);
        self.arrange(move |tx| {
            locations::create(tx, &deed, &mint, &place)?;
            catalog::create(tx, &deed, &mint, department, &named)?;
            let mut employee = employees::find_by_email(tx, &email)?.ok_or(StoreError::NotFound)?;
            employee.location = Some(place.id);
            employee.department = Some(department);
            employees::update(tx, &deed, &mint, &employee, None)
        });
    }

    /// A product's category becomes this one, made for it.
    pub fn recategorize(&self, product: &str, category: &str) {
        let (mint, now) = (Mint::new(901), self.clock.now());
        let (id, deed) = (mint.id::<noun::Category>(now), self.caller.deed(now));
        let (product, category) = (product.to_owned(), category.to_owned());
        self.arrange(move |tx| {
            catalog::create(tx, &deed, &mint, id, &category)?;
            let mut all = products::all(tx)?.into_iter();
            let mut found = all.find(|found| found.name == product).ok_or(StoreError::NotFound)?;
            found.category = Some(id);
            products::update(tx, &deed, &mint, &found, None)
        });
    }

    fn arrange(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static) {
        let database = DatabaseUrl::Sqlite(self.database());
        let store = Store::open(&database).expect("the database opens");
        store.write_blocking(self.caller.tenant, work).expect("it can be arranged");
    }
}
