//! The first minutes of an installation: its administrator, its company, and later ones by command.

use domain::company::{Company, Tenant, slug};
use domain::event::Subject;
use domain::person::User;
use domain::{Email, Mint, Timestamp, access::Role};
use store::{tenants, users};

use crate::installation::App;
use crate::passwords::hashed;
use crate::refusal::{FieldError, Refusal};
use crate::told::Teller;
use crate::users::{faults, prepared, seated, taken};

/// What the first page asks for.
#[derive(Debug, Clone)]
pub struct First {
    pub company: String,
    pub name: String,
    pub email: String,
    pub password: String,
}

/// Whether nobody can sign in yet.
pub async fn is_new(app: &App) -> Result<bool, Refusal> {
    Ok(app.store.system_read(users::count).await? == 0)
}

/// Makes the first tenant and its administrator; refused once anybody can sign in.
pub async fn first(app: &App, first: First) -> Result<(User, Tenant), Refusal> {
    let company = first.company.trim().to_owned();
    let mut errors = faults(&first.email, &first.name, &first.password);
    if company.is_empty() {
        let detail = "the company has no name; hint: any name will do".to_owned();
        errors.insert(0, FieldError { field: "company".into(), detail });
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid { errors });
    }
    // Asked before any work is done for strangers, and again where it counts.
    if !is_new(app).await? {
        return Err(set_up_already());
    }
    let (name, email, password) = (&first.name, &first.email, &first.password);
    let made = prepared(app, email, name, Role::Administrator, password).await?;
    let tenant = new_tenant(app, &company);
    let (mint, teller) = (app.mint.clone(), Teller::system(app));
    app.store
        .system(move |tx| {
            let (user, hash, now) = made;
            if users::count(tx)? > 0 {
                return Err(set_up_already());
            }
            let tenant = match tenants::first(tx)? {
                Some(tenant) => tenant,
                None => make_tenant(tx, tenant, &company, now, &mint)?,
            };
            seated(tx, &teller, tenant.id, (&user, &hash, now))?;
            Ok((user, tenant))
        })
        .await
}

/// An administrator made from the command line, in the tenant named, else in the first, which is
/// made where there is none.
pub async fn add_administrator(
    app: &App,
    tenant: Option<String>,
    email: &str,
    password: &str,
) -> Result<Tenant, Refusal> {
    let made = prepared(app, email, "", Role::Administrator, password).await?;
    let fresh = new_tenant(app, "My company");
    let (mint, teller) = (app.mint.clone(), Teller::system(app));
    app.store
        .system(move |tx| {
            let (user, hash, now) = made;
            let found = match &tenant {
                Some(slug) => Some(
                    tenants::by_slug(tx, slug)?
                        .ok_or_else(|| Refusal::not_found("tenant", slug))?,
                ),
                None => tenants::first(tx)?,
            };
            let tenant = match found {
                Some(tenant) => tenant,
                None => make_tenant(tx, fresh, "My company", now, &mint)?,
            };
            seated(tx, &teller, tenant.id, (&user, &hash, now)).map_err(taken)?;
            Ok(tenant)
        })
        .await
}

/// A new password for someone who forgot theirs, in the tenant named, else wherever they sign in;
/// ends their sessions there.
pub async fn reset_password(
    app: &App,
    tenant: Option<String>,
    email: &str,
    password: &str,
) -> Result<(), Refusal> {
    let email = Email::parse(email).map_err(Refusal::text("email"))?;
    let (hash, teller) = (hashed(app, password).await?, Teller::system(app));
    app.store
        .system(move |tx| {
            let mut found = users::by_email(tx, &email)?;
            if let Some(slug) = &tenant {
                let tenant = tenants::by_slug(tx, slug)?;
                let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant", slug))?;
                found.retain(|one| one.tenant == tenant.id);
            }
            if found.is_empty() {
                return Err(Refusal::not_found("user", &email));
            }
            for one in found {
                users::set_password(tx, one.tenant, one.user.id, &hash)?;
                let subject = Subject::User(one.user.id);
                teller.tell_replaced(&mut tx.inside(one.tenant), subject, "password")?;
                store::sessions::close_all(tx, one.tenant, one.user.id)?;
            }
            Ok(())
        })
        .await
}

fn make_tenant(
    tx: &mut store::SystemTx<'_>,
    tenant: Tenant,
    company: &str,
    now: Timestamp,
    mint: &Mint,
) -> Result<Tenant, Refusal> {
    tenants::create(tx, &tenant, &Company::named(company), now, mint)?;
    Ok(tenant)
}

fn new_tenant(app: &App, company: &str) -> Tenant {
    let slug = Some(slug(company)).filter(|slug| !slug.is_empty());
    Tenant { id: app.id(), name: company.to_owned(), slug: slug.unwrap_or_else(|| "main".into()) }
}

fn set_up_already() -> Refusal {
    Refusal::conflict("Stockroom is set up already; hint: sign in")
}
