//! Files kept with assets, employees and products: invoices, photographs, agreements. They stand in
//! the database, so that a thing and its files are there or gone together, and one backup has both.

use domain::access::Role;
use domain::event::Subject;
use domain::id::{AttachmentId, ProductId};
use domain::{Action, Deed, Mint};
use store::{Tx, attachments, ledger, nouns, tenants};

pub use domain::attachment::{Attachment, FileKind, FileName};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

const MIB: i64 = 1 << 20;

/// In bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one file.
    pub file: i64,
    /// Of all files of a tenant.
    pub total: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file: 10 * MIB, total: 5 * 1_024 * MIB }
    }
}

/// What may be kept, as people read it.
pub const KINDS: &str =
    "PDF, photographs (JPEG, PNG, WebP, GIF, HEIC), text, CSV, and Office documents without macros";

/// Newest first.
pub async fn of(app: &App, caller: &Caller, subject: Subject) -> Result<Vec<Attachment>, Refusal> {
    crate::nouns::name(app, caller, subject).await?;
    Ok(app.store.read(caller.tenant, move |tx| attachments::of(tx, subject)).await?)
}

pub async fn attachment(
    app: &App,
    caller: &Caller,
    id: AttachmentId,
) -> Result<Attachment, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| attachments::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("attachment", id))
}

/// With what is in it.
pub async fn content(
    app: &App,
    caller: &Caller,
    id: AttachmentId,
) -> Result<(Attachment, Vec<u8>), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let found = attachments::find(tx, id)?;
        let content = attachments::content(tx, id)?;
        Ok::<_, Refusal>(found.zip(content))
    });
    found.await?.ok_or_else(|| Refusal::not_found("attachment", id))
}

/// What a product looks like: the newest picture among its files.
pub async fn picture(
    app: &App,
    caller: &Caller,
    product: ProductId,
) -> Result<Option<Attachment>, Refusal> {
    caller.need(Role::Viewer)?;
    let of = Subject::Product(product);
    let kept = app.store.read(caller.tenant, move |tx| attachments::of(tx, of)).await?;
    Ok(kept.into_iter().find(|file| file.kind.is_picture()))
}

/// Keeps a file with an asset, an employee or a product. What it is, its content says; the name is
/// cleaned.
pub async fn add(
    app: &App,
    caller: &Caller,
    subject: Subject,
    name: &str,
    content: Vec<u8>,
) -> Result<Attachment, Refusal> {
    caller.need(Role::Operator)?;
    let limits = app.limits;
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    if size == 0 {
        // A form without a file chosen sends a part without a name.
        let detail = match name {
            "" => "no file was sent; hint: choose one first",
            _ => "this file is empty; hint: choose one with something in it",
        };
        return Err(Refusal::invalid("file", detail));
    }
    if size > limits.file {
        return Err(too_large(limits));
    }
    let kind = FileKind::told(name, &content).ok_or_else(|| {
        let detail = format!("this kind of file is not kept; hint: what is kept is {KINDS}");
        Refusal::invalid("file", detail)
    })?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let new = Attachment {
        id: app.id(),
        subject,
        name: FileName::of(name, kind),
        kind,
        size,
        added_at: deed.at,
        added_by: caller.actor.name.clone(),
    };
    let kept = new.clone();
    let done = app.store.write(caller.tenant, move |tx| {
        // Of several at once each waits its turn: the room is the tenant's.
        tenants::hold(tx)?;
        if !nouns::stands(tx, subject)? {
            return Err(Refusal::not_found(subject.kind(), subject.id()));
        }
        if attachments::total(tx)? + size > limits.total {
            return Err(no_room(limits));
        }
        attachments::insert(tx, &new, content)?;
        told(tx, (&deed, &mint), &new, Action::Attached)
    });
    done.await?;
    Ok(kept)
}

/// Takes a file away for good; the history remembers its name.
pub async fn remove(app: &App, caller: &Caller, id: AttachmentId) -> Result<Attachment, Refusal> {
    caller.need(Role::Manager)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let done = app.store.write(caller.tenant, move |tx| {
        let gone = || Refusal::not_found("attachment", id);
        let found = attachments::find(tx, id)?.ok_or_else(gone)?;
        nouns::hold(tx, found.subject)?;
        if !attachments::delete(tx, id)? {
            return Err(gone());
        }
        told(tx, (&deed, &mint), &found, Action::Detached)?;
        Ok(found)
    });
    done.await
}

/// The event of whom it is kept with.
fn told(
    tx: &mut Tx<'_>,
    (deed, mint): (&Deed, &Mint),
    file: &Attachment,
    action: Action,
) -> Result<(), Refusal> {
    let note = file.name.as_str().to_owned();
    match file.subject {
        Subject::Asset(id) => {
            ledger::change(tx, deed, mint, id, None, action, &[], Some(note))?;
        }
        other => nouns::tell(tx, deed, mint, other, action, note)?,
    }
    Ok(())
}

/// A file that is larger than one may be; also for whoever stops reading it.
pub fn too_large(limits: Limits) -> Refusal {
    let most = limits.file / MIB;
    let detail = format!("the file is larger than {most} MB; hint: a smaller one, or a part of it");
    Refusal::invalid("file", detail)
}

fn no_room(limits: Limits) -> Refusal {
    let most = limits.total / MIB;
    let detail = format!(
        "there is no room for more: all files together may have {most} MB; hint: delete some, or \
         ask whoever runs Stockroom for more"
    );
    Refusal::invalid("file", detail)
}
