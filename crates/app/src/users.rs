//! People who sign in to a tenant: who they are, what they may, and which employee each is.
//!
//! Every tenant has users of its own, with passwords of their own: what one tenant's administrator
//! does to a user is without effect on whoever has the same e-mail in another.

use domain::access::Role;
use domain::event::Subject;
use domain::id::{EmployeeId, TenantId, UserId};
use domain::person::User;
use domain::{Email, Timestamp};
use serde_json::Value;
use store::nouns::{self, Told, own};
use store::{StoreError, SystemTx, Tx, employees, sessions, tenants, users};

pub use store::users::UserRow;

use crate::caller::Caller;
use crate::installation::App;
use crate::passwords::{self, hashed};
use crate::refusal::{FieldError, Refusal};
use crate::secrets::new_password;
use crate::told::{self, Teller};
use crate::versions;

const LONGEST_NAME: usize = 200;

/// Someone who shall sign in. Without a password one is made up.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub email: String,
    /// Blank for the part of the address before the @.
    pub name: String,
    pub role: Role,
    pub password: Option<String>,
}

/// What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    pub email: Option<String>,
    pub name: Option<String>,
    pub role: Option<Role>,
    /// `Some(None)` leaves it to the e-mail again.
    pub employee: Option<Option<EmployeeId>>,
}

/// In order of address.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<UserRow>, Refusal> {
    caller.need(Role::Administrator)?;
    let now = app.now();
    Ok(app.store.read(caller.tenant, move |tx| users::rows(tx, None, now)).await?)
}

pub async fn user(app: &App, caller: &Caller, id: UserId) -> Result<UserRow, Refusal> {
    caller.need(Role::Administrator)?;
    let now = app.now();
    let found = app.store.read(caller.tenant, move |tx| users::rows(tx, Some(id), now)).await?;
    found.into_iter().next().ok_or_else(|| missing(id))
}

/// Answers the password too when it was made up; it is told this once and kept by nobody.
pub async fn create(
    app: &App,
    caller: &Caller,
    new: NewUser,
) -> Result<(UserRow, Option<String>), Refusal> {
    caller.need(Role::Administrator)?;
    let (password, shown) = chosen(new.password);
    let (user, hash, now) = prepared(app, &new.email, &new.name, new.role, &password).await?;
    let (id, tenant) = (user.id, caller.tenant);
    let teller = Teller::new(app, caller);
    let made = app.store.system(move |tx| seated(tx, &teller, tenant, (&user, &hash, now)));
    made.await.map_err(taken)?;
    Ok((self::user(app, caller, id).await?, shown))
}

/// Stored, with its event.
pub(crate) fn seated(
    tx: &mut SystemTx<'_>,
    teller: &Teller,
    tenant: TenantId,
    (user, hash, now): (&User, &str, Timestamp),
) -> Result<(), StoreError> {
    users::create(tx, tenant, user, hash, now)?;
    teller.tell(&mut tx.inside(tenant), Subject::User(user.id), None, Some(told::user(user)))
}

/// Refused unless they are of the version expected, where one is.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: UserId,
    version: Option<i64>,
    change: UserChange,
) -> Result<UserRow, Refusal> {
    caller.need(Role::Administrator)?;
    let name = change.name.as_deref().map(named).transpose()?;
    let email = change.email.as_deref().map(Email::parse).transpose();
    let email = email.map_err(Refusal::text("email"))?;
    let teller = Teller::new(app, caller);
    let changed = app.store.write(caller.tenant, move |tx| {
        tenants::hold(tx)?;
        let held = users::here(tx, id)?.ok_or_else(|| missing(id))?;
        let chosen = users::linked(tx, id)?;
        versions::expect(version, versions::user(&held, chosen))?;
        let (mut before, mut after) = (told::user(&held), told::user(&held));
        let saved = User {
            id,
            email: email.unwrap_or_else(|| held.email.clone()),
            name: name.unwrap_or_else(|| held.name.clone()),
            role: change.role.unwrap_or(held.role),
        };
        if saved != held {
            users::save(tx, &saved).map_err(|error| last(error, &held))?;
            after = told::user(&saved);
        }
        if let Some(employee) = change.employee {
            if let Some(id) = employee {
                employees::find(tx, id)?.ok_or_else(|| no_employee(&id.to_string()))?;
                if chosen != Some(id) {
                    nobody_else(tx, &held, id)?;
                }
            }
            users::link(tx, id, employee)?;
            before.extend(named_employee(tx, chosen)?);
            after.extend(named_employee(tx, employee)?);
        }
        teller.tell(tx, Subject::User(id), Some(before), Some(after))?;
        Ok::<_, Refusal>(())
    });
    changed.await?;
    user(app, caller, id).await
}

/// Nobody would know whose of two the things under My things are.
fn nobody_else(tx: &mut Tx<'_>, user: &User, employee: EmployeeId) -> Result<(), Refusal> {
    let other = users::of_employee(tx, employee)?.into_iter().find(|other| other.id != user.id);
    let Some(other) = other else { return Ok(()) };
    let name = nouns::find_name(tx, Subject::Employee(employee))?.unwrap_or_default();
    let detail = format!(
        "{name} is linked to the user {} already; hint: change or remove that one first",
        other.email
    );
    Err(Refusal::invalid("employee", detail))
}

/// By name, as an event tells it.
fn named_employee(tx: &mut Tx<'_>, id: Option<EmployeeId>) -> Result<Told, StoreError> {
    let found = id.map(|id| nouns::find_name(tx, Subject::Employee(id))).transpose()?;
    Ok(vec![(own("employee"), found.flatten().map_or(Value::Null, Value::from))])
}

/// The employee a form names, by id or e-mail; `None` where it is blank.
pub async fn employee_named(
    app: &App,
    caller: &Caller,
    text: &str,
) -> Result<Option<EmployeeId>, Refusal> {
    caller.need(Role::Administrator)?;
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse() {
        return Ok(Some(id));
    }
    let email = Email::parse(text).map_err(|_| no_employee(text))?;
    let found = app.store.read(caller.tenant, move |tx| employees::find_by_email(tx, &email));
    found.await?.map(|found| Some(found.id)).ok_or_else(|| no_employee(text))
}

/// A new password for someone who forgot theirs, made up unless it is given; ends their sessions.
pub async fn reset_password(
    app: &App,
    caller: &Caller,
    id: UserId,
    password: Option<String>,
) -> Result<Option<String>, Refusal> {
    user(app, caller, id).await?;
    let (password, shown) = chosen(password);
    let (hash, tenant) = (hashed(app, &password).await?, caller.tenant);
    let teller = Teller::new(app, caller);
    app.store
        .system(move |tx| {
            users::set_password(tx, tenant, id, &hash)?;
            teller.tell_replaced(&mut tx.inside(tenant), Subject::User(id), "password")?;
            sessions::close_all(tx, tenant, id)
        })
        .await?;
    Ok(shown)
}

/// Signs them out everywhere; answers how many sessions ended.
pub async fn end_sessions(app: &App, caller: &Caller, id: UserId) -> Result<u64, Refusal> {
    user(app, caller, id).await?;
    let (tenant, teller) = (caller.tenant, Teller::new(app, caller));
    let ended = app.store.system(move |tx| {
        let ended = sessions::close_all(tx, tenant, id)?;
        let open = |sessions: u64| Some(vec![(own("sessions"), Value::from(sessions))]);
        teller.tell(&mut tx.inside(tenant), Subject::User(id), open(ended), open(0))?;
        Ok::<_, StoreError>(ended)
    });
    Ok(ended.await?)
}

/// Their sessions end; what they did keeps their name.
pub async fn delete(app: &App, caller: &Caller, id: UserId) -> Result<(), Refusal> {
    let held = user(app, caller, id).await?.user;
    let tenant = caller.tenant;
    let (teller, before) = (Teller::new(app, caller), told::user(&held));
    let gone = app.store.system(move |tx| {
        users::delete(tx, tenant, id)?;
        teller.tell(&mut tx.inside(tenant), Subject::User(id), Some(before), None)
    });
    gone.await.map_err(|error| last(error, &held))
}

/// All that is wrong with what somebody shall sign in with, at once.
pub fn faults(email: &str, name: &str, password: &str) -> Vec<FieldError> {
    let email = Email::parse(email).map_err(Refusal::text("email")).err();
    let name = if name.trim().is_empty() { None } else { named(name).err() };
    let all = email.into_iter().chain(name).chain(passwords::check(password).err());
    let errors = all.filter_map(|refusal| match refusal {
        Refusal::Invalid { errors } => Some(errors),
        _ => None,
    });
    errors.flatten().collect()
}

/// A user ready to be stored, with the hash of the password.
pub(crate) async fn prepared(
    app: &App,
    email: &str,
    name: &str,
    role: Role,
    password: &str,
) -> Result<(User, String, Timestamp), Refusal> {
    let errors = faults(email, name, password);
    if !errors.is_empty() {
        return Err(Refusal::Invalid { errors });
    }
    let email = Email::parse(email).map_err(Refusal::text("email"))?;
    let local = || email.as_str().split('@').next().unwrap_or_default().to_owned();
    let name = if name.trim().is_empty() { local() } else { named(name)? };
    let hash = hashed(app, password).await?;
    Ok((User { id: app.id(), email, name, role }, hash, app.now()))
}

/// The password given, else one made up, which has to be told.
pub(crate) fn chosen(password: Option<String>) -> (String, Option<String>) {
    if let Some(password) = password.filter(|password| !password.is_empty()) {
        return (password, None);
    }
    let made = new_password();
    (made.clone(), Some(made))
}

pub(crate) fn taken(error: StoreError) -> Refusal {
    if error.is_conflict("users_email") {
        let detail = "someone signs in here with this e-mail already; hint: change their role, or \
                      give them a new password";
        return Refusal::invalid("email", detail);
    }
    error.into()
}

fn named(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let odd = name.is_empty() || name.chars().any(char::is_control);
    if odd || name.chars().count() > LONGEST_NAME {
        let detail = "the name cannot be taken; hint: 1 to 200 printable characters";
        return Err(Refusal::invalid("name", detail));
    }
    Ok(name.to_owned())
}

fn last(error: StoreError, user: &User) -> Refusal {
    match error {
        error if error.is_conflict(users::LAST_ADMINISTRATOR) => Refusal::conflict(format!(
            "{} is the last administrator here; hint: make someone else an administrator first",
            user.name
        )),
        StoreError::NotFound => missing(user.id),
        other => taken(other),
    }
}

fn no_employee(which: &str) -> Refusal {
    let detail = format!("no employee \"{which}\"; hint: the e-mail or the id of one who is here");
    Refusal::invalid("employee", detail)
}

fn missing(id: UserId) -> Refusal {
    Refusal::not_found("user", id)
}
