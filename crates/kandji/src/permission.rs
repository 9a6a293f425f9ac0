//! The permissions an API token can carry, by the labels of Kandji's token page.
//! Each says what of ours stops working without it.

/// One tick box of the token page; every endpoint we read asks for exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    DeviceList,
    DeviceDetails,
    ListIntegrations,
    ListAdeDevices,
    ListUsers,
    ListBlueprints,
    Licensing,
    Prism(PrismCategory),
}

/// The bulk tables we can read; Kandji has more, which hold nothing we map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrismCategory {
    DeviceInformation,
    Filevault,
    Cellular,
    StartupSettings,
    ApplicationFirewall,
    GatekeeperAndXprotect,
}

impl Permission {
    /// Those the connection test looks at, the indispensable one first.
    pub const PROBED: [Permission; 8] = [
        Permission::DeviceList,
        Permission::DeviceDetails,
        Permission::ListIntegrations,
        Permission::ListAdeDevices,
        Permission::ListUsers,
        Permission::ListBlueprints,
        Permission::Licensing,
        Permission::Prism(PrismCategory::DeviceInformation),
    ];

    /// The label beside the tick box.
    pub fn label(self) -> &'static str {
        match self {
            Permission::DeviceList => "Device list",
            Permission::DeviceDetails => "Device details",
            Permission::ListIntegrations => "List integrations",
            Permission::ListAdeDevices => "List ADE devices",
            Permission::ListUsers => "List Users",
            Permission::ListBlueprints => "List Blueprints",
            Permission::Licensing => "Licensing",
            Permission::Prism(category) => category.label(),
        }
    }

    /// The section and group of the page in which the tick box stands.
    pub fn section(self) -> &'static str {
        match self {
            Permission::DeviceList | Permission::DeviceDetails => "Devices, Device Information",
            Permission::ListIntegrations | Permission::ListAdeDevices => {
                "Apple Integrations, Automated Device Enrollment"
            }
            Permission::ListUsers => "Users",
            Permission::ListBlueprints => "Blueprints, Blueprints Management",
            Permission::Licensing => "Settings",
            Permission::Prism(_) => "Prism",
        }
    }

    /// What does not work without it, as the end of "needed for …".
    pub fn needed_for(self) -> &'static str {
        match self {
            Permission::DeviceList => "everything: without it nothing can be synced",
            Permission::DeviceDetails => {
                "mapped fields that the list does not carry, such as memory, storage or MAC address"
            }
            Permission::ListIntegrations => {
                "the names of the ADE configurations, and an alert before a token expires"
            }
            Permission::ListAdeDevices => {
                "location and status by ADE configuration, and devices awaiting enrollment"
            }
            Permission::ListUsers => "departments and job titles, and importing the directory",
            Permission::ListBlueprints | Permission::Licensing => {
                "nothing yet; it is tested so that you see it"
            }
            Permission::Prism(_) => "filling mapped fields of many devices in few requests",
        }
    }

    /// The request it allows, as the token page's documentation writes it.
    pub fn path(self) -> String {
        match self {
            Permission::DeviceList => "/devices".to_owned(),
            Permission::DeviceDetails => "/devices/{device_id}/details".to_owned(),
            Permission::ListIntegrations => "/integrations/apple/ade".to_owned(),
            Permission::ListAdeDevices => "/integrations/apple/ade/devices".to_owned(),
            Permission::ListUsers => "/users".to_owned(),
            Permission::ListBlueprints => "/blueprints".to_owned(),
            Permission::Licensing => "/settings/licensing".to_owned(),
            Permission::Prism(category) => format!("/prism/{}", category.path()),
        }
    }
}

impl PrismCategory {
    pub const ALL: [PrismCategory; 6] = [
        PrismCategory::DeviceInformation,
        PrismCategory::Filevault,
        PrismCategory::Cellular,
        PrismCategory::StartupSettings,
        PrismCategory::ApplicationFirewall,
        PrismCategory::GatekeeperAndXprotect,
    ];

    /// Its name in the address, which is also the prefix of its properties.
    pub fn path(self) -> &'static str {
        match self {
            PrismCategory::DeviceInformation => "device_information",
            PrismCategory::Filevault => "filevault",
            PrismCategory::Cellular => "cellular",
            PrismCategory::StartupSettings => "startup_settings",
            PrismCategory::ApplicationFirewall => "application_firewall",
            PrismCategory::GatekeeperAndXprotect => "gatekeeper_and_xprotect",
        }
    }

    fn label(self) -> &'static str {
        match self {
            PrismCategory::DeviceInformation => "Prism: Device information",
            PrismCategory::Filevault => "Prism: FileVault",
            PrismCategory::Cellular => "Prism: Cellular",
            PrismCategory::StartupSettings => "Prism: Startup settings",
            PrismCategory::ApplicationFirewall => "Prism: Application firewall",
            PrismCategory::GatekeeperAndXprotect => "Prism: Gatekeeper and XProtect",
        }
    }
}
