//! What pages say of each kind of noun.

use app::reports::lists::RegisterList;
use app::reports::lists::RegisterList as L;
use domain::event::Subject;
use domain::id::{Id, noun};

use super::{Face, Words, narrowed};
use crate::components::Icon;
use crate::layout::Room;
use crate::pages::answers::Answers;
use crate::pages::employees;

macro_rules! face {
    ($noun:ident, $room:ident, $path:literal, $one:literal, $many:literal, $icon:ident, $filter:expr, $list:expr, $hint:literal) => {
        impl Face for noun::$noun {
            const WORDS: Words = Words {
                room: Room::$room,
                path: $path,
                one: $one,
                many: $many,
                icon: Icon::$icon,
                filter: $filter,
                hint: $hint,
            };

            fn subject(id: Id<Self>) -> Subject {
                Subject::$noun(id)
            }

            fn list(asked: &Answers) -> RegisterList {
                $list(asked)
            }
        }
    };
}
face!(
    Product,
    Products,
    "products",
    "product",
    "Products",
    Package,
    Some("product"),
    |asked| L::Products(super::products::query(asked)),
    "A product appears with the first device of its model; add others by hand."
);
face!(
    Category,
    Categories,
    "categories",
    "category",
    "Categories",
    Shapes,
    Some("category"),
    |asked| L::Categories(narrowed(asked)),
    "The kinds of product you keep apart: laptops, phones, monitors."
);
face!(
    Manufacturer,
    Manufacturers,
    "manufacturers",
    "manufacturer",
    "Manufacturers",
    Factory,
    Some("manufacturer"),
    |asked| L::Manufacturers(narrowed(asked)),
    "Who makes it. They appear with the first devices that bring them."
);
face!(
    Supplier,
    Suppliers,
    "suppliers",
    "supplier",
    "Suppliers",
    Truck,
    Some("supplier"),
    |asked| L::Suppliers(narrowed(asked)),
    "Who sold it. Add the shops and partners you buy from, then choose them on your assets."
);
face!(
    Status,
    Statuses,
    "statuses",
    "status",
    "Statuses",
    Tag,
    Some("status"),
    |asked| L::Statuses(narrowed(asked)),
    "What an asset can be: ready, pending, unavailable."
);
face!(
    Location,
    Locations,
    "locations",
    "location",
    "Locations",
    MapPin,
    Some("location"),
    |asked| L::Locations(narrowed(asked)),
    "Add the places where assets stand: offices, floors, store rooms."
);
face!(
    Department,
    Departments,
    "departments",
    "department",
    "Departments",
    Building2,
    Some("department"),
    |asked| L::Departments(narrowed(asked)),
    "Whose budget it is. They appear with the people of a directory; add others by hand."
);
face!(
    Employee,
    Employees,
    "employees",
    "employee",
    "Employees",
    Users,
    Some("custodian"),
    |asked| L::Employees(employees::query(asked)),
    "The people who can hold assets."
);
