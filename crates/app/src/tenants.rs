//! Tenants: made and named by the administrators of the first one, who administer the installation.

use domain::access::Role;
use domain::company::{Company, Tenant, slug};
use domain::id::TenantId;
use domain::{Email, person::User};
use store::{StoreError, sessions, tenants, users};

use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::told::Teller;
use crate::users::{chosen, prepared, seated};

/// A tenant that shall be.
#[derive(Debug, Clone, Default)]
pub struct NewTenant {
    pub name: String,
    /// Blank for one made from the name.
    pub slug: String,
    pub administrator: Option<FirstAdministrator>,
}

/// Who administers it first. Someone of the first tenant signs in there with the password they
/// have; for anybody else one is made up, unless it is given.
#[derive(Debug, Clone, Default)]
pub struct FirstAdministrator {
    pub email: String,
    pub name: String,
    pub password: Option<String>,
}

/// Whether the caller administers the installation.
pub async fn administers(app: &App, caller: &Caller) -> Result<bool, Refusal> {
    let first = app.store.system_read(tenants::first).await?;
    let here = first.is_some_and(|first| first.id == caller.tenant);
    Ok(here && caller.role.may(Role::Administrator))
}

/// Oldest first: the first is the one whose administrators administer the installation.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Tenant>, Refusal> {
    need(app, caller).await?;
    Ok(app.store.system_read(tenants::list).await?)
}

pub async fn tenant(app: &App, caller: &Caller, id: TenantId) -> Result<Tenant, Refusal> {
    need(app, caller).await?;
    let found = app.store.system_read(move |tx| tenants::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("tenant", id))
}

/// With its statuses, its first administrator, and nothing else. Answers that one's password
/// when it was made up; it is told this once.
pub async fn create(
    app: &App,
    caller: &Caller,
    new: NewTenant,
) -> Result<(Tenant, Option<String>), Refusal> {
    need(app, caller).await?;
    let tenant = Tenant { id: app.id(), name: named(&new.name)?, slug: slugged(&new)? };
    let (who, told) = match new.administrator {
        Some(who) => {
            let (who, told) = seat(app, caller, who).await?;
            (Some(who), told)
        }
        None => (None, None),
    };
    let (made, now, mint) = (tenant.clone(), app.now(), app.mint.clone());
    let (home, teller) = (caller.tenant, Teller::new(app, caller));
    let stored = app.store.system(move |tx| {
        tenants::create(tx, &made, &Company::named(&made.name), now, &mint)?;
        let Some((user, hash, known)) = who else { return Ok(()) };
        seated(tx, &teller, made.id, (&user, &hash, now))?;
        // Whoever is signed in need not sign in again to get there.
        known.map_or(Ok(()), |known| sessions::widen(tx, (home, known.id), (made.id, user.id)))
    });
    stored.await.map_err(|error: StoreError| taken(error, &tenant.slug))?;
    Ok((tenant, told))
}

/// The company goes by that name too.
pub async fn rename(
    app: &App,
    caller: &Caller,
    id: TenantId,
    name: &str,
) -> Result<Tenant, Refusal> {
    tenant(app, caller, id).await?;
    let (name, teller) = (named(name)?, Teller::new(app, caller));
    app.store
        .write(id, move |tx| company::amend(tx, &teller, |held| Ok(Company { name, ..held })))
        .await?;
    tenant(app, caller, id).await
}

/// Administrators of the first tenant alone.
async fn need(app: &App, caller: &Caller) -> Result<(), Refusal> {
    caller.need(Role::Administrator)?;
    if administers(app, caller).await? { Ok(()) } else { Err(Refusal::OtherTenant) }
}

/// A new user, the hash of the password, and who that is in the first tenant, if anybody.
type Seat = (User, String, Option<User>);

async fn seat(
    app: &App,
    caller: &Caller,
    who: FirstAdministrator,
) -> Result<(Seat, Option<String>), Refusal> {
    let email = Email::parse(&who.email).map_err(Refusal::text("email"))?;
    let home = caller.tenant;
    let found = app.store.system_read(move |tx| users::by_email(tx, &email)).await?;
    let known = found.into_iter().find(|known| known.tenant == home);
    match known {
        Some(known) if who.password.is_none() => {
            let user = User { id: app.id(), role: Role::Administrator, ..known.user.clone() };
            Ok(((user, known.password_hash, Some(known.user)), None))
        }
        _ => {
            let (password, told) = chosen(who.password);
            let made = prepared(app, &who.email, &who.name, Role::Administrator, &password);
            let (user, hash, _) = made.await?;
            Ok(((user, hash, None), told))
        }
    }
}

fn named(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let odd = name.is_empty() || name.chars().any(char::is_control);
    if odd || name.chars().count() > 100 {
        let detail = "the tenant needs a name; hint: 1 to 100 printable characters";
        return Err(Refusal::invalid("name", detail));
    }
    Ok(name.to_owned())
}

fn slugged(new: &NewTenant) -> Result<String, Refusal> {
    let asked = new.slug.trim();
    let made = slug(if asked.is_empty() { &new.name } else { asked });
    if made.is_empty() || (!asked.is_empty() && made != asked) {
        let detail = "it cannot stand in an address; hint: up to 40 lower-case letters, digits and \
                      hyphens, such as acme-eu";
        return Err(Refusal::invalid("slug", detail));
    }
    Ok(made)
}

fn taken(error: StoreError, slug: &str) -> Refusal {
    if error.is_conflict("tenants_slug") {
        let detail = format!("a tenant has the address \"{slug}\" already; hint: choose another");
        return Refusal::invalid("slug", detail);
    }
    error.into()
}
