//! A range of the directory: members by name, departments with their subtrees, tags. Apps and two-step
//! verification have one each.

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;
use wecom_sdk::{DepartmentId, TagId, UserId};

use super::{Mistakes, check_departments, check_members};
use crate::world::{Corp, VisibleRange};

/// A range, as a whole.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    /// Members by name.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(crate) members: Vec<UserId>,
    /// Departments with their subtrees.
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    pub(crate) departments: BTreeSet<DepartmentId>,
    /// Tags.
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    pub(crate) tags: BTreeSet<TagId>,
}

impl Range {
    /// The range of this corp; everything in it must be there.
    pub(super) fn read(
        &self,
        corp: &Corp,
        field: &'static str,
        mistakes: &mut Mistakes,
    ) -> VisibleRange {
        check_members(corp, &self.members, field, mistakes);
        check_departments(corp, &self.departments, field, mistakes);
        for id in self.tags.iter().filter(|id| !corp.tags.contains_key(id)) {
            let en = format!("there is no tag {id}");
            mistakes.bad(field, en, format!("没有编号为 {id} 的标签"));
        }
        VisibleRange {
            members: self.members.iter().map(UserId::folded).collect(),
            departments: self.departments.clone(),
            tags: self.tags.clone(),
        }
    }
}
