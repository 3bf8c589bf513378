//! Who stands in which department, and who leads it, found without looking at everybody.
//!
//! In: the members, when somebody first asks. Out: their places, until one of them is touched. An admin's
//! change costs one look at everybody; calls do not.

use std::collections::HashMap;
use std::sync::OnceLock;

use wecom_sdk::DepartmentId;

use super::member::Member;

/// The index, made when it is needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(OnceLock<ByDepartment>);

#[derive(Clone, Debug, Default)]
struct ByDepartment {
    members: HashMap<DepartmentId, Vec<u64>>,
    leaders: HashMap<DepartmentId, Vec<u64>>,
}

/// An index says nothing that the members do not say: two lists are equal with or without it.
impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Places {}

impl Places {
    /// Somebody was touched: what is known may be wrong.
    pub(super) fn forget(&mut self) {
        self.0.take();
    }

    /// The places of a department's direct members, in their order.
    pub(super) fn members<'a>(
        &self,
        id: DepartmentId,
        all: impl Iterator<Item = (u64, &'a Member)>,
    ) -> &[u64] {
        let known = self.0.get_or_init(|| ByDepartment::of(all));
        known.members.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The places of a department's leaders, in their order.
    pub(super) fn leaders<'a>(
        &self,
        id: DepartmentId,
        all: impl Iterator<Item = (u64, &'a Member)>,
    ) -> &[u64] {
        let known = self.0.get_or_init(|| ByDepartment::of(all));
        known.leaders.get(&id).map_or(&[], Vec::as_slice)
    }
}

impl ByDepartment {
    fn of<'a>(all: impl Iterator<Item = (u64, &'a Member)>) -> Self {
        let mut known = Self::default();
        for (place, member) in all {
            for membership in &member.memberships {
                let members = known.members.entry(membership.department);
                members.or_default().push(place);
                if membership.is_leader {
                    let leaders = known.leaders.entry(membership.department);
                    leaders.or_default().push(place);
                }
            }
        }
        known
    }
}
