//! What pages say of each kind of noun.

use app::reports::lists::RegisterList;
use app::reports::lists::RegisterList as L;
use domain::event::Subject;
use domain::id::{Id, noun};

use super::{Face, Whole, Words, products};
use crate::components::Icon;
use crate::layout::Room;
use crate::pages::answers::Answers;
use crate::pages::ordered::narrowed;

macro_rules! face {
    ($noun:ident, $room:ident, $path:literal, $one:literal, $many:literal, $icon:ident, $filter:expr, $hint:literal) => {
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
    "The people who can hold assets."
);

macro_rules! whole {
    ($noun:ident, $list:expr) => {
        impl Whole for noun::$noun {
            fn whole(asked: &Answers) -> RegisterList {
                $list(asked)
            }
        }
    };
}
whole!(Product, |asked| L::Products(products::query(asked)));
whole!(Category, |asked| L::Categories(narrowed(asked)));
whole!(Manufacturer, |asked| L::Manufacturers(narrowed(asked)));
whole!(Supplier, |asked| L::Suppliers(narrowed(asked)));
whole!(Status, |asked| L::Statuses(narrowed(asked)));
whole!(Location, |asked| L::Locations(narrowed(asked)));
whole!(Department, |asked| L::Departments(narrowed(asked)));
