//! Places for those who download: so many in all, and a share that no tenant exceeds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::TenantId;

use crate::refusal::Refusal;

/// Each holds a thread as long as its reader takes.
const IN_ALL: usize = 16;
/// Of one tenant: others always find room.
const SHARE: usize = 8;

/// Who downloads; clones count together.
#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<BTreeMap<TenantId, usize>>>);

/// It is free again with the value.
pub(super) struct Place {
    tenant: TenantId,
    places: Places,
}

impl Places {
    pub(super) fn place(&self, tenant: TenantId) -> Result<Place, Refusal> {
        let mut taken = self.taken();
        let mine = taken.get(&tenant).copied().unwrap_or_default();
        if mine >= SHARE || taken.values().sum::<usize>() >= IN_ALL {
            let detail = "many files are being downloaded just now; hint: try again in a moment";
            return Err(Refusal::Busy(detail.into()));
        }
        taken.insert(tenant, mine + 1);
        Ok(Place { tenant, places: self.clone() })
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<TenantId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(mine) = taken.get_mut(&self.tenant) {
            *mine -= 1;
            if *mine == 0 {
                taken.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tenant_takes_every_place_and_each_is_free_again_with_its_download() {
        let places = Places::default();
        let (acme, globex, third) = (TenantId::new(1), TenantId::new(2), TenantId::new(3));
        let mut held: Vec<_> = (0..SHARE).map(|_| places.place(acme).unwrap()).collect();
        assert!(matches!(places.place(acme), Err(Refusal::Busy(_))));
        let others: Vec<_> = (SHARE..IN_ALL).map(|_| places.place(globex).unwrap()).collect();
        assert!(matches!(places.place(third), Err(Refusal::Busy(_))), "all are taken");
        held.pop();
        held.push(places.place(acme).unwrap());
        drop((held, others));
        assert!(places.taken().is_empty());
    }
}
