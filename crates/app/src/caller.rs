//! Who calls, for which tenant, and whether they may. Every use case takes one.

use domain::access::Role;
use domain::actor::ActorKind;
use domain::id::{TenantId, TokenId, UserId};
use domain::{Actor, Cause, Deed, Timestamp};

use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct Caller {
    pub tenant: TenantId,
    pub role: Role,
    pub actor: Actor,
}

impl Caller {
    pub fn user(tenant: TenantId, id: UserId, name: &str, role: Role) -> Self {
        let actor = Actor { kind: ActorKind::User, id: Some(id.to_string()), name: name.into() };
        Caller { tenant, role, actor }
    }

    pub fn token(tenant: TenantId, id: TokenId, name: &str, role: Role) -> Self {
        let actor = Actor { kind: ActorKind::Token, id: Some(id.to_string()), name: name.into() };
        Caller { tenant, role, actor }
    }

    /// The command line on the server itself, and the server's own background work.
    pub fn system(tenant: TenantId) -> Self {
        Caller { tenant, role: Role::Administrator, actor: Actor::system() }
    }

    /// Asked before anything else is looked at.
    pub fn need(&self, role: Role) -> Result<(), Refusal> {
        if self.role.may(role) {
            return Ok(());
        }
        Err(Refusal::Forbidden { needs: role, has: self.role })
    }

    /// Who signed in, if it is a person.
    pub fn user_id(&self) -> Option<UserId> {
        let id = self.actor.id.as_ref().filter(|_| self.actor.kind == ActorKind::User)?;
        id.parse().ok()
    }

    /// What the ledger wants to know about a request of this caller.
    pub fn deed(&self, at: Timestamp) -> Deed {
        let cause = Cause { kind: "request".into(), id: None };
        Deed { at, actor: self.actor.clone(), cause }
    }
}
