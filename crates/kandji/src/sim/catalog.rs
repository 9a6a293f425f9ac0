//! What the simulated tenant is made of: models, names, blueprints, tags, departments.

/// A kind of device that can be enrolled.
#[derive(Debug)]
pub(super) struct Model {
    pub platform: &'static str,
    /// Marketing name, as the list shows it.
    pub name: &'static str,
    /// Apple's generic name, or the maker's.
    pub generic: &'static str,
    pub identifier: &'static str,
    pub manufacturer: &'static str,
    pub processor: &'static str,
    pub memory_gb: u32,
    pub storage_gb: u32,
    /// How often it is met.
    pub weight: u32,
}

pub(super) struct Os {
    pub version: &'static str,
    pub build: &'static str,
}

const fn apple(
    platform: &'static str,
    name: &'static str,
    generic: &'static str,
    identifier: &'static str,
    processor: &'static str,
    (memory_gb, storage_gb, weight): (u32, u32, u32),
) -> Model {
    let manufacturer = "Apple";
    Model {
        platform,
        name,
        generic,
        identifier,
        manufacturer,
        processor,
        memory_gb,
        storage_gb,
        weight,
    }
}

const fn other(
    platform: &'static str,
    name: &'static str,
    manufacturer: &'static str,
    (memory_gb, storage_gb, weight): (u32, u32, u32),
) -> Model {
    let processor = "X64";
    Model {
        platform,
        name,
        generic: name,
        identifier: "",
        manufacturer,
        processor,
        memory_gb,
        storage_gb,
        weight,
    }
}

/// Two machines of one marketing name with different identifiers are on purpose.
pub(super) static MODELS: [Model; 20] = [
    apple(
        "Mac",
        "MacBook Pro (14-inch, 2023)",
        "MacBook Pro",
        "Mac14,5",
        "Apple M2 Max",
        (32, 1000, 14),
    ),
    apple(
        "Mac",
        "MacBook Pro (14-inch, 2023)",
        "MacBook Pro",
        "Mac14,9",
        "Apple M2 Pro",
        (16, 500, 6),
    ),
    apple(
        "Mac",
        "MacBook Pro (16-inch, 2024)",
        "MacBook Pro",
        "Mac16,7",
        "Apple M4 Pro",
        (48, 1000, 10),
    ),
    apple(
        "Mac",
        "MacBook Air (M1, 2020)",
        "MacBook Air",
        "MacBookAir10,1",
        "Apple M1",
        (8, 250, 10),
    ),
    apple(
        "Mac",
        "MacBook Air (15-inch, M3, 2024)",
        "MacBook Air",
        "Mac15,13",
        "Apple M3",
        (16, 500, 9),
    ),
    apple("Mac", "Mac mini (M2, 2023)", "Mac mini", "Mac14,3", "Apple M2", (16, 500, 3)),
    apple("Mac", "iMac (24-inch, 2023)", "iMac", "Mac15,4", "Apple M3", (16, 500, 2)),
    apple(
        "Mac",
        "Virtual Machine",
        "Virtual Machine",
        "VirtualMac2,1",
        "Apple M2 (Virtual)",
        (4, 64, 1),
    ),
    apple("iPhone", "iPhone 15", "iPhone 15", "iPhone15,4", "", (6, 128, 9)),
    apple("iPhone", "iPhone SE (3rd generation)", "iPhone SE", "iPhone14,6", "", (4, 64, 6)),
    apple("iPhone", "iPhone 16 Pro", "iPhone 16 Pro", "iPhone17,1", "", (8, 256, 5)),
    apple("iPad", "iPad (8th generation) (Wi-Fi)", "iPad", "iPad11,6", "", (3, 32, 5)),
    apple("iPad", "iPad Air (5th generation) (Wi-Fi)", "iPad Air", "iPad13,16", "", (8, 64, 4)),
    apple(
        "iPad",
        "iPad Pro (11-inch) (M4) (Wi-Fi + Cellular)",
        "iPad Pro",
        "iPad16,4",
        "",
        (8, 256, 3),
    ),
    apple("AppleTV", "Apple TV 4K (2nd generation)", "Apple TV", "AppleTV11,1", "", (3, 32, 3)),
    apple("AppleTV", "Apple TV 4K (3rd generation)", "Apple TV", "AppleTV14,1", "", (4, 64, 1)),
    other("Windows", "Example Laptop 6", "Example Corporation", (16, 475, 4)),
    other("Windows", "Example Desktop 3", "Example Corporation", (32, 950, 2)),
    other("Android", "Pixel 9", "Google", (12, 110, 2)),
    other("Android", "Example Tab A9", "Example Mobile", (4, 54, 1)),
];

/// The versions of a platform's system, oldest first.
pub(super) fn systems(platform: &str) -> &'static [Os] {
    const MAC: [Os; 4] = [
        Os { version: "12.7.6", build: "21H1320" },
        Os { version: "14.7.6", build: "23H626" },
        Os { version: "15.6.1", build: "24G90" },
        Os { version: "26.0", build: "25A354" },
    ];
    const MOBILE: [Os; 3] = [
        Os { version: "17.7.2", build: "21H221" },
        Os { version: "18.6", build: "22G86" },
        Os { version: "26.0", build: "23A341" },
    ];
    const TV: [Os; 2] =
        [Os { version: "17.6.1", build: "21M80" }, Os { version: "18.5", build: "22L572" }];
    const WINDOWS: [Os; 2] = [Os { version: "23H2", build: "" }, Os { version: "24H2", build: "" }];
    const ANDROID: [Os; 2] = [Os { version: "14", build: "" }, Os { version: "15", build: "" }];
    match platform {
        "Mac" => &MAC,
        "AppleTV" => &TV,
        "Windows" => &WINDOWS,
        "Android" => &ANDROID,
        _ => &MOBILE,
    }
}

/// What serials of a platform look like after `SYN`.
pub(super) fn serial_mark(platform: &str) -> &'static str {
    match platform {
        "Mac" => "MAC",
        "iPhone" => "IPH",
        "iPad" => "IPD",
        "AppleTV" => "ATV",
        "Windows" => "WIN0",
        _ => "AND0",
    }
}

pub(super) const BLUEPRINTS: [&str; 7] =
    ["Staff Macs", "Loaners", "Phones", "Rooms", "Windows", "Android", "Tablets"];

/// The blueprint a device of this platform usually gets, as an index of `BLUEPRINTS`.
pub(super) fn blueprint(platform: &str, shared: bool) -> usize {
    match platform {
        "Mac" if shared => 1,
        "Mac" => 0,
        "iPhone" => 2,
        "iPad" => 6,
        "AppleTV" => 3,
        "Windows" => 4,
        _ => 5,
    }
}

pub(super) const TAGS: [&str; 7] =
    ["berlin", "engineering", "sales", "lisbon", "executive", "pilot", "remote"];

pub(super) const DEPARTMENTS: [&str; 6] =
    ["Engineering", "Sales", "Design", "Finance", "People", "Support"];

pub(super) const TITLES: [&str; 6] =
    ["Developer", "Account Executive", "Designer", "Controller", "Recruiter", "Support Engineer"];

pub(super) const FIRST: [&str; 32] = [
    "Robin", "Casey", "Jordan", "Sascha", "Noor", "Ines", "Kim", "Mika", "Ayo", "Lior", "Yuki",
    "Anouk", "Milan", "Vesna", "Tariq", "Zoë", "Björn", "Chloé", "Dara", "Emre", "Farah", "Goran",
    "Hana", "Ivo", "Jun", "Kaya", "Lena", "Marek", "Nadia", "Otis", "Priya", "Quinn",
];

pub(super) const LAST: [&str; 32] = [
    "Sample",
    "Former",
    "Example",
    "Fischer",
    "Okafor",
    "Almeida",
    "Tanaka",
    "Novak",
    "Dupont",
    "O’Hara",
    "Lindqvist",
    "Moreau",
    "Haddad",
    "Kowalski",
    "Silva",
    "Bauer",
    "Iyer",
    "Rossi",
    "Jensen",
    "Petrov",
    "Castro",
    "Weber",
    "Nguyen",
    "Larsen",
    "Mensah",
    "Costa",
    "Yilmaz",
    "Fontaine",
    "Schmidt",
    "Ortega",
    "Virtanen",
    "Zhang",
];
