//! Last days: whoever's is over has left. The system says so with an event, so that nothing new goes
//! to them and what they hold is asked for.

use domain::actor::{Actor, Cause};
use domain::id::TenantId;
use domain::person::Employee;
use domain::{Deed, Mint, Subject, Timestamp};
use store::{StoreError, Tx, employees, tenants};

use crate::company;
use crate::installation::App;
use crate::refusal::Refusal;

/// Marks everybody whose last day is over where their company is; answers how many that were.
pub async fn look(app: &App) -> Result<usize, Refusal> {
    let tenants = app.store.system_read(tenants::list).await?;
    let mut left = 0;
    for tenant in tenants {
        left += of_tenant(app, tenant.id).await?;
    }
    Ok(left)
}

async fn of_tenant(app: &App, tenant: TenantId) -> Result<usize, Refusal> {
    let now = app.now();
    if app.store.read(tenant, move |tx| over(tx, now)).await?.is_empty() {
        return Ok(0);
    }
    let cause = Cause { kind: "system".into(), id: None };
    let deed = Deed { at: now, actor: Actor::system(), cause };
    let mint = app.mint.clone();
    let marked = app.store.write(tenant, move |tx| {
        // Asked once more: another process may have been quicker, or a person.
        let over = over(tx, now)?;
        for employee in &over {
            mark(tx, &deed, &mint, employee)?;
        }
        Ok::<_, Refusal>(over.len())
    });
    marked.await
}

/// Whose last day is over where the company is.
fn over(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Employee>, StoreError> {
    let company = tenants::company(tx)?;
    employees::ended(tx, company::day(&company, now))
}

fn mark(tx: &mut Tx<'_>, deed: &Deed, mint: &Mint, employee: &Employee) -> Result<(), Refusal> {
    store::nouns::hold(tx, Subject::Employee(employee.id))?;
    let note = Some("Their last day is over.".to_owned());
    let gone = Employee { leaver: true, ..employee.clone() };
    Ok(employees::update(tx, deed, mint, &gone, note)?)
}
